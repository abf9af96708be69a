#include "iceberg/scan/column_span.hpp"

#include "base/assert.hpp"

namespace tarn::iceberg {
namespace {

bool is_within(const ColumnSpan& span, const Value& value) {
    return (!span.lowest || order(*span.lowest, value) <= 0) &&
           (!span.highest || order(*span.highest, value) >= 0);
}

// Bounds of text and bytes may be cut short, in files of careless writers also wrongly; a number
// that is both bounds is the only one there.
bool is_only(const Filter& leaf, const ColumnSpan& span) {
    bool is_text = leaf.type.kind == TypeKind::String || leaf.type.kind == TypeKind::Binary ||
                   leaf.type.kind == TypeKind::Fixed;
    return !is_text && span.lowest && span.highest && order(*span.lowest, *span.highest) == 0;
}

const std::string& text_of(const Value& value) {
    return std::get<std::string>(value);
}

bool may_start(const ColumnSpan& span, const std::string& prefix) {
    bool begins_too_late =
        span.lowest && std::string_view(text_of(*span.lowest)).substr(0, prefix.size()) > prefix;
    bool ends_too_early = span.highest && text_of(*span.highest) < prefix;
    return !begins_too_late && !ends_too_early;
}

bool all_start(const ColumnSpan& span, const std::string& prefix) {
    return span.lowest && span.highest && text_of(*span.lowest).starts_with(prefix) &&
           text_of(*span.highest).starts_with(prefix);
}

bool value_can_match(const Filter& leaf, const ColumnSpan& span) {
    switch (leaf.operation) {
        case Operation::NotNull:
        case Operation::NotNan:
            return true;
        case Operation::Less:
            return !span.lowest || order(*span.lowest, leaf.literals[0]) < 0;
        case Operation::LessOrEqual:
            return !span.lowest || order(*span.lowest, leaf.literals[0]) <= 0;
        case Operation::Greater:
            return !span.highest || order(*span.highest, leaf.literals[0]) > 0;
        case Operation::GreaterOrEqual:
            return !span.highest || order(*span.highest, leaf.literals[0]) >= 0;
        case Operation::Equal:
            return is_within(span, leaf.literals[0]);
        case Operation::In:
            return std::ranges::any_of(leaf.literals,
                                       [&](const Value& each) { return is_within(span, each); });
        case Operation::NotEqual:
        case Operation::NotIn:
            return !is_only(leaf, span) || is_fulfilled(leaf, span.lowest);
        case Operation::StartsWith:
            return may_start(span, text_of(leaf.literals[0]));
        case Operation::NotStartsWith:
            return !all_start(span, text_of(leaf.literals[0]));
        default:
            return false;
    }
}

// NaN comes after every number.
bool nan_can_match(Operation operation) {
    switch (operation) {
        case Operation::NotNull:
        case Operation::IsNan:
        case Operation::Greater:
        case Operation::GreaterOrEqual:
        case Operation::NotEqual:
        case Operation::NotIn:
            return true;
        default:
            return false;
    }
}

}  // namespace

bool can_match_leaf(const Filter& leaf, const ColumnSpan& span) {
    TARN_ASSERT(leaf.is_leaf());
    bool takes_null = leaf.operation == Operation::IsNull || leaf.operation == Operation::NotNan;
    if (takes_null && span.may_have_nulls) return true;
    if (span.may_have_nans && nan_can_match(leaf.operation)) return true;
    return span.may_have_values && value_can_match(leaf, span);
}

}  // namespace tarn::iceberg
