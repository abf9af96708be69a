// GROUP BY: rows to groups, and what each call accumulates of them.
#include "sql/bounded/key_numbers.hpp"
#include "sql/bounded/steps.hpp"
#include "sql/expressions/row_lists.hpp"
#include "sql/values/sort_key.hpp"

namespace tarn::sql {
namespace {

struct Groups {
    std::vector<uint32_t> of_rows;
    RowList first_rows;
    size_t count;
};

Groups groups_of(const std::vector<size_t>& keys, const Batch& input) {
    // Without keys there is one group, also of no rows.
    if (keys.empty()) {
        return {std::vector<uint32_t>(static_cast<size_t>(input.rows), 0), {}, 1};
    }
    Groups groups{{}, {}, 0};
    KeyNumbers numbers;
    for (const std::string& key : sort_keys(chosen(input, keys), input.rows)) {
        uint32_t number = numbers.number(key);
        if (number == groups.first_rows.size()) {
            groups.first_rows.push_back(static_cast<int64_t>(groups.of_rows.size()));
        }
        groups.of_rows.push_back(number);
    }
    groups.count = groups.first_rows.size();
    return groups;
}

Column accumulated(const AggregateCall& call, const Batch& input, const Groups& groups) {
    Columns arguments = chosen(input, call.arguments);
    RowList rows =
        call.filter ? true_rows(input.columns[*call.filter], input.rows) : all_rows(input.rows);
    std::vector<uint32_t> of_rows;
    for (int64_t row : rows) of_rows.push_back(groups.of_rows[static_cast<size_t>(row)]);
    for (Column& argument : arguments) argument = taken(argument, rows);
    AccumulatorPtr accumulator = call.signature.accumulator(AggregateInput::Inserts);
    if (!rows.empty()) accumulator->add(of_rows, arguments);
    return accumulator->values(all_groups(groups.count));
}

}  // namespace

Batch rows_of(const AggregateRows& step, const Batch& input, const Around&) {
    Groups groups = groups_of(step.keys, input);
    Batch result{{}, static_cast<int64_t>(groups.count)};
    for (const Column& key : chosen(input, step.keys)) {
        result.columns.push_back(taken(key, groups.first_rows));
    }
    for (const AggregateCall& call : step.calls) {
        result.columns.push_back(accumulated(call, input, groups));
    }
    return result;
}

}  // namespace tarn::sql
