// std::ranges::contains of C++23.
#pragma once

#include <algorithm>
#include <functional>

namespace tarn::sql {

template <typename Range, typename Value, typename Projection = std::identity>
bool contains(const Range& range, const Value& value, Projection projection = {}) {
    return std::ranges::find(range, value, projection) != std::ranges::end(range);
}

}  // namespace tarn::sql
