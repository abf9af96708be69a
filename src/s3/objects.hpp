// Buckets and objects as folders and files of a disk. A write goes to an unfinished file and takes
// its place in one step together with its note, so a kill at any moment leaves the old object or
// the new. Everything here blocks and may be called from several threads.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "s3/conditions.hpp"
#include "s3/names.hpp"
#include "s3/object_note.hpp"
#include "storage/file_system.hpp"

namespace tarn::s3 {

struct ObjectInfo {
    int64_t size = 0;
    WallTime modified_at{};
    // The ETag is always there: without a recorded one it is made from size and time.
    ObjectNote note = {};

    std::string quoted_etag() const { return "\"" + note.etag + "\""; }
};

struct OpenObject {
    ObjectName name;
    ObjectInfo info;
    std::unique_ptr<storage::Reader> reader;
};

struct Bucket {
    std::string name;
    WallTime created_at{};
};

class Objects {
public:
    explicit Objects(storage::Disk& disk) : disk_(disk) {}

    storage::Disk& disk() { return disk_; }

    std::vector<Bucket> buckets() const;
    bool has_bucket(const std::string& name) const;
    // Throws Refusal(NoSuchBucket).
    void check_bucket(const std::string& name) const;
    void make_bucket(const std::string& name);
    void remove_bucket(const std::string& name);

    std::optional<ObjectInfo> find(const ObjectName& name) const;
    // Content and note of one and the same write.
    std::optional<OpenObject> open(const ObjectName& name) const;
    // Of a file that a listing has found.
    ObjectInfo info_of(const storage::Entry& entry) const;

    // Where the content of an object goes; commit() makes it visible.
    std::unique_ptr<storage::DiskWriter> begin_write(const ObjectName& name);
    // Throws Refusal(PreconditionFailed) when a condition does not hold at that moment.
    ObjectInfo commit(const ObjectName& name, std::unique_ptr<storage::DiskWriter> writer,
                      const ObjectNote& note, const WriteConditions& conditions);
    // So that a write which cannot succeed is refused before its body is sent.
    void check(const ObjectName& name, const WriteConditions& conditions) const;

    // Removing what is not there is no error.
    void remove(const ObjectName& name, const std::optional<std::string>& if_match = {});

private:
    // Writes of one object that look before they act take turns.
    std::mutex& turn_of(const std::string& path);

    storage::Disk& disk_;
    std::array<std::mutex, 64> turns_;
};

}  // namespace tarn::s3
