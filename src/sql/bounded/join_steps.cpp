#include "sql/bounded/join_condition.hpp"
#include "sql/bounded/steps.hpp"

namespace tarn::sql {
namespace {

// So many pairs are tested at once, so that a join without equalities does not hold them all.
constexpr size_t PairsAtOnce = 1 << 16;

std::vector<bool> found_rows(const RowList& found, int64_t rows) {
    std::vector<bool> is_found(static_cast<size_t>(rows));
    for (int64_t row : found) is_found[static_cast<size_t>(row)] = true;
    return is_found;
}

// Those in `more` are behind those in `all`.
void append(RowPairs& all, const RowPairs& more) {
    all.left.insert(all.left.end(), more.left.begin(), more.left.end());
    all.right.insert(all.right.end(), more.right.begin(), more.right.end());
}

// In the order of the left rows, and for each in that of the right ones.
RowPairs matching(const JoinCondition& condition, const JoinSides& sides) {
    Counterparts counterparts(condition, sides, all_rows(sides.right.rows));
    RowPairs result;
    RowPairs candidates;
    for (int64_t left = 0; left < sides.left.rows; ++left) {
        for (int64_t right : counterparts.of(left)) {
            candidates.add(left, right);
            if (candidates.size() < PairsAtOnce) continue;
            append(result, fitting(candidates, condition, sides));
            candidates = {};
        }
    }
    append(result, fitting(candidates, condition, sides));
    return result;
}

// Which left rows have a counterpart. Once one is found no more pairs of its row are tested.
std::vector<bool> matched_left(const JoinCondition& condition, const JoinSides& sides) {
    Counterparts counterparts(condition, sides, all_rows(sides.right.rows));
    std::vector<bool> is_found(static_cast<size_t>(sides.left.rows));
    RowPairs candidates;
    auto test = [&] {
        for (int64_t left : fitting(candidates, condition, sides).left) {
            is_found[static_cast<size_t>(left)] = true;
        }
        candidates = {};
    };
    for (int64_t left = 0; left < sides.left.rows; ++left) {
        for (int64_t right : counterparts.of(left)) {
            candidates.add(left, right);
            if (candidates.size() == PairsAtOnce) test();
            bool is_decided = !condition.rest || is_found[static_cast<size_t>(left)];
            if (is_decided) break;
        }
    }
    test();
    return is_found;
}

// Also the left rows without a counterpart, each at its place in the order.
RowPairs with_lone_left(const RowPairs& pairs, int64_t left_rows) {
    RowPairs result;
    size_t next = 0;
    for (int64_t left = 0; left < left_rows; ++left) {
        if (next == pairs.size() || pairs.left[next] != left) result.add(left, NoRow);
        for (; next < pairs.size() && pairs.left[next] == left; ++next) {
            result.add(left, pairs.right[next]);
        }
    }
    return result;
}

void add_lone_right(RowPairs& pairs, const std::vector<bool>& is_found) {
    for (size_t right = 0; right < is_found.size(); ++right) {
        if (!is_found[right]) pairs.add(NoRow, static_cast<int64_t>(right));
    }
}

// The left rows of a semi or an anti join.
RowList left_rows(const std::vector<bool>& is_found, bool wanted) {
    RowList rows;
    for (size_t left = 0; left < is_found.size(); ++left) {
        if (is_found[left] == wanted) rows.push_back(static_cast<int64_t>(left));
    }
    return rows;
}

}  // namespace

Batch rows_of(const JoinRows& step, const Batch& left, const Batch& right, const Around& around) {
    JoinSides sides{left, right, around.session};
    JoinCondition condition = parted(step.condition, left.columns.size());
    if (step.kind == JoinKind::Semi || step.kind == JoinKind::Anti) {
        bool wanted = step.kind == JoinKind::Semi;
        return taken(left, left_rows(matched_left(condition, sides), wanted));
    }
    RowPairs pairs = matching(condition, sides);
    bool keeps_left = step.kind == JoinKind::Left || step.kind == JoinKind::Full;
    bool keeps_right = step.kind == JoinKind::Right || step.kind == JoinKind::Full;
    std::vector<bool> is_right_found = found_rows(pairs.right, right.rows);
    if (keeps_left) pairs = with_lone_left(pairs, left.rows);
    if (keeps_right) add_lone_right(pairs, is_right_found);
    return beside(taken_or_null(left, pairs.left), taken_or_null(right, pairs.right));
}

}  // namespace tarn::sql
