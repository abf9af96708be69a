#include "storage/posix_error.hpp"

#include <cerrno>
#include <system_error>

namespace tarn::storage {

namespace {

struct Meaning {
    ErrorCode code;
    const char* hint;
};

Meaning meaning_of(int number) {
    switch (number) {
        case ENOENT:
            return {ErrorCode::NotFound, ""};
        case EEXIST:
            return {ErrorCode::Conflict, ""};
        case EISDIR:
        case ENOTDIR:
        case ENOTEMPTY:
            return {ErrorCode::Conflict,
                    "a file stands where a folder is needed, or a folder "
                    "where a file is; choose another path"};
        case EACCES:
        case EPERM:
            return {ErrorCode::Forbidden, "give the user that runs tarn the right to this path"};
        case EROFS:
            return {ErrorCode::Forbidden, "the file system is mounted read-only"};
        case ENOSPC:
            return {ErrorCode::StorageFull, "free space on this disk"};
        case EDQUOT:
            return {ErrorCode::StorageFull, "the user's disk quota is used up"};
        case EFBIG:
            return {ErrorCode::StorageFull, "raise the limit on file size (ulimit -f)"};
        case EMFILE:
        case ENFILE:
            return {ErrorCode::Unavailable, "raise the limit on open files (ulimit -n)"};
        case EAGAIN:
        case EBUSY:
        case EINTR:
        case ENOMEM:
        case ETIMEDOUT:
        case ESTALE:
            return {ErrorCode::Unavailable, "try again"};
        case EIO:
            return {ErrorCode::Corrupt, "the disk is failing; look at the kernel's messages"};
        case ENAMETOOLONG:
        case ELOOP:
        case EINVAL:
            return {ErrorCode::InvalidInput, ""};
        default:
            return {ErrorCode::Internal, ""};
    }
}

}  // namespace

Error posix_error(int number, std::string_view doing, std::string_view path) {
    Meaning meaning = meaning_of(number);
    return Error(meaning.code, "cannot {} {}: {}", doing, path,
                 std::generic_category().message(number))
        .with_hint(meaning.hint);
}

}  // namespace tarn::storage
