#include "kafka/client/jaas.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace tarn::kafka::client {
namespace {

std::string refusal_of(std::string_view text) {
    try {
        parse_jaas(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidInput);
        return error.what();
    }
    return "accepted";
}

TEST(Jaas, takes_a_login_module_apart) {
    LoginModule module = parse_jaas(
        "org.apache.kafka.common.security.plain.PlainLoginModule required\n"
        "  username=\"alice\" password='open, \"sesame\"=1' debug=true ;\n");

    EXPECT_EQ(module.class_name, "org.apache.kafka.common.security.plain.PlainLoginModule");
    EXPECT_EQ(
        module.options,
        (Properties{{"debug", "true"}, {"password", "open, \"sesame\"=1"}, {"username", "alice"}}));
}

TEST(Jaas, knows_the_escapes_of_java) {
    LoginModule module = parse_jaas(R"(Module required password="a\"b\\c\td\101\7;";)");

    EXPECT_EQ(module.options, (Properties{{"password", "a\"b\\c\tdA\a;"}}));
}

TEST(Jaas, says_what_is_missing_and_nothing_of_the_password) {
    EXPECT_EQ(refusal_of(""), "sasl.jaas.config: the login module is missing");
    EXPECT_EQ(refusal_of("Module"), "sasl.jaas.config: 'required' is missing");
    EXPECT_EQ(refusal_of("Module required password=\"secret\""),
              "sasl.jaas.config: the semicolon at its end is missing");
    EXPECT_EQ(refusal_of("Module required password=\"secret;"),
              "sasl.jaas.config: a quote is not closed");
    EXPECT_EQ(refusal_of("Module required password;"), "sasl.jaas.config: an option has no value");
    EXPECT_EQ(refusal_of("Module required password=;"),
              "sasl.jaas.config: the value of an option is missing");
    EXPECT_EQ(refusal_of("Module required =x;"),
              "sasl.jaas.config: the name of an option is missing");
    EXPECT_EQ(refusal_of("Module required; Other required;"),
              "sasl.jaas.config: it holds more than one login module");
}

}  // namespace
}  // namespace tarn::kafka::client
