// A broker in memory: tests say which versions it has and what it answers to each request.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "kafka/client/client.hpp"
#include "kafka/wire/messages/api_versions.hpp"

namespace tarn::kafka::client {

class ScriptedBroker {
public:
    using Answerer = std::function<Frame(Reader&, int version, int32_t correlation_id)>;

    // Takes requests of one kind in these versions.
    template <typename Response, typename Request>
    void on(int min, int max, std::function<Response(const Request&)> answer) {
        auto key = static_cast<int16_t>(Request::Key);
        offered_.push_back({.api_key = key,
                            .min_version = static_cast<int16_t>(min),
                            .max_version = static_cast<int16_t>(max)});
        answerers_[key] = [answer](Reader& in, int version, int32_t id) {
            return response_frame(answer(Request::read(in, version)), version, id);
        };
    }

    // One node, 1, at the address that clients were given.
    static MetadataResponse metadata() {
        MetadataResponse answer;
        answer.brokers.push_back({.node_id = 1, .host = "scripted", .port = 1});
        answer.controller_id = 1;
        return answer;
    }

    ClientSettings settings() {
        ClientSettings settings;
        settings.bootstrap = {{"scripted", 1}};
        settings.retry_for = std::chrono::milliseconds(500);
        settings.retry_pause = std::chrono::milliseconds(1);
        settings.connect = [this](const Address&, Ticks) {
            if (is_down) throw Error(ErrorCode::Unavailable, "it is down");
            return std::make_unique<Wire>(*this);
        };
        return settings;
    }
    Client client() { return Client(settings()); }

    bool is_down = false;
    bool closes_on_strangers = false;  // answers ApiVersions alone
    int api_versions_max = 4;
    std::vector<std::string> seen;  // "Metadata 12"

private:
    class Wire : public Stream {
    public:
        explicit Wire(ScriptedBroker& broker) : broker_(broker) {}

        void write(BytesView bytes, Ticks) override {
            request_.insert(request_.end(), bytes.begin(), bytes.end());
            Reader size(request_);
            if (request_.size() < 4 || request_.size() < 4 + size_t(size.take_int32())) return;
            if (broker_.closes_on_strangers && !broker_.seen.empty()) return;
            Bytes answer = broker_.answer(BytesView(request_).subspan(4)).flat();
            request_.clear();
            reply_.insert(reply_.end(), answer.begin(), answer.end());
        }

        size_t read_some(std::span<std::byte> room, Ticks) override {
            if (reply_.empty()) throw ClosedError();
            size_t count = std::min(room.size(), reply_.size());
            std::copy_n(reply_.begin(), count, room.begin());
            reply_.erase(reply_.begin(), reply_.begin() + static_cast<long>(count));
            return count;
        }

    private:
        ScriptedBroker& broker_;
        Bytes request_;
        Bytes reply_;
    };

    Frame answer(BytesView request) {
        Reader in(request);
        RequestHeader header = read_request_header(in);
        int version = header.request_api_version;
        seen.push_back(name_of_api(header.request_api_key) + " " + std::to_string(version));
        if (header.request_api_key == static_cast<int16_t>(ApiKey::ApiVersions)) {
            ApiVersionsResponse versions;
            versions.api_keys = offered_;
            if (version > api_versions_max) {
                versions.error_code = code_of(KafkaError::UnsupportedVersion);
                version = 0;
            }
            return response_frame(versions, version, header.correlation_id);
        }
        return answerers_.at(header.request_api_key)(in, version, header.correlation_id);
    }

    std::vector<ApiVersionsResponse::ApiVersion> offered_;
    std::map<int16_t, Answerer> answerers_;
};

}  // namespace tarn::kafka::client
