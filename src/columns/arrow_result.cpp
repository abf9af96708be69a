#include "columns/arrow_result.hpp"

namespace tarn::columns {
namespace {

ErrorCode code_of(const arrow::Status& status) {
    switch (status.code()) {
        case arrow::StatusCode::IOError:
            return ErrorCode::Unavailable;
        case arrow::StatusCode::KeyError:
            return ErrorCode::NotFound;
        case arrow::StatusCode::CapacityError:
            return ErrorCode::TooLarge;
        case arrow::StatusCode::NotImplemented:
            return ErrorCode::InvalidInput;
        default:
            return ErrorCode::Internal;
    }
}

}  // namespace

void throw_arrow_error(const arrow::Status& status) {
    throw Error(code_of(status), "arrow: {}", status.ToString());
}

}  // namespace tarn::columns
