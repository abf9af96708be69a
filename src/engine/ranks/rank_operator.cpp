#include "engine/ranks/rank_operator.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "engine/operators/column_types.hpp"
#include "engine/ranks/rank_operators.hpp"
#include "sql/plan/order.hpp"
#include "sql/values/readers.hpp"

namespace tarn::engine {

using sql::stream::RankBy;

namespace {

template <typename T>
std::vector<int64_t> whole_numbers(const sql::Column& column, int64_t rows) {
    std::vector<int64_t> numbers;
    sql::Reader<T> reader(column);
    // Flink reads a number that is not known as 0.
    for (int64_t row = 0; row < rows; ++row) {
        numbers.push_back(reader.is_null(row) ? 0 : reader[row]);
    }
    return numbers;
}

// How many rows each of them lets in.
std::vector<int64_t> lasts_of(const RankRows& step, const sql::Batch& batch,
                              const sql::Session& session) {
    if (!step.last_of_row) return {};
    sql::Column column = sql::evaluate(step.last_of_row, batch, session);
    switch (step.last_of_row->type.kind) {
        case sql::TypeKind::TinyInt:
            return whole_numbers<int8_t>(column, batch.rows);
        case sql::TypeKind::SmallInt:
            return whole_numbers<int16_t>(column, batch.rows);
        case sql::TypeKind::Int:
            return whole_numbers<int32_t>(column, batch.rows);
        case sql::TypeKind::BigInt:
            return whole_numbers<int64_t>(column, batch.rows);
        default:
            throw Error(ErrorCode::InvalidInput,
                        "ROW_NUMBER() <= n wants whole numbers n, and this one is {}",
                        sql::text_of(step.last_of_row->type));
    }
}

// Where there is one row, it is the number one's place that changes hands, unless the next one has
// to be found when it goes.
FirstRows::Rules rules_of(const RankRows& step) {
    bool keeps_rest = step.by == RankBy::Retractions;
    bool has_one = step.last == 1 && !step.last_of_row && !keeps_rest;
    return {step.with_number || step.first > 1 || has_one, keeps_rest};
}

}  // namespace

struct RankOperator::Rows {
    sql::PackedRows keys;
    std::vector<std::string> order;
    sql::PackedRows rows;
    sql::PackedRows row_keys;  // none where rows do not replace each other
    const ChangeBatch& batch;
};

RankOperator::RankOperator(RankRows step, const sql::StreamPlanPtr& input,
                           const sql::StreamPlan& plan, const JobContext& job)
    : step_(std::move(step)),
      rules_(rules_of(step_)),
      changes_({types_of(input->columns), step_.first, step_.with_number, plan.changes.befores}),
      job_(job),
      times_(job.state_ttl) {}

void RankOperator::take(size_t, const ChangeBatch& batch, Output& output) {
    int64_t now_ms = job_.now_ms();
    forget_old(now_ms);
    bool replaces = step_.by == RankBy::Rises;
    Rows rows{packed(batch, step_.partition), sql::order_keys(step_.order, batch.rows),
              packed(batch), replaces ? packed(batch, step_.row_key) : sql::PackedRows(), batch};
    std::vector<int64_t> lasts = lasts_of(step_, batch.rows, job_.session());
    for (int64_t row = 0; row < batch.size(); ++row) {
        auto place = static_cast<size_t>(row);
        int64_t last = lasts.empty() ? step_.last : std::min(lasts[place], step_.last);
        take_row(first_rows_of(rows.keys[place], last, now_ms), rows, row, now_ms);
    }
    changes_.pass_on(output);
}

FirstRows& RankOperator::first_rows_of(std::string_view key, int64_t last, int64_t now_ms) {
    auto [number, is_new] = keys_.add(key);
    if (by_key_.size() < keys_.end()) by_key_.resize(keys_.end());
    if (is_new || times_.is_over(number, now_ms)) {
        by_key_[number] = FirstRows(last);
        times_.set(number, now_ms);
        keys_.touch(number);
    }
    current_ = number;
    return by_key_[number];
}

void RankOperator::take_row(FirstRows& first, const Rows& rows, int64_t row, int64_t now_ms) {
    auto place = static_cast<size_t>(row);
    const std::string& order = rows.order[place];
    std::string_view bytes = rows.rows[place];
    bool is_kept = true;
    if (!is_addition(rows.batch.kind(row))) {
        first.remove(order, bytes, rules_, changes_);
    } else if (step_.by == RankBy::Rises) {
        OrderedRows::Row known{std::string(bytes), std::string(rows.row_keys[place])};
        is_kept = first.put(order, std::move(known), rules_, changes_);
    } else {
        is_kept = first.add(order, {std::string(bytes)}, rules_, changes_);
    }
    if (is_kept) {
        times_.set(current_, now_ms);
        keys_.touch(current_);
    }
    // The number of rows that the first one told goes on to hold when all rows have gone.
    if (first.rows().size() == 0 && !step_.last_of_row) keys_.forget(current_);
}

void RankOperator::forget_old(int64_t now_ms) {
    for (KeyNumber number : times_.over(keys_, now_ms)) {
        by_key_[number] = FirstRows();
        keys_.forget(number);
    }
}

void RankOperator::save(OperatorState& state) {
    SavedKeys saved = state.to_save(keys_);
    std::vector<std::string_view> keys;
    std::vector<int64_t> written;
    std::vector<int64_t> lasts;
    std::vector<std::string_view> row_owners;
    std::vector<std::string_view> orders;
    std::vector<std::string_view> rows;
    std::vector<std::string_view> row_keys;
    for (KeyNumber number : saved.numbers) {
        const FirstRows& first = by_key_[number];
        keys.emplace_back(keys_.key(number));
        written.push_back(times_.written_ms(number));
        lasts.push_back(first.last());
        for (const auto& [place, row] : first.rows().all()) {
            row_owners.emplace_back(keys_.key(number));
            orders.push_back(OrderedRows::sort_key(place));
            rows.emplace_back(row.bytes);
            row_keys.emplace_back(row.key);
        }
    }
    state.put_keyed("keys", saved,
                    state_rows({{"key", bytes_column(keys)},
                                {"written", number_column(written)},
                                {"last", number_column(lasts)}}));
    state.put_keyed("rows", saved,
                    state_rows({{"key", bytes_column(row_owners)},
                                {"order", bytes_column(orders)},
                                {"row", bytes_column(rows)},
                                {"row_key", bytes_column(row_keys)}}));
}

void RankOperator::restore(const OperatorState& state) {
    for (const StateRows& saved : state.keyed("keys", job_.keys)) {
        std::vector<std::string_view> keys = bytes_of(saved, 0);
        std::vector<int64_t> written = numbers_of(saved, 1);
        std::vector<int64_t> lasts = numbers_of(saved, 2);
        for (size_t i = 0; i < keys.size(); ++i) restore_key(keys[i], written[i], lasts[i]);
    }
    for (const StateRows& saved : state.keyed("rows", job_.keys)) {
        std::vector<std::string_view> keys = bytes_of(saved, 0);
        std::vector<std::string_view> orders = bytes_of(saved, 1);
        std::vector<std::string_view> rows = bytes_of(saved, 2);
        std::vector<std::string_view> row_keys = bytes_of(saved, 3);
        for (size_t i = 0; i < keys.size(); ++i) {
            KeyNumber number = keys_.find(keys[i]);
            TARN_ASSERT(number != NoKey);
            by_key_[number].restore(orders[i], {std::string(rows[i]), std::string(row_keys[i])});
        }
    }
}

void RankOperator::restore_key(std::string_view key, int64_t written_ms, int64_t last) {
    KeyNumber number = keys_.add(key).number;
    by_key_.resize(keys_.end());
    by_key_[number] = FirstRows(last);
    times_.set(number, written_ms);
}

size_t RankOperator::state_bytes() const {
    return keys_.bytes() +
           keys_.sum([this](KeyNumber number) { return by_key_[number].rows().bytes(); });
}

// --- which steps are ranks

namespace {

// Some key that tells rows apart, and of those that have the partition's columns, for they never
// leave the partition.
std::vector<size_t> row_key_of(const sql::StreamPlan& input, const std::vector<size_t>& partition) {
    auto key = std::ranges::find_if(input.upsert_keys, [&](const sql::UpsertKey& each) {
        return std::ranges::all_of(partition, [&](size_t column) {
            return std::ranges::find(each, column) != each.end();
        });
    });
    TARN_ASSERT(key != input.upsert_keys.end());
    return *key;
}

}  // namespace

OperatorPtr made(const sql::stream::Rank& step, const sql::StreamPlan& plan,
                 const JobContext& job) {
    RankRows rows{step.partition,   step.order,       step.first, step.last.value_or(INT64_MAX),
                  step.last_of_row, step.with_number, step.by,    {}};
    if (step.by == RankBy::Rises) rows.row_key = row_key_of(*step.input, step.partition);
    return std::make_unique<RankOperator>(std::move(rows), step.input, plan, job);
}

OperatorPtr made(const sql::stream::SortLimit& step, const sql::StreamPlan& plan,
                 const JobContext& job) {
    RankRows rows{.partition = {}, .order = step.keys, .first = step.offset + 1, .by = step.by};
    rows.last = step.offset + std::min(step.limit, INT64_MAX - step.offset);
    if (step.by == RankBy::Rises) rows.row_key = row_key_of(*step.input, {});
    return std::make_unique<RankOperator>(std::move(rows), step.input, plan, job);
}

}  // namespace tarn::engine
