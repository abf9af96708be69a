#include "kafka/client/address.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace tarn::kafka::client {
namespace {

using Addresses = std::vector<Address>;

TEST(Address, is_a_host_and_a_port) {
    EXPECT_EQ(parse_addresses("localhost:9092"), (Addresses{{"localhost", 9092}}));
    EXPECT_EQ(parse_addresses("a:1, b:2,"), (Addresses{{"a", 1}, {"b", 2}}));
}

TEST(Address, has_the_usual_port_without_one) {
    EXPECT_EQ(parse_addresses("kafka"), (Addresses{{"kafka", 9092}}));
}

TEST(Address, of_ipv6_stands_in_brackets) {
    EXPECT_EQ(parse_addresses("[::1]:9093"), (Addresses{{"::1", 9093}}));
    EXPECT_EQ(text_of(parse_addresses("[::1]:9093,a:1")), "[::1]:9093,a:1");
}

TEST(Address, is_refused_when_it_makes_no_sense) {
    for (const char* text : {"", ",", ":9092", "a:b", "a:0", "a:70000", "a b:1", "http://a:1"}) {
        EXPECT_THROW(parse_addresses(text), Error) << text;
    }
}

}  // namespace
}  // namespace tarn::kafka::client
