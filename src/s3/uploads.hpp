// Multipart uploads: parts of an object that come in any order, on as many connections as a client
// likes, until it says which of them make the object. They wait in a folder of their own, hidden
// from everybody, under names that say all there is to know of a part. Completing copies them into
// an unfinished file beside the object's place, checking each against its MD5 on the way, so parts
// need not be flushed: what a loss of power tore is found and refused.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "s3/objects.hpp"

namespace tarn::s3 {

inline constexpr int PartNumberMax = 10'000;
inline constexpr int64_t PartBytesMin = 5 * 1024 * 1024;  // of all but the last
inline constexpr size_t UploadsOpenMax = 10'000;

struct Upload {
    std::string id = {};
    ObjectName name;
    std::optional<HashKind> checksum = {};
    ChecksumForm checksum_form = ChecksumForm::Composite;
    ObjectHeaders headers = {};
    WallTime started_at{};
};

struct Part {
    int number = 0;
    Bytes md5;
    std::optional<Checksum> checksum;
    int64_t size = 0;
    WallTime modified_at{};
    std::string path;

    std::string quoted_etag() const { return "\"" + to_hex(md5) + "\""; }
};

// A part as the client lists it at the end.
struct WantedPart {
    int number = 0;
    std::string etag;  // with or without quotes
    std::optional<Checksum> checksum = {};
};

class Assembly;

class Uploads {
public:
    Uploads(Objects& objects, Random& random) : objects_(objects), random_(random) {}

    // Gives the upload its id.
    Upload begin(Upload upload);

    // Throws Refusal(NoSuchUpload).
    Upload find(const ObjectName& name, const std::string& id) const;
    // Of a bucket, by key and id.
    std::vector<Upload> all(const std::string& bucket) const;
    // By number.
    std::vector<Part> parts(const Upload& upload) const;

    std::unique_ptr<storage::DiskWriter> begin_part(const Upload& upload, std::string& path);
    // Replaces an earlier part of this number.
    Part commit_part(const Upload& upload, int number, std::unique_ptr<storage::DiskWriter> writer,
                     const std::string& path, const Payload::Facts& facts);

    // Checks the list of parts.
    std::unique_ptr<Assembly> begin_complete(const Upload& upload,
                                             const std::vector<WantedPart>& wanted);
    void abort(const Upload& upload);

    // Removes uploads in which nothing has moved since `time`; answers how many.
    int remove_abandoned(WallTime time);

private:
    std::optional<Upload> load(const std::string& id) const;

    Objects& objects_;
    Random& random_;
};

// The parts of an upload on their way to being one object, a step at a time so that a large one
// does not hold a thread for long.
class Assembly {
public:
    Assembly(Objects& objects, Upload upload, std::vector<Part> parts);

    // Copies some more; false once all is copied.
    bool step();
    // The checksum of the whole, as it will be kept.
    const std::optional<Checksum>& checksum() const { return note_.checksum; }
    ObjectInfo commit(const WriteConditions& conditions);

private:
    void end_part();
    void make_note();

    Objects& objects_;
    Upload upload_;
    std::vector<Part> parts_;
    std::unique_ptr<storage::DiskWriter> writer_;
    size_t next_ = 0;
    int64_t offset_ = 0;
    std::unique_ptr<storage::Reader> reader_;
    std::optional<RunningHash> part_md5_;
    std::optional<RunningHash> whole_checksum_;
    ObjectNote note_;
};

}  // namespace tarn::s3
