// The way of the commands to objects, on the S3 face of a running Tarn or at any other endpoint.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "cli/command.hpp"
#include "storage/s3.hpp"

namespace tarn::cli {

// "bucket/some/key"; either may be empty.
struct S3Place {
    std::string bucket;
    std::string path;

    std::string name() const { return path.substr(path.rfind('/') + 1); }
};

// Takes "s3://bucket/key", or the same without its scheme. A slash at the end is dropped.
S3Place parse_s3_place(std::string_view text);

struct ListedBucket {
    std::string name;
    std::string created;  // RFC 3339
};

// A file or folder of a bucket; the path starts below the place that was listed.
struct ListedObject {
    std::string path;
    storage::Entry entry;
};

class S3Access {
public:
    explicit S3Access(storage::S3Settings settings) : settings_(std::move(settings)) {}
    // The endpoint and keys of options, of AWS's variables, else those of the running Tarn.
    static S3Access of_call(const Call& call);
    // For tables whose catalog says how to reach them, by "s3.endpoint" and its kin: so, unless
    // AWS_ENDPOINT_URL_S3 names another server; else as of_call().
    static S3Access of_catalog(const Call& call, const std::map<std::string, std::string>& said);

    std::vector<ListedBucket> buckets() const;
    void make_bucket(const std::string& name) const;
    storage::FileSystem& bucket(const std::string& name);
    // Any place in a bucket as a root of its own, which this outlives.
    std::unique_ptr<storage::FileSystem> open(const storage::Uri& place) const;

    // What lies at or below a place. Throws NotFound when nothing does.
    std::vector<ListedObject> list(const S3Place& place, storage::Depth depth);
    // Throws NotFound.
    storage::Entry stat(const S3Place& place);

    // Copies between two places, of which a local file, "-" for stdin or stdout, may be one.
    void download(const S3Place& from, const std::string& file);
    void upload(const std::string& file, const S3Place& to);
    void copy(const S3Place& from, const S3Place& to);
    void remove(const S3Place& place, storage::Depth depth);

private:
    storage::S3Settings settings_;
    std::unique_ptr<storage::S3Library> library_ = std::make_unique<storage::S3Library>();
    std::map<std::string, std::unique_ptr<storage::FileSystem>> open_;  // by bucket
};

// "--endpoint URL", which every such command has.
Option endpoint_option();

}  // namespace tarn::cli
