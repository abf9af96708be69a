#include "engine/joins/join_keys.hpp"

namespace tarn::engine {

JoinKeys::JoinKeys(const sql::stream::JoinOn& on, JoinInput input) {
    for (const sql::stream::JoinKey& key : on.keys) {
        size_t place = input == JoinInput::Left ? key.left : key.right;
        places_.push_back(place);
        if (!key.nulls_are_equal) never_null_.push_back(place);
    }
}

JoinKeys::OfBatch JoinKeys::of(const ChangeBatch& batch) const {
    OfBatch keys{packed(batch, places_), {}};
    for (size_t place : never_null_) {
        const sql::Column& column = batch.rows.columns[place];
        if (column.values->null_count() == 0) continue;
        keys.is_unequal.resize(static_cast<size_t>(batch.size()));
        for (int64_t row = 0; row < batch.size(); ++row) {
            if (column.is_null(row)) keys.is_unequal[static_cast<size_t>(row)] = true;
        }
    }
    return keys;
}

}  // namespace tarn::engine
