#include "kafka/security/plain.hpp"

#include <gtest/gtest.h>

using namespace tarn;
using namespace tarn::kafka;
using namespace std::literals;

TEST(Plain, takes_a_message_apart) {
    auto plain = parse_plain(as_bytes("alice\0alice\0open sesame"sv));

    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->acts_as, "alice");
    EXPECT_EQ(plain->user, "alice");
    EXPECT_EQ(plain->password, "open sesame");
}

TEST(Plain, refuses_what_is_no_message_of_its_own) {
    for (std::string_view bad :
         {""sv, "alice"sv, "\0alice"sv, "\0\0secret"sv, "\0alice\0"sv, "\0alice\0secret\0more"sv}) {
        EXPECT_FALSE(parse_plain(as_bytes(bad)));
    }
}

TEST(Plain, writes_what_it_reads) {
    std::string message = plain_message("alice", "open, sesame");
    auto plain = parse_plain(as_bytes(message));

    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->acts_as, "");
    EXPECT_EQ(plain->user, "alice");
    EXPECT_EQ(plain->password, "open, sesame");
}
