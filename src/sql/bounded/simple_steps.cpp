// Steps that look at one row at a time, and sorting.
#include <algorithm>

#include "base/assert.hpp"
#include "sql/bounded/steps.hpp"
#include "sql/expressions/row_lists.hpp"
#include "sql/plan/order.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {
namespace {

Batch computed(const std::vector<Bound>& values, const Batch& input, const Session& session) {
    Batch result{{}, input.rows};
    for (const Bound& value : values) result.columns.push_back(evaluate(value, input, session));
    return result;
}

// The rows of a sorted list that OFFSET and LIMIT leave.
RowList limited(RowList rows, int64_t offset, std::optional<int64_t> limit) {
    auto count = static_cast<int64_t>(rows.size());
    int64_t from = std::clamp<int64_t>(offset, 0, count);
    int64_t to = limit ? from + std::clamp<int64_t>(*limit, 0, count - from) : count;
    return {rows.begin() + from, rows.begin() + to};
}

}  // namespace

Batch rows_of(const ConstantRows& step, const Around& around) {
    std::vector<Batch> rows;
    for (const std::vector<Bound>& row : step.rows) {
        rows.push_back(computed(row, {{}, 1}, around.session));
    }
    if (!rows.empty()) return stacked(rows);
    Batch nothing{{}, 0};
    for (const PlanColumn& column : around.plan.columns) {
        nothing.columns.push_back({spread(null_column(column.type), 0)});
    }
    return nothing;
}

Batch rows_of(const Project& step, const Batch& input, const Around& around) {
    return computed(step.values, input, around.session);
}

Batch rows_of(const Filter& step, const Batch& input, const Around& around) {
    return taken(input, true_rows(evaluate(step.condition, input, around.session), input.rows));
}

Batch rows_of(const MatchRows&, const Batch&, const Around& around) {
    refuse(around.plan.span, "MATCH_RECOGNIZE runs in jobs, not over rows that are all there");
}

Batch rows_of(const SortRows& step, const Batch& input, const Around&) {
    std::vector<std::string> keys = order_keys(step.keys, input);
    RowList rows = all_rows(input.rows);
    // Rows with equal keys stay in the order of the input.
    std::ranges::sort(rows, {}, [&](int64_t row) {
        return std::pair<std::string_view, int64_t>(keys[static_cast<size_t>(row)], row);
    });
    return taken(input, limited(std::move(rows), step.offset, step.limit));
}

Batch rows_of(const Expand& step, const Batch& input, const Around&) {
    RowList rows;
    Writer<int64_t> ids(simple_type(TypeKind::BigInt),
                        input.rows * static_cast<int64_t>(step.sets.size()));
    for (int64_t row = 0; row < input.rows; ++row) {
        for (const Expand::Set& set : step.sets) {
            rows.push_back(row);
            ids.append(set.id);
        }
    }
    Batch result = taken(input, rows);
    size_t keys = step.sets.empty() ? 0 : step.sets.front().has_key.size();
    for (size_t key = 0; key < keys; ++key) {
        RowList known = rows;
        for (size_t i = 0; i < known.size(); ++i) {
            if (!step.sets[i % step.sets.size()].has_key[key]) known[i] = NoRow;
        }
        result.columns[key] = taken_or_null(input.columns[key], input.rows, known);
    }
    result.columns.push_back(ids.finish());
    return result;
}

}  // namespace tarn::sql
