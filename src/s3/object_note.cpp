#include "s3/object_note.hpp"

#include <algorithm>

#include "s3/refusal.hpp"
#include "s3/text.hpp"

namespace tarn::s3 {
namespace {

constexpr size_t MetadataBytesMax = 2048;
// All headers together, so that the note fits.
constexpr size_t HeaderBytesMax = 3072;
constexpr std::string_view MetadataPrefix = "x-amz-meta-";
constexpr std::string_view FirstLine = "tarn-s3 1";

constexpr std::string_view Kept[] = {"content-type",     "cache-control",    "content-disposition",
                                     "content-encoding", "content-language", "expires"};
// They ask for something that would silently not happen.
constexpr std::string_view Refused[] = {"x-amz-server-side-encryption", "x-amz-tagging",
                                        "x-amz-object-lock-", "x-amz-website-redirect-location"};

// Without "aws-chunked", which speaks of the request and not of the object.
std::string content_encoding(std::string_view value) {
    std::string kept;
    while (!value.empty()) {
        std::string_view item = http::take_list_item(value);
        if (item.empty() || http::equals_ignoring_case(item, "aws-chunked")) continue;
        kept += (kept.empty() ? "" : ",") + std::string(item);
    }
    return kept;
}

std::string_view take_line(std::string_view& text) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return line;
}

std::string_view take_word(std::string_view& line) {
    std::string_view word = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(word.size() + 1, line.size()));
    return word;
}

bool take_field(std::string_view name, std::string_view value, ObjectNote& note) {
    if (name == "size") {
        auto size = parse_number<uint64_t>(value);
        note.size = size.value_or(0);
        return size.has_value();
    }
    if (name == "etag") {
        note.etag = value;
        return !value.empty();
    }
    if (name == "checksum") {
        auto kind = checksum_named(take_word(value));
        note.checksum_form = take_word(value) == name_of(ChecksumForm::Composite)
                                 ? ChecksumForm::Composite
                                 : ChecksumForm::FullObject;
        if (kind) note.checksum = Checksum{.kind = *kind, .value = std::string(value)};
        return kind.has_value();
    }
    if (name == "upload") {
        note.upload_id = value;
        return true;
    }
    if (name == "header") {
        std::string_view header = take_word(value);
        note.headers.emplace_back(header, value);
        return !header.empty();
    }
    return false;
}

}  // namespace

std::string_view name_of(ChecksumForm form) {
    return form == ChecksumForm::FullObject ? "FULL_OBJECT" : "COMPOSITE";
}

ObjectHeaders headers_to_keep(const http::Headers& headers) {
    ObjectHeaders kept;
    size_t metadata_bytes = 0, all_bytes = 0;
    for (http::Header header : headers) {
        std::string name = in_lower_case(header.name);
        bool is_refused = std::ranges::any_of(
            Refused, [&](std::string_view start) { return name.starts_with(start); });
        if (is_refused) {
            throw Refusal(Code::NotImplemented, fmt::format("{} is not implemented here.", name));
        }
        bool is_metadata = name.starts_with(MetadataPrefix);
        if (!is_metadata && std::ranges::find(Kept, name) == std::end(Kept)) continue;
        std::string value(header.value);
        if (name == "content-encoding") value = content_encoding(value);
        if (value.empty() && !is_metadata) continue;
        if (is_metadata) metadata_bytes += name.size() - MetadataPrefix.size() + value.size();
        all_bytes += name.size() + value.size() + std::string_view("header  \n").size();
        kept.emplace_back(std::move(name), std::move(value));
    }
    if (metadata_bytes > MetadataBytesMax || all_bytes > HeaderBytesMax) {
        throw Refusal(Code::MetadataTooLarge);
    }
    return kept;
}

Bytes encode(const ObjectNote& note) {
    std::string text = fmt::format("{}\nsize {}\netag {}\n", FirstLine, note.size, note.etag);
    if (note.checksum) {
        text += fmt::format("checksum {} {} {}\n", name_of(note.checksum->kind),
                            name_of(note.checksum_form), note.checksum->value);
    }
    if (!note.upload_id.empty()) text += fmt::format("upload {}\n", note.upload_id);
    for (const auto& [name, value] : note.headers) {
        text += fmt::format("header {} {}\n", name, value);
    }
    return copy_of(as_bytes(text));
}

std::optional<ObjectNote> decode_note(BytesView bytes) {
    std::string_view text = as_text(bytes);
    if (take_line(text) != FirstLine) return std::nullopt;
    ObjectNote note;
    while (!text.empty()) {
        std::string_view line = take_line(text);
        std::string_view name = take_word(line);
        if (!take_field(name, line, note)) return std::nullopt;
    }
    if (note.etag.empty()) return std::nullopt;
    return note;
}

}  // namespace tarn::s3
