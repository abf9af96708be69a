#include "sql/aggregates/distinct_accumulator.hpp"

#include <arrow/array/array_nested.h>

#include <algorithm>
#include <string>

#include "sql/aggregates/distinct_rows.hpp"
#include "sql/aggregates/list_columns.hpp"
#include "sql/values/packed_rows.hpp"

namespace tarn::sql {
namespace {

// Of some rows the groups and the numbers.
struct PassedOn {
    std::vector<uint32_t> groups;
    std::vector<int64_t> rows;

    void add(uint32_t group, int64_t row) {
        groups.push_back(group);
        rows.push_back(row);
    }
};

class Distinct final : public Accumulator {
public:
    Distinct(AccumulatorPtr inner, std::vector<Type> arguments)
        : inner_(std::move(inner)), types_(std::move(arguments)) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        PassedOn changed = counted(groups, arguments, [](size_t) { return 1; }).begun;
        if (!changed.rows.empty()) inner_->add(changed.groups, chosen(arguments, changed));
    }

    void retract(Groups groups, std::span<const Column> arguments) override {
        PassedOn changed = counted(groups, arguments, [](size_t) { return -1; }).ended;
        if (!changed.rows.empty()) inner_->retract(changed.groups, chosen(arguments, changed));
    }

    bool goes_row_by_row() const override { return inner_->goes_row_by_row(); }
    Column values_row_by_row(Groups groups, RowEffects effects,
                             std::span<const Column> arguments) override {
        Changed changed = counted(groups, arguments, [&](size_t row) {
            return effects[row] == RowEffect::None ? 0 : effects[row] == RowEffect::Add ? 1 : -1;
        });
        std::vector<RowEffect> inner(groups.size(), RowEffect::None);
        for (int64_t row : changed.begun.rows) inner[static_cast<size_t>(row)] = RowEffect::Add;
        for (int64_t row : changed.ended.rows) inner[static_cast<size_t>(row)] = RowEffect::Retract;
        return inner_->values_row_by_row(groups, inner, arguments);
    }

    // The different rows of each group, in the order in which they came, and how often.
    StateColumns states(Groups groups) const override;
    void merge(Groups groups, const StateColumns& states) override;

    void forget(Groups groups) override {
        rows_.forget(groups);
        inner_->forget(groups);
    }

    Column values(Groups groups) const override { return inner_->values(groups); }

    size_t bytes() const override { return rows_.bytes() + inner_->bytes(); }

private:
    // The rows of which there is one now and none before, and the other way round.
    struct Changed {
        PassedOn begun;
        PassedOn ended;
    };

    template <typename CountOf>
    Changed counted(Groups groups, std::span<const Column> arguments, CountOf count_of) {
        PackedRows keys = packed(arguments, static_cast<int64_t>(groups.size()));
        Changed changed;
        for (size_t at = 0; at < groups.size(); ++at) {
            auto row = static_cast<int64_t>(at);
            auto count = count_of(at);
            if (count == 0) continue;
            DistinctRows::Row& seen = rows_.row_of(groups[at], keys[at]);
            bool was_there = seen.count > 0;
            seen.count += count;
            bool is_there = seen.count > 0;
            if (is_there && !was_there) {
                seen.place = next_place_++;
                changed.begun.add(groups[at], row);
            }
            if (was_there && !is_there) changed.ended.add(groups[at], row);
            if (seen.count == 0) rows_.remove(seen);
        }
        return changed;
    }

    static Columns chosen(std::span<const Column> arguments, const PassedOn& passed_on) {
        Columns columns;
        for (const Column& each : arguments) columns.push_back(taken(each, passed_on.rows));
        return columns;
    }

    AccumulatorPtr inner_;
    std::vector<Type> types_;
    DistinctRows rows_;
    uint64_t next_place_ = 0;
};

StateColumns Distinct::states(Groups groups) const {
    std::vector<std::string_view> keys;
    arrow::Int64Builder counts;
    ListEnds ends(groups.size());
    for (uint32_t group : groups) {
        for (const DistinctRows::Row* row : rows_.rows_of(group)) {
            keys.push_back(row->bytes);
            columns::or_throw(counts.Append(row->count));
        }
        ends.end_at(counts.length());
    }
    arrow::FieldVector fields{arrow::field("count", arrow::int64())};
    arrow::ArrayVector arrays{columns::or_throw(counts.Finish())};
    for (const Column& each : unpacked(keys, types_)) {
        arrays.push_back(each.values);
        fields.push_back(
            arrow::field("argument" + std::to_string(fields.size()), arrays.back()->type()));
    }
    auto rows = columns::or_throw(arrow::StructArray::Make(arrays, fields));
    return {ends.lists(arrow::list(rows->type()), rows)};
}

void Distinct::merge(Groups groups, const StateColumns& states) {
    const auto& lists = static_cast<const arrow::ListArray&>(*states[0]);
    std::vector<uint32_t> group_of_row;
    for (size_t at = 0; at < groups.size(); ++at) {
        auto length = static_cast<size_t>(lists.value_length(static_cast<int64_t>(at)));
        group_of_row.insert(group_of_row.end(), length, groups[at]);
    }
    auto count = static_cast<int64_t>(group_of_row.size());
    if (count == 0) return;
    auto rows = std::static_pointer_cast<arrow::StructArray>(
        lists.values()->Slice(lists.value_offset(0), count));
    Column counts{rows->field(0)};
    Columns arguments;
    for (int i = 1; i < rows->num_fields(); ++i) arguments.push_back({rows->field(i)});
    Reader<int64_t> count_of(counts);
    Changed changed = counted(group_of_row, arguments,
                              [&](size_t row) { return count_of[static_cast<int64_t>(row)]; });
    auto& [begun, ended] = changed;
    if (!begun.rows.empty()) inner_->add(begun.groups, chosen(arguments, begun));
    if (!ended.rows.empty()) inner_->retract(ended.groups, chosen(arguments, ended));
}

}  // namespace

AggregateSignature distinct(AggregateSignature signature) {
    signature.accumulator = [inner = std::move(signature.accumulator),
                             arguments = signature.arguments](AggregateInput input) {
        return std::make_unique<Distinct>(inner(input), arguments);
    };
    return signature;
}

}  // namespace tarn::sql
