// What the rows of one input of a join are compared by.
#pragma once

#include <array>

#include "engine/rows/change_batch.hpp"
#include "sql/stream/stream_plan.hpp"

namespace tarn::engine {

enum class JoinInput : size_t { Left, Right };

// What the tables of their states are called.
inline constexpr std::array<const char*, 2> SideNames{"left", "right"};

constexpr JoinInput other_of(JoinInput input) {
    return input == JoinInput::Left ? JoinInput::Right : JoinInput::Left;
}

class JoinKeys {
public:
    JoinKeys(const sql::stream::JoinOn& on, JoinInput input);

    const std::vector<size_t>& places() const { return places_; }

    struct OfBatch {
        sql::PackedRows bytes;
        std::vector<bool> is_unequal;  // none when every row may have an equal one

        // Whether a NULL in it makes it equal to no other.
        bool equals_none(int64_t row) const {
            return !is_unequal.empty() && is_unequal[static_cast<size_t>(row)];
        }
        std::string_view operator[](int64_t row) const { return bytes[static_cast<size_t>(row)]; }
    };
    OfBatch of(const ChangeBatch& batch) const;

private:
    std::vector<size_t> places_;
    std::vector<size_t> never_null_;  // those of them where NULL equals nothing
};

}  // namespace tarn::engine
