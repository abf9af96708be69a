#include "sql/rewrite/join_filters.hpp"

#include <algorithm>

#include "sql/plan/steps.hpp"
#include "sql/rewrite/conditions.hpp"
#include "sql/rewrite/missing_rows.hpp"

namespace tarn::sql {
namespace {

enum class Side { Left, Right, Both };

Side side_of(const Bound& condition, size_t left_columns) {
    std::vector<size_t> places = places_read(condition);
    auto is_left = [&](size_t place) { return place < left_columns; };
    if (places.empty()) return Side::Both;
    if (std::ranges::all_of(places, is_left)) return Side::Left;
    return std::ranges::none_of(places, is_left) ? Side::Right : Side::Both;
}

bool is_equality(const Bound& condition) {
    const auto* call = std::get_if<BoundCall>(&condition->node);
    return call && call->name == "=";
}

// A pair that an inner join finds is a row of it, so it is all the same where both are asked, and
// the join can go by an equality of both. One that can fail comes behind what was asked before it;
// but as an equality it is computed for rows that find no counterpart by another one.
bool can_be_asked_of_pairs(const Bound& condition, const JoinFilters& parts, size_t left_columns) {
    if (!is_deterministic(condition) || places_read(condition).empty()) return false;
    if (!can_fail(condition)) return true;
    return side_of(condition, left_columns) == Side::Both && parts.above.empty() &&
           (parts.on.empty() || !is_equality(condition));
}

}  // namespace

// A row that a join gives with NULLs beside it, because it has no counterpart, must not come to
// have none: a side loses rows early only where the join would have dropped all that they lead to.
// A condition that can fail stays, as the join may drop the rows for which it does.
JoinFilters join_filters(const JoinRows& join, const std::vector<Bound>& conjuncts) {
    using enum JoinKind;
    size_t left_columns = join.left->columns.size();
    JoinKind kind = kind_below(conjuncts, join.kind, left_columns);
    JoinFilters parts{.kind = kind};
    auto ask = [&](const Bound& condition, bool goes_left, bool goes_right,
                   std::vector<Bound>& rest) {
        Side side = side_of(condition, left_columns);
        if (side == Side::Left && goes_left && may_move(condition)) {
            parts.left.push_back(condition);
        } else if (side == Side::Right && goes_right && may_move(condition)) {
            parts.right.push_back(shifted(condition, -static_cast<int64_t>(left_columns)));
        } else {
            rest.push_back(condition);
        }
    };
    for (const Bound& each : conjuncts_of(join.condition)) {
        if (is_always_true(each)) continue;
        ask(each, kind == Inner || kind == Right || kind == Semi,
            kind == Inner || kind == Left || kind == Semi || kind == Anti, parts.on);
    }
    for (const Bound& each : conjuncts) {
        bool is_of_pairs = kind == Inner && can_be_asked_of_pairs(each, parts, left_columns);
        ask(each, kind == Inner || kind == Left || kind == Semi || kind == Anti,
            kind == Inner || kind == Right, is_of_pairs ? parts.on : parts.above);
    }
    return parts;
}

}  // namespace tarn::sql
