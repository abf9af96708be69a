#include "sql/aggregates/distinct_values.hpp"

#include <cmath>
#include <limits>

#include "sql/values/value_text.hpp"

namespace tarn::sql {
namespace {

template <typename T>
void append_bytes_of(std::string& key, const T& value) {
    const char* begin = reinterpret_cast<const char*>(&value);
    key.append(begin, begin + sizeof(T));
}

// There are many NaNs, which have the same bytes in Java.
template <typename T>
void append_real(std::string& key, T value) {
    append_bytes_of(key, std::isnan(value) ? std::numeric_limits<T>::quiet_NaN() : value);
}

}  // namespace

void DistinctValues::set_key(uint32_t group, const arrow::Array& values, int64_t place) {
    key_.clear();
    append_bytes_of(key_, group);
    switch (values.type_id()) {
        case arrow::Type::FLOAT:
            return append_real(key_, static_cast<const arrow::FloatArray&>(values).Value(place));
        case arrow::Type::DOUBLE:
            return append_real(key_, static_cast<const arrow::DoubleArray&>(values).Value(place));
        case arrow::Type::BOOL:
            key_ += static_cast<const arrow::BooleanArray&>(values).Value(place) ? '1' : '0';
            return;
        case arrow::Type::STRING:
        case arrow::Type::BINARY:
            key_ += static_cast<const arrow::BinaryArray&>(values).GetView(place);
            return;
        default:
            break;
    }
    if (arrow::is_nested(values.type_id())) {
        key_ += value_text(type_, values, place);
        return;
    }
    auto width = static_cast<size_t>(values.type()->byte_width());
    const uint8_t* all = values.data()->GetValues<uint8_t>(1, 0);
    const uint8_t* value = all + static_cast<size_t>(values.offset() + place) * width;
    key_.append(value, value + width);
}

}  // namespace tarn::sql
