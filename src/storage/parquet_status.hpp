// What reading a Parquet file meets: what is wrong with its bytes is Corrupt, what is wrong with
// the disk or the store keeps its own code.
#pragma once

#include <arrow/result.h>

#include <utility>

#include "storage/arrow_error.hpp"

namespace tarn::storage {

inline void check_parquet(const arrow::Status& status) {
    if (status.ok()) return;
    Error error = error_of(status, "parquet");
    if (error.code() != ErrorCode::InvalidInput) throw error;
    throw Error(ErrorCode::Corrupt, "{}", error.what());
}

template <typename T>
T checked_parquet(arrow::Result<T> result) {
    check_parquet(result.status());
    return *std::move(result);
}

}  // namespace tarn::storage
