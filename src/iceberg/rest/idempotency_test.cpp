#include "iceberg/rest/idempotency.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/error.hpp"

namespace tarn::iceberg {
namespace {

constexpr std::string_view Key = "019a8e2c-7f3a-7c11-9d2e-0a1b2c3d4e5f";
constexpr std::string_view OtherKey = "019a8e2c-7f3a-7c11-9d2e-0a1b2c3d4e60";

class Idempotency : public testing::Test {
protected:
    std::string ask(std::string_view key = Key, const std::string& request = "POST /a {}",
                    int status = 200, size_t bytes = 1) {
        auto response = answers.answer(key, request, [&] {
            ++calls;
            return http::text_response(std::string(bytes, static_cast<char>('0' + calls)), status);
        });
        return std::get<std::string>(response.body).substr(0, 1);
    }

    ManualClock clock{WallTime(std::chrono::seconds(1'763'717'400))};
    IdempotentAnswers answers{clock};
    int calls = 0;
};

TEST_F(Idempotency, gives_the_same_answer_to_the_same_key) {
    EXPECT_EQ(ask(), "1");
    EXPECT_EQ(ask(), "1");
    EXPECT_EQ(ask(OtherKey), "2");
    EXPECT_EQ(calls, 2);
}

TEST_F(Idempotency, repeats_refusals_but_not_failures) {
    EXPECT_EQ(ask(Key, "POST /a {}", 409), "1");
    EXPECT_EQ(ask(Key, "POST /a {}", 409), "1");
    EXPECT_EQ(ask(OtherKey, "POST /a {}", 503), "2");
    EXPECT_EQ(ask(OtherKey, "POST /a {}", 200), "3");
}

TEST_F(Idempotency, refuses_a_key_that_came_with_another_request) {
    ask();
    EXPECT_THROW(ask(Key, "POST /b {}"), Error);
    EXPECT_THROW(ask("no-uuid"), Error);
    EXPECT_EQ(calls, 1);
}

TEST_F(Idempotency, forgets_after_half_an_hour) {
    ask();
    clock.advance(std::chrono::minutes(29));
    EXPECT_EQ(ask(), "1");
    clock.advance(std::chrono::minutes(2));
    EXPECT_EQ(ask(), "2");
}

TEST_F(Idempotency, forgets_the_oldest_when_answers_are_large) {
    ask(Key, "a", 200, IdempotentBytesMax);
    EXPECT_EQ(ask(OtherKey, "b"), "2");
    EXPECT_EQ(ask(Key, "a"), "3");
    EXPECT_EQ(ask(OtherKey, "b"), "2");
}

TEST_F(Idempotency, may_be_tried_again_after_work_that_threw) {
    auto fail = []() -> http::Response { throw Error(ErrorCode::Unavailable, "not now"); };
    EXPECT_THROW(answers.answer(Key, "POST /a {}", fail), Error);
    EXPECT_EQ(ask(), "1");
}

TEST_F(Idempotency, does_the_work_once_for_many_who_ask_at_once) {
    std::atomic<int> done = 0;
    std::vector<std::thread> clients;
    for (int i = 0; i < 8; ++i) {
        clients.emplace_back([&] {
            answers.answer(Key, "POST /a {}", [&] {
                ++done;
                std::this_thread::yield();
                return http::text_response("done");
            });
        });
    }
    for (std::thread& client : clients) client.join();
    EXPECT_EQ(done, 1);
}

}  // namespace
}  // namespace tarn::iceberg
