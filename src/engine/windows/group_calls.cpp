#include "engine/windows/group_calls.hpp"

#include <arrow/array/builder_primitive.h>

#include "columns/arrow_result.hpp"
#include "sql/values/readers.hpp"

namespace tarn::engine {

namespace {

using Groups = GroupCalls::Groups;

// Of the rows of a batch those that a call counts, and what it reads of them.
struct Counted {
    sql::Columns arguments;
    std::vector<GroupCalls::Group> groups;
};

Counted counted_rows(const sql::Columns& arguments, Groups groups, const sql::RowList& rows) {
    Counted counted;
    for (const sql::Column& argument : arguments) {
        counted.arguments.push_back(sql::taken(argument, rows));
    }
    counted.groups.reserve(rows.size());
    for (int64_t row : rows) counted.groups.push_back(groups[static_cast<size_t>(row)]);
    return counted;
}

sql::RowList additions(const ChangeBatch& batch, const sql::RowList& rows, bool are_additions) {
    sql::RowList result;
    for (int64_t row : rows) {
        if (is_addition(batch.kind(row)) == are_additions) result.push_back(row);
    }
    return result;
}

}  // namespace

GroupCalls::GroupCalls(std::span<const sql::AggregateCall> calls, bool takes_back)
    : takes_back_(takes_back) {
    auto input = takes_back ? sql::AggregateInput::Changes : sql::AggregateInput::Inserts;
    for (const sql::AggregateCall& call : calls) {
        Call made{call.arguments, call.filter, call.signature.accumulator(input), 0};
        made.state_columns = made.accumulator->states({}).size();
        calls_.push_back(std::move(made));
    }
}

GroupCalls::Group GroupCalls::new_group() {
    if (!free_.empty()) {
        Group group = free_.back();
        free_.pop_back();
        return group;
    }
    if (takes_back_) counts_.push_back(0);
    return end_++;
}

void GroupCalls::forget(Groups groups) {
    for (Call& call : calls_) call.accumulator->forget(groups);
    if (takes_back_) {
        for (Group group : groups) counts_[group] = 0;
    }
    free_.insert(free_.end(), groups.begin(), groups.end());
}

void GroupCalls::add(const ChangeBatch& batch, const std::vector<Group>& groups) {
    if (takes_back_) count(batch, groups);
    for (Call& call : calls_) {
        sql::Columns arguments = sql::chosen(batch.rows, call.arguments);
        if (!call.filter && !batch.has_kinds()) {
            call.accumulator->add(groups, arguments);
            continue;
        }
        sql::RowList rows = call.filter
                                ? sql::true_rows(batch.rows.columns[*call.filter], batch.size())
                                : sql::all_rows(batch.size());
        sql::RowList back = additions(batch, rows, false);
        if (!back.empty()) rows = additions(batch, rows, true);
        if (!rows.empty()) {
            Counted counted = counted_rows(arguments, groups, rows);
            call.accumulator->add(counted.groups, counted.arguments);
        }
        if (!back.empty()) {
            Counted counted = counted_rows(arguments, groups, back);
            call.accumulator->retract(counted.groups, counted.arguments);
        }
    }
}

void GroupCalls::count(const ChangeBatch& batch, const std::vector<Group>& groups) {
    for (size_t row = 0; row < groups.size(); ++row) {
        bool is_added = is_addition(batch.kind(static_cast<int64_t>(row)));
        counts_[groups[row]] += is_added ? 1 : -1;
    }
}

sql::Columns GroupCalls::values(Groups groups) const {
    sql::Columns columns;
    for (const Call& call : calls_) columns.push_back(call.accumulator->values(groups));
    return columns;
}

arrow::ArrayVector GroupCalls::states(Groups groups) const {
    arrow::ArrayVector states;
    for (const Call& call : calls_) {
        for (auto& column : call.accumulator->states(groups)) states.push_back(std::move(column));
    }
    if (takes_back_) {
        arrow::Int64Builder counts;
        for (Group group : groups) columns::or_throw(counts.Append(counts_[group]));
        states.push_back(columns::or_throw(counts.Finish()));
    }
    return states;
}

void GroupCalls::merge(Groups groups, const arrow::ArrayVector& states) {
    auto next = states.begin();
    for (Call& call : calls_) {
        auto end = next + static_cast<std::ptrdiff_t>(call.state_columns);
        call.accumulator->merge(groups, arrow::ArrayVector(next, end));
        next = end;
    }
    if (!takes_back_) return;
    sql::Column column{*next};
    sql::Reader<int64_t> counts(column);
    for (size_t i = 0; i < groups.size(); ++i) {
        counts_[groups[i]] += counts[static_cast<int64_t>(i)];
    }
}

size_t GroupCalls::bytes() const {
    size_t bytes = counts_.capacity() * sizeof(int64_t);
    for (const Call& call : calls_) bytes += call.accumulator->bytes();
    return bytes;
}

}  // namespace tarn::engine
