#include "http/server_sent_events.hpp"

#include <algorithm>
#include <charconv>

namespace tarn::http {
namespace {

constexpr std::string_view ByteOrderMark = "\xEF\xBB\xBF";

void check_one_line(std::string_view what, std::string_view text) {
    if (text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
        throw Error(ErrorCode::InvalidInput, "the {} of an event has a line break", what);
    }
}

}  // namespace

std::string to_text(const ServerSentEvent& event) {
    check_one_line("name", event.event);
    check_one_line("id", event.id);
    std::string text;
    if (!event.event.empty()) text += "event: " + event.event + "\n";
    if (!event.id.empty()) text += "id: " + event.id + "\n";
    if (event.retry) text += fmt::format("retry: {}\n", event.retry->count());
    // Each line of the data is a field; CR, LF and CRLF all end a line for the reader.
    std::string_view rest = event.data;
    while (true) {
        size_t end = rest.find_first_of("\r\n");
        text.append("data: ").append(rest.substr(0, end)).append("\n");
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + (rest.substr(end).starts_with("\r\n") ? 2 : 1));
    }
    return text + "\n";
}

awaitable<void> EventWriter::send(ServerSentEvent event) {
    return body_.write(to_text(event));
}

awaitable<void> EventWriter::heartbeat() {
    return body_.write(std::string(": still here\n\n"));
}

Response event_stream(std::function<awaitable<void>(EventWriter&)> write) {
    auto feed = [write = std::move(write)](BodyWriter& body) -> awaitable<void> {
        EventWriter events(body);
        // The head goes out at once, so that the client knows it is connected.
        co_await body.write(std::string());
        co_await write(events);
    };
    return {.status = 200,
            .headers = {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}},
            .body = BodyStream{.write = std::move(feed), .is_endless = true}};
}

std::vector<ServerSentEvent> EventParser::feed(std::string_view bytes) {
    std::vector<ServerSentEvent> complete;
    for (char c : bytes) {
        bool completes_crlf = ended_with_cr_ && c == '\n';
        ended_with_cr_ = c == '\r';
        if (completes_crlf) continue;
        if (c == '\r' || c == '\n') {
            take_line(line_, complete);
            line_.clear();
        } else if (line_.size() + event_.data.size() < event_bytes_max_) {
            line_ += c;
        } else {
            throw Error(ErrorCode::TooLarge, "an event has more than {} bytes", event_bytes_max_);
        }
    }
    return complete;
}

void EventParser::take_line(std::string_view line, std::vector<ServerSentEvent>& complete) {
    if (is_at_start_ && line.starts_with(ByteOrderMark)) line.remove_prefix(ByteOrderMark.size());
    is_at_start_ = false;
    if (line.empty()) {
        if (has_data_) {
            event_.data.pop_back();  // the break after the last line
            complete.push_back(event_);
        }
        // The id stays until another one comes.
        event_ = {.id = std::move(event_.id)};
        has_data_ = false;
        return;
    }
    std::string_view field = line.substr(0, line.find(':'));
    std::string_view value = line.substr(std::min(field.size() + 1, line.size()));
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "data") {
        event_.data.append(value).append("\n");
        has_data_ = true;
    } else if (field == "event") {
        event_.event = value;
    } else if (field == "id") {
        if (value.find('\0') == std::string_view::npos) event_.id = value;
    } else if (field == "retry") {
        int64_t milliseconds = 0;
        const char* end = value.data() + value.size();
        auto parsed = std::from_chars(value.data(), end, milliseconds);
        bool is_number = parsed.ec == std::errc() && parsed.ptr == end && milliseconds >= 0;
        if (is_number) event_.retry = std::chrono::milliseconds(milliseconds);
    }
}

}  // namespace tarn::http
