#include "s3/face.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

#include "base/log.hpp"

namespace tarn::s3 {
namespace {

constexpr std::chrono::hours SweepEvery{1};

// A body that is framed and signed is longer than what it carries; the promise is checked apart.
constexpr uint64_t BodyBytesMax = uint64_t{1} << 62;

Code code_of_status(int status) {
    switch (status) {
        case 403:
            return Code::AccessDenied;
        case 405:
            return Code::MethodNotAllowed;
        case 408:
            return Code::RequestTimeout;
        case 413:
            return Code::EntityTooLarge;
        case 500:
            return Code::InternalError;
        case 503:
            return Code::SlowDown;
        default:
            return Code::InvalidRequest;
    }
}

http::Response error_answer(std::string_view code, std::string_view message, int status,
                            std::string_view resource, std::string_view id) {
    XmlWriter xml("Error", XmlWriter::Namespace::None);
    xml.add("Code", code).add("Message", message).add("Resource", resource).add("RequestId", id);
    return xml_response(std::move(xml), status);
}

}  // namespace

Face::Face(Needs needs, FaceSettings settings)
    : blocking_(needs.blocking),
      disk_(needs.disk),
      clock_(needs.clock),
      random_(needs.random),
      metrics_(needs.metrics),
      settings_(std::move(settings)),
      authenticator_(settings_.secrets, settings_.anonymous, clock_),
      objects_(disk_),
      uploads_(objects_, random_),
      bytes_received_(
          metrics_.counter("tarn_s3_received_bytes_total", "Bytes of bodies that S3 clients sent")),
      bytes_sent_(metrics_.counter("tarn_s3_sent_bytes_total",
                                   "Bytes of objects that S3 clients were to be sent")) {
    for (int i = 0; i < OperationCount; ++i) {
        answered_[static_cast<size_t>(i)] =
            &metrics_.counter("tarn_s3_requests_total", "Requests of S3 clients",
                              {{"operation", std::string(name_of(static_cast<Operation>(i)))}});
    }
}

http::Router Face::routes() {
    http::Router router;
    router.set_error_shape(
        [this](const http::Failure& failure) { return refused_by_server(failure); });
    for (http::Method method :
         {http::Method::Get, http::Method::Put, http::Method::Post, http::Method::Delete}) {
        for (const char* path : {"/", "/{path...}"}) {
            router.add({.method = method,
                        .path = path,
                        .summary = "S3",
                        .handler = [this](http::Request& request) { return answer(request); },
                        .body_bytes_max = BodyBytesMax,
                        .auth = http::Auth::Open});
        }
    }
    return router;
}

void Face::start_sweeping(Executor executor) {
    sweeping_ = std::make_unique<runtime::TaskGroup>(executor);
    asio::post(executor, [this] { sweeping_->spawn("sweep", sweep()); });
}

awaitable<void> Face::stop_sweeping() {
    if (!sweeping_) co_return;
    auto stop = [](runtime::TaskGroup& tasks) -> awaitable<void> {
        tasks.cancel();
        co_await tasks.join();
    };
    co_await asio::co_spawn(sweeping_->executor(), stop(*sweeping_), use_awaitable);
}

awaitable<void> Face::sweep() {
    auto clean = [this] {
        WallTime time = clock_.now() - settings_.upload_retention;
        int uploads = uploads_.remove_abandoned(time);
        int files = disk_.remove_unfinished(time);
        if (uploads + files > 0) {
            TARN_LOG_INFO("removed {} uploads and {} files that were given up", uploads, files);
        }
    };
    while (true) {
        try {
            co_await blocking_.run(clean);
        } catch (const Error& error) {
            TARN_LOG_WARN("cannot remove what was given up: {}", error.full_text());
        }
        co_await runtime::sleep(SweepEvery);
    }
}

void Face::provide_bucket(const std::string& name) {
    if (!objects_.has_bucket(name)) objects_.make_bucket(name);
}

bool Face::Ask::has(std::string_view name) const {
    return std::ranges::any_of(query, [&](const auto& pair) { return pair.first == name; });
}

std::string Face::Ask::value(std::string_view name) const {
    auto found = std::ranges::find_if(query, [&](const auto& pair) { return pair.first == name; });
    return found == query.end() ? "" : found->second;
}

awaitable<http::Response> Face::answer(http::Request& request) {
    Ask ask{.request = request,
            .id = fmt::format("{:016X}", random_.next()),
            .address = address_of(request, settings_.domains),
            .query = request.query_parameters()};
    ask.operation = operation_of(request, ask.address, ask.query);
    std::optional<Refusal> refusal;
    http::Response response;
    try {
        ask.caller = authenticator_.authenticate(request);
        response = co_await answer_known(ask);
    } catch (const Error& error) {
        refusal = refusal_of(error);
        if (status_of(refusal->refused()) >= 500) {
            TARN_LOG_WARN("{} of {} failed: {}", name_of(ask.operation), request.path(),
                          error.full_text());
        }
    }
    if (refusal) response = refused(ask, *refusal);
    count(ask, refusal ? name_of(refusal->refused()) : "");
    response.headers.set("x-amz-request-id", ask.id);
    co_return response;
}

awaitable<http::Response> Face::answer_known(Ask& ask) {
    if (auto version = ask.value("versionId"); !version.empty() && version != "null") {
        throw Refusal(Code::NoSuchVersion);
    }
    switch (ask.operation) {
        case Operation::ListBuckets:
            return list_buckets(ask);
        case Operation::CreateBucket:
            return create_bucket(ask);
        case Operation::HeadBucket:
        case Operation::GetBucketLocation:
            return bucket_location(ask);
        case Operation::DeleteBucket:
            return delete_bucket(ask);
        case Operation::GetBucketDetail:
            return bucket_detail(ask);
        case Operation::ListObjects:
            return list_objects_v1(ask);
        case Operation::ListObjectsV2:
            return list_objects_v2(ask);
        case Operation::ListMultipartUploads:
            return list_uploads(ask);
        case Operation::DeleteObjects:
            return delete_objects(ask);
        case Operation::GetObject:
        case Operation::HeadObject:
            return get_object(ask);
        case Operation::GetObjectAttributes:
            return object_attributes(ask);
        case Operation::GetObjectDetail:
            return object_detail(ask);
        case Operation::PutObject:
            return put_object(ask);
        case Operation::CopyObject:
            return copy_object(ask);
        case Operation::DeleteObject:
            return delete_object(ask);
        case Operation::CreateMultipartUpload:
            return create_upload(ask);
        case Operation::UploadPart:
            return upload_part(ask);
        case Operation::UploadPartCopy:
            return copy_part(ask);
        case Operation::CompleteMultipartUpload:
            return complete_upload(ask);
        case Operation::AbortMultipartUpload:
            return abort_upload(ask);
        case Operation::ListParts:
            return list_parts(ask);
        case Operation::NotImplemented:
            break;
        case Operation::MethodNotAllowed:
            throw Refusal(Code::MethodNotAllowed);
    }
    throw Refusal(Code::NotImplemented);
}

http::Response Face::refused(const Ask& ask, const Refusal& refusal) const {
    Code code = refusal.refused();
    auto response =
        error_answer(name_of(code), refusal.what(), status_of(code), ask.request.path(), ask.id);
    // A client that is to sign for the right region learns it from here.
    if (ask.operation == Operation::HeadBucket) {
        response.headers.set("x-amz-bucket-region", settings_.region);
    }
    return response;
}

// Of what the HTTP server refuses by itself, before there is anything of S3 in it.
http::Response Face::refused_by_server(const http::Failure& failure) const {
    Code code = code_of_status(failure.status);
    return error_answer(name_of(code), failure.message, failure.status, "",
                        fmt::format("{:016X}", random_.next()));
}

void Face::count(const Ask& ask, std::string_view code) {
    answered_[static_cast<size_t>(ask.operation)]->Increment();
    if (code.empty()) return;
    metrics_
        .counter("tarn_s3_errors_total", "Requests of S3 clients that were refused",
                 {{"operation", std::string(name_of(ask.operation))}, {"code", std::string(code)}})
        .Increment();
}

awaitable<void> Face::check_bucket(Ask& ask) {
    auto check = [this, &ask] { objects_.check_bucket(ask.address.bucket); };
    co_await blocking_.run(check);
}

http::Response xml_response(XmlWriter xml, int status) {
    return {.status = status,
            .headers = {{"Content-Type", "application/xml"}},
            .body = std::move(xml).finish()};
}

void add_etag(http::Response& response, const ObjectInfo& info) {
    response.headers.set("ETag", info.quoted_etag());
}

void add_checksum(http::Response& response, const ObjectNote& note) {
    if (!note.checksum) return;
    response.headers.set(checksum_header(note.checksum->kind), note.checksum->value);
    response.headers.set("x-amz-checksum-type", name_of(note.checksum_form));
}

void add_checksum(XmlWriter& xml, const ObjectNote& note) {
    if (!note.checksum) return;
    xml.add(checksum_element(note.checksum->kind), note.checksum->value);
    xml.add("ChecksumType", name_of(note.checksum_form));
}

}  // namespace tarn::s3
