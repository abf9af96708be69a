#include "engine/aggregation/equal_values.hpp"

#include "sql/values/packed_rows.hpp"
#include "sql/values/readers.hpp"

namespace tarn::engine {
namespace {

template <typename IsEqual>
void compare_with(const arrow::Array& values, std::vector<PlacePair>& pairs, IsEqual is_equal) {
    bool has_null = values.null_count() > 0;
    for (PlacePair& pair : pairs) {
        if (!pair.is_equal) continue;
        bool was_null = has_null && values.IsNull(pair.before);
        bool is_null = has_null && values.IsNull(pair.after);
        pair.is_equal =
            was_null || is_null ? was_null == is_null : is_equal(pair.before, pair.after);
    }
}

template <typename T>
void compare_numbers(const arrow::Array& values, std::vector<PlacePair>& pairs) {
    const T* all = values.data()->GetValues<T>(1);
    compare_with(values, pairs,
                 [all](int64_t before, int64_t after) { return all[before] == all[after]; });
}

}  // namespace

void compare(const std::shared_ptr<arrow::Array>& values, std::vector<PlacePair>& pairs) {
    switch (values->type_id()) {
        case arrow::Type::FLOAT:
            return compare_numbers<float>(*values, pairs);
        case arrow::Type::DOUBLE:
            return compare_numbers<double>(*values, pairs);
        case arrow::Type::INT32:
        case arrow::Type::DATE32:
        case arrow::Type::TIME32:
            return compare_numbers<int32_t>(*values, pairs);
        case arrow::Type::INT64:
        case arrow::Type::TIMESTAMP:
            return compare_numbers<int64_t>(*values, pairs);
        default:
            break;
    }
    sql::Column column{values};
    sql::PackedRows rows = sql::packed({&column, 1}, values->length());
    compare_with(*values, pairs, [&](int64_t before, int64_t after) {
        return rows[static_cast<size_t>(before)] == rows[static_cast<size_t>(after)];
    });
}

}  // namespace tarn::engine
