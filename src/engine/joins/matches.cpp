#include "engine/joins/matches.hpp"

#include <algorithm>

namespace tarn::engine {
namespace {

template <typename T>
std::vector<T> chosen_of(const std::vector<T>& values, const sql::RowList& list) {
    std::vector<T> result;
    if (values.empty()) return result;
    result.reserve(list.size());
    for (int64_t row : list) result.push_back(values[static_cast<size_t>(row)]);
    return result;
}

// Whether the list names all of so many rows in their order.
bool is_all(const sql::RowList& list, int64_t rows) {
    if (static_cast<int64_t>(list.size()) != rows) return false;
    for (int64_t row = 0; row < rows; ++row) {
        if (list[static_cast<size_t>(row)] != row) return false;
    }
    return true;
}

sql::Batch listed(const sql::Batch& batch, const sql::RowList& list) {
    return is_all(list, batch.rows) ? batch : sql::taken_or_null(batch, list);
}

sql::Batch other_rows(const Matches& matches, const sql::RowList& pairs,
                      const std::vector<sql::Type>& types) {
    auto count = static_cast<int64_t>(pairs.size());
    if (!matches.columns.empty()) {
        return listed({matches.columns, static_cast<int64_t>(matches.size())}, pairs);
    }
    std::string nulls = sql::packed_nulls(types.size());
    std::vector<std::string_view> rows;
    rows.reserve(pairs.size());
    for (int64_t pair : pairs) {
        rows.push_back(pair == sql::NoRow ? std::string_view(nulls)
                                          : matches.others[static_cast<size_t>(pair)]);
    }
    return {sql::unpacked(rows, types), count};
}

}  // namespace

Matches JoinTest::passed(Matches pairs, const ChangeBatch& batch, JoinInput input,
                         const std::vector<sql::Type>& other_types,
                         const sql::Session& session) const {
    if (!rest_ || pairs.size() == 0) return pairs;
    if (pairs.columns.empty()) pairs.columns = sql::unpacked(pairs.others, other_types);
    // Only what the condition reads is copied.
    size_t own_begin = input == JoinInput::Left ? 0 : width_;
    size_t other_begin = input == JoinInput::Left ? width_ : 0;
    size_t own_count = batch.rows.columns.size();
    sql::Batch both{sql::Columns(own_count + other_types.size()),
                    static_cast<int64_t>(pairs.size())};
    std::ranges::copy(pairs.columns,
                      both.columns.begin() + static_cast<std::ptrdiff_t>(other_begin));
    for (size_t place : sql::places_read(rest_)) {
        bool is_own = own_begin <= place && place < own_begin + own_count;
        if (!is_own || both.columns[place].values) continue;
        both.columns[place] = sql::taken(batch.rows.columns[place - own_begin], pairs.rows);
    }
    sql::RowList holds = sql::true_rows(sql::evaluate(rest_, both, session), both.rows);
    if (holds.size() == pairs.size()) return pairs;
    sql::Batch others{std::move(pairs.columns), both.rows};
    return {chosen_of(pairs.rows, holds), chosen_of(pairs.others, holds),
            chosen_of(pairs.entries, holds), sql::taken(others, holds).columns};
}

ChangeBatch JoinedRows::both(const ChangeBatch& batch, JoinInput input, const Matches& matches,
                             const std::vector<sql::Type>& other_types) const {
    sql::Batch own = listed(batch.rows, rows_);
    sql::Batch others = other_rows(matches, pairs_, other_types);
    bool is_left = input == JoinInput::Left;
    return with_kinds(is_left ? sql::beside(std::move(own), others)
                              : sql::beside(std::move(others), own));
}

ChangeBatch JoinedRows::own(const ChangeBatch& batch) const {
    return with_kinds(listed(batch.rows, rows_));
}

ChangeBatch JoinedRows::others(const Matches& matches,
                               const std::vector<sql::Type>& other_types) const {
    return with_kinds(other_rows(matches, pairs_, other_types));
}

ChangeBatch JoinedRows::with_kinds(sql::Batch rows) const {
    ChangeBatch result{std::move(rows)};
    auto is_insert = [](Change change) { return change == Change::Insert; };
    if (!std::ranges::all_of(kinds_, is_insert)) result.kinds = kinds_;
    return result;
}

}  // namespace tarn::engine
