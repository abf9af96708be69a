// Changes of rows with numbers, as ranks give them: those outside the range are nobody's business,
// and updates come without the rows before them where nobody wants these.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/operators/operator.hpp"
#include "engine/rows/change_builder.hpp"

namespace tarn::engine {

class RankedChanges {
public:
    struct Form {
        std::vector<sql::Type> types;  // of the rows
        int64_t first;
        bool with_number;  // behind the columns
        bool with_befores;
    };

    explicit RankedChanges(Form form) : form_(std::move(form)), rows_(form_.types) {}

    void give(Change change, std::string_view row, int64_t rank) {
        bool is_wanted = change != Change::UpdateBefore || form_.with_befores;
        if (rank < form_.first || !is_wanted) return;
        rows_.append(change, row);
        if (form_.with_number) ranks_.push_back(rank);
    }
    void update(std::string_view before, std::string_view after, int64_t rank) {
        give(Change::UpdateBefore, before, rank);
        give(Change::UpdateAfter, after, rank);
    }

    void pass_on(Output& output);

private:
    Form form_;
    ChangeBuilder rows_;
    std::vector<int64_t> ranks_;
};

}  // namespace tarn::engine
