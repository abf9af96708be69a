// Whether the values of a row are still the same, as Flink compares them before it tells a change:
// floating numbers by ==, for which NaN is never the same.
#pragma once

#include <arrow/array.h>

#include <cstdint>
#include <vector>

namespace tarn::engine {

struct PlacePair {
    int64_t before;
    int64_t after;
    bool is_equal = true;
};

// Marks those whose values differ.
void compare(const std::shared_ptr<arrow::Array>& values, std::vector<PlacePair>& pairs);

}  // namespace tarn::engine
