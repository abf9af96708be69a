// The part of the binder of SELECT that knows GROUP BY and aggregates.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sql/aggregates/clauses.hpp"
#include "sql/aggregates/distinct_accumulator.hpp"
#include "sql/expressions/json_calls.hpp"
#include "sql/expressions/literals.hpp"
#include "sql/plan/select_binder.hpp"
#include "sql/plan/steps.hpp"
#include "sql/syntax/lexer.hpp"
#include "sql/syntax/text.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {
namespace {

// GROUPING SETS over that many combinations multiply the rows as often.
constexpr size_t GroupingSetsMax = 1024;

using Sets = std::vector<std::vector<size_t>>;

std::pair<uint32_t, uint32_t> place_of(Span span) {
    return {span.begin, span.end};
}

// Each set of the one with each of the other.
Sets crossed(const Sets& left, const Sets& right, Span span) {
    if (left.size() * right.size() > GroupingSetsMax) {
        refuse(span, fmt::format("more than {} grouping sets", GroupingSetsMax));
    }
    Sets all;
    for (const auto& first : left) {
        for (const auto& second : right) {
            all.push_back(first);
            all.back().insert(all.back().end(), second.begin(), second.end());
        }
    }
    return all;
}

bool is_window_property(const FunctionCall& call, const FunctionCall& window) {
    if (call.arguments.size() != window.arguments.size()) return false;
    for (size_t i = 0; i < call.arguments.size(); ++i) {
        if (text_of(call.arguments[i]) != text_of(window.arguments[i])) return false;
    }
    return true;
}

}  // namespace

// --- the keys

size_t SelectBinder::key_of(const Expression& expression) {
    Bound value = bind(expression, "GROUP BY");
    want_order(value, "GROUP BY");
    auto known =
        std::ranges::find_if(keys_, [&](const Key& key) { return are_same(key.value, value); });
    if (known == keys_.end()) {
        keys_.push_back({expression.node.index(), std::move(value)});
        return keys_.size() - 1;
    }
    return static_cast<size_t>(known - keys_.begin());
}

void SelectBinder::add_keys(const GroupItem& item, Sets& sets) {
    auto keys_of = [&](const std::vector<Expression>& expressions) {
        std::vector<size_t> keys;
        for (const Expression& each : expressions) keys.push_back(key_of(each));
        return keys;
    };
    // ROLLUP and CUBE count what stands in brackets as one.
    std::vector<std::vector<size_t>> parts;
    for (const GroupItem& part : item.items) parts.push_back(keys_of(part.expressions));
    auto joined_parts = [&](auto takes_part) {
        std::vector<size_t> keys;
        for (size_t i = 0; i < parts.size(); ++i) {
            if (takes_part(i)) keys.insert(keys.end(), parts[i].begin(), parts[i].end());
        }
        return keys;
    };
    switch (item.kind) {
        case GroupItem::Kind::Expressions:
            sets.push_back(keys_of(item.expressions));
            break;
        case GroupItem::Kind::Rollup:
            for (size_t count = parts.size() + 1; count-- > 0;) {
                sets.push_back(joined_parts([&](size_t i) { return i < count; }));
            }
            break;
        case GroupItem::Kind::Cube: {
            if (parts.size() > 10) {
                refuse(select_.items.front().expression.span,
                       fmt::format("CUBE of more than {} grouping sets", GroupingSetsMax));
            }
            for (size_t without = 0; without < size_t{1} << parts.size(); ++without) {
                sets.push_back(joined_parts(
                    [&](size_t i) { return (without >> (parts.size() - 1 - i) & 1) == 0; }));
            }
            break;
        }
        case GroupItem::Kind::GroupingSets:
            for (const GroupItem& part : item.items) add_keys(part, sets);
            break;
    }
}

// --- the step

void SelectBinder::group() {
    where_ = "GROUP BY";
    Sets sets{{}};
    std::optional<Window> window;
    Span span;
    for (const GroupItem& item : select_.group_by) {
        auto found = window_of(item);
        if (!found) {
            Sets of_item;
            add_keys(item, of_item);
            sets = crossed(sets, of_item, select_.items.front().expression.span);
            continue;
        }
        span = item.expressions[0].span;
        if (window) refuse(span, "GROUP BY takes one window");
        window = std::move(found);
        window_ = std::get<FunctionCall>(item.expressions[0].node);
    }
    if (window) add_window(std::move(*window), span, sets);
    put_sets(sets);
}

