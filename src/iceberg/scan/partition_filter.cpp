#include "iceberg/scan/partition_filter.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "iceberg/format/single_value.hpp"
#include "iceberg/scan/column_span.hpp"

namespace tarn::iceberg {
namespace {

bool is_float(const Type& type) {
    return type.kind == TypeKind::Float || type.kind == TypeKind::Double;
}

OptionalValue bound_of(std::optional<BytesView> bytes, const Type& type) {
    if (!bytes) return std::nullopt;
    auto value = from_bytes(*bytes, type);
    // Some writers let NaN into bounds, which then say nothing.
    if (value && is_nan(*value)) return std::nullopt;
    return value;
}

std::optional<BytesView> view_of(const std::optional<Bytes>& bytes) {
    if (!bytes) return std::nullopt;
    return BytesView(*bytes);
}

ColumnSpan span_of(const PartitionSummary& summary, const Type& type) {
    ColumnSpan span;
    span.may_have_nulls = summary.contains_null;
    span.may_have_nans = is_float(type) && summary.contains_nan.value_or(true);
    bool has_bounds = summary.lower_bound || summary.upper_bound;
    span.may_have_values = has_bounds || !(span.may_have_nulls || span.may_have_nans);
    span.lowest = bound_of(view_of(summary.lower_bound), type);
    span.highest = bound_of(view_of(summary.upper_bound), type);
    return span;
}

ColumnSpan span_of(const Filter& leaf, const ManifestEntries& entries, int64_t entry) {
    ColumnSpan span;
    auto count = entries.value_count(entry, leaf.field_id);
    auto nulls = entries.null_count(entry, leaf.field_id);
    auto nans = entries.nan_count(entry, leaf.field_id);
    span.may_have_nulls = nulls != 0;
    span.may_have_nans = is_float(leaf.type) && nans != 0;
    if (count && nulls && *nulls == *count) {
        span.may_have_values = span.may_have_nans = false;
    } else if (is_float(leaf.type) && count && nulls && nans) {
        span.may_have_values = *nulls + *nans < *count;
    }
    span.lowest = bound_of(entries.lower_bound(entry, leaf.field_id), leaf.type);
    span.highest = bound_of(entries.upper_bound(entry, leaf.field_id), leaf.type);
    return span;
}

}  // namespace

PartitionFilter::PartitionFilter(Filter filter, PartitionSpec spec, PartitionTypes types)
    : filter_(std::move(filter)),
      spec_(std::move(spec)),
      types_(std::move(types)),
      projected_(project(filter_, spec_, types_)) {}

size_t PartitionFilter::index_of(int32_t field_id) const {
    auto found = std::ranges::find(spec_.fields, field_id, &PartitionField::field_id);
    TARN_ASSERT(found != spec_.fields.end());
    return static_cast<size_t>(found - spec_.fields.begin());
}

bool PartitionFilter::can_match(const ManifestFile& manifest) const {
    if (!manifest.partitions) return !projected_.is_false();
    return iceberg::can_match(projected_, [&](const Filter& leaf) {
        size_t index = index_of(leaf.field_id);
        if (index >= manifest.partitions->size()) return ColumnSpan();
        return span_of((*manifest.partitions)[index], leaf.type);
    });
}

bool PartitionFilter::can_match(const ManifestEntries& entries, int64_t entry) const {
    return is_fulfilled_by(projected_, entries, entry);
}

bool PartitionFilter::is_fulfilled_by(const Filter& filter, const ManifestEntries& entries,
                                      int64_t entry) const {
    auto child_is = [&](const Filter& child) { return is_fulfilled_by(child, entries, entry); };
    switch (filter.operation) {
        case Operation::True:
            return true;
        case Operation::False:
            return false;
        case Operation::And:
            return std::ranges::all_of(filter.children, child_is);
        case Operation::Or:
            return std::ranges::any_of(filter.children, child_is);
        default:
            return is_fulfilled(filter, entries.partition_value(entry, index_of(filter.field_id)));
    }
}

Filter PartitionFilter::residual(const PartitionValues& partition) const {
    return residual(filter_, partition);
}

Filter PartitionFilter::residual(const Filter& filter, const PartitionValues& partition) const {
    if (filter.is_leaf()) return leaf_residual(filter, partition);
    std::vector<Filter> parts;
    for (const Filter& child : filter.children) parts.push_back(residual(child, partition));
    if (filter.operation == Operation::And) return both(std::move(parts));
    if (filter.operation == Operation::Or) return either(std::move(parts));
    return filter;
}

// A partition where the condition cannot hold has no row to find; one where the opposite cannot
// hold has only such rows, unless they are null, which they are where the partition is.
Filter PartitionFilter::leaf_residual(const Filter& leaf, const PartitionValues& partition) const {
    for (size_t i = 0; i < spec_.fields.size(); ++i) {
        const PartitionField& field = spec_.fields[i];
        if (field.source_id != leaf.field_id) continue;
        Filter projected = project_leaf(leaf, field, types_.sources[i]);
        if (projected.is_true()) continue;
        if (!is_fulfilled(projected, partition[i])) return {.operation = Operation::False};
        if (!partition[i]) {
            if (leaf.operation == Operation::IsNull) return {};
            continue;
        }
        Filter other = project_leaf(opposite(leaf), field, types_.sources[i]);
        if (!other.is_true() && !is_fulfilled(other, partition[i])) return {};
    }
    return leaf;
}

bool can_match_metrics(const Filter& filter, const ManifestEntries& entries, int64_t entry) {
    return can_match(filter, [&](const Filter& leaf) { return span_of(leaf, entries, entry); });
}

}  // namespace tarn::iceberg
