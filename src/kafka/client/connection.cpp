#include "kafka/client/connection.hpp"

#include <array>

#include "kafka/client/refusal.hpp"
#include "kafka/wire/messages/api_versions.hpp"

namespace tarn::kafka::client {
namespace {

// A Fetch answer is the largest there is, and Fetch limits it; whatever claims more is no Kafka.
constexpr int32_t FrameBytesMax = 256 << 20;

// The last version in which a request names topics by their names, or asks for one thing instead of
// a list. Every broker from 2.1 to 4.x has these; what came later would only mean more code here.
int simple_version_max(ApiKey key) {
    switch (key) {
        case ApiKey::Produce:
        case ApiKey::Fetch:
            return 12;
        case ApiKey::OffsetCommit:
            return 9;
        case ApiKey::OffsetFetch:
            return 7;
        case ApiKey::FindCoordinator:
            return 3;
        // Beyond them producers speak the second protocol of transactions (KIP-890).
        case ApiKey::AddPartitionsToTxn:
        case ApiKey::AddOffsetsToTxn:
            return 3;
        case ApiKey::EndTxn:
        case ApiKey::InitProducerId:
        case ApiKey::TxnOffsetCommit:
            return 4;
        case ApiKey::LeaveGroup:
            return 2;
        case ApiKey::DeleteTopics:
            return 5;
        default:
            return 0x7FFF;
    }
}

// The first bytes with which TLS complains of what is not TLS; no frame is as large.
bool is_tls_alert(BytesView prefix) {
    return prefix[0] == std::byte{21} && prefix[1] == std::byte{3};
}

}  // namespace

Connection Connection::open(std::unique_ptr<Stream> stream, std::string client_id, Ticks deadline) {
    Connection connection(std::move(stream), std::move(client_id));
    connection.learn_versions(deadline);
    return connection;
}

void Connection::learn_versions(Ticks deadline) {
    ApiVersionsRequest request{.client_software_name = "tarn", .client_software_version = "1"};
    int version = 3;
    send(request_frame(request, header_of(version)), deadline);
    Bytes frame = receive(deadline);
    Reader in(frame);
    check_correlation(read_response_header(in, ApiKey::ApiVersions, version));
    Reader ahead = in;
    if (ahead.take_int16() == code_of(KafkaError::UnsupportedVersion)) {
        // A broker that is older than the question answers in the oldest form, with its versions.
        version = 0;
    }
    auto answer = ApiVersionsResponse::read(in, version);
    if (version != 0) check(answer.error_code, "asking for versions");
    for (const auto& api : answer.api_keys) {
        offered_[api.api_key] = Versions{.min = api.min_version, .max = api.max_version};
    }
}

int Connection::version_for(ApiKey key, int min, int max) const {
    auto offered = offered_.find(static_cast<int16_t>(key));
    std::string name = name_of_api(static_cast<int16_t>(key));
    if (offered == offered_.end()) {
        throw Error(ErrorCode::InvalidInput, "the broker has no {} requests", name);
    }
    int version = std::min({max, offered->second.max, simple_version_max(key)});
    if (version < std::max(min, offered->second.min)) {
        throw Error(ErrorCode::InvalidInput,
                    "the broker has {} requests of versions {} to {}, of which none is known here",
                    name, offered->second.min, offered->second.max);
    }
    return version;
}

RequestHeader Connection::header_of(int version) {
    RequestHeader header;
    header.request_api_version = static_cast<int16_t>(version);
    header.correlation_id = ++last_id_;
    header.client_id = client_id_;
    return header;
}

void Connection::send(const Frame& frame, Ticks deadline) {
    for (const Frame::Piece& piece : frame.pieces()) {
        stream_->write(std::get<BytesView>(piece), deadline);
    }
}

Bytes Connection::receive(Ticks deadline) {
    std::array<std::byte, 4> prefix;
    stream_->read(prefix, deadline);
    int32_t size = Reader(prefix).take_int32();
    if (is_tls_alert(prefix)) {
        throw Error(ErrorCode::Corrupt, "it speaks TLS")
            .with_hint("write security.protocol=SSL or SASL_SSL into the file of --command-config");
    }
    if (size < 0 || size > FrameBytesMax) {
        throw Error(ErrorCode::Corrupt, "what answers does not speak Kafka's protocol")
            .with_hint("check the port");
    }
    Bytes frame(static_cast<size_t>(size));
    stream_->read(frame, deadline);
    return frame;
}

void Connection::check_correlation(int32_t id) const {
    if (id == last_id_) return;
    throw Error(ErrorCode::Corrupt, "answer {} came to request {}", id, last_id_);
}

}  // namespace tarn::kafka::client
