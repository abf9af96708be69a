#include "kafka/security/scram_client.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "kafka/security/scram.hpp"

namespace tarn::kafka {
namespace {

constexpr std::string_view ChallengeOfTheRfc =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

// RFC 7677, section 3.
ScramClient client_of_the_rfc() {
    return ScramClient(Hash::Sha256, "user", "pencil", "rOprNGfwEbeRWgbNEkqO");
}

std::string refusal_of(ScramClient client, std::string_view challenge) {
    try {
        client.final_message(challenge);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Unauthorized);
        return error.what();
    }
    return "accepted";
}

// Our own server, who knows the user by this password.
ScramExchange server(Hash hash, std::string_view password, std::string_view first_message) {
    auto first = parse_scram_first(first_message);
    return ScramExchange(hash, *first, scram_credential(hash, password, Bytes(16), 4096), "theirs");
}

TEST(ScramClient, converses_as_rfc_7677_has_it) {
    ScramClient client = client_of_the_rfc();

    EXPECT_EQ(client.first_message(), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
    EXPECT_EQ(client.final_message(ChallengeOfTheRfc),
              "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
              "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    EXPECT_NO_THROW(client.check_verdict("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
}

TEST(ScramClient, convinces_our_server_of_any_name_and_is_convinced_by_it) {
    for (Hash hash : {Hash::Sha256, Hash::Sha512}) {
        ScramClient client(hash, "a=b,c", "open, sesame=1", "ours");
        EXPECT_EQ(parse_scram_first(client.first_message())->user, "a=b,c");
        ScramExchange exchange = server(hash, "open, sesame=1", client.first_message());

        auto verdict = exchange.verdict(client.final_message(exchange.challenge()));

        ASSERT_TRUE(verdict);
        EXPECT_NO_THROW(client.check_verdict(*verdict));
    }
}

TEST(ScramClient, convinces_nobody_with_another_password) {
    ScramClient client(Hash::Sha256, "user", "pencil2", "ours");
    ScramExchange exchange = server(Hash::Sha256, "pencil", client.first_message());

    EXPECT_FALSE(exchange.verdict(client.final_message(exchange.challenge())));
}

TEST(ScramClient, does_not_believe_a_server_that_was_never_told_the_password) {
    ScramClient client = client_of_the_rfc();
    EXPECT_THROW(client.check_verdict("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="), Error);
    client.final_message(ChallengeOfTheRfc);

    EXPECT_THROW(client.check_verdict("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="), Error);
    EXPECT_THROW(client.check_verdict("e=other-error"), Error);
    EXPECT_THROW(client.check_verdict(""), Error);
}

TEST(ScramClient, refuses_challenges_that_are_none) {
    for (std::string_view challenge :
         {"", "r=,s=W22Z,i=4096", "r=rOprNGfwEbeRWgbNEkqO", "s=W22Z,r=rOprNGfwEbeRWgbNEkqO,i=4096",
          "r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096", "r=rOprNGfwEbeRWgbNEkqOx,s=W22,i=4096",
          "r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=-1", "r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=4096x",
          "m=x,r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=4096"}) {
        EXPECT_EQ(refusal_of(client_of_the_rfc(), challenge),
                  "the broker's challenge is none of SCRAM's")
            << challenge;
    }
}

TEST(ScramClient, refuses_the_challenge_of_another_conversation) {
    EXPECT_NE(refusal_of(client_of_the_rfc(), "r=rOprNGfwEbeRWgbNEkqP,s=W22Z,i=4096"), "accepted");
}

TEST(ScramClient, neither_gives_its_password_away_cheaply_nor_works_for_ever) {
    EXPECT_EQ(refusal_of(client_of_the_rfc(), "r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=4095"),
              "the broker asks for 4095 iterations, which are not between 4096 and 1000000");
    EXPECT_NE(refusal_of(client_of_the_rfc(), "r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=1000001"),
              "accepted");
}

}  // namespace
}  // namespace tarn::kafka
