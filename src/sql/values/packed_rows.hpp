// Rows as bytes, each in one piece: as state keeps them, and as equal ones are found. Rows of the
// same types have equal bytes exactly when their values are equal, where NULL equals NULL, and NaN
// itself; -0.0 is another value than 0.0, as Java's Double has it. The bytes of a row are those of
// its columns one behind the other, so what is put together of two packed rows is a packed row.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/types/type.hpp"
#include "sql/values/column.hpp"

namespace tarn::sql {

class PackedRows {
public:
    PackedRows() = default;
    PackedRows(std::string bytes, std::vector<size_t> begins)
        : bytes_(std::move(bytes)), begins_(std::move(begins)) {}

    size_t size() const { return begins_.empty() ? 0 : begins_.size() - 1; }
    std::string_view operator[](size_t row) const {
        return std::string_view(bytes_).substr(begins_[row], begins_[row + 1] - begins_[row]);
    }

private:
    std::string bytes_;
    std::vector<size_t> begins_;  // one more than there are rows
};

PackedRows packed(std::span<const Column> columns, int64_t rows);

// The columns of such rows, which have these types.
Columns unpacked(std::span<const std::string_view> rows, std::span<const Type> types);

// A row of so many NULLs.
inline std::string packed_nulls(size_t columns) {
    return std::string(columns, '\0');
}

// Whether the column that the bytes begin with is NULL.
inline bool begins_with_null(std::string_view row) {
    return row.front() == '\0';
}

}  // namespace tarn::sql
