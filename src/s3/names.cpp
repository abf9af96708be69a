#include "s3/names.hpp"

#include <arrow/util/utf8.h>

#include <algorithm>

#include "s3/refusal.hpp"

namespace tarn::s3 {
namespace {

bool is_utf8(std::string_view text) {
    static const bool is_ready = [] {
        arrow::util::InitializeUTF8();
        return true;
    }();
    return is_ready && arrow::util::ValidateUTF8(text);
}

bool has_control(std::string_view text) {
    return std::ranges::any_of(text, [](char c) {
        auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
}

// What is wrong with a key; null when nothing is.
const char* fault_of(std::string_view key) {
    if (key.empty()) return "The key is empty.";
    if (key.starts_with('/')) return "A key must not start with a slash here.";
    std::string_view rest = key;
    while (!rest.empty()) {
        std::string_view part = rest.substr(0, rest.find('/'));
        if (part.empty()) return "A key must not have two slashes in a row here.";
        if (part.size() > KeyPartBytesMax) {
            return "A part of a key, between slashes, has at most 255 bytes here.";
        }
        if (!is_key_part(part)) {
            return "A part of a key must not be '.' or '..', start with '.tarn-' or have control "
                   "characters or anything else than UTF-8 in it.";
        }
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    }
    return nullptr;
}

std::string path_of_checked(const ObjectName& name) {
    std::string path = name.bucket + "/" + name.key;
    if (path.ends_with('/')) path += FolderMarkerName;
    return path;
}

}  // namespace

bool is_new_bucket_name(std::string_view name) {
    auto is_letter_or_digit = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    };
    if (name.size() < 3 || name.size() > 63) return false;
    if (!is_letter_or_digit(name.front()) || !is_letter_or_digit(name.back())) return false;
    if (name.find("..") != std::string_view::npos) return false;
    bool looks_like_address =
        std::ranges::all_of(name, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
    if (looks_like_address && std::ranges::count(name, '.') == 3) return false;
    return std::ranges::all_of(
        name, [&](char c) { return is_letter_or_digit(c) || c == '-' || c == '.'; });
}

bool is_bucket_folder(std::string_view name) {
    return !name.starts_with('.') && name.size() <= KeyPartBytesMax && is_key_part(name);
}

bool is_key_part(std::string_view name) {
    if (name.empty() || name == "." || name == ".." || name.starts_with(OwnPrefix)) return false;
    return name.find('/') == std::string_view::npos && !has_control(name) && is_utf8(name);
}

std::optional<std::string> path_of(const ObjectName& name) {
    if (name.key.size() > KeyBytesMax || fault_of(name.key)) return std::nullopt;
    return path_of_checked(name);
}

std::string path_to_write(const ObjectName& name) {
    if (name.key.size() > KeyBytesMax) throw Refusal(Code::KeyTooLong);
    if (const char* fault = fault_of(name.key)) throw Refusal(Code::InvalidArgument, fault);
    return path_of_checked(name);
}

}  // namespace tarn::s3
