#include "net/transport.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>

#include <cstdio>

#include "base/error.hpp"
#include "net/listening.hpp"

namespace tarn::net {
namespace {

constexpr std::chrono::milliseconds Idle{5000};

// Two ends of a connection, and a file to send.
class TransportTest : public testing::Test {
protected:
    TransportTest() {
        auto acceptor = listen_on(loop_.get_executor(), {"test", "127.0.0.1", 0});
        Socket near(loop_);
        near.connect(acceptor.local_endpoint());
        near_ = plain_transport(std::move(near));
        far_ = plain_transport(acceptor.accept());
        content_.resize(3'000'000);
        for (size_t i = 0; i < content_.size(); ++i) content_[i] = static_cast<char>(i * 7 % 251);
        std::fwrite(content_.data(), 1, content_.size(), file_);
        std::fflush(file_);
    }
    ~TransportTest() override { std::fclose(file_); }

    awaitable<void> send(int64_t offset, int64_t size) {
        co_await near_->send_file(as_bytes("head"), {fileno(file_), offset, size}, Idle);
        near_->close();
    }

    awaitable<void> receive() {
        std::array<std::byte, 65536> room;
        while (size_t got = co_await far_->read_some(room, Ticks::max())) {
            received_ += as_text(BytesView(room).first(got));
        }
    }

    asio::io_context loop_;
    std::unique_ptr<Transport> near_;
    std::unique_ptr<Transport> far_;
    std::FILE* file_ = std::tmpfile();
    std::string content_;
    std::string received_;
};

TEST_F(TransportTest, sends_a_part_of_a_file_larger_than_what_the_socket_takes_at_once) {
    asio::co_spawn(loop_, send(1000, 2'500'000), asio::detached);
    asio::co_spawn(loop_, receive(), asio::detached);

    loop_.run();

    EXPECT_TRUE(received_ == "head" + content_.substr(1000, 2'500'000)) << received_.size();
}

TEST_F(TransportTest, says_so_when_a_file_ends_before_what_was_to_be_sent) {
    std::exception_ptr failure;
    asio::co_spawn(loop_, send(2'999'000, 5000), [&](std::exception_ptr e) {
        failure = e;
        near_->close();
    });
    asio::co_spawn(loop_, receive(), asio::detached);

    loop_.run();

    EXPECT_THROW(std::rethrow_exception(failure), Error);
    EXPECT_EQ(received_, "head" + content_.substr(2'999'000));
}

TEST_F(TransportTest, sending_a_file_to_one_who_has_gone_is_an_error_and_not_the_end) {
    far_->close();
    int failures = 0;
    // The first hears that the connection was reset, the second finds the pipe broken.
    for (int i = 0; i < 2; ++i) {
        asio::co_spawn(loop_, send(0, 3'000'000), [&](std::exception_ptr e) { failures += !!e; });
        loop_.run();
        loop_.restart();
    }

    EXPECT_EQ(failures, 2);
}

TEST(Listening, says_who_wants_the_port_that_is_taken) {
    asio::io_context loop;
    auto first = listen_on(loop.get_executor(), {"kafka", "127.0.0.1", 0});
    uint16_t port = first.local_endpoint().port();

    try {
        listen_on(loop.get_executor(), {"kafka", "localhost", port});
        FAIL() << "it was bound twice";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Conflict);
        EXPECT_THAT(error.what(), testing::HasSubstr("kafka: port " + std::to_string(port)));
    }
}

}  // namespace
}  // namespace tarn::net
