// Made-up rows. Each is made of its number and of a seed, which the position holds: a source that
// seeks there goes on with the rows that would have come. It never waits; when it is too early
// for the next row there is none.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "connectors/formats/stored_columns.hpp"
#include "connectors/made_up/value_maker.hpp"
#include "engine/job/source.hpp"

namespace tarn::connectors {

class MadeUpSource final : public engine::Source {
public:
    // `make` says how options become the values of a column: datagen and faker differ in that.
    MadeUpSource(const sql::stream::TableSource& table, MakeValues make, const Clock& clock,
                 Random& random);

    std::vector<int32_t> partitions() override { return {0}; }
    std::optional<engine::ChangeBatch> read(int64_t rows_max) override;
    bool has_end() const override { return row_count_.has_value(); }
    bool is_ended() const override { return row_count_ && next_row_ >= *row_count_; }

    engine::OperatorState position() const override;
    void seek(const engine::OperatorState& position) override;

private:
    void make_columns();
    int64_t rows_due();

    sql::stream::TableSource table_;
    MakeValues make_;
    const Clock& clock_;
    double rows_per_second_;
    uint64_t seed_;
    std::vector<ValueMakerPtr> columns_;
    std::optional<int64_t> row_count_;
    int64_t next_row_ = 0;

    // Where the rate is counted from.
    std::optional<Ticks> began_at_;
    int64_t first_row_ = 0;
};

}  // namespace tarn::connectors
