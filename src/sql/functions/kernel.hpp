// What computes the values of a call, a whole batch at a time.
#pragma once

#include <algorithm>
#include <functional>
#include <span>

#include "sql/values/column.hpp"
#include "sql/values/moments.hpp"
#include "sql/values/time_zone.hpp"

namespace tarn::sql {

// What a value may depend on besides its arguments.
struct Session {
    TimeZone zone;  // in which moments are shown and read, table.local-time-zone
    Instant now;    // when the statement, or the batch of a stream, began
    // How far event time has come where a batch of a stream is, as its rowtimes count.
    std::optional<int64_t> watermark_ms = {};
};

struct KernelCall {
    std::span<const Column> arguments;
    int64_t rows;
    const Type& type;  // of the result
    const Session& session;
};

inline bool all_constant(std::span<const Column> columns) {
    return std::ranges::all_of(columns, &Column::is_constant);
}

// A kernel may answer with a constant when all arguments are. It throws RowError for what makes
// Flink fail, never for what it makes NULL.
using Kernel = std::function<Column(const KernelCall& call)>;

// A value that cannot be computed, with the first row that has it.
class RowError : public Error {
public:
    RowError(int64_t row, const std::string& what)
        : Error(ErrorCode::InvalidInput, "{}", what), row_(row) {}

    int64_t row() const { return row_; }

private:
    int64_t row_;
};

}  // namespace tarn::sql
