#include "storage/arrow_error.hpp"

#include <arrow/util/io_util.h>

#include <array>
#include <cerrno>
#include <utility>

namespace tarn::storage {

namespace {

constexpr const char* detail_type = "tarn::Error";

class ErrorDetail : public arrow::StatusDetail {
public:
    explicit ErrorDetail(Error error) : error_(std::move(error)) {}

    const char* type_id() const override { return detail_type; }
    std::string ToString() const override { return error_.full_text(); }
    const Error& error() const { return error_; }

private:
    Error error_;
};

// Arrow has AWS's name of an error only inside its text.
constexpr std::array<std::pair<std::string_view, ErrorCode>, 12> aws_names = {{
    {"NO_SUCH_BUCKET", ErrorCode::NotFound},
    {"NO_SUCH_KEY", ErrorCode::NotFound},
    {"NO_SUCH_UPLOAD", ErrorCode::NotFound},
    {"RESOURCE_NOT_FOUND", ErrorCode::NotFound},
    {"ACCESS_DENIED", ErrorCode::Forbidden},
    {"INVALID_ACCESS_KEY_ID", ErrorCode::Unauthorized},
    {"SIGNATURE_DOES_NOT_MATCH", ErrorCode::Unauthorized},
    {"REQUEST_TIME_TOO_SKEWED", ErrorCode::Unauthorized},
    {"ExpiredToken", ErrorCode::Unauthorized},
    {"QuotaExceeded", ErrorCode::StorageFull},
    {"XMinioStorageFull", ErrorCode::StorageFull},
    {"EntityTooLarge", ErrorCode::TooLarge},
}};

ErrorCode code_of(const arrow::Status& status) {
    if (arrow::internal::ErrnoFromStatus(status) == ENOENT) return ErrorCode::NotFound;
    for (const auto& [name, code] : aws_names) {
        if (status.message().find(name) != std::string::npos) return code;
    }
    if (status.IsIOError()) return ErrorCode::Unavailable;
    if (status.IsInvalid()) return ErrorCode::InvalidInput;
    return ErrorCode::Internal;
}

}  // namespace

arrow::Status status_of(const Error& error) {
    return arrow::Status(arrow::StatusCode::IOError, error.what(),
                         std::make_shared<ErrorDetail>(error));
}

Error error_of(const arrow::Status& status, std::string_view what) {
    if (status.detail() && std::string_view(status.detail()->type_id()) == detail_type) {
        return static_cast<const ErrorDetail&>(*status.detail()).error();
    }
    return Error(code_of(status), "{}: {}", what, status.message());
}

}  // namespace tarn::storage
