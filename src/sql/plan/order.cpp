#include "sql/plan/order.hpp"

#include "sql/values/sort_key.hpp"

namespace tarn::sql {

std::vector<std::string> order_keys(std::span<const SortKey> order, const Batch& rows) {
    Columns columns;
    std::vector<SortDirection> directions;
    for (const SortKey& key : order) {
        columns.push_back(rows.columns[key.column]);
        directions.push_back({key.is_descending, key.nulls_first});
    }
    return sort_keys(columns, rows.rows, directions);
}

}  // namespace tarn::sql
