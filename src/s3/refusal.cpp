#include "s3/refusal.hpp"

#include <algorithm>
#include <iterator>

#include "base/assert.hpp"

namespace tarn::s3 {
namespace {

struct Meaning {
    Code code;
    std::string_view name;
    int status;
    std::string_view message;
};

constexpr Meaning Meanings[] = {
    {Code::AccessDenied, "AccessDenied", 403, "Access Denied."},
    {Code::AuthorizationHeaderMalformed, "AuthorizationHeaderMalformed", 400,
     "The authorization header is malformed."},
    {Code::AuthorizationQueryParametersError, "AuthorizationQueryParametersError", 400,
     "The X-Amz- parameters of the query are incomplete or malformed."},
    {Code::BadDigest, "BadDigest", 400, "The body does not have the checksum that was given."},
    {Code::BucketAlreadyOwnedByYou, "BucketAlreadyOwnedByYou", 409,
     "The bucket is there already, and it is yours."},
    {Code::BucketNotEmpty, "BucketNotEmpty", 409, "The bucket to delete is not empty."},
    {Code::EntityTooLarge, "EntityTooLarge", 400, "The object is larger than is allowed here."},
    {Code::EntityTooSmall, "EntityTooSmall", 400,
     "A part other than the last is smaller than 5 MiB."},
    {Code::ExistingObjectIsDirectory, "ExistingObjectIsDirectory", 409,
     "There are objects below this key, so it is a folder here and cannot be an object."},
    {Code::IncompleteBody, "IncompleteBody", 400,
     "The body does not have the number of bytes that was announced."},
    {Code::InsufficientStorage, "InsufficientStorage", 507, "The disk is full."},
    {Code::InternalError, "InternalError", 500, "Something went wrong here; try again."},
    {Code::InvalidAccessKeyId, "InvalidAccessKeyId", 403, "The access key is not known here."},
    {Code::InvalidArgument, "InvalidArgument", 400, "Invalid argument."},
    {Code::InvalidBucketName, "InvalidBucketName", 400, "The bucket's name is not valid."},
    {Code::InvalidDigest, "InvalidDigest", 400, "The Content-MD5 is not valid."},
    {Code::InvalidPart, "InvalidPart", 400,
     "A part was not uploaded, or its ETag is not the one that was given."},
    {Code::InvalidPartNumber, "InvalidPartNumber", 416, "The object has no such part."},
    {Code::InvalidPartOrder, "InvalidPartOrder", 400, "The parts are not in ascending order."},
    {Code::InvalidRange, "InvalidRange", 416, "The requested range is not satisfiable."},
    {Code::InvalidRequest, "InvalidRequest", 400, "Invalid request."},
    {Code::InvalidToken, "InvalidToken", 403, "The security token is not known here."},
    {Code::KeyTooLong, "KeyTooLongError", 400, "The key is too long."},
    {Code::MalformedTrailer, "MalformedTrailerError", 400,
     "The trailer is not well-formed or not the one that was announced."},
    {Code::MalformedXml, "MalformedXML", 400,
     "The XML is not well-formed or not what is expected."},
    {Code::MetadataTooLarge, "MetadataTooLarge", 400, "The metadata has more than 2 KB."},
    {Code::MethodNotAllowed, "MethodNotAllowed", 405, "The method cannot be used here."},
    {Code::MissingContentLength, "MissingContentLength", 411, "The length of the body is missing."},
    {Code::NoSuchBucket, "NoSuchBucket", 404, "The bucket does not exist."},
    {Code::NoSuchBucketPolicy, "NoSuchBucketPolicy", 404, "The bucket has no policy."},
    {Code::NoSuchCorsConfiguration, "NoSuchCORSConfiguration", 404,
     "The bucket has no CORS rules."},
    {Code::NoSuchKey, "NoSuchKey", 404, "The key does not exist."},
    {Code::NoSuchLifecycleConfiguration, "NoSuchLifecycleConfiguration", 404,
     "The bucket has no lifecycle rules."},
    {Code::NoSuchObjectLockConfiguration, "NoSuchObjectLockConfiguration", 404,
     "The object has no lock."},
    {Code::NoSuchPublicAccessBlockConfiguration, "NoSuchPublicAccessBlockConfiguration", 404,
     "The bucket has no public access block."},
    {Code::NoSuchTagSet, "NoSuchTagSet", 404, "The bucket has no tags."},
    {Code::NoSuchUpload, "NoSuchUpload", 404,
     "The upload does not exist; it may have been aborted or completed."},
    {Code::NoSuchVersion, "NoSuchVersion", 404, "There is no such version: none are kept."},
    {Code::NoSuchWebsiteConfiguration, "NoSuchWebsiteConfiguration", 404,
     "The bucket is no website."},
    {Code::NotImplemented, "NotImplemented", 501, "This is not implemented here."},
    {Code::ObjectLockConfigurationNotFound, "ObjectLockConfigurationNotFoundError", 404,
     "The bucket has no object lock."},
    {Code::ObjectParentIsFile, "ObjectParentIsFile", 409,
     "The start of the key is an object itself, so nothing can lie below it here."},
    {Code::OwnershipControlsNotFound, "OwnershipControlsNotFoundError", 404,
     "The bucket has no ownership controls."},
    {Code::PreconditionFailed, "PreconditionFailed", 412,
     "At least one of the preconditions did not hold."},
    {Code::ReplicationConfigurationNotFound, "ReplicationConfigurationNotFoundError", 404,
     "The bucket is not replicated."},
    {Code::RequestTimeout, "RequestTimeout", 400, "The body did not come in time."},
    {Code::RequestTimeTooSkewed, "RequestTimeTooSkewed", 403,
     "The clocks of client and server are more than 15 minutes apart."},
    {Code::ServerSideEncryptionConfigurationNotFound,
     "ServerSideEncryptionConfigurationNotFoundError", 404, "The bucket is not encrypted."},
    {Code::SignatureDoesNotMatch, "SignatureDoesNotMatch", 403,
     "The signature is not the one that the request and the secret key give."},
    {Code::SlowDown, "SlowDown", 503, "Too much at once; try again later."},
    {Code::ContentSha256Mismatch, "XAmzContentSHA256Mismatch", 400,
     "The body does not have the hash that x-amz-content-sha256 gives."},
};

const Meaning& meaning_of(Code code) {
    const Meaning* found = std::ranges::find(Meanings, code, &Meaning::code);
    TARN_ASSERT(found != std::end(Meanings));
    return *found;
}

Code code_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::InvalidInput:
            return Code::InvalidRequest;
        case ErrorCode::Unauthorized:
        case ErrorCode::Forbidden:
            return Code::AccessDenied;
        case ErrorCode::NotFound:
            return Code::NoSuchKey;
        case ErrorCode::TooLarge:
            return Code::EntityTooLarge;
        case ErrorCode::Timeout:
            return Code::RequestTimeout;
        case ErrorCode::Unavailable:
            return Code::SlowDown;
        case ErrorCode::StorageFull:
            return Code::InsufficientStorage;
        case ErrorCode::Conflict:
        case ErrorCode::Corrupt:
        case ErrorCode::Internal:
            return Code::InternalError;
    }
    return Code::InternalError;
}

}  // namespace

std::string_view name_of(Code code) {
    return meaning_of(code).name;
}

int status_of(Code code) {
    return meaning_of(code).status;
}

Refusal::Refusal(Code code) : Refusal(code, meaning_of(code).message) {}

Refusal::Refusal(Code code, std::string_view message)
    : Error(ErrorCode::InvalidInput, "{}", message), code_(code) {}

Refusal refusal_of(const Error& error) {
    if (auto* refusal = dynamic_cast<const Refusal*>(&error)) return *refusal;
    Code code = code_of(error.code());
    // The text of a failure of ours may name files, which are nobody's business outside.
    bool is_about_request = code == Code::InvalidRequest || code == Code::RequestTimeout;
    return is_about_request ? Refusal(code, error.what()) : Refusal(code);
}

}  // namespace tarn::s3
