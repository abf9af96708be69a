#include "connectors/made_up/made_up_source.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/error.hpp"

namespace tarn::connectors {

MadeUpSource::MadeUpSource(const sql::stream::TableSource& table, MakeValues make,
                           const Clock& clock, Random& random)
    : table_(table), make_(make), clock_(clock), seed_(random.next()) {
    constexpr int64_t DefaultRate = 10'000;
    int64_t rate = OptionValues(table_.options).whole("rows-per-second").value_or(DefaultRate);
    if (rate < 1) {
        throw Error(ErrorCode::InvalidInput, "the option 'rows-per-second' is {}, not above 0",
                    rate);
    }
    rows_per_second_ = static_cast<double>(rate);
    make_columns();
}

// Columns that nobody asks for are not made, yet their sequences end the table.
void MadeUpSource::make_columns() {
    OptionValues fields(table_.options, "fields.");
    row_count_ = OptionValues(table_.options).whole("number-of-rows");
    columns_.clear();
    std::map<std::string, ValueMakerPtr> by_name;
    for (const sql::TableColumn& column : physical_columns(table_.table->table)) {
        RowRandom random = RowRandom(seed_).other(column.name);
        ValueMakerPtr maker = make_({column.name, column.type, fields, random, make_});
        if (auto count = maker->row_count()) {
            row_count_ = std::min(row_count_.value_or(*count), *count);
        }
        by_name[column.name] = std::move(maker);
    }
    for (const sql::TableColumn& column : asked_columns(table_)) {
        if (metadata_key(column)) {
            throw Error(ErrorCode::InvalidInput, "column '{}': made-up rows have no metadata",
                        column.name);
        }
        columns_.push_back(std::move(by_name.at(column.name)));
    }
}

std::optional<engine::ChangeBatch> MadeUpSource::read(int64_t rows_max) {
    int64_t count = std::min(rows_max, rows_due());
    if (row_count_) count = std::min(count, *row_count_ - next_row_);
    if (count <= 0) return std::nullopt;
    RowRange rows{next_row_, count, unix_ms(clock_.now())};
    engine::ChangeBatch batch{{{}, count}};
    for (const ValueMakerPtr& column : columns_) batch.rows.columns.push_back({column->make(rows)});
    next_row_ += count;
    return batch;
}

// The first one at once, then one each time that its turn comes.
int64_t MadeUpSource::rows_due() {
    if (!began_at_) began_at_ = clock_.ticks();
    std::chrono::duration<double> passed = clock_.ticks() - *began_at_;
    double rows = passed.count() * rows_per_second_ + 1;
    return first_row_ + static_cast<int64_t>(rows) - next_row_;
}

engine::OperatorState MadeUpSource::position() const {
    std::array<int64_t, 1> row{next_row_};
    std::array<int64_t, 1> seed{static_cast<int64_t>(seed_)};
    engine::OperatorState state;
    state.put("rows", engine::state_rows({{"next_row", engine::number_column(row)},
                                          {"seed", engine::number_column(seed)}}));
    return state;
}

void MadeUpSource::seek(const engine::OperatorState& position) {
    for (const engine::StateRows& rows : position.all("rows")) {
        next_row_ = engine::numbers_of(rows, 0).at(0);
        seed_ = static_cast<uint64_t>(engine::numbers_of(rows, 1).at(0));
    }
    first_row_ = next_row_;
    began_at_.reset();
    make_columns();
}

}  // namespace tarn::connectors
