// Which names buckets and objects may have, and where they lie. A key is the path of a file below
// its bucket's folder, so a key that no path can be ("a//b", "..", a part of more than 255 bytes)
// is no key here: writing it is refused, and reading it finds nothing. A key that ends in a slash,
// by which clients mark a folder, is a file of a hidden name in that folder. Names that start with
// ".tarn-" are ours, at every level, and nobody outside ever sees one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tarn::s3 {

struct ObjectName {
    std::string bucket;
    std::string key;
    bool operator==(const ObjectName&) const = default;
};

inline constexpr std::string_view OwnPrefix = ".tarn-";
inline constexpr std::string_view OwnFolder = ".tarn-s3";             // at the top of the root
inline constexpr std::string_view FolderMarkerName = ".tarn-folder";  // the key that ends in '/'
inline constexpr std::string_view BucketMarkerName = ".tarn-bucket";  // its age is the bucket's

inline constexpr size_t KeyBytesMax = 1024;
inline constexpr size_t KeyPartBytesMax = 255;  // what file systems take for a name

// By the rules for buckets that are made: 3 to 63 lower-case letters, digits, '-' and '.'.
bool is_new_bucket_name(std::string_view name);
// Whether a folder that is there is shown as a bucket: others make them too.
bool is_bucket_folder(std::string_view name);

// Whether a file or folder of this name can be part of a key.
bool is_key_part(std::string_view name);

// The path of the object's file; nothing when the key can have none.
std::optional<std::string> path_of(const ObjectName& name);
// Throws Refusal instead, saying what is wrong with the key.
std::string path_to_write(const ObjectName& name);

}  // namespace tarn::s3
