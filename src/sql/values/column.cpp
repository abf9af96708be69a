#include "sql/values/column.hpp"

#include <arrow/array/builder_primitive.h>
#include <arrow/array/util.h>
#include <arrow/compute/api_vector.h>
#include <arrow/scalar.h>

#include "columns/arrow_result.hpp"
#include "sql/values/arrow_types.hpp"

namespace tarn::sql {

using columns::or_throw;

Column null_column(const Type& type) {
    return {or_throw(arrow::MakeArrayOfNull(arrow_type(type), 1)), true};
}

std::shared_ptr<arrow::Array> spread(const Column& column, int64_t rows) {
    if (!column.is_constant) return column.values;
    return or_throw(arrow::MakeArrayFromScalar(*or_throw(column.values->GetScalar(0)), rows));
}

Column taken(const Column& column, const std::vector<int64_t>& rows) {
    if (column.is_constant) return column;
    arrow::Int64Array places(static_cast<int64_t>(rows.size()), arrow::Buffer::Wrap(rows));
    return {or_throw(arrow::compute::Take(*column.values, places))};
}

std::shared_ptr<arrow::Array> taken_at(const std::shared_ptr<arrow::Array>& values,
                                       const std::shared_ptr<arrow::Array>& places) {
    return or_throw(arrow::compute::Take(*values, *places));
}

}  // namespace tarn::sql
