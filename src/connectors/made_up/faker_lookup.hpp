// A made-up table that is looked up: it has one row for each key that it is asked for.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "connectors/made_up/value_maker.hpp"
#include "engine/operators/lookup.hpp"
#include "sql/stream/stream_plan.hpp"

namespace tarn::connectors {

class FakerLookup final : public engine::Lookup {
public:
    FakerLookup(const sql::stream::TableSource& table, const std::vector<size_t>& key,
                const Clock& clock, Random& random);

    Found rows_for(const sql::Batch& keys) override;

private:
    std::vector<size_t> key_;
    std::vector<ValueMakerPtr> columns_;  // null for those of the key
    const Clock& clock_;
    int64_t next_row_ = 0;
};

}  // namespace tarn::connectors
