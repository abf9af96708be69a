#include "sql/stream/sources.hpp"

#include <fmt/format.h>

#include "sql/stream/contains.hpp"
#include "sql/stream/facts.hpp"
#include "sql/stream/operators.hpp"

namespace tarn::sql {
namespace {

bool is_upserts(const Changes& changes) {
    return changes.afters && !changes.befores;
}

// Adds the columns of the table's key that are not read yet.
void add_table_key(stream::TableSource& source, std::vector<PlanColumn>& columns) {
    if (!source.columns) return;
    const Table& table = source.table->table;
    size_t place = 0;
    for (const TableColumn& column : table.columns) {
        if (!is_stored(column)) continue;
        bool is_missing =
            contains(table.primary_key, column.name) && !contains(*source.columns, place);
        if (is_missing) {
            source.columns->push_back(place);
            columns.push_back({column.name, column.type});
        }
        ++place;
    }
}

}  // namespace

StreamPlanPtr table_source(const Scan& scan, const Plan& plan, const TraitsOf& traits) {
    stream::TableSource source{.table = scan.table,
                               .options = scan.options,
                               .traits = traits(*scan.table, scan.options),
                               .at = scan.at,
                               .columns = scan.columns,
                               .filters = scan.filters,
                               .fields = scan.fields};
    if (source.traits.brings.is_none()) {
        refuse(plan.span,
               fmt::format("the table '{}' can only be written to", scan.table->path.name));
    }
    std::vector<PlanColumn> columns = plan.columns;
    if (is_upserts(source.traits.brings)) {
        source.filters.clear();
        source.fields.clear();
        add_table_key(source, columns);
    }
    return operating(plan.span, std::move(columns), std::move(source));
}

StreamPlanPtr with_columns_of(const Plan& plan, const StreamPlanPtr& source) {
    if (source->columns.size() == plan.columns.size()) return source;
    std::vector<size_t> places;
    for (size_t i = 0; i < plan.columns.size(); ++i) places.push_back(i);
    return with_columns_at(source, places, plan.columns);
}

StreamPlanPtr rows_of(const Scan& scan, const Plan& plan, const StreamPlanPtr& source) {
    if (!is_upserts(source->changes)) return source;
    if (source->upsert_keys.empty()) {
        refuse(plan.span,
               fmt::format("the table '{}' brings rows that replace others, and has no key that "
                           "tells which",
                           scan.table->path.name),
               "PRIMARY KEY (…) NOT ENFORCED");
    }
    return with_columns_of(plan,
                           operating(plan.span, source->columns,
                                     stream::ChangelogNormalize{source, source->upsert_keys[0]}));
}

}  // namespace tarn::sql
