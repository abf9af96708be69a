// Any bytes are either a request or refused, in whatever pieces they come: the parser finds the
// same head and body either way, the router's answer agrees with parse_target, and no header value
// breaks what reads it.
#include <algorithm>
#include <string>

#include "base/assert.hpp"
#include "http/header_values.hpp"
#include "http/json.hpp"
#include "http/message_parser.hpp"
#include "http/route.hpp"
#include "http/server_sent_events.hpp"
#include "http/target.hpp"
#include "http/url.hpp"

namespace tarn::http {
namespace {

awaitable<Response> nothing(Request&) {
    co_return Response{};
}

Router make_router() {
    Router router;
    for (std::string path : {"/", "/v1/config", "/v1/{prefix}/namespaces", "/v1/{a}/{b}/{c...}",
                             "/{bucket}", "/{bucket}/{key...}"}) {
        router.add({.method = Method::Get, .path = path, .summary = "", .handler = nothing});
    }
    router.add({.method = Method::Put, .path = "/{b}/{k...}", .summary = "", .handler = nothing});
    return router;
}

struct Parsed {
    std::string head;  // the request as text, empty when it was refused before
    std::string body;
    bool is_done = false;
    bool is_refused = false;
};

// Parses one message of bytes that arrive `step` at a time.
Parsed parse(std::string_view bytes, size_t step) {
    MessageParser parser(MessageParser::Side::Request, 1024);
    InputBuffer input;
    Parsed parsed;
    while (!parser.is_done() && !parser.failure()) {
        if (!input.empty()) {
            size_t used = parser.put(input.bytes());
            parsed.body.append(as_text(parser.body_piece()));
            input.consume(used);
            if (used > 0) continue;
        }
        if (bytes.empty() || parser.failure()) break;
        std::string_view piece = bytes.substr(0, step);
        bytes.remove_prefix(piece.size());
        auto room = input.room(piece.size());
        std::copy_n(as_bytes(piece).begin(), piece.size(), room.begin());
        input.commit(piece.size());
    }
    parsed.is_done = parser.is_done();
    parsed.is_refused = parser.failure().has_value();
    if (parser.has_head() && !parsed.is_refused) {
        parsed.head = fmt::format("{} {}", name_of(parser.head().method), parser.head().target);
        for (Header header : parser.head().headers) {
            parsed.head.append("\n").append(header.name).append(":").append(header.value);
        }
    }
    return parsed;
}

void check_target(const Router& router, std::string_view text) {
    auto target = parse_target(text);
    if (!target) return;
    for (Method method : {Method::Get, Method::Head, Method::Put, Method::Other}) {
        auto match = router.match(method, target->path);
        TARN_ASSERT(match.route || match.allowed.empty() || method != Method::Get);
        for (auto& [name, value] : match.parameters) {
            TARN_ASSERT(!name.empty() && !value.empty());
            TARN_ASSERT(value != ".." && value.find('\0') == std::string::npos);
        }
    }
    parse_query(target->query);
    auto decoded = percent_decoded(target->path);
    TARN_ASSERT(decoded && percent_decoded(percent_encoded(*decoded)) == *decoded);
}

void check_value(std::string_view text) {
    RangeAnswer range = parse_range(text, 1000);
    if (auto* part = std::get_if<ByteRange>(&range)) {
        TARN_ASSERT(part->count > 0 && part->first + part->count <= 1000);
    }
    accepts_gzip(text);
    etag_matches(text, "\"tag\"");
    try {
        parse_url(text);
    } catch (const Error& error) {
        TARN_ASSERT(error.code() == ErrorCode::InvalidInput);
    }
    try {
        parse_json(text, "body");
    } catch (const Error& error) {
        TARN_ASSERT(error.code() == ErrorCode::InvalidInput);
    }
    EventParser events;
    events.feed(text);
}

}  // namespace
}  // namespace tarn::http

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace tarn;
    using namespace tarn::http;
    static const Router router = make_router();
    std::string_view text(reinterpret_cast<const char*>(data), size);

    Parsed whole = parse(text, size + 1);
    Parsed slow = parse(text, 1);
    // A refusal may come earlier or later by how much is there to see. What both take is the same.
    if (!whole.is_refused && !slow.is_refused) {
        TARN_ASSERT(whole.head == slow.head);
        TARN_ASSERT(whole.body == slow.body);
        TARN_ASSERT(whole.is_done == slow.is_done);
    }
    check_target(router, text);
    check_value(text);
    if (!whole.head.empty()) {
        std::string_view target = whole.head;
        target.remove_prefix(target.find(' ') + 1);
        check_target(router, target.substr(0, target.find('\n')));
    }
    return 0;
}