std::optional<Window> SelectBinder::window_of(const GroupItem& item) const {
    const auto* call = item.expressions.size() == 1
                           ? std::get_if<FunctionCall>(&item.expressions[0].node)
                           : nullptr;
    return call ? group_window(*call, relation_, context_) : std::nullopt;
}

// The columns of a window are keys as well.
void SelectBinder::add_window(Window window, Span span, Sets& sets) {
    if (window.kind == WindowKind::Session) {
        std::vector<Bound> keys;
        for (const Key& key : keys_) keys.push_back(key.value);
        std::tie(relation_.plan, window.session_keys) = with_values(relation_.plan, keys);
    }
    size_t width = relation_.plan->columns.size();
    relation_.plan = with_windows(relation_.plan, std::move(window), true, span);
    window_key_ = keys_.size();
    for (size_t i = width; i < relation_.plan->columns.size(); ++i) {
        for (auto& set : sets) set.push_back(keys_.size());
        keys_.push_back({{}, column_of(*relation_.plan, i, span)});
    }
}

// Each row once for each set; sets of the same keys are told apart by their numbers too.
PlanPtr SelectBinder::expanded(const PlanPtr& plan, const Sets& sets, Span span) {
    std::map<int64_t, int64_t> repeated;
    std::vector<PlanColumn> columns = plan->columns;
    for (const auto& set : sets) {
        Expand::Set made_of{std::vector<bool>(keys_.size(), false), 0};
        for (size_t key : set) made_of.has_key[key] = true;
        for (bool has_key : made_of.has_key) made_of.id = made_of.id * 2 + (has_key ? 0 : 1);
        for (size_t i = 0; i < keys_.size(); ++i)
            columns[i].type.is_nullable |= !made_of.has_key[i];
        repetitions_.push_back(repeated[made_of.id]++);
        made_of.id += repetitions_.back() << keys_.size();
        grouping_sets_.push_back(std::move(made_of));
    }
    columns.push_back({"$e", simple_type(TypeKind::BigInt).not_null()});
    return made(span, std::move(columns), Expand{plan, grouping_sets_});
}

// From the first to the last key, as they stand in the text; without keys the first aggregate.
Span SelectBinder::span_of_groups() const {
    const Expression& whole =
        aggregates_.empty() ? select_.items.front().expression : *aggregates_.front();
    if (keys_.empty()) return whole.span;
    Span span = keys_.front().value->span;
    for (const Key& key : keys_) {
        span.begin = std::min(span.begin, key.value->span.begin);
        span.end = std::max(span.end, key.value->span.end);
    }
    return span;
}

void SelectBinder::put_sets(const Sets& sets) {
    std::vector<Bound> values;
    std::vector<std::string> names;
    for (const Key& key : keys_) {
        const auto* column = std::get_if<InputColumn>(&key.value->node);
        names.push_back(column ? relation_.plan->columns[column->place].name
                               : fmt::format("$k{}", names.size()));
        values.push_back(key.value);
    }
    std::vector<AggregateCall> calls;
    for (const Expression* each : aggregates_) {
        calls.push_back(bound_call(std::get<FunctionCall>(each->node), each->span, values));
    }
    while (names.size() < values.size()) names.push_back(fmt::format("$f{}", names.size()));
    PlanPtr plan = projected(relation_.plan, std::move(values), told_apart(std::move(names)));

    Span span = span_of_groups();
    std::vector<size_t> keys;
    for (size_t i = 0; i < keys_.size(); ++i) keys.push_back(i);
    if (sets.size() > 1) {
        plan = expanded(plan, sets, span);
        keys.push_back(plan->columns.size() - 1);
    }
    // One of the same arguments is enough.
    size_t first_call = keys.size();
    std::vector<AggregateCall> different;
    std::vector<size_t> places;
    for (AggregateCall& call : calls) {
        auto same = std::ranges::find_if(different, [&](const AggregateCall& each) {
            return each.function == call.function && each.arguments == call.arguments &&
                   each.is_distinct == call.is_distinct && each.filter == call.filter &&
                   each.type == call.type && call.words == each.words;
        });
        places.push_back(first_call + static_cast<size_t>(same - different.begin()));
        if (same == different.end()) different.push_back(std::move(call));
    }
    relation_.plan = aggregated(plan, std::move(keys), std::move(different), span);
    is_grouped_ = true;
    for (size_t i = 0; i < aggregates_.size(); ++i) {
        Span of_call = aggregates_[i]->span;
        values_[place_of(of_call)] = column_of(*relation_.plan, places[i], of_call);
    }
}

