// UNION, INTERSECT and EXCEPT.
#include "sql/bounded/key_numbers.hpp"
#include "sql/bounded/steps.hpp"
#include "sql/expressions/row_lists.hpp"
#include "sql/values/sort_key.hpp"

namespace tarn::sql {
namespace {

// How many rows of each key there are.
using Counts = std::unordered_map<std::string, int64_t>;

// INTERSECT ALL keeps a row as often as it is in both, EXCEPT ALL as often as the second has it
// less; without ALL each row is kept once or not at all.
Batch combined(const CombineRows& step, const Batch& left, const Batch& right) {
    Counts of_right;
    for (const std::string& key : sort_keys(right.columns, right.rows)) ++of_right[key];
    bool wants_found = step.kind == SetOperation::Kind::Intersect;
    std::vector<std::string> keys = sort_keys(left.columns, left.rows);
    KeyNumbers seen;
    RowList rows;
    for (int64_t row = 0; row < left.rows; ++row) {
        const std::string& key = keys[static_cast<size_t>(row)];
        bool is_again = seen.find(key).has_value();
        seen.number(key);
        if (is_again && !step.is_all) continue;
        auto found = of_right.find(key);
        bool is_found = found != of_right.end() && found->second > 0;
        // With ALL each row of the right stands against one of the left.
        if (is_found && step.is_all) --found->second;
        if (is_found == wants_found) rows.push_back(row);
    }
    return taken(left, rows);
}

}  // namespace

Batch rows_of(const CombineRows& step, const std::vector<Batch>& inputs) {
    if (step.kind == SetOperation::Kind::Union) return stacked(inputs);
    Batch result = inputs.front();
    for (size_t i = 1; i < inputs.size(); ++i) result = combined(step, result, inputs[i]);
    return result;
}

}  // namespace tarn::sql
