#include "s3/operation.hpp"

#include <algorithm>

#include "http/target.hpp"

namespace tarn::s3 {
namespace {

using http::Method;

constexpr std::string_view BucketDetails[] = {"accelerate",
                                              "acl",
                                              "cors",
                                              "encryption",
                                              "lifecycle",
                                              "logging",
                                              "notification",
                                              "object-lock",
                                              "ownershipControls",
                                              "policy",
                                              "policyStatus",
                                              "publicAccessBlock",
                                              "replication",
                                              "requestPayment",
                                              "tagging",
                                              "versioning",
                                              "website"};
constexpr std::string_view ObjectDetails[] = {"acl", "legal-hold", "retention", "tagging"};
// Parts of the protocol that nothing stands behind here.
constexpr std::string_view Unknown[] = {
    "analytics", "intelligent-tiering", "inventory", "metrics", "restore", "select", "torrent",
    "versions"};

bool has(const storage::NamesAndValues& query, std::string_view name) {
    return std::ranges::any_of(query, [&](const auto& pair) { return pair.first == name; });
}

template <typename Names>
bool has_one_of(const storage::NamesAndValues& query, const Names& names) {
    return std::ranges::any_of(names, [&](std::string_view name) { return has(query, name); });
}

Operation of_bucket(Method method, const storage::NamesAndValues& query) {
    if (has_one_of(query, Unknown)) return Operation::NotImplemented;
    bool is_detail = has_one_of(query, BucketDetails);
    switch (method) {
        case Method::Get:
            if (has(query, "location")) return Operation::GetBucketLocation;
            if (has(query, "uploads")) return Operation::ListMultipartUploads;
            if (is_detail) return Operation::GetBucketDetail;
            return has(query, "list-type") ? Operation::ListObjectsV2 : Operation::ListObjects;
        case Method::Head:
            return Operation::HeadBucket;
        case Method::Put:
            return is_detail ? Operation::NotImplemented : Operation::CreateBucket;
        case Method::Delete:
            return is_detail ? Operation::NotImplemented : Operation::DeleteBucket;
        case Method::Post:
            return has(query, "delete") ? Operation::DeleteObjects : Operation::NotImplemented;
        default:
            return Operation::MethodNotAllowed;
    }
}

Operation of_object(const http::Request& request, const storage::NamesAndValues& query) {
    if (has_one_of(query, Unknown)) return Operation::NotImplemented;
    bool is_detail = has_one_of(query, ObjectDetails);
    bool has_upload = has(query, "uploadId");
    bool is_copy = request.headers().has("x-amz-copy-source");
    switch (request.method()) {
        case Method::Get:
            if (has_upload) return Operation::ListParts;
            if (has(query, "attributes")) return Operation::GetObjectAttributes;
            return is_detail ? Operation::GetObjectDetail : Operation::GetObject;
        case Method::Head:
            return Operation::HeadObject;
        case Method::Put:
            if (is_detail) return Operation::NotImplemented;
            if (has_upload) return is_copy ? Operation::UploadPartCopy : Operation::UploadPart;
            return is_copy ? Operation::CopyObject : Operation::PutObject;
        case Method::Post:
            if (has(query, "uploads")) return Operation::CreateMultipartUpload;
            return has_upload ? Operation::CompleteMultipartUpload : Operation::NotImplemented;
        case Method::Delete:
            if (is_detail) return Operation::NotImplemented;
            return has_upload ? Operation::AbortMultipartUpload : Operation::DeleteObject;
        default:
            return Operation::MethodNotAllowed;
    }
}

// "lake" of "lake.s3.example.com:9000"; empty when the host is none of the domains'.
std::string bucket_in_host(std::string_view host, const std::vector<std::string>& domains) {
    std::string_view name = host.substr(0, host.rfind(':'));
    for (const std::string& domain : domains) {
        if (name.size() <= domain.size() + 1) continue;
        std::string_view end = name.substr(name.size() - domain.size());
        bool is_below =
            http::equals_ignoring_case(end, domain) && name[name.size() - domain.size() - 1] == '.';
        if (is_below) return std::string(name.substr(0, name.size() - domain.size() - 1));
    }
    return "";
}

}  // namespace

std::string_view name_of(Operation operation) {
    constexpr std::string_view Names[] = {
        "ListBuckets",          "CreateBucket",      "HeadBucket",
        "DeleteBucket",         "GetBucketLocation", "GetBucketDetail",
        "ListObjects",          "ListObjectsV2",     "ListMultipartUploads",
        "DeleteObjects",        "GetObject",         "HeadObject",
        "GetObjectAttributes",  "GetObjectDetail",   "PutObject",
        "CopyObject",           "DeleteObject",      "CreateMultipartUpload",
        "UploadPart",           "UploadPartCopy",    "CompleteMultipartUpload",
        "AbortMultipartUpload", "ListParts",         "NotImplemented",
        "MethodNotAllowed"};
    static_assert(std::size(Names) == OperationCount);
    return Names[static_cast<int>(operation)];
}

Address address_of(const http::Request& request, const std::vector<std::string>& domains) {
    std::string_view path = request.path().substr(1);
    auto decoded = [](std::string_view text) {
        return http::percent_decoded(text).value_or("");  // broken ones are refused before
    };
    std::string bucket = bucket_in_host(request.header("Host").value_or(""), domains);
    if (!bucket.empty()) return {.bucket = std::move(bucket), .key = decoded(path)};
    size_t slash = path.find('/');
    if (slash == std::string_view::npos) return {.bucket = decoded(path), .key = {}};
    return {.bucket = decoded(path.substr(0, slash)), .key = decoded(path.substr(slash + 1))};
}

Operation operation_of(const http::Request& request, const Address& address,
                       const storage::NamesAndValues& query) {
    if (!address.key.empty()) return of_object(request, query);
    if (!address.bucket.empty()) return of_bucket(request.method(), query);
    return request.method() == Method::Get ? Operation::ListBuckets : Operation::MethodNotAllowed;
}

bool is_bucket_detail(std::string_view name) {
    return std::ranges::find(BucketDetails, name) != std::end(BucketDetails);
}

}  // namespace tarn::s3
