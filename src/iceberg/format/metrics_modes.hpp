// How much a table keeps of each column in its manifests: what its properties
// `write.metadata.metrics.default`, `.column.NAME` and `.max-inferred-column-defaults` say.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "iceberg/format/schema.hpp"
#include "iceberg/format/sort_order.hpp"

namespace tarn::iceberg {

struct MetricsMode {
    enum class Kind { None, Counts, Truncate, Full };

    Kind kind = Kind::Truncate;
    // Of Truncate: how many characters of text and bytes of binary the bounds keep.
    int length = 16;

    bool has_bounds() const { return kind == Kind::Truncate || kind == Kind::Full; }

    bool operator==(const MetricsMode& other) const = default;
};

// "none", "counts", "truncate(16)", "full", in any case; nothing for another text.
std::optional<MetricsMode> parse_metrics_mode(std::string_view text);

class MetricsModes {
public:
    // Columns that the table is sorted by keep bounds even where the default would have none. A
    // property with a mode that nobody knows counts for nothing, as in Java: a typing error in it
    // must not stop a table from being written.
    static MetricsModes of_table(const std::map<std::string, std::string>& properties,
                                 const Schema& schema, const SortOrder& order);
    // Everything of every column: what position deletes are found by.
    static MetricsModes full() { return MetricsModes({MetricsMode::Kind::Full, 0}); }

    MetricsMode of(int32_t field_id) const;

private:
    explicit MetricsModes(MetricsMode otherwise) : otherwise_(otherwise) {}

    MetricsMode otherwise_;
    std::map<int32_t, MetricsMode> modes_;
};

}  // namespace tarn::iceberg
