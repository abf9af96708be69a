// Where files are: a folder of this machine or a place in an S3 bucket. People write locations in
// several ways (file:///data, file:/data, /data, data, s3://lake/x, s3a://lake/x); a Uri is one of
// them read once and printed one way, so that two Uris are equal exactly when they name the same
// place. Nothing is percent-decoded: Iceberg and its readers take a location literally.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace tarn::storage {

enum class Scheme { File, S3 };

class Uri {
public:
    // Throws InvalidInput for what is no location. A bare path starts from the current folder and
    // may climb with "..", as in a shell; a location with a scheme may not.
    static Uri parse(std::string_view text);
    static Uri parse(std::string_view text, std::string_view current_folder);

    Scheme scheme() const { return scheme_; }
    // Empty for files.
    const std::string& bucket() const { return bucket_; }
    // Files: absolute, "/data/lake". S3: the key, "lake/trades", empty for the bucket itself. It
    // never ends in a slash, save for "/".
    const std::string& path() const { return path_; }

    // "file:///data/lake", "s3://bucket/lake".
    std::string text() const;

    // The last part of the path; empty for a bucket or "/".
    std::string name() const;
    // A bucket and "/" are their own parent.
    Uri parent() const;
    // `path` obeys check_path, or is empty, which gives this same place.
    Uri join(std::string_view path) const;
    // The path that joined to `root` gives this place, "" for `root` itself; nothing when this
    // place is not below it.
    std::optional<std::string> path_below(const Uri& root) const;

    auto operator<=>(const Uri&) const = default;

private:
    Uri(Scheme scheme, std::string bucket, std::string path)
        : scheme_(scheme), bucket_(std::move(bucket)), path_(std::move(path)) {}

    static Uri parse_s3(std::string_view text, std::string_view rest);

    Scheme scheme_;
    std::string bucket_;
    std::string path_;
};

// Names that start like this are files still being written; no path may use one.
inline constexpr std::string_view unfinished_prefix = ".tarn-unfinished-";

// Throws InvalidInput unless `path` names something strictly below a root, the same way on every
// kind of storage: parts joined by single slashes, none of them "." or "..", no control characters.
void check_path(std::string_view path);

}  // namespace tarn::storage
