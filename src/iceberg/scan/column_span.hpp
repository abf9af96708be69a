// What is known of one column over many rows (those of a file, of a row group, or the partitions of
// a manifest) and whether any of them can fulfil a condition. All of it errs on the side of yes.
#pragma once

#include <algorithm>

#include "iceberg/format/filter.hpp"

namespace tarn::iceberg {

struct ColumnSpan {
    bool may_have_nulls = true;
    bool may_have_nans = true;
    // That are neither null nor NaN.
    bool may_have_values = true;
    // No value lies outside; nothing where it is not known. Either may be no value itself.
    OptionalValue lowest = {};
    OptionalValue highest = {};

    static ColumnSpan all_null() { return {.may_have_nans = false, .may_have_values = false}; }
};

// `leaf` is a single comparison. The bounds must be of its type.
bool can_match_leaf(const Filter& leaf, const ColumnSpan& span);

// `span_of` answers for each leaf.
template <typename SpanOf>
bool can_match(const Filter& filter, const SpanOf& span_of) {
    auto child_can = [&](const Filter& child) { return can_match(child, span_of); };
    switch (filter.operation) {
        case Operation::True:
            return true;
        case Operation::False:
            return false;
        case Operation::And:
            return std::ranges::all_of(filter.children, child_can);
        case Operation::Or:
            return std::ranges::any_of(filter.children, child_can);
        default:
            return can_match_leaf(filter, span_of(filter));
    }
}

}  // namespace tarn::iceberg
