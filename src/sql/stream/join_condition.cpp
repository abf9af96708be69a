#include "sql/stream/join_condition.hpp"

#include <algorithm>

#include "sql/functions/casts.hpp"
#include "sql/plan/steps.hpp"
#include "sql/stream/operators.hpp"
#include "sql/stream/places.hpp"
#include "sql/types/type_rules.hpp"
#include "sql/values/arrow_types.hpp"
#include "sql/values/readers.hpp"

namespace tarn::sql {
namespace {

using namespace stream;

// --- equalities

// A side of the join, and what its keys are computed from besides its columns.
class Side {
public:
    explicit Side(const StreamPlanPtr& input) : input_(input) {
        for (size_t i = 0; i < input->columns.size(); ++i) {
            values_.push_back(made(input->columns[i].type, input->span, InputColumn{i}));
        }
    }

    size_t place_for(const Bound& value) {
        auto place = column_place(value);
        if (place) return first_of_same(*place);
        auto known =
            std::ranges::find_if(values_, [&](const Bound& each) { return are_same(each, value); });
        auto found = static_cast<size_t>(known - values_.begin());
        if (known == values_.end()) values_.push_back(value);
        return found;
    }

    StreamPlanPtr with_values() const {
        std::vector<PlanColumn> columns = input_->columns;
        while (columns.size() < values_.size()) {
            columns.push_back({fmt::format("$j{}", columns.size()), values_[columns.size()]->type});
        }
        return calculated(input_, nullptr, values_, std::move(columns));
    }

private:
    // A column that stands twice is known by its first place, as that of a window is.
    size_t first_of_same(size_t place) const {
        const auto* calc = std::get_if<Calc>(&input_->node);
        if (!calc || !column_place(calc->values[place])) return place;
        auto first = std::ranges::find_if(calc->values, [&](const Bound& each) {
            return column_place(each) == column_place(calc->values[place]);
        });
        return static_cast<size_t>(first - calc->values.begin());
    }

