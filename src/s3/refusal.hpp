// What S3 answers when it will not do what was asked: a code that clients branch on, the status
// that goes with it, and a sentence. Thrown from anywhere below the face, which writes it down as
// XML.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace tarn::s3 {

enum class Code {
    AccessDenied,
    AuthorizationHeaderMalformed,
    AuthorizationQueryParametersError,
    BadDigest,
    BucketAlreadyOwnedByYou,
    BucketNotEmpty,
    EntityTooLarge,
    EntityTooSmall,
    ExistingObjectIsDirectory,
    IncompleteBody,
    InsufficientStorage,
    InternalError,
    InvalidAccessKeyId,
    InvalidArgument,
    InvalidBucketName,
    InvalidDigest,
    InvalidPart,
    InvalidPartNumber,
    InvalidPartOrder,
    InvalidRange,
    InvalidRequest,
    InvalidToken,
    KeyTooLong,
    MalformedTrailer,
    MalformedXml,
    MetadataTooLarge,
    MethodNotAllowed,
    MissingContentLength,
    NoSuchBucket,
    NoSuchBucketPolicy,
    NoSuchCorsConfiguration,
    NoSuchKey,
    NoSuchLifecycleConfiguration,
    NoSuchObjectLockConfiguration,
    NoSuchPublicAccessBlockConfiguration,
    NoSuchTagSet,
    NoSuchUpload,
    NoSuchVersion,
    NoSuchWebsiteConfiguration,
    NotImplemented,
    ObjectLockConfigurationNotFound,
    ObjectParentIsFile,
    OwnershipControlsNotFound,
    PreconditionFailed,
    ReplicationConfigurationNotFound,
    RequestTimeout,
    RequestTimeTooSkewed,
    ServerSideEncryptionConfigurationNotFound,
    SignatureDoesNotMatch,
    SlowDown,
    ContentSha256Mismatch,
};

std::string_view name_of(Code code);  // "NoSuchKey"
int status_of(Code code);

class Refusal : public Error {
public:
    // With the sentence that the code usually has.
    explicit Refusal(Code code);
    Refusal(Code code, std::string_view message);

    Code refused() const { return code_; }

private:
    Code code_;
};

// What another folder's error means to a client of S3.
Refusal refusal_of(const Error& error);

}  // namespace tarn::s3
