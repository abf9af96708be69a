#include "kafka/wire/headers.hpp"

#include <gtest/gtest.h>

#include "kafka/wire/error_codes.hpp"
#include "kafka/wire/messages/api_versions.hpp"
#include "kafka/wire/messages/heartbeat.hpp"
#include "kafka/wire/testing/hex.hpp"
#include "kafka/wire/testing/refusal.hpp"

namespace tarn::kafka {
namespace {

const Api& api(ApiKey key) {
    return *find_api(static_cast<int16_t>(key));
}

TEST(WireHeaders, finds_an_api_by_its_key_alone) {
    EXPECT_EQ(apis().size(), 53u);
    EXPECT_EQ(api(ApiKey::Produce).name, "Produce");
    EXPECT_EQ(api(ApiKey::Produce).min_version, 3);
    EXPECT_EQ(api(ApiKey::Produce).max_version, 13);
    EXPECT_EQ(find_api(4), nullptr);
    EXPECT_EQ(find_api(-1), nullptr);
    EXPECT_EQ(find_api(32767), nullptr);
    EXPECT_EQ(name_of_api(18), "ApiVersions");
    EXPECT_EQ(name_of_api(4), "API 4");
}

TEST(WireHeaders, have_tagged_fields_from_the_first_flexible_version_on) {
    EXPECT_EQ(request_header_version(api(ApiKey::Fetch), 11), 1);
    EXPECT_EQ(request_header_version(api(ApiKey::Fetch), 12), 2);
    EXPECT_EQ(response_header_version(api(ApiKey::Fetch), 11), 0);
    EXPECT_EQ(response_header_version(api(ApiKey::Fetch), 12), 1);
    EXPECT_EQ(request_header_version(api(ApiKey::SaslHandshake), 1), 1);
    EXPECT_EQ(response_header_version(api(ApiKey::SaslHandshake), 1), 0);
}

TEST(WireHeaders, answer_api_versions_with_the_oldest_header_always) {
    EXPECT_EQ(request_header_version(api(ApiKey::ApiVersions), 3), 2);
    for (int version = 0; version < 9; ++version)
        EXPECT_EQ(response_header_version(api(ApiKey::ApiVersions), version), 0) << version;
}

TEST(WireHeaders, keep_the_clients_name_plain_in_every_version) {
    Bytes plain = from_hex("0012 0002 00000007 0002 6869");
    Bytes flexible = from_hex("0012 0003 00000007 0002 6869 01 09 01 ff");
    Reader plain_in(plain);
    Reader flexible_in(flexible);

    RequestHeader first = read_request_header(plain_in);
    RequestHeader second = read_request_header(flexible_in);

    EXPECT_EQ(first.request_api_version, 2);
    EXPECT_EQ(first.correlation_id, 7);
    EXPECT_EQ(first.client_id, "hi");
    EXPECT_TRUE(plain_in.is_at_end());
    EXPECT_EQ(second.request_api_version, 3);
    EXPECT_EQ(second.client_id, "hi");
    EXPECT_TRUE(flexible_in.is_at_end());
}

TEST(WireHeaders, can_be_read_of_a_version_that_we_do_not_have) {
    Bytes bytes = from_hex("0012 0063 00000007 ffff 00");
    Reader in(bytes);

    RequestHeader header = read_request_header(in);

    EXPECT_EQ(header.request_api_version, 99);
    EXPECT_EQ(header.client_id, std::nullopt);
    EXPECT_EQ(refusal_of([&] { ApiVersionsRequest::read(in, 99); }),
              "invalid_input: kafka: ApiVersionsRequest has no version 99, only 0 to 4");
}

TEST(WireHeaders, refuse_a_key_that_we_do_not_have) {
    Bytes bytes = from_hex("0004 0000 00000007 ffff");
    Reader in(bytes);

    EXPECT_EQ(refusal_of([&] { read_request_header(in); }),
              "invalid_input: kafka: there is no API with the key 4");
}

TEST(WireHeaders, frame_a_request_and_its_response_there_and_back) {
    for (int16_t version = 0; version <= HeartbeatRequest::MaxVersion; ++version) {
        RequestHeader header{.request_api_version = version, .correlation_id = 5, .client_id = "c"};
        HeartbeatRequest request{.group_id = "g", .generation_id = 3, .member_id = "m"};
        HeartbeatResponse response{.throttle_time_ms = version > 0 ? 9 : 0,
                                   .error_code = code_of(KafkaError::RebalanceInProgress)};

        Bytes asked = request_frame(request, header).flat();
        Reader in(BytesView(asked).subspan(4));
        RequestHeader seen = read_request_header(in);
        EXPECT_EQ(seen.request_api_key, 12);
        EXPECT_EQ(HeartbeatRequest::read(in, seen.request_api_version), request);
        EXPECT_TRUE(in.is_at_end());

        Bytes answered = response_frame(response, version, seen.correlation_id).flat();
        Reader back(BytesView(answered).subspan(4));
        EXPECT_EQ(read_response_header(back, ApiKey::Heartbeat, version), 5);
        EXPECT_EQ(HeartbeatResponse::read(back, version), response);
        EXPECT_TRUE(back.is_at_end());
    }
}

}  // namespace
}  // namespace tarn::kafka
