#include "storage/uri.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <vector>

#include "base/error.hpp"
#include "base/json_text.hpp"
#include "base/suggest.hpp"

namespace tarn::storage {

namespace {

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

template <typename... Args>
Error invalid(std::string_view text, fmt::format_string<Args...> reason, Args&&... args) {
    return Error(ErrorCode::InvalidInput, "{} is no usable location: {}", json_quoted(text),
                 fmt::format(reason, std::forward<Args>(args)...));
}

std::vector<std::string_view> parts_of(std::string_view path) {
    std::vector<std::string_view> parts;
    while (true) {
        size_t slash = path.find('/');
        parts.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return parts;
        path.remove_prefix(slash + 1);
    }
}

// What is wrong with one part of a path, if anything.
const char* fault_of(std::string_view part) {
    if (part.empty()) return "it has an empty part, as in 'a//b'";
    if (part == "." || part == "..") return "it may not contain '.' or '..'";
    if (part.starts_with(unfinished_prefix)) return "names like this one are kept for our own use";
    return nullptr;
}

// The text before ":/" when it reads like a scheme. "a:b" is a bare path.
std::optional<std::string_view> scheme_of(std::string_view text) {
    size_t colon = text.find(":/");
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    std::string_view scheme = text.substr(0, colon);
    bool reads_like_one = std::all_of(scheme.begin(), scheme.end(), [](unsigned char c) {
        return std::isalnum(c) || c == '+' || c == '-' || c == '.';
    });
    if (!reads_like_one || !std::isalpha(static_cast<unsigned char>(scheme[0]))) {
        return std::nullopt;
    }
    return scheme;
}

enum class Climbing { Allowed, Refused };

// An absolute path without ".", ".." and doubled slashes.
std::string plain_path(std::string_view text, std::string_view path, Climbing climbing) {
    std::vector<std::string_view> kept;
    for (std::string_view part : parts_of(path)) {
        if (part.empty() || part == ".") continue;
        if (part != "..") {
            kept.push_back(part);
        } else if (climbing == Climbing::Refused) {
            throw invalid(text, "it may not contain '..'");
        } else if (kept.empty()) {
            throw invalid(text, "'..' climbs above the root folder");
        } else {
            kept.pop_back();
        }
    }
    std::string plain;
    for (std::string_view part : kept) plain.append("/").append(part);
    return plain.empty() ? "/" : plain;
}

bool is_bucket_name(std::string_view name) {
    return std::isalnum(static_cast<unsigned char>(name[0])) &&
           std::all_of(name.begin(), name.end(), [](unsigned char c) {
               return std::isalnum(c) || c == '-' || c == '.' || c == '_';
           });
}

}  // namespace

Uri Uri::parse(std::string_view text) {
    // Most say themselves where they begin; asking the system takes longer than the rest.
    bool is_relative = !text.starts_with('/') && !scheme_of(text);
    return parse(text, is_relative ? std::filesystem::current_path().native() : "/");
}

Uri Uri::parse(std::string_view text, std::string_view current_folder) {
    if (text.empty()) throw Error(ErrorCode::InvalidInput, "the location is empty");
    if (std::any_of(text.begin(), text.end(), is_control)) {
        throw invalid(text, "it has a control character");
    }

    auto scheme = scheme_of(text);
    if (!scheme) {
        std::string path(text);
        if (!text.starts_with('/')) path = fmt::format("{}/{}", current_folder, text);
        return Uri(Scheme::File, "", plain_path(text, path, Climbing::Allowed));
    }

    std::string lower(*scheme);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    std::string_view rest = text.substr(scheme->size() + 1);
    if (lower == "file") {
        if (rest.starts_with("//") && !rest.starts_with("///")) {
            throw invalid(text, "it names a host; write file:///path for a file of this machine");
        }
        return Uri(Scheme::File, "", plain_path(text, rest, Climbing::Refused));
    }
    if (lower == "s3" || lower == "s3a") return parse_s3(text, rest);

    static const std::array<std::string, 3> known = {"file", "s3", "s3a"};
    throw invalid(text, "unknown scheme '{}'", lower).with_hint(name_hint(lower, known));
}

Uri Uri::parse_s3(std::string_view text, std::string_view rest) {
    if (!rest.starts_with("//")) throw invalid(text, "write s3://bucket/path");
    rest.remove_prefix(2);
    size_t slash = rest.find('/');
    std::string_view bucket = rest.substr(0, slash);
    if (bucket.empty()) throw invalid(text, "it names no bucket; write s3://bucket/path");
    if (!is_bucket_name(bucket)) {
        throw invalid(text, "'{}' is no name of a bucket; letters, digits, '-', '.', '_'", bucket);
    }

    std::string_view key = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
    if (key.ends_with('/')) key.remove_suffix(1);
    if (!key.empty()) {
        for (std::string_view part : parts_of(key)) {
            if (const char* fault = fault_of(part)) throw invalid(text, "{}", fault);
        }
    }
    return Uri(Scheme::S3, std::string(bucket), std::string(key));
}

std::string Uri::text() const {
    if (scheme_ == Scheme::File) return "file://" + path_;
    return path_.empty() ? "s3://" + bucket_ : fmt::format("s3://{}/{}", bucket_, path_);
}

std::string Uri::name() const {
    return path_.substr(path_.rfind('/') + 1);
}

Uri Uri::parent() const {
    size_t slash = path_.rfind('/');
    if (scheme_ == Scheme::File) return Uri(scheme_, "", slash == 0 ? "/" : path_.substr(0, slash));
    return Uri(scheme_, bucket_, slash == std::string::npos ? "" : path_.substr(0, slash));
}

Uri Uri::join(std::string_view path) const {
    if (path.empty()) return *this;
    check_path(path);
    bool needs_slash = !path_.empty() && !path_.ends_with('/');
    return Uri(scheme_, bucket_, fmt::format("{}{}{}", path_, needs_slash ? "/" : "", path));
}

std::optional<std::string> Uri::path_below(const Uri& root) const {
    if (scheme_ != root.scheme_ || bucket_ != root.bucket_) return std::nullopt;
    if (path_ == root.path_) return "";
    std::string folder = root.path_;
    if (!folder.empty() && !folder.ends_with('/')) folder += '/';
    if (!path_.starts_with(folder)) return std::nullopt;
    return path_.substr(folder.size());
}

void check_path(std::string_view path) {
    if (path.empty()) throw Error(ErrorCode::InvalidInput, "the path is empty");
    if (path.starts_with('/')) throw invalid(path, "it must be relative, without a leading '/'");
    if (std::any_of(path.begin(), path.end(), is_control)) {
        throw invalid(path, "it has a control character");
    }
    for (std::string_view part : parts_of(path)) {
        if (const char* fault = fault_of(part)) throw invalid(path, "{}", fault);
    }
}

}  // namespace tarn::storage
