#include "kafka/security/scram.hpp"

#include <gtest/gtest.h>

using namespace tarn;
using namespace tarn::kafka;

namespace {

struct Conversation {
    Hash hash;
    std::string password;
    std::string salt;  // in base64
    std::string server_nonce;
    std::string first = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";

    ScramExchange exchange() const {
        auto credential = scram_credential(hash, password, *from_base64(salt), 4096);
        return ScramExchange(hash, *parse_scram_first(first), credential, server_nonce);
    }
};

// RFC 7677, section 3.
const Conversation OfTheRfc{.hash = Hash::Sha256,
                            .password = "pencil",
                            .salt = "W22ZaJ0SNY7soEsUEjb6gQ==",
                            .server_nonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"};
constexpr std::string_view ProofOfTheRfc =
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

}  // namespace

TEST(Scram, converses_as_rfc_7677_has_it) {
    ScramExchange exchange = OfTheRfc.exchange();

    EXPECT_EQ(exchange.challenge(),
              "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
              "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
    EXPECT_EQ(exchange.verdict(ProofOfTheRfc), "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
}

TEST(Scram, converses_with_sha_512) {
    // Computed with Python's hashlib.
    Conversation long_hash{.hash = Hash::Sha512,
                           .password = "pencil",
                           .salt = "Yin2FuHTt/M0kJWb0t9OI32n2VmOGi3m+JfjOvuDF88=",
                           .server_nonce = "02431b08-2f0a-4bad-a4e3-77c0123e3b2c"};

    EXPECT_EQ(long_hash.exchange().verdict(
                  "c=biws,r=rOprNGfwEbeRWgbNEkqO02431b08-2f0a-4bad-a4e3-77c0123e3b2c,"
                  "p=+kTrG2Kz/D1J4e91m9me4YJvtvs18aSpTlzaoThVUmF4/3TJitC7YnlWHrW+1CVRYiZgy0CpNg2VYB"
                  "ldRzkcCw=="),
              "v=f+SyDPh584HF78a3QPlbzLt6RetGYtueGp71A4Yx5X07K2LJZgM30PcVFPMU7pXSVDtBl5iRu1zYz/"
              "7pK2AQ1Q==");
}

TEST(Scram, gives_no_verdict_for_another_password) {
    Conversation other = OfTheRfc;
    other.password = "pencil2";

    EXPECT_EQ(other.exchange().verdict(ProofOfTheRfc), std::nullopt);
}

TEST(Scram, gives_no_verdict_for_a_proof_of_another_conversation) {
    Conversation other = OfTheRfc;
    other.server_nonce = "a-fresh-one";
    EXPECT_EQ(other.exchange().verdict(ProofOfTheRfc), std::nullopt);

    // Someone between the two took away that the client can bind to a channel.
    Conversation downgraded = OfTheRfc;
    downgraded.first = "y,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    EXPECT_EQ(downgraded.exchange().verdict(ProofOfTheRfc), std::nullopt);

    Conversation other_user = OfTheRfc;
    other_user.first = "n,,n=root,r=rOprNGfwEbeRWgbNEkqO";
    EXPECT_EQ(other_user.exchange().verdict(ProofOfTheRfc), std::nullopt);
}

TEST(Scram, gives_no_verdict_for_a_proof_that_was_changed) {
    ScramExchange exchange = OfTheRfc.exchange();
    auto changed = [](std::string_view from, std::string_view to) {
        std::string message(ProofOfTheRfc);
        message.replace(message.find(from), from.size(), to);
        return message;
    };

    EXPECT_EQ(exchange.verdict(changed("p=dHzb", "p=eHzb")), std::nullopt);
    EXPECT_EQ(exchange.verdict(changed("ndVQ=", "")), std::nullopt);
    EXPECT_EQ(exchange.verdict(changed("k0,p=", "k0,x=1,p=")), std::nullopt);
    EXPECT_EQ(exchange.verdict(""), std::nullopt);
}

TEST(Scram, reads_the_first_message) {
    auto first = parse_scram_first("n,a=al=2Cice,n=al=2Cice=3D,r=abc,tokenauth=true");

    ASSERT_TRUE(first);
    EXPECT_EQ(first->gs2_header, "n,a=al=2Cice,");
    EXPECT_EQ(first->acts_as, "al,ice");
    EXPECT_EQ(first->user, "al,ice=");
    EXPECT_EQ(first->nonce, "abc");
    EXPECT_EQ(first->bare, "n=al=2Cice=3D,r=abc,tokenauth=true");
}

TEST(Scram, refuses_first_messages_that_it_cannot_serve) {
    for (const char* bad :
         {"", "n", "n,", "n,,", "n,,n=user", "n,,n=,r=abc", "n,,n=user,r=", "n,,r=abc,n=user",
          "p=tls-unique,,n=user,r=abc", "n,user,n=user,r=abc", "n,,m=must,n=user,r=abc",
          "n,,n=us=20er,r=abc", "n,,n=user=,r=abc", "n,,n=user,r=a bc", "x,,n=user,r=abc"}) {
        EXPECT_FALSE(parse_scram_first(bad)) << bad;
    }
}

TEST(Scram, refuses_last_messages_that_prove_nothing) {
    for (const char* bad :
         {"", "c=biws", "c=biws,r=abc", "r=abc,p=AAAA", "c=biws,r=abc,p=", "c=biws,r=abc,p=AA",
          "c=b!ws,r=abc,p=AAAA", "c=biws,p=AAAA", "c=biws,r=abc,p=AAAA,x=1"}) {
        EXPECT_FALSE(parse_scram_final(bad)) << bad;
    }
}

TEST(Scram, knows_a_password_by_the_credential) {
    auto credential = scram_credential(Hash::Sha512, "open sesame", Bytes(16), 4096);

    EXPECT_TRUE(is_password_of(credential, Hash::Sha512, "open sesame"));
    EXPECT_FALSE(is_password_of(credential, Hash::Sha512, "open sesam"));
}
