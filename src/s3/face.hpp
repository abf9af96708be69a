// The S3 face: requests in, answers out. It knows who asks, which operation that is and how its
// answer is written; what happens to buckets and objects is for Objects and Uploads, called on the
// blocking pool. Bodies are never held as a whole, neither way. Its handlers run on every shard; it
// outlives the server that answers by its routes.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/metrics.hpp"
#include "http/route.hpp"
#include "runtime/blocking.hpp"
#include "runtime/task_group.hpp"
#include "s3/listing.hpp"
#include "s3/operation.hpp"
#include "s3/refusal.hpp"
#include "s3/signature.hpp"
#include "s3/uploads.hpp"
#include "s3/xml.hpp"
#include "storage/local_disk.hpp"

namespace tarn::s3 {

struct FaceSettings {
    std::map<std::string, std::string> secrets;  // by access key
    Authenticator::Anonymous anonymous = Authenticator::Anonymous::Refused;
    std::string region = "us-east-1";       // what is told; requests may be signed for any
    std::vector<std::string> domains = {};  // whose subdomains are buckets
    uint64_t object_bytes_max = uint64_t{5} << 40;
    int transfers_max = 1000;  // bodies on their way at once, in or out
    std::chrono::seconds upload_retention = std::chrono::days(7);
};

class Face {
public:
    struct Needs {
        storage::LocalDisk& disk;
        runtime::BlockingPool& blocking;
        const Clock& clock;
        Random& random;
        Metrics& metrics;
    };

    Face(Needs needs, FaceSettings settings);

    http::Router routes();

    // From here on, now and every hour, what uploads that were given up have left is removed.
    void start_sweeping(Executor executor);
    awaitable<void> stop_sweeping();

    // Makes the bucket unless it is there; for the start, so it blocks.
    void provide_bucket(const std::string& name);

private:
    // One request being answered.
    struct Ask {
        http::Request& request;
        std::string id;
        Address address;
        storage::NamesAndValues query;
        Operation operation = Operation::NotImplemented;
        Caller caller = {};

        ObjectName object() const { return {address.bucket, address.key}; }
        bool has(std::string_view name) const;
        std::string value(std::string_view name) const;  // empty without it
    };

    // A part of an upload that is being written.
    struct OpenPart {
        Upload upload = {};
        std::string path = {};
        std::unique_ptr<storage::DiskWriter> writer = {};
    };

    // One of `transfers_max`.
    class Transfer;

    awaitable<void> sweep();
    awaitable<http::Response> answer(http::Request& request);
    awaitable<http::Response> answer_known(Ask& ask);
    http::Response refused(const Ask& ask, const Refusal& refusal) const;
    http::Response refused_by_server(const http::Failure& failure) const;
    void count(const Ask& ask, std::string_view code);

    // Buckets: face_buckets.cpp
    awaitable<http::Response> list_buckets(Ask& ask);
    awaitable<http::Response> create_bucket(Ask& ask);
    awaitable<http::Response> delete_bucket(Ask& ask);
    awaitable<http::Response> bucket_location(Ask& ask);
    awaitable<http::Response> bucket_detail(Ask& ask);
    awaitable<http::Response> list_objects_v1(Ask& ask);
    awaitable<http::Response> list_objects_v2(Ask& ask);
    awaitable<http::Response> delete_objects(Ask& ask);
    awaitable<Listing> listing(Ask& ask, ListingWish wish);

    // Objects: face_objects.cpp
    awaitable<http::Response> get_object(Ask& ask);
    awaitable<http::Response> object_attributes(Ask& ask);
    awaitable<http::Response> object_detail(Ask& ask);
    awaitable<http::Response> put_object(Ask& ask);
    awaitable<http::Response> copy_object(Ask& ask);
    awaitable<http::Response> delete_object(Ask& ask);

    // Uploads: face_uploads.cpp
    awaitable<http::Response> create_upload(Ask& ask);
    awaitable<http::Response> upload_part(Ask& ask);
    awaitable<http::Response> copy_part(Ask& ask);
    awaitable<http::Response> complete_upload(Ask& ask);
    awaitable<http::Response> abort_upload(Ask& ask);
    awaitable<http::Response> list_parts(Ask& ask);
    awaitable<http::Response> list_uploads(Ask& ask);
    awaitable<OpenPart> begin_part(Ask& ask);
    awaitable<Part> commit_part(OpenPart& open, int number, const Payload::Facts& facts);

    // Bodies: face_bodies.cpp
    awaitable<Payload::Facts> receive(Ask& ask, Promise promise, storage::Writer& writer);
    awaitable<std::string> receive_text(Ask& ask, ChecksumIs checksum = ChecksumIs::OfBody);
    awaitable<http::Response> send(Ask& ask, OpenObject opened, http::Response head, int64_t offset,
                                   int64_t length);
    // Opens what x-amz-copy-source names; throws unless its conditions hold.
    awaitable<OpenObject> open_source(Ask& ask);
    awaitable<Payload::Facts> copy(OpenObject source, int64_t offset, int64_t length,
                                   storage::Writer& to, std::optional<HashKind> checksum);

    awaitable<void> check_bucket(Ask& ask);

    runtime::BlockingPool& blocking_;
    storage::LocalDisk& disk_;
    const Clock& clock_;
    Random& random_;
    Metrics& metrics_;
    FaceSettings settings_;
    Authenticator authenticator_;
    Objects objects_;
    Uploads uploads_;
    std::unique_ptr<runtime::TaskGroup> sweeping_;
    std::atomic<int> transfers_ = 0;
    std::array<Counter*, OperationCount> answered_{};
    Counter& bytes_received_;
    Counter& bytes_sent_;
};

// What several answers are made of.
http::Response xml_response(XmlWriter xml, int status = 200);
void add_etag(http::Response& response, const ObjectInfo& info);
void add_checksum(http::Response& response, const ObjectNote& note);
void add_checksum(XmlWriter& xml, const ObjectNote& note);

}  // namespace tarn::s3
