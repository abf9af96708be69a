// The rows that a table with a key has, of rows that come and go under that key: all that are there
// are kept in the order of their arrival, and the last of them is the table's. So a row that goes
// late takes nothing away that came in its place, as Flink's SinkUpsertMaterializer has it.
#pragma once

#include "engine/rows/change_builder.hpp"

namespace tarn::engine {

class SinkRows {
public:
    struct Row {
        std::string bytes;
        std::string key = {};  // by which rows replace each other; empty where each is its own
    };

    void add(Row row, ChangeBuilder& changes);
    void remove(const Row& row, ChangeBuilder& changes);

    const std::vector<Row>& all() const { return rows_; }
    // From a saved state: behind all others, and no change.
    void restore(Row row) { rows_.push_back(std::move(row)); }

private:
    std::vector<Row>::iterator find(const Row& row);

    std::vector<Row> rows_;
};

}  // namespace tarn::engine
