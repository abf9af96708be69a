// Server-sent events: a stream of small messages over one long answer, which browsers reconnect by
// themselves. A writer for handlers, and a parser for whoever reads one.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/response.hpp"

namespace tarn::http {

struct ServerSentEvent {
    std::string event = {};  // empty means "message"
    std::string data = {};   // may have several lines
    std::string id = {};     // what a browser sends back as Last-Event-ID
    std::optional<std::chrono::milliseconds> retry = {};

    bool operator==(const ServerSentEvent&) const = default;
};

// The event as bytes. A line break in the name or the id throws InvalidInput: it would begin a
// field of its own.
std::string to_text(const ServerSentEvent& event);

class EventWriter {
public:
    explicit EventWriter(BodyWriter& body) : body_(body) {}

    awaitable<void> send(ServerSentEvent event);
    // A comment that readers skip. Proxies cut connections that are silent for a minute or so.
    awaitable<void> heartbeat();

private:
    BodyWriter& body_;
};

// An endless answer that `write` feeds; it is cancelled when the client leaves or the server stops.
Response event_stream(std::function<awaitable<void>(EventWriter&)> write);

// Takes the bytes of a stream in any pieces.
class EventParser {
public:
    // An event that never ends would grow without bound; past this many bytes feed() throws
    // TooLarge.
    explicit EventParser(size_t event_bytes_max = 1024 * 1024)
        : event_bytes_max_(event_bytes_max) {}

    // The events that these bytes complete.
    std::vector<ServerSentEvent> feed(std::string_view bytes);

private:
    void take_line(std::string_view line, std::vector<ServerSentEvent>& complete);

    size_t event_bytes_max_;
    std::string line_;  // so far
    bool ended_with_cr_ = false;
    bool is_at_start_ = true;
    bool has_data_ = false;
    ServerSentEvent event_;
};

}  // namespace tarn::http
