#include "s3/objects.hpp"

#include <algorithm>
#include <functional>

#include "s3/key_walk.hpp"
#include "s3/refusal.hpp"

namespace tarn::s3 {
namespace {

// How often an object is opened again because it was replaced meanwhile.
constexpr int OpenTries = 100;

std::string marker_of(const std::string& bucket) {
    return fmt::format("{}/{}", bucket, BucketMarkerName);
}

// As stable as the file is: it changes when the file does, and needs no reading of it.
std::string derived_etag(const storage::Entry& entry) {
    std::string identity =
        fmt::format("{} {}", entry.size, entry.modified_at.time_since_epoch().count());
    // A dash, as in the tags of multipart uploads, tells clients that it is no MD5 of the content.
    return to_hex(hash_of(HashKind::Md5, as_bytes(identity))) + "-1";
}

ObjectInfo info_from(const storage::Entry& entry, const std::optional<Bytes>& note) {
    ObjectInfo info{.size = entry.size, .modified_at = entry.modified_at};
    auto decoded = note ? decode_note(*note) : std::nullopt;
    if (decoded && decoded->size == static_cast<uint64_t>(entry.size)) {
        info.note = std::move(*decoded);
    } else {
        info.note.size = static_cast<uint64_t>(entry.size);
        info.note.etag = derived_etag(entry);
    }
    return info;
}

// The file system's "a file stands where a folder is needed" in words of S3.
[[noreturn]] void refuse_conflict(storage::Disk& disk, const std::string& path) {
    for (size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
        if (disk.stat(path.substr(0, slash))) throw Refusal(Code::ObjectParentIsFile);
    }
    throw Refusal(Code::ExistingObjectIsDirectory);
}

}  // namespace

std::vector<Bucket> Objects::buckets() const {
    std::vector<Bucket> found;
    for (const storage::Entry& entry : disk_.list("", storage::Depth::OneFolder)) {
        if (!entry.is_folder || !is_bucket_folder(entry.path)) continue;
        auto marker = disk_.stat(marker_of(entry.path));
        found.push_back(
            {.name = entry.path, .created_at = marker ? marker->modified_at : entry.modified_at});
    }
    return found;
}

bool Objects::has_bucket(const std::string& name) const {
    if (!is_bucket_folder(name)) return false;
    if (disk_.exists(marker_of(name))) return true;
    return std::ranges::any_of(buckets(), [&](const Bucket& each) { return each.name == name; });
}

void Objects::check_bucket(const std::string& name) const {
    if (!has_bucket(name)) throw Refusal(Code::NoSuchBucket);
}

void Objects::make_bucket(const std::string& name) {
    if (!is_new_bucket_name(name)) throw Refusal(Code::InvalidBucketName);
    bool is_new = !has_bucket(name) && disk_.create(marker_of(name), {});
    if (!is_new) throw Refusal(Code::BucketAlreadyOwnedByYou);
}

void Objects::remove_bucket(const std::string& name) {
    check_bucket(name);
    if (KeyWalk(disk_, name, "", "").next()) throw Refusal(Code::BucketNotEmpty);
    for (const std::string& folder : folders_below(disk_, name)) disk_.remove_empty_folder(folder);
    disk_.remove(marker_of(name));
    if (disk_.remove_empty_folder(name)) return;
    // Something came in between, or lies there that is no object: the bucket stays.
    disk_.create(marker_of(name), {});
    throw Refusal(Code::BucketNotEmpty);
}

std::optional<ObjectInfo> Objects::find(const ObjectName& name) const {
    auto path = path_of(name);
    auto entry = path ? disk_.stat(*path) : std::nullopt;
    if (!entry) return std::nullopt;
    return info_of(*entry);
}

std::optional<OpenObject> Objects::open(const ObjectName& name) const {
    auto path = path_of(name);
    if (!path) return std::nullopt;
    for (int tries = 0; tries < OpenTries; ++tries) {
        auto entry = disk_.stat(*path);
        if (!entry) return std::nullopt;
        auto note = disk_.note(*path);
        std::unique_ptr<storage::Reader> reader;
        try {
            reader = disk_.open_reader(*path);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::NotFound) throw;
            continue;
        }
        bool is_same = disk_.stat(*path) == entry && disk_.note(*path) == note;
        if (is_same) return OpenObject{name, info_from(*entry, note), std::move(reader)};
    }
    throw Refusal(Code::SlowDown);
}

ObjectInfo Objects::info_of(const storage::Entry& entry) const {
    return info_from(entry, disk_.note(entry.path));
}

std::unique_ptr<storage::DiskWriter> Objects::begin_write(const ObjectName& name) {
    std::string path = path_to_write(name);
    // A folder of which all objects are gone must not stand in the way of one.
    disk_.remove_empty_folder(path);
    try {
        return disk_.open_disk_writer(path);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::Conflict) refuse_conflict(disk_, path);
        throw;
    }
}

ObjectInfo Objects::commit(const ObjectName& name, std::unique_ptr<storage::DiskWriter> writer,
                           const ObjectNote& note, const WriteConditions& conditions) {
    std::string path = path_to_write(name);
    Bytes encoded = encode(note);
    // Only a copy of what another program has written can have more than was let in here.
    if (encoded.size() > storage::note_bytes_max) throw Refusal(Code::MetadataTooLarge);
    writer->set_note(encoded);
    try {
        std::lock_guard turn(turn_of(path));
        check(name, conditions);
        if (!conditions.if_absent) {
            writer->close();
        } else if (!writer->close_if_absent()) {
            throw Refusal(Code::PreconditionFailed);
        }
    } catch (const Error& error) {
        if (error.code() == ErrorCode::Conflict) refuse_conflict(disk_, path);
        throw;
    }
    auto entry = disk_.stat(path);
    if (entry && entry->size == static_cast<int64_t>(note.size)) return info_of(*entry);
    // Already replaced by someone else's.
    return {.size = static_cast<int64_t>(note.size), .modified_at = {}, .note = note};
}

void Objects::check(const ObjectName& name, const WriteConditions& conditions) const {
    if (conditions.if_absent && find(name)) throw Refusal(Code::PreconditionFailed);
    if (!conditions.if_match) return;
    auto found = find(name);
    if (!found) throw Refusal(Code::NoSuchKey);
    ReadConditions wanted{.match = conditions.if_match};
    if (judge(wanted, found->quoted_etag(), found->modified_at) != Verdict::Holds) {
        throw Refusal(Code::PreconditionFailed);
    }
}

void Objects::remove(const ObjectName& name, const std::optional<std::string>& if_match) {
    auto path = path_of(name);
    if (!path) return;
    {
        std::lock_guard turn(turn_of(*path));
        check(name, {.if_match = if_match});
        disk_.remove(*path);
    }
    // Folders are not objects: those that this leaves empty go with it, up to the bucket.
    std::string folder = path->substr(0, path->rfind('/'));
    while (folder.find('/') != std::string::npos && disk_.remove_empty_folder(folder)) {
        folder.resize(folder.rfind('/'));
    }
}

std::mutex& Objects::turn_of(const std::string& path) {
    return turns_[std::hash<std::string>()(path) % turns_.size()];
}

}  // namespace tarn::s3
