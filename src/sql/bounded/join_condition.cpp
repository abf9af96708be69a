#include "sql/bounded/join_condition.hpp"

#include <algorithm>

#include "sql/bounded/key_numbers.hpp"
#include "sql/plan/steps.hpp"
#include "sql/values/sort_key.hpp"

namespace tarn::sql {
namespace {

bool reads_only_left(const Bound& value, size_t left_columns) {
    std::vector<size_t> places = places_read(value);
    return !places.empty() && std::ranges::max(places) < left_columns;
}

bool reads_only_right(const Bound& value, size_t left_columns) {
    std::vector<size_t> places = places_read(value);
    return !places.empty() && std::ranges::min(places) >= left_columns;
}

// Whether it was an equality of both sides.
bool add_keys(const Bound& conjunct, size_t left_columns, JoinCondition& condition) {
    const auto* call = std::get_if<BoundCall>(&conjunct->node);
    if (!call || call->name != "=" || call->arguments.size() != 2) return false;
    for (size_t i : {0, 1}) {
        const Bound& left = call->arguments[i];
        const Bound& right = call->arguments[1 - i];
        if (!reads_only_left(left, left_columns) || !reads_only_right(right, left_columns)) {
            continue;
        }
        condition.left_keys.push_back(left);
        condition.right_keys.push_back(right);
        return true;
    }
    return false;
}

// The keys of a side's rows; nothing where one of the values is NULL, which equals no other.
std::vector<std::optional<std::string>> keys_of(const std::vector<Bound>& values,
                                                const Batch& batch, const Session& session) {
    Columns columns;
    for (const Bound& value : values) columns.push_back(evaluate(value, batch, session));
    std::vector<std::string> bytes = sort_keys(columns, batch.rows);
    std::vector<std::optional<std::string>> keys;
    for (int64_t row = 0; row < batch.rows; ++row) {
        bool has_null =
            std::ranges::any_of(columns, [&](const Column& each) { return each.is_null(row); });
        keys.push_back(has_null ? std::nullopt
                                : std::optional(std::move(bytes[static_cast<size_t>(row)])));
    }
    return keys;
}

}  // namespace

JoinCondition parted(const Bound& condition, size_t left_columns) {
    std::vector<Bound> conjuncts = conjuncts_of(condition);
    // What is always true, as the condition of a cross join is, asks for nothing.
    std::erase_if(conjuncts, is_always_true);
    JoinCondition result;
    std::vector<Bound> rest;
    for (const Bound& conjunct : conjuncts) {
        if (!add_keys(conjunct, left_columns, result)) rest.push_back(conjunct);
    }
    result.rest = rest.empty() ? nullptr : conjunction(rest);
    return result;
}

Counterparts::Counterparts(const JoinCondition& condition, const JoinSides& sides,
                           const RowList& right_rows)
    : list_of_left_(static_cast<size_t>(sides.left.rows), NoRow) {
    if (condition.left_keys.empty()) {
        lists_ = {right_rows};
        std::ranges::fill(list_of_left_, 0);
        return;
    }
    // The right values know their columns by places behind the left ones, which are not read.
    Batch shifted{Columns(sides.left.columns.size()), sides.right.rows};
    auto right_keys = keys_of(condition.right_keys, beside(shifted, sides.right), sides.session);
    KeyNumbers numbers;
    for (int64_t row : right_rows) {
        const auto& key = right_keys[static_cast<size_t>(row)];
        if (!key) continue;
        uint32_t number = numbers.number(*key);
        if (number == lists_.size()) lists_.emplace_back();
        lists_[number].push_back(row);
    }
    auto left_keys = keys_of(condition.left_keys, sides.left, sides.session);
    for (size_t row = 0; row < left_keys.size(); ++row) {
        auto number = left_keys[row] ? numbers.find(*left_keys[row]) : std::nullopt;
        if (number) list_of_left_[row] = *number;
    }
}

const RowList& Counterparts::of(int64_t left_row) const {
    static const RowList none;
    int64_t list = list_of_left_[static_cast<size_t>(left_row)];
    return list == NoRow ? none : lists_[static_cast<size_t>(list)];
}

RowPairs fitting(const RowPairs& pairs, const JoinCondition& condition, const JoinSides& sides) {
    if (!condition.rest || pairs.size() == 0) return pairs;
    // Only what the condition reads is copied.
    size_t left_columns = sides.left.columns.size();
    Batch batch{Columns(left_columns + sides.right.columns.size()),
                static_cast<int64_t>(pairs.size())};
    for (size_t place : places_read(condition.rest)) {
        if (batch.columns[place].values) continue;
        batch.columns[place] = place < left_columns
                                   ? taken(sides.left.columns[place], pairs.left)
                                   : taken(sides.right.columns[place - left_columns], pairs.right);
    }
    RowPairs result;
    for (int64_t pair : true_rows(evaluate(condition.rest, batch, sides.session), batch.rows)) {
        auto place = static_cast<size_t>(pair);
        result.add(pairs.left[place], pairs.right[place]);
    }
    return result;
}

}  // namespace tarn::sql