// --- aggregates

std::string words_of(const FunctionCall& call) {
    std::string words;
    for (const CallClause& clause : call.clauses) words += " " + clause.words;
    return words + (call.nulls == FunctionCall::Nulls::Ignored ? " IGNORE NULLS" : "");
}

namespace {

std::optional<AggregateSignature> resolved(const Aggregate& function, const FunctionCall& call,
                                           Arguments arguments) {
    using Nulls = FunctionCall::Nulls;
    if (function.name == "JSON_OBJECTAGG" || function.name == "JSON_ARRAYAGG") {
        bool is_array = function.name == "JSON_ARRAYAGG";
        JsonConstructorOptions options = constructor_options(call, is_array);
        return (is_array ? json_array_aggregate(options)
                         : json_object_aggregate(options))(arguments);
    }
    if (function.name == "ARRAY_AGG") {
        bool leaves_out = call.nulls == Nulls::Ignored;
        return array_aggregate(leaves_out ? NullItems::LeftOut : NullItems::Kept)(arguments);
    }
    if (call.nulls != Nulls::AsTheyCome) {
        refuse(span_of(call.name),
               fmt::format("{} takes no IGNORE NULLS or RESPECT NULLS", function.name),
               "ARRAY_AGG does");
    }
    return function.resolve(arguments);
}

}  // namespace

AggregateSignature signature_of(const Aggregate& function, const FunctionCall& call, Span span,
                                const std::vector<Bound>& arguments) {
    auto signature = resolved(function, call, known_of(arguments));
    if (!signature) {
        refuse_arguments(upper(call.name.back().text), function.usage, span, arguments);
    }
    return *std::move(signature);
}

void refuse_arguments(std::string_view function, std::string_view usage, Span span,
                      const std::vector<Bound>& arguments) {
    refuse(span, fmt::format("{} does not take ({})", function, types_text(arguments)),
           std::string(usage));
}

AggregateCall SelectBinder::bound_call(const FunctionCall& call, Span span,
                                       std::vector<Bound>& values) {
    std::string name = upper(call.name.back().text);
    if (!call.within_group.empty()) refuse(span, "WITHIN GROUP is not supported");
    auto placed = [&](const Bound& value) {
        auto known =
            std::ranges::find_if(values, [&](const Bound& each) { return are_same(each, value); });
        auto place = static_cast<size_t>(known - values.begin());
        if (known == values.end()) values.push_back(value);
        return place;
    };
    where_ = name;
    std::vector<Bound> arguments;
    bool is_of_rows =
        call.arguments.size() == 1 && std::holds_alternative<Star>(call.arguments[0].node);
    if (is_of_rows && (name != "COUNT" || call.is_distinct)) {
        refuse(call.arguments[0].span, "only COUNT takes *, and without DISTINCT");
    }
    if (!is_of_rows) {
        for (const Expression& each : json_arguments(call)) {
            arguments.push_back(binder().bind(each));
        }
    }
    const Aggregate* function = find_aggregate(name);
    bool wants_some = name == "COUNT" && call.arguments.empty();
    if (wants_some) refuse_arguments(name, function->usage, span, arguments);
    AggregateSignature signature = signature_of(*function, call, span, arguments);
    AggregateCall bound{.function = function,
                        .signature = call.is_distinct ? distinct(signature) : signature,
                        .words = words_of(call),
                        .is_distinct = call.is_distinct,
                        .span = span};
    for (size_t i = 0; i < arguments.size(); ++i) {
        bound.arguments.push_back(placed(binder().cast_to(arguments[i], signature.arguments[i])));
    }
    if (call.filter) {
        bound.filter = placed(binder().condition(bind(*call.filter, "FILTER"), "FILTER"));
    }
    bool may_have_no_rows = keys_.empty() || bound.filter;
    bound.type = signature.result.or_null(signature.result.is_nullable ||
                                          (signature.is_null_of_none && may_have_no_rows));
    return bound;
}

