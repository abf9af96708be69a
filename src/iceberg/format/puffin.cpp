#include "iceberg/format/puffin.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

#include "base/assert.hpp"
#include "base/byte_reader.hpp"
#include "base/error.hpp"
#include "iceberg/format/json_object.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

constexpr std::string_view Magic = "PFA1";
constexpr uint32_t FlagCompressedFooter = 1;
// The magic at both ends, and the size and flags between.
constexpr int64_t FooterFrameBytes = static_cast<int64_t>(Magic.size() + PuffinTailBytes);

template <typename... Args>
[[noreturn]] void fail_corrupt(fmt::format_string<Args...> text, Args&&... args) {
    throw Error(ErrorCode::Corrupt, "puffin: {}", fmt::format(text, std::forward<Args>(args)...));
}

void append(Bytes& out, std::string_view text) {
    auto bytes = as_bytes(text);
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void append_little_endian(Bytes& out, uint32_t number) {
    auto bytes = std::as_bytes(std::span(&number, 1));
    out.insert(out.end(), bytes.begin(), bytes.end());
}

json::object to_json(const std::map<std::string, std::string>& texts) {
    json::object members;
    for (const auto& [name, text] : texts) members[name] = text;
    return members;
}

json::object to_json(const PuffinBlob& blob) {
    json::object members{{"type", blob.type},
                         {"fields", json::array(blob.fields.begin(), blob.fields.end())},
                         {"snapshot-id", blob.snapshot_id},
                         {"sequence-number", blob.sequence_number},
                         {"offset", blob.offset},
                         {"length", blob.length}};
    if (blob.compression) members["compression-codec"] = *blob.compression;
    if (!blob.properties.empty()) members["properties"] = to_json(blob.properties);
    return members;
}

PuffinBlob blob_from_json(const JsonObject& json, int64_t blobs_end) {
    PuffinBlob blob{.type = json.text("type"),
                    .fields = json.small_numbers("fields"),
                    .snapshot_id = json.number("snapshot-id"),
                    .sequence_number = json.number("sequence-number"),
                    .offset = json.number("offset"),
                    .length = json.number("length"),
                    .compression = json.find_text("compression-codec"),
                    .properties = json.texts("properties")};
    bool is_inside = blob.offset >= std::ssize(Magic) && blob.length >= 0 &&
                     blob.offset <= blobs_end && blob.length <= blobs_end - blob.offset;
    if (!is_inside) {
        fail_corrupt("a blob of {} bytes at {}, where blobs end at {}", blob.length, blob.offset,
                     blobs_end);
    }
    return blob;
}

}  // namespace

PuffinWriter::PuffinWriter() {
    append(file_, Magic);
}

PuffinBlob PuffinWriter::add(PuffinBlob description, BytesView payload) {
    description.offset = std::ssize(file_);
    description.length = std::ssize(payload);
    file_.insert(file_.end(), payload.begin(), payload.end());
    footer_.blobs.push_back(description);
    return description;
}

Bytes PuffinWriter::finish(std::map<std::string, std::string> properties) {
    json::array blobs;
    for (const PuffinBlob& blob : footer_.blobs) blobs.push_back(to_json(blob));
    std::string payload = json::serialize(
        json::object{{"blobs", std::move(blobs)}, {"properties", to_json(properties)}});
    append(file_, Magic);
    append(file_, payload);
    append_little_endian(file_, static_cast<uint32_t>(payload.size()));
    append_little_endian(file_, 0);
    append(file_, Magic);
    return std::move(file_);
}

int64_t puffin_footer_bytes(BytesView tail, int64_t file_bytes) {
    if (tail.size() < PuffinTailBytes) fail_corrupt("a file of {} bytes", tail.size());
    ByteReader in(tail.last(PuffinTailBytes), "puffin");
    auto payload_bytes = in.take_little_endian<int32_t>();
    auto flags = in.take_little_endian<uint32_t>();
    if (as_text(in.take(Magic.size())) != Magic) fail_corrupt("the file does not end in PFA1");
    if (flags == FlagCompressedFooter) {
        throw Error(ErrorCode::InvalidInput, "puffin: compressed footers are not supported");
    }
    if (flags != 0) fail_corrupt("unknown flags {:#x}", flags);
    int64_t footer_bytes = FooterFrameBytes + payload_bytes;
    if (payload_bytes < 0 || footer_bytes > file_bytes - std::ssize(Magic)) {
        fail_corrupt("a footer of {} bytes in a file of {}", payload_bytes, file_bytes);
    }
    return footer_bytes;
}

PuffinFooter read_puffin_footer(BytesView footer, int64_t file_bytes) {
    int64_t footer_bytes = puffin_footer_bytes(footer, file_bytes);
    TARN_ASSERT(std::ssize(footer) >= footer_bytes);
    ByteReader in(footer.last(static_cast<size_t>(footer_bytes)), "puffin");
    if (as_text(in.take(Magic.size())) != Magic) fail_corrupt("the footer does not begin in PFA1");
    boost::system::error_code failure;
    auto payload = in.take(static_cast<size_t>(footer_bytes - FooterFrameBytes));
    json::value parsed = json::parse(as_text(payload), failure);
    if (failure) fail_corrupt("the footer is no JSON: {}", failure.message());

    JsonObject members(parsed, "puffin");
    PuffinFooter read;
    for (const JsonObject& blob : members.objects("blobs")) {
        read.blobs.push_back(blob_from_json(blob, file_bytes - footer_bytes));
    }
    read.properties = members.texts("properties");
    return read;
}

PuffinFooter read_puffin_footer(BytesView file) {
    if (file.size() < Magic.size() || as_text(file.first(Magic.size())) != Magic) {
        fail_corrupt("the file does not begin in PFA1");
    }
    return read_puffin_footer(file, std::ssize(file));
}

}  // namespace tarn::iceberg
