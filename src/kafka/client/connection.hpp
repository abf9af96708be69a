// A connection to one broker: one request, then its answer, in the highest version that both sides
// have. A connection that threw is out of step and must be dropped.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "kafka/client/stream.hpp"
#include "kafka/wire/headers.hpp"

namespace tarn::kafka::client {

// A response and the bytes that its records are views into.
template <typename Response>
class Answer {
public:
    Answer(Bytes frame, Response message)
        : frame_(std::move(frame)), message_(std::move(message)) {}

    const Response* operator->() const { return &message_; }
    const Response& operator*() const { return message_; }

private:
    Bytes frame_;
    Response message_;
};

class Connection {
public:
    // Asks the broker which versions it has.
    static Connection open(std::unique_ptr<Stream> stream, std::string client_id, Ticks deadline);

    template <typename Response, typename Request>
    Answer<Response> call(const Request& request, Ticks deadline) {
        static_assert(Request::Key == Response::Key);
        int version = version_for(Request::Key, Request::MinVersion, Request::MaxVersion);
        send(request_frame(request, header_of(version)), deadline);
        Bytes frame = receive(deadline);
        Reader in(frame);
        check_correlation(read_response_header(in, Request::Key, version));
        Response message = Response::read(in, version);
        return Answer<Response>(std::move(frame), std::move(message));
    }

    bool has(ApiKey key) const { return offered_.contains(static_cast<int16_t>(key)); }

private:
    struct Versions {
        int min;
        int max;
    };

    Connection(std::unique_ptr<Stream> stream, std::string client_id)
        : stream_(std::move(stream)), client_id_(std::move(client_id)) {}

    void learn_versions(Ticks deadline);
    // Throws InvalidInput when there is none that both have.
    int version_for(ApiKey key, int min, int max) const;
    RequestHeader header_of(int version);
    void send(const Frame& frame, Ticks deadline);
    Bytes receive(Ticks deadline);
    void check_correlation(int32_t id) const;

    std::unique_ptr<Stream> stream_;
    std::string client_id_;
    std::map<int16_t, Versions> offered_;  // by API
    int32_t last_id_ = 0;
};

}  // namespace tarn::kafka::client
