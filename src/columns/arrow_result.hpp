// Arrow reports failure in its return value; here it joins our way up, which is tarn::Error.
#pragma once

#include <arrow/result.h>
#include <arrow/status.h>

#include <utility>

#include "base/error.hpp"

namespace tarn::columns {

// Internal, save for what says something about the outside: a missing file, a full pool.
[[noreturn]] void throw_arrow_error(const arrow::Status& status);

inline void or_throw(const arrow::Status& status) {
    if (!status.ok()) throw_arrow_error(status);
}

template <typename T>
T or_throw(arrow::Result<T> result) {
    if (!result.ok()) throw_arrow_error(result.status());
    return std::move(result).ValueUnsafe();
}

}  // namespace tarn::columns
