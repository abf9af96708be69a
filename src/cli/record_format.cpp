#include "cli/record_format.hpp"

#include <fmt/format.h>

#include <iterator>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/json_text.hpp"

namespace tarn::cli {
namespace {

constexpr std::string_view Letters = "tpoTkvh";

std::string_view text_or_empty(const std::optional<BytesView>& bytes) {
    return bytes ? as_text(*bytes) : std::string_view();
}

void append_headers(std::string& out, const log::RecordHeaders& headers) {
    bool is_first = true;
    for (const log::RecordHeader& header : headers) {
        if (!is_first) out += ",";
        is_first = false;
        out.append(header.key).append("=").append(text_or_empty(header.value));
    }
}

void append_field(std::string& out, char letter, const kafka::client::ReceivedRecord& received) {
    auto to = std::back_inserter(out);
    switch (letter) {
        case 't':
            out += received.topic;
            return;
        case 'p':
            fmt::format_to(to, "{}", received.partition);
            return;
        case 'o':
            fmt::format_to(to, "{}", received.record.offset);
            return;
        case 'T':
            fmt::format_to(to, "{}", received.record.timestamp);
            return;
        case 'k':
            out += text_or_empty(received.record.key);
            return;
        case 'v':
            out += text_or_empty(received.record.value);
            return;
        case 'h':
            append_headers(out, received.record.headers);
            return;
        default:
            return;
    }
}

void append_text_or_null(std::string& out, const std::optional<BytesView>& bytes) {
    if (!bytes) {
        out += "null";
    } else {
        append_json_quoted(out, as_text(*bytes));
    }
}

}  // namespace

RecordFormat RecordFormat::parse(std::string_view pattern) {
    RecordFormat format;
    std::string text;
    for (size_t i = 0; i < pattern.size(); ++i) {
        char next = i + 1 < pattern.size() ? pattern[i + 1] : '\0';
        if (pattern[i] == '%' && Letters.find(next) != std::string_view::npos && next != '\0') {
            format.parts_.push_back({.letter = 0, .text = std::exchange(text, {})});
            format.parts_.push_back({.letter = next, .text = {}});
            ++i;
        } else if (pattern[i] == '%' && next == '%') {
            text += '%';
            ++i;
        } else if (pattern[i] == '%') {
            throw Error(ErrorCode::InvalidInput, "--format: there is no '%{}'",
                        next ? std::string(1, next) : "")
                .with_hint(
                    "%t topic, %p partition, %o offset, %T time, %k key, %v value, "
                    "%h headers, %% a percent sign");
        } else if (pattern[i] == '\\' && (next == 'n' || next == 't' || next == '\\')) {
            text += next == 'n' ? '\n' : next == 't' ? '\t' : '\\';
            ++i;
        } else {
            text += pattern[i];
        }
    }
    if (!text.ends_with('\n')) text += '\n';
    format.parts_.push_back({.letter = 0, .text = std::move(text)});
    return format;
}

void RecordFormat::append_to(std::string& out, const kafka::client::ReceivedRecord& record) const {
    for (const Part& part : parts_) {
        if (part.letter) {
            append_field(out, part.letter, record);
        } else {
            out += part.text;
        }
    }
}

void append_as_json(std::string& out, const kafka::client::ReceivedRecord& received) {
    const log::RecordView& record = received.record;
    out += "{\"topic\":";
    append_json_quoted(out, received.topic);
    fmt::format_to(std::back_inserter(out), R"(,"partition":{},"offset":"{}","timestamp":)",
                   received.partition, record.offset);
    if (record.timestamp == log::NoTimestamp) {
        out += "null";
    } else {
        append_json_quoted(out, to_rfc3339(WallTime(std::chrono::milliseconds(record.timestamp))));
    }
    out += ",\"key\":";
    append_text_or_null(out, record.key);
    out += ",\"value\":";
    append_text_or_null(out, record.value);
    if (!record.headers.empty()) {
        out += ",\"headers\":[";
        bool is_first = true;
        for (const log::RecordHeader& header : record.headers) {
            if (!std::exchange(is_first, false)) out += ",";
            out += "{\"key\":";
            append_json_quoted(out, header.key);
            out += ",\"value\":";
            append_text_or_null(out, header.value);
            out += "}";
        }
        out += "]";
    }
    out += "}\n";
}

}  // namespace tarn::cli
