#include "kafka/client/security.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "base/error.hpp"
#include "net/testing/certificate.hpp"

namespace tarn::kafka::client {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Properties scram(Properties more = {}) {
    more.merge(Properties{{"security.protocol", "SASL_PLAINTEXT"},
                          {"sasl.mechanism", "SCRAM-SHA-256"},
                          {"sasl.jaas.config",
                           "org.apache.kafka.common.security.scram.ScramLoginModule required "
                           "username=\"alice\" password=\"open, sesame=1\";"}});
    return more;
}

std::string refusal_of(const Properties& properties) {
    try {
        security_of(properties);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidInput);
        return error.full_text();
    }
    return "accepted";
}

TEST(Security, is_none_unless_a_protocol_says_so) {
    Security security = security_of(
        {{"ssl.truststore.location", "/nowhere"}, {"sasl.mechanism", "X"}, {"acks", "all"}});

    EXPECT_FALSE(security.encryption);
    EXPECT_FALSE(security.login);
}

TEST(Security, finds_the_user_in_what_java_calls_jaas) {
    auto login = security_of(scram()).login;

    ASSERT_TRUE(login);
    EXPECT_EQ(login->mechanism, Mechanism::ScramSha256);
    EXPECT_EQ(login->user, "alice");
    EXPECT_EQ(login->password, "open, sesame=1");
}

TEST(Security, takes_the_names_of_librdkafka) {
    net::Certificate certificate;
    Security security = security_of({{"security.protocol", "sasl_ssl"},
                                     {"sasl.mechanisms", "PLAIN"},
                                     {"sasl.username", "alice"},
                                     {"sasl.password", "secret"},
                                     {"ssl.ca.location", certificate.certificate_path()},
                                     {"ssl.certificate.location", certificate.certificate_path()},
                                     {"ssl.key.location", certificate.key_path()}});

    ASSERT_TRUE(security.login && security.encryption);
    EXPECT_EQ(security.login->mechanism, Mechanism::Plain);
    EXPECT_EQ(security.login->password, "secret");
    EXPECT_THAT(security.encryption->tls.trusted, StartsWith("-----BEGIN CERTIFICATE-----"));
    EXPECT_THAT(security.encryption->tls.certificate, StartsWith("-----BEGIN CERTIFICATE-----"));
    EXPECT_THAT(security.encryption->tls.key, StartsWith("-----BEGIN PRIVATE KEY-----"));
}

TEST(Security, reads_certificates_from_files_and_from_the_properties_themselves) {
    net::Certificate certificate;
    auto from_file = security_of({{"security.protocol", "SSL"},
                                  {"ssl.truststore.type", "PEM"},
                                  {"ssl.truststore.location", certificate.certificate_path()},
                                  {"ssl.keystore.type", "PEM"},
                                  {"ssl.keystore.location", certificate.key_path()},
                                  {"ssl.key.password", "secret"}})
                         .encryption;
    ASSERT_TRUE(from_file);
    EXPECT_THAT(from_file->tls.trusted, StartsWith("-----BEGIN CERTIFICATE-----"));
    EXPECT_THAT(from_file->tls.key, StartsWith("-----BEGIN PRIVATE KEY-----"));
    EXPECT_EQ(from_file->tls.key_password, "secret");

    std::ifstream file(certificate.key_path());
    std::string key(std::istreambuf_iterator<char>(file), {});
    auto in_place = security_of({{"security.protocol", "SSL"},
                                 {"ssl.truststore.certificates", from_file->tls.trusted},
                                 {"ssl.keystore.certificate.chain", from_file->tls.trusted},
                                 {"ssl.keystore.key", key}})
                        .encryption;
    ASSERT_TRUE(in_place);
    EXPECT_EQ(in_place->tls.trusted, from_file->tls.trusted);
    EXPECT_EQ(in_place->tls.certificate, from_file->tls.trusted);
    EXPECT_EQ(in_place->tls.key, key);
}

TEST(Security, checks_the_name_of_the_host_unless_the_algorithm_is_empty) {
    auto checks = [](Properties more) {
        more.emplace("security.protocol", "SSL");
        return security_of(more).encryption->checks_host;
    };

    EXPECT_TRUE(checks({}));
    EXPECT_TRUE(checks({{"ssl.endpoint.identification.algorithm", "https"}}));
    EXPECT_FALSE(checks({{"ssl.endpoint.identification.algorithm", ""}}));
    EXPECT_FALSE(checks({{"ssl.endpoint.identification.algorithm", "none"}}));
}

TEST(Security, names_the_property_that_is_wrong_and_what_it_could_be) {
    EXPECT_EQ(refusal_of({{"security.protocol", "TLS"}}),
              "security.protocol: there is no 'TLS'; there are PLAINTEXT, SSL, SASL_PLAINTEXT and "
              "SASL_SSL");
    EXPECT_THAT(refusal_of(scram({{"sasl.mechanism", "OAUTHBEARER"}})),
                StartsWith("sasl.mechanism: OAUTHBEARER is not known here"));
    EXPECT_THAT(refusal_of({{"security.protocol", "SASL_SSL"}}),
                StartsWith("sasl.mechanism: GSSAPI is not known here"));
    EXPECT_THAT(refusal_of({{"security.protocol", "SSL"}, {"ssl.ca.location", "/nowhere"}}),
                StartsWith("ssl.ca.location: cannot read /nowhere"));
}

TEST(Security, wants_a_name_and_a_password_to_log_in_with) {
    EXPECT_THAT(refusal_of(scram({{"sasl.jaas.config", ""}})), HasSubstr("a user's name"));
    EXPECT_THAT(refusal_of(scram({{"sasl.jaas.config", "M required username=alice;"}})),
                HasSubstr("a password is missing"));
    EXPECT_THAT(refusal_of(scram({{"sasl.jaas.config", "M required username=a password='\\0';"}})),
                HasSubstr("NUL"));
}

}  // namespace
}  // namespace tarn::kafka::client
