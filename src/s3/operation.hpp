// What a request asks for. S3 has one address for everything about a bucket or an object, so
// method, query and one header decide together.
#pragma once

#include <string>
#include <string_view>

#include "http/request.hpp"
#include "storage/sigv4.hpp"

namespace tarn::s3 {

enum class Operation {
    ListBuckets,
    CreateBucket,
    HeadBucket,
    DeleteBucket,
    GetBucketLocation,
    GetBucketDetail,  // one of the many things about a bucket that is never set here
    ListObjects,
    ListObjectsV2,
    ListMultipartUploads,
    DeleteObjects,
    GetObject,
    HeadObject,
    GetObjectAttributes,
    GetObjectDetail,
    PutObject,
    CopyObject,
    DeleteObject,
    CreateMultipartUpload,
    UploadPart,
    UploadPartCopy,
    CompleteMultipartUpload,
    AbortMultipartUpload,
    ListParts,
    NotImplemented,
    MethodNotAllowed,
};

std::string_view name_of(Operation operation);  // "GetObject"; for metrics
inline constexpr int OperationCount = static_cast<int>(Operation::MethodNotAllowed) + 1;

// Where a request goes: "bucket/key", either of which may be empty.
struct Address {
    std::string bucket;
    std::string key;
};

// The bucket is the path's first part, or the name before one of `domains` in the Host header.
Address address_of(const http::Request& request, const std::vector<std::string>& domains);

Operation operation_of(const http::Request& request, const Address& address,
                       const storage::NamesAndValues& query);

// What of a bucket is answered although none of it is kept, such as "acl".
bool is_bucket_detail(std::string_view name);

}  // namespace tarn::s3
