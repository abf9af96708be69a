// Errors on their way through Arrow, which reports failure in a Status: ours travel inside one
// unharmed, and what Arrow itself meets gets the code that fits.
#pragma once

#include <arrow/status.h>

#include "base/error.hpp"

namespace tarn::storage {

arrow::Status status_of(const Error& error);

// `what` says what was tried and where: "cannot write s3://lake/a". An Error that came in by
// status_of comes out as it was.
Error error_of(const arrow::Status& status, std::string_view what);

}  // namespace tarn::storage
