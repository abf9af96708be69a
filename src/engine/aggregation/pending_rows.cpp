#include "engine/aggregation/pending_rows.hpp"

#include <algorithm>

namespace tarn::engine {
namespace {

const std::string WaitingTable = "rows";

}  // namespace

void PendingRows::add(TimedRows rows) {
    if (rows.rows.rows == 0) return;
    for (size_t i = 0; i < rows.times.size(); ++i) {
        waiting_.push_back({rows.times[i], next_number_ + i, rows.keys[i]});
        std::ranges::push_heap(waiting_, std::greater());
    }
    batches_.push_back(
        {next_number_, std::move(rows.rows), static_cast<int64_t>(rows.times.size())});
    next_number_ += rows.times.size();
}

TimedRows PendingRows::take_until(int64_t time) {
    std::vector<Waiting> due;
    while (!waiting_.empty() && waiting_.front().time <= time) {
        due.push_back(waiting_.front());
        std::ranges::pop_heap(waiting_, std::greater());
        waiting_.pop_back();
    }
    TimedRows rows = gathered(due);
    for (const Waiting& each : due) {
        Kept& batch = batches_[place_of(each.number)];
        if (--batch.waiting == 0) batch.rows.columns.clear();
    }
    while (!batches_.empty() && batches_.front().waiting == 0) batches_.pop_front();
    return rows;
}

TimedRows PendingRows::all() const {
    std::vector<Waiting> rows = waiting_;
    std::ranges::sort(rows, std::less(),
                      [](const Waiting& row) { return std::pair(row.time, row.number); });
    return gathered(rows);
}

// Batch by batch, and then in the order that is asked for.
TimedRows PendingRows::gathered(const std::vector<Waiting>& rows) const {
    TimedRows result{{{}, static_cast<int64_t>(rows.size())}, {}, {}};
    if (rows.empty()) return result;
    std::vector<sql::RowList> of_batch(batches_.size());
    std::vector<std::pair<size_t, int64_t>> places;  // the batch, and where in its list
    for (const Waiting& each : rows) {
        size_t batch = place_of(each.number);
        places.emplace_back(batch, static_cast<int64_t>(of_batch[batch].size()));
        of_batch[batch].push_back(static_cast<int64_t>(each.number - batches_[batch].first_number));
        result.times.push_back(each.time);
        result.keys.push_back(each.key);
    }
    std::vector<sql::Batch> pieces;
    std::vector<int64_t> begins(batches_.size());
    int64_t begin = 0;
    for (size_t i = 0; i < batches_.size(); ++i) {
        if (of_batch[i].empty()) continue;
        begins[i] = begin;
        begin += static_cast<int64_t>(of_batch[i].size());
        pieces.push_back(taken(batches_[i].rows, of_batch[i]));
    }
    if (pieces.size() == 1) {
        result.rows = std::move(pieces[0]);
        return result;
    }
    sql::RowList order;
    for (auto [batch, place] : places) order.push_back(begins[batch] + place);
    result.rows = taken(sql::stacked(pieces), order);
    return result;
}

void PendingRows::save(OperatorState& state, const KeyTable& keys) const {
    TimedRows waiting = all();
    sql::PackedRows packed = sql::packed(waiting.rows.columns, waiting.rows.rows);
    std::vector<std::string_view> of_keys;
    std::vector<std::string_view> rows;
    for (size_t i = 0; i < waiting.keys.size(); ++i) {
        of_keys.emplace_back(keys.key(waiting.keys[i]));
        rows.push_back(packed[i]);
    }
    state.put(WaitingTable, state_rows({{"key", bytes_column(of_keys)},
                                        {"time", number_column(waiting.times)},
                                        {"row", bytes_column(rows)}}));
}

void PendingRows::restore(const OperatorState& state, const KeyGroups& groups,
                          const std::vector<sql::Type>& types,
                          const std::function<KeyNumber(std::string_view)>& number_of) {
    for (const StateRows& rows : state.keyed(WaitingTable, groups)) {
        TimedRows waiting{{{}, rows->num_rows()}, numbers_of(rows, 1), {}};
        for (std::string_view key : bytes_of(rows, 0)) waiting.keys.push_back(number_of(key));
        waiting.rows.columns = sql::unpacked(bytes_of(rows, 2), types);
        add(std::move(waiting));
    }
}

size_t PendingRows::place_of(uint64_t number) const {
    auto after = std::ranges::upper_bound(batches_, number, {}, &Kept::first_number);
    return static_cast<size_t>(after - batches_.begin()) - 1;
}

size_t PendingRows::bytes() const {
    size_t bytes = waiting_.capacity() * sizeof(Waiting);
    for (const Kept& batch : batches_) {
        size_t width = batch.rows.columns.size() * sizeof(int64_t);
        bytes += static_cast<size_t>(batch.rows.rows) * width;
    }
    return bytes;
}

}  // namespace tarn::engine
