#include "iceberg/format/metrics_modes.hpp"

#include <charconv>

namespace tarn::iceberg {
namespace {

constexpr std::string_view DefaultProperty = "write.metadata.metrics.default";
constexpr std::string_view ColumnProperty = "write.metadata.metrics.column.";
constexpr std::string_view MaxInferredProperty =
    "write.metadata.metrics.max-inferred-column-defaults";
constexpr int MaxInferredDefault = 100;

std::optional<int> positive_number(std::string_view text) {
    int number = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size() || number < 1) {
        return std::nullopt;
    }
    return number;
}

std::optional<MetricsMode> mode_at(const std::map<std::string, std::string>& properties,
                                   std::string_view name) {
    auto found = properties.find(std::string(name));
    return found == properties.end() ? std::nullopt : parse_metrics_mode(found->second);
}

int max_inferred(const std::map<std::string, std::string>& properties) {
    auto found = properties.find(std::string(MaxInferredProperty));
    if (found == properties.end()) return MaxInferredDefault;
    if (found->second == "0") return 0;
    return positive_number(found->second).value_or(MaxInferredDefault);
}

// The first columns of a wide table: those of a struct before what is inside of its others.
void add_first_columns(const Type& type, size_t count_max, std::map<int32_t, MetricsMode>& modes) {
    for (const Field& field : type.fields) {
        if (modes.size() >= count_max) return;
        if (!field.type.is_nested()) modes[field.id] = MetricsMode();
    }
    for (const Field& field : type.fields) {
        if (field.type.is_nested()) add_first_columns(field.type, count_max, modes);
    }
}

size_t leaf_count(const Type& type) {
    size_t count = 0;
    for (const Field& field : type.fields) {
        count += field.type.is_nested() ? leaf_count(field.type) : 1;
    }
    return count;
}

// Whether rows sorted by it are sorted by the column as well, so that bounds tell files apart.
bool preserves_order(const Transform& transform) {
    return transform.kind() == Transform::Kind::Identity ||
           transform.kind() == Transform::Kind::Truncate || transform.is_time();
}

}  // namespace

std::optional<MetricsMode> parse_metrics_mode(std::string_view text) {
    std::string lower;
    for (char c : text) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (lower == "none") return MetricsMode{MetricsMode::Kind::None, 0};
    if (lower == "counts") return MetricsMode{MetricsMode::Kind::Counts, 0};
    if (lower == "full") return MetricsMode{MetricsMode::Kind::Full, 0};
    constexpr std::string_view prefix = "truncate(";
    if (!lower.starts_with(prefix) || !lower.ends_with(')')) return std::nullopt;
    auto inner = std::string_view(lower).substr(prefix.size());
    auto length = positive_number(inner.substr(0, inner.size() - 1));
    if (!length) return std::nullopt;
    return MetricsMode{MetricsMode::Kind::Truncate, *length};
}

MetricsModes MetricsModes::of_table(const std::map<std::string, std::string>& properties,
                                    const Schema& schema, const SortOrder& order) {
    auto given = mode_at(properties, DefaultProperty);
    MetricsModes modes(given.value_or(MetricsMode()));
    auto inferred = static_cast<size_t>(max_inferred(properties));
    if (!given && leaf_count(schema.type()) > inferred) {
        add_first_columns(schema.type(), inferred, modes.modes_);
        modes.otherwise_ = {MetricsMode::Kind::None, 0};
    }
    for (const SortField& field : order.fields) {
        bool has_bounds = modes.of(field.source_id).has_bounds();
        if (preserves_order(field.transform) && !has_bounds) {
            modes.modes_[field.source_id] = MetricsMode();
        }
    }
    for (const auto& [name, mode] : properties) {
        if (!name.starts_with(ColumnProperty)) continue;
        const Field* field = schema.find(std::string_view(name).substr(ColumnProperty.size()));
        auto parsed = parse_metrics_mode(mode);
        if (field && parsed) modes.modes_[field->id] = *parsed;
    }
    return modes;
}

MetricsMode MetricsModes::of(int32_t field_id) const {
    auto found = modes_.find(field_id);
    return found == modes_.end() ? otherwise_ : found->second;
}

}  // namespace tarn::iceberg
