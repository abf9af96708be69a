#include "columns/column_to_text.hpp"

#include "base/error.hpp"

namespace tarn::columns {
namespace {

template <typename ArrayType>
auto value_at(const arrow::Array& column, int64_t row) {
    return static_cast<const ArrayType&>(column).Value(row);
}

template <typename ArrayType>
std::string_view view_at(const arrow::Array& column, int64_t row) {
    return static_cast<const ArrayType&>(column).GetView(row);
}

template <typename Type>
const Type& type_of(const arrow::Array& column) {
    return static_cast<const Type&>(*column.type());
}

}  // namespace

void append_value_text(std::string& out, const arrow::Array& column, int64_t row,
                       TimestampFormat timestamps) {
    using arrow::Type;
    switch (column.type_id()) {
        case Type::BOOL:
            out += value_at<arrow::BooleanArray>(column, row) ? "true" : "false";
            return;
        case Type::INT8:
            return append_int64(out, value_at<arrow::Int8Array>(column, row));
        case Type::INT16:
            return append_int64(out, value_at<arrow::Int16Array>(column, row));
        case Type::INT32:
            return append_int64(out, value_at<arrow::Int32Array>(column, row));
        case Type::INT64:
            return append_int64(out, value_at<arrow::Int64Array>(column, row));
        case Type::FLOAT:
            return append_float(out, value_at<arrow::FloatArray>(column, row));
        case Type::DOUBLE:
            return append_double(out, value_at<arrow::DoubleArray>(column, row));
        case Type::DECIMAL128: {
            const auto& values = static_cast<const arrow::Decimal128Array&>(column);
            return append_decimal(out, arrow::Decimal128(values.GetValue(row)),
                                  type_of<arrow::Decimal128Type>(column).scale());
        }
        case Type::STRING:
            out += view_at<arrow::StringArray>(column, row);
            return;
        case Type::BINARY:
            return append_base64(out, view_at<arrow::BinaryArray>(column, row));
        case Type::FIXED_SIZE_BINARY:
            return append_base64(out, view_at<arrow::FixedSizeBinaryArray>(column, row));
        case Type::DATE32:
            return append_date(out, value_at<arrow::Date32Array>(column, row));
        case Type::TIME32:
            return append_time(out, value_at<arrow::Time32Array>(column, row),
                               type_of<arrow::TimeType>(column).unit());
        case Type::TIME64:
            return append_time(out, value_at<arrow::Time64Array>(column, row),
                               type_of<arrow::TimeType>(column).unit());
        case Type::TIMESTAMP:
            return append_timestamp(out, value_at<arrow::TimestampArray>(column, row), timestamps,
                                    type_of<arrow::TimestampType>(column));
        default:
            throw Error(ErrorCode::InvalidInput, "values of type {} have no text form",
                        column.type()->ToString());
    }
}

}  // namespace tarn::columns
