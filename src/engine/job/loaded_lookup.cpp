#include "engine/job/loaded_lookup.hpp"

#include "base/error.hpp"

namespace tarn::engine {
namespace {

constexpr int64_t RowsAtOnce = 8'192;
constexpr size_t BytesMax = size_t{1} << 30;

}  // namespace

LoadedLookup::LoadedLookup(OpenTable open, std::vector<sql::Type> types, std::vector<size_t> key,
                           std::chrono::milliseconds age_max, const Clock& clock)
    : open_(std::move(open)),
      types_(std::move(types)),
      key_(std::move(key)),
      age_max_(age_max),
      clock_(clock) {}

Lookup::Found LoadedLookup::rows_for(const sql::Batch& keys) {
    Ticks now = clock_.ticks();
    if (!loaded_at_ || now - *loaded_at_ >= age_max_) {
        rows_ = load();
        loaded_at_ = now;
    }
    sql::PackedRows packed = sql::packed(keys.columns, keys.rows);
    Found found;
    std::vector<std::string_view> rows;
    for (int64_t key = 0; key < keys.rows; ++key) {
        KeyNumber number = rows_.keys.find(packed[static_cast<size_t>(key)]);
        if (number == NoKey) continue;
        const std::vector<std::string>& of_key = rows_.of_keys[number];
        rows.insert(rows.end(), of_key.begin(), of_key.end());
        found.keys.resize(rows.size(), key);
    }
    found.rows = {sql::unpacked(rows, types_), std::ssize(rows)};
    return found;
}

LoadedLookup::Rows LoadedLookup::load() const {
    Rows rows;
    SourcePtr source = open_();
    while (!source->is_ended()) {
        if (auto batch = source->read(RowsAtOnce)) add(rows, *batch);
    }
    return rows;
}

void LoadedLookup::add(Rows& rows, const ChangeBatch& batch) const {
    sql::PackedRows keys = packed(batch, key_);
    sql::PackedRows values = packed(batch);
    for (size_t row = 0; row < keys.size(); ++row) {
        KeyNumber number = rows.keys.add(keys[row]).number;
        if (number == rows.of_keys.size()) rows.of_keys.emplace_back();
        rows.of_keys[number].emplace_back(values[row]);
        rows.bytes += values[row].size();
    }
    if (rows.bytes <= BytesMax) return;
    throw Error(ErrorCode::TooLarge, "a table that is looked up has more than a gigabyte")
        .with_hint("filter its rows in the condition of the join, or keep it in a database");
}

}  // namespace tarn::engine
