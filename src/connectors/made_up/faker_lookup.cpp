#include "connectors/made_up/faker_lookup.hpp"

#include <algorithm>
#include <numeric>

#include "connectors/formats/stored_columns.hpp"
#include "connectors/made_up/faker_values.hpp"

namespace tarn::connectors {

FakerLookup::FakerLookup(const sql::stream::TableSource& table, const std::vector<size_t>& key,
                         const Clock& clock, Random& random)
    : key_(key), clock_(clock) {
    OptionValues fields(table.options, "fields.");
    RowRandom seed(random.next());
    for (const sql::TableColumn& column : asked_columns(table)) {
        bool is_key = std::ranges::find(key_, columns_.size()) != key_.end();
        columns_.push_back(is_key ? nullptr
                                  : faker_values({column.name, column.type, fields,
                                                  seed.other(column.name), faker_values}));
    }
}

engine::Lookup::Found FakerLookup::rows_for(const sql::Batch& keys) {
    RowRange rows{next_row_, keys.rows, unix_ms(clock_.now())};
    next_row_ += keys.rows;
    Found found{.rows = {sql::Columns(columns_.size()), keys.rows}, .keys = {}};
    for (size_t i = 0; i < columns_.size(); ++i) {
        if (columns_[i]) found.rows.columns[i] = {columns_[i]->make(rows)};
    }
    for (size_t i = 0; i < key_.size(); ++i) found.rows.columns[key_[i]] = keys.columns[i];
    found.keys.resize(static_cast<size_t>(keys.rows));
    std::iota(found.keys.begin(), found.keys.end(), 0);
    return found;
}

}  // namespace tarn::connectors
