#include "jobs/final_rows.hpp"

#include "base/assert.hpp"
#include "base/error.hpp"
#include "sql/values/packed_rows.hpp"

namespace tarn::jobs {
namespace {

// Of all rows, packed.
constexpr size_t BytesMax = 256 << 20;

}  // namespace

FinalRows::FinalRows(const std::vector<sql::PlanColumn>& columns) {
    for (const sql::PlanColumn& column : columns) types_.push_back(column.type);
}

void FinalRows::write(const engine::ChangeBatch& batch) {
    sql::PackedRows rows = engine::packed(batch);
    for (size_t i = 0; i < rows.size(); ++i) {
        bool is_added = engine::is_addition(batch.kind(static_cast<int64_t>(i)));
        is_added ? add(rows[i]) : remove(rows[i]);
    }
}

void FinalRows::add(std::string_view row) {
    bytes_ += row.size();
    if (bytes_ > BytesMax) {
        throw Error(ErrorCode::TooLarge, "the answer has more than {} MiB", BytesMax >> 20)
            .with_hint("add a LIMIT, or INSERT it into a table");
    }
    places_[std::string(row)].push_back(rows_.size());
    rows_.emplace_back(row);
    is_alive_.push_back(true);
}

void FinalRows::remove(std::string_view row) {
    auto found = places_.find(std::string(row));
    TARN_ASSERT(found != places_.end());
    size_t place = found->second.back();
    found->second.pop_back();
    if (found->second.empty()) places_.erase(found);
    bytes_ -= row.size();
    std::string().swap(rows_[place]);
    is_alive_[place] = false;
}

sql::Batch FinalRows::rows() const {
    std::vector<std::string_view> alive;
    for (size_t i = 0; i < rows_.size(); ++i) {
        if (is_alive_[i]) alive.push_back(rows_[i]);
    }
    return {sql::unpacked(alive, types_), std::ssize(alive)};
}

}  // namespace tarn::jobs
