#include "iceberg/format/value.hpp"

#include <algorithm>
#include <cmath>

#include "base/assert.hpp"

namespace tarn::iceberg {
namespace {

std::strong_ordering compare_bytes(BytesView left, BytesView right) {
    return std::lexicographical_compare_three_way(left.begin(), left.end(), right.begin(),
                                                  right.end());
}

}  // namespace

std::strong_ordering compare(const Value& left, const Value& right) {
    TARN_ASSERT(left.index() == right.index());
    return std::visit(
        [&](const auto& value) -> std::strong_ordering {
            using T = std::decay_t<decltype(value)>;
            const T& other = std::get<T>(right);
            if constexpr (std::is_same_v<T, std::string>) {
                // The bytes of UTF-8 sort as their code points do.
                return compare_bytes(as_bytes(value), as_bytes(other));
            } else if constexpr (std::is_same_v<T, Bytes>) {
                return compare_bytes(value, other);
            } else if constexpr (std::is_floating_point_v<T>) {
                return std::strong_order(value, other);
            } else if constexpr (std::is_same_v<T, bool>) {
                return int(value) <=> int(other);
            } else {
                return value < other   ? std::strong_ordering::less
                       : value > other ? std::strong_ordering::greater
                                       : std::strong_ordering::equal;
            }
        },
        left);
}

bool is_same(const OptionalValue& left, const OptionalValue& right) {
    if (!left || !right) return !left && !right;
    bool are_nan = std::visit(
        [&](const auto& value) {
            using T = std::decay_t<decltype(value)>;
            if constexpr (std::is_floating_point_v<T>) {
                return std::isnan(value) && std::isnan(std::get<T>(*right));
            } else {
                return false;
            }
        },
        *left);
    return are_nan || compare(*left, *right) == 0;
}

}  // namespace tarn::iceberg
