// Values of any type as bytes, to be kept one by one, and columns made of them again. Bytes are
// equal when values are: NULL is equal to NULL and NaN to NaN, zeros of different signs differ, and
// maps with the same entries are equal in any order of these.
#pragma once

#include <string>

#include "sql/values/column.hpp"

namespace tarn::sql {

void append_value_bytes(std::string& bytes, const Column& column, int64_t row);

// Reads what was written for values of the type.
class ValuesOfBytes {
public:
    explicit ValuesOfBytes(std::shared_ptr<arrow::DataType> type);
    ~ValuesOfBytes();
    ValuesOfBytes(ValuesOfBytes&&) noexcept;

    // Leaves the bytes behind the value.
    void append(std::string_view& bytes);
    void append_null();
    int64_t length() const;
    std::shared_ptr<arrow::Array> finish();

private:
    class Pieces;
    std::unique_ptr<Pieces> pieces_;
};

}  // namespace tarn::sql
