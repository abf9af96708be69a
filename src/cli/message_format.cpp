#include "cli/message_format.hpp"

#include <fmt/format.h>

#include <bit>

#include "base/error.hpp"

namespace tarn::cli {
namespace {

int64_t big_endian(BytesView bytes) {
    uint64_t number = 0;
    for (std::byte byte : bytes) number = number << 8 | std::to_integer<uint64_t>(byte);
    return static_cast<int64_t>(number);
}

std::string time_text(const kafka::client::ReceivedRecord& received) {
    if (received.record.timestamp == log::NoTimestamp) return "NO_TIMESTAMP";
    bool is_broker_time = received.timestamp_type == log::TimestampType::LogAppendTime;
    return fmt::format("{}:{}", is_broker_time ? "LogAppendTime" : "CreateTime",
                       received.record.timestamp);
}

}  // namespace

MessageFormat MessageFormat::of(const Properties& properties) {
    auto set_flag = [&](std::string_view name, bool& flag) {
        if (auto found = properties.find(name); found != properties.end()) {
            flag = found->second == "true";
        }
    };
    auto set_text = [&](std::string_view name, std::string& text) {
        if (auto found = properties.find(name); found != properties.end()) text = found->second;
    };
    MessageFormat format;
    set_flag("print.timestamp", format.shows_time_);
    set_flag("print.partition", format.shows_partition_);
    set_flag("print.offset", format.shows_offset_);
    set_flag("print.headers", format.shows_headers_);
    set_flag("print.key", format.shows_key_);
    set_flag("print.value", format.shows_value_);
    set_text("key.separator", format.key_separator_);
    set_text("line.separator", format.line_separator_);
    set_text("headers.separator", format.headers_separator_);
    set_text("null.literal", format.null_text_);
    format.key_decoding_ = decoding_of(properties, "key.deserializer");
    format.value_decoding_ = decoding_of(properties, "value.deserializer");
    return format;
}

MessageFormat::Decoding MessageFormat::decoding_of(const Properties& properties,
                                                   std::string_view name) {
    auto found = properties.find(name);
    if (found == properties.end()) return Decoding::Text;
    std::string_view type = found->second;
    type = type.substr(type.rfind('.') + 1);
    if (type == "StringDeserializer" || type == "ByteArrayDeserializer") return Decoding::Text;
    if (type == "ShortDeserializer") return Decoding::Int16;
    if (type == "IntegerDeserializer") return Decoding::Int32;
    if (type == "LongDeserializer") return Decoding::Int64;
    if (type == "DoubleDeserializer") return Decoding::Float64;
    throw Error(ErrorCode::InvalidInput, "{}: there is no '{}' here", name, found->second)
        .with_hint("String, Short, Integer, Long and Double are there");
}

void MessageFormat::append_to(std::string& out,
                              const kafka::client::ReceivedRecord& received) const {
    bool is_first = true;
    auto next_field = [&] {
        if (!is_first) out += key_separator_;
        is_first = false;
    };
    if (shows_time_) {
        next_field();
        out += time_text(received);
    }
    if (shows_partition_) {
        next_field();
        out += fmt::format("Partition:{}", received.partition);
    }
    if (shows_offset_) {
        next_field();
        out += fmt::format("Offset:{}", received.record.offset);
    }
    if (shows_headers_) {
        next_field();
        if (received.record.headers.empty()) out += "NO_HEADERS";
        bool is_first_header = true;
        for (const log::RecordHeader& header : received.record.headers) {
            if (!is_first_header) out += headers_separator_;
            is_first_header = false;
            out.append(header.key).append(":");
            append_bytes(out, header.value, Decoding::Text);
        }
    }
    if (shows_key_) {
        next_field();
        append_bytes(out, received.record.key, key_decoding_);
    }
    if (shows_value_) {
        next_field();
        append_bytes(out, received.record.value, value_decoding_);
    }
    out += line_separator_;
}

void MessageFormat::append_bytes(std::string& out, std::optional<BytesView> bytes,
                                 Decoding decoding) const {
    if (!bytes) {
        out += null_text_;
        return;
    }
    size_t size = decoding == Decoding::Text    ? bytes->size()
                  : decoding == Decoding::Int16 ? 2
                  : decoding == Decoding::Int32 ? 4
                                                : 8;
    if (bytes->size() != size) {
        throw Error(ErrorCode::InvalidInput, "a record of {} bytes is no number of {} bytes",
                    bytes->size(), size)
            .with_hint("leave the deserializer out to see it as text");
    }
    switch (decoding) {
        case Decoding::Text:
            out += as_text(*bytes);
            return;
        case Decoding::Int16:
            out += fmt::format("{}", static_cast<int16_t>(big_endian(*bytes)));
            return;
        case Decoding::Int32:
            out += fmt::format("{}", static_cast<int32_t>(big_endian(*bytes)));
            return;
        case Decoding::Int64:
            out += fmt::format("{}", big_endian(*bytes));
            return;
        case Decoding::Float64:
            out += fmt::format("{}", std::bit_cast<double>(big_endian(*bytes)));
            return;
    }
}

}  // namespace tarn::cli