Bound SelectBinder::meaning_of_call(const FunctionCall& call, Span span) {
    std::string name = upper(call.name.back().text);
    auto computed = values_.find(place_of(span));
    if (call.over) {
        if (computed != values_.end()) return computed->second;
        refuse(span, fmt::format("OVER has no place in {}", where_));
    }
    if (find_aggregate(name)) {
        if (is_grouped_ && computed != values_.end()) return computed->second;
        refuse(span, fmt::format("the aggregate {} has no place in {}", name, where_),
               where_ == "WHERE" ? "HAVING comes after aggregates" : "");
    }
    if (auto property = window_property(call)) {
        bool is_of_window = window_ && is_grouped_ &&
                            upper(window_->name.back().text) == property->window &&
                            is_window_property(call, *window_);
        if (!is_of_window) {
            refuse(span, fmt::format("{} goes with a GROUP BY {} of the same arguments", name,
                                     property->window));
        }
        return column_of(*relation_.plan, window_key_ + property->column, span);
    }
    bool is_of_sets = name == "GROUPING" || name == "GROUPING_ID" || name == "GROUP_ID";
    return is_of_sets ? meaning_of_grouping(name, call, span) : nullptr;
}

// A number with a bit for each argument, which is set in the rows of the sets without it.
Bound SelectBinder::meaning_of_grouping(const std::string& name, const FunctionCall& call,
                                        Span span) {
    if (!is_grouped_) refuse(span, fmt::format("{} goes with GROUP BY", name));
    Type type = simple_type(TypeKind::BigInt).not_null();
    auto number = [&](int64_t value) { return constant(type, constant_column(type, value), span); };
    std::vector<size_t> keys;
    for (const Expression& argument : call.arguments) {
        Bound key = meaning_of_key(argument);
        const auto* column = key ? std::get_if<InputColumn>(&key->node) : nullptr;
        if (!column) refuse(argument.span, fmt::format("{} wants keys of GROUP BY", name));
        keys.push_back(column->place);
    }
    if (grouping_sets_.empty()) return number(0);
    Bound id = column_of(*relation_.plan, keys_.size(), span);
    std::vector<Choice::Branch> branches;
    for (size_t i = 0; i < grouping_sets_.size(); ++i) {
        const Expand::Set& set = grouping_sets_[i];
        int64_t bits = name == "GROUP_ID" ? repetitions_[i] : 0;
        for (size_t key : keys) bits = bits * 2 + (set.has_key[key] ? 0 : 1);
        branches.push_back(
            {binder().compared(Operator::Equal, id, number(set.id), span), number(bits)});
    }
    return binder().chosen(std::move(branches), number(0), span);
}

// --- names after GROUP BY

Bound SelectBinder::key_column(const Bound& value) {
    for (size_t i = 0; i < keys_.size(); ++i) {
        if (are_same(keys_[i].value, value)) return column_of(*relation_.plan, i, value->span);
    }
    const auto* call = std::get_if<BoundCall>(&value->node);
    if (!call || !call->name.starts_with('.')) return nullptr;
    Bound row = key_column(call->arguments[0]);
    return row ? binder().field_of(row, {call->name.substr(1), value->span}) : nullptr;
}

Bound SelectBinder::meaning_of_key(const Expression& expression) {
    const auto* name = std::get_if<ColumnName>(&expression.node);
    bool is_like_a_key = std::ranges::any_of(
        keys_, [&](const Key& key) { return key.kind == expression.node.index(); });
    if (!name && !is_like_a_key) return nullptr;
    if (name && !relation_.scope.knows(name->parts)) return nullptr;
    try {
        // Without what only this query knows: aggregates are no part of a key.
        Bound plain = ExpressionBinder(relation_.scope, context_.session).bind(expression);
        if (Bound key = key_column(plain)) return key;
    } catch (const SqlError&) {
        if (name) throw;
        return nullptr;
    }
    if (!name) return nullptr;
    refuse(expression.span,
           fmt::format("'{}' is neither grouped by nor in an aggregate", text_of(name->parts)),
           "add it to GROUP BY, or take its MAX, MIN or FIRST_VALUE");
}

}  // namespace tarn::sql
