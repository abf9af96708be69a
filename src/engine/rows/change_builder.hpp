// A batch of changes that is made row by row, of packed rows.
#pragma once

#include "engine/rows/change_batch.hpp"

namespace tarn::engine {

class ChangeBuilder {
public:
    explicit ChangeBuilder(std::vector<sql::Type> types) : types_(std::move(types)) {}

    void append(Change change, std::string_view row) { append(change, row, {}); }
    // A row of two parts, as joins give.
    void append(Change change, std::string_view left, std::string_view right);

    bool is_empty() const { return kinds_.empty(); }
    size_t size() const { return kinds_.size(); }

    // What was appended since the last time. Batches of inserts alone have no kinds.
    ChangeBatch take();

private:
    std::vector<sql::Type> types_;
    std::string bytes_;
    std::vector<size_t> ends_;
    std::vector<Change> kinds_;
};

}  // namespace tarn::engine