    StreamPlanPtr input_;
    std::vector<Bound> values_;
};

struct SidesOfEquality {
    Bound left;
    Bound right;
};

// Keys are compared as they are stored, and = takes values of several scales and precisions.
SidesOfEquality stored_alike(Bound left, Bound right) {
    bool is_alike = arrow_type(left->type)->Equals(*arrow_type(right->type));
    auto type = is_alike ? std::nullopt : common_type(left->type, right->type);
    auto as_stored = [&](const Bound& value) {
        if (arrow_type(value->type)->Equals(*arrow_type(*type))) return value;
        auto kernel = cast_kernel(value->type, *type, false);
        if (!kernel) return value;
        Type cast = value->type.is_nullable ? type->or_null() : type->not_null();
        return made(cast, value->span, BoundCall{"CAST", *kernel, {value}});
    };
    bool is_scaled = left->type.kind == right->type.kind && left->type.parts.empty() &&
                     left->type.fields.empty();
    if (!type || !is_scaled) return {std::move(left), std::move(right)};
    return {as_stored(left), as_stored(right)};
}

std::optional<SidesOfEquality> equality_of(const Bound& condition, size_t width) {
    auto comparison = comparison_of(condition);
    if (!comparison || comparison->sign != "=" || !is_deterministic(condition)) return std::nullopt;
    auto is_left = [&](const Bound& value) {
        return reads_any_from(value, 0, width) && !reads_any_from(value, width);
    };
    auto is_right = [&](const Bound& value) {
        return reads_any_from(value, width) && !reads_any_from(value, 0, width);
    };
    if (is_left(comparison->left) && is_right(comparison->right)) {
        return stored_alike(comparison->left, comparison->right);
    }
    if (is_left(comparison->right) && is_right(comparison->left)) {
        return stored_alike(comparison->right, comparison->left);
    }
    return std::nullopt;
}

// --- times

// A time attribute and what is added to it.
struct ShiftedTime {
    size_t place;
    int64_t ms;
};

std::optional<int64_t> milliseconds_of(const Bound& bound) {
    const Column* value = constant_of(bound);
    if (!value || value->is_null(0) || bound->type.kind != TypeKind::IntervalMillis) {
        return std::nullopt;
    }
    return Reader<Millis>(*value)[0].count;
}

std::optional<ShiftedTime> time_of(const Bound& bound, const std::vector<PlanColumn>& columns) {
    if (auto place = column_place(bound)) {
        bool is_time = columns[*place].time != TimeRole::None;
        return is_time ? std::optional(ShiftedTime{*place, 0}) : std::nullopt;
    }
    const auto* call = std::get_if<BoundCall>(&bound->node);
    if (!call) return std::nullopt;
    // To another precision it is the same moment.
    if (call->name == "CAST" && call->arguments[0]->type.kind == bound->type.kind) {
        return time_of(call->arguments[0], columns);
    }
    bool is_sum = (call->name == "+" || call->name == "-") && call->arguments.size() == 2;
    if (!is_sum) return std::nullopt;
    auto base = time_of(call->arguments[0], columns);
    auto ms = milliseconds_of(call->arguments[1]);
    if (!base && call->name == "+") {
        base = time_of(call->arguments[1], columns);
        ms = milliseconds_of(call->arguments[0]);
    }
    if (!base || !ms) return std::nullopt;
    return ShiftedTime{base->place, base->ms + (call->name == "+" ? *ms : -*ms)};
}

struct FoundBounds {
    std::optional<size_t> left_time = {};
    std::optional<size_t> right_time = {};
    std::optional<int64_t> from_ms = {};
    std::optional<int64_t> to_ms = {};
};

// Whether the condition was a bound for the same pair of times.
bool add_bound(FoundBounds& bounds, const Bound& condition, size_t width,
               const std::vector<PlanColumn>& columns) {
    auto comparison = comparison_of(condition);
    if (!comparison) return false;
    auto first = time_of(comparison->left, columns);
    auto second = time_of(comparison->right, columns);
    if (!first || !second || columns[first->place].time != columns[second->place].time) {
        return false;
    }
    std::string sign = comparison->sign;
    if (first->place < width) {
        std::swap(first, second);
        sign = turned_sign(sign);
    }
    if (first->place < width || second->place >= width) return false;
    bool is_other = (bounds.left_time && bounds.left_time != second->place) ||
                    (bounds.right_time && bounds.right_time != first->place);
    if (is_other) return false;
    bounds.left_time = second->place;
    bounds.right_time = first->place;
    int64_t distance = second->ms - first->ms;
    bool has_from = sign[0] == '>' || sign == "=";
    bool has_to = sign[0] == '<' || sign == "=";
    if (has_from) {
        int64_t from = distance + (sign == ">" ? 1 : 0);
        bounds.from_ms = std::max(bounds.from_ms.value_or(from), from);
    }
    if (has_to) {
        int64_t to = distance - (sign == "<" ? 1 : 0);
        bounds.to_ms = std::min(bounds.to_ms.value_or(to), to);
    }
    return true;
}

std::vector<PlanColumn> both_columns(const JoinSides& sides) {
    std::vector<PlanColumn> columns = sides.left->columns;
    const auto& right = sides.right->columns;
    columns.insert(columns.end(), right.begin(), right.end());
    return columns;
}

}  // namespace

JoinSides sides_of(JoinKind kind, const StreamPlanPtr& left, const StreamPlanPtr& right,
                   const Bound& condition) {
    size_t width = left->columns.size();
    Side of_left(left);
    Side of_right(right);
    JoinOn on{kind, {}, nullptr};
    std::vector<Bound> rest;
    for (const Bound& each : conjuncts_of(condition)) {
        if (is_always_true(each)) continue;
        auto equality = equality_of(each, width);
        if (equality) {
            size_t left_place = of_left.place_for(equality->left);
            size_t right_place =
                of_right.place_for(shifted(equality->right, -static_cast<int64_t>(width)));
            on.keys.push_back({left_place, right_place});
        } else {
            rest.push_back(each);
        }
    }
    JoinSides sides{of_left.with_values(), of_right.with_values(), width, std::move(on)};
    size_t added = sides.left->columns.size() - width;
    for (Bound& each : rest) {
        each = with_columns(each, [&](size_t place, const Bound& column) {
            return place < width ? column : shifted(column, static_cast<int64_t>(added));
        });
    }
    sides.on.rest = all_of(rest);
    return sides;
}

std::optional<TimeBounds> time_bounds_of(const JoinSides& sides) {
    std::vector<PlanColumn> columns = both_columns(sides);
    size_t width = sides.left->columns.size();
    FoundBounds found;
    JoinOn on{sides.on.kind, {}, nullptr};
    std::vector<Bound> rest;
    for (const Bound& each : sides.on.rest ? conjuncts_of(sides.on.rest) : std::vector<Bound>{}) {
        if (!add_bound(found, each, width, columns)) rest.push_back(each);
    }
    for (const JoinKey& key : sides.on.keys) {
        TimeRole role = sides.left->columns[key.left].time;
        bool is_time = role != TimeRole::None && role == sides.right->columns[key.right].time;
        bool is_free = !found.left_time && !found.right_time;
        bool is_pair = found.left_time == key.left && found.right_time == key.right + width;
        if (is_time && (is_free || is_pair)) {
            found = {key.left, key.right + width, 0, 0};
        } else {
            on.keys.push_back(key);
        }
    }
    if (!found.from_ms || !found.to_ms) return std::nullopt;
    on.rest = all_of(rest);
    return TimeBounds{*found.left_time, *found.right_time - width, *found.from_ms, *found.to_ms,
                      std::move(on)};
}

}  // namespace tarn::sql
