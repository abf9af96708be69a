#include "sql/stream/facts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sql/stream/contains.hpp"
#include "sql/stream/places.hpp"

namespace tarn::sql {
namespace {

using namespace stream;

constexpr Changes Updates{.inserts = true, .afters = true};

// --- which changes it gives

// Updates of single rows are worth no more than the rows that they leave.
Changes kinds_of(const StreamPlan& input) {
    return input.changes.without_befores();
}

void want_inserts(const StreamPlan& input, std::string_view who, std::string_view cure) {
    if (input.changes.is_insert_only()) return;
    CauseOfChanges cause = cause_of_changes(input);
    refuse(cause.span, fmt::format("{} only takes rows that stay, and {}", who, cause.text),
           std::string(cure));
}

Changes kinds(const TableSource& source) {
    return source.traits.brings;
}
Changes kinds(const Constants&) {
    return InsertsOnly;
}
Changes kinds(const ChangelogNormalize&) {
    return Upserts;
}
Changes kinds(const GroupAggregate& aggregate) {
    return aggregate.input->changes.is_insert_only() ? Updates : Upserts;
}
Changes kinds(const WindowAggregate&) {
    return InsertsOnly;
}
Changes kinds(const Over& over) {
    return over.input->changes.is_insert_only() ? InsertsOnly : Upserts;
}
Changes kinds(const Match& step) {
    want_inserts(*step.input, "MATCH_RECOGNIZE",
                 "group in windows first, which give each row once");
    return InsertsOnly;
}
Changes kinds(const Rank&) {
    return Upserts;
}
Changes kinds(const SortLimit&) {
    return Upserts;
}
Changes kinds(const Limit& limit) {
    return limit.input->changes.is_insert_only() ? InsertsOnly : Upserts;
}
Changes kinds(const Deduplicate& step) {
    want_inserts(*step.input, "the first or last row of each key by processing time",
                 "order by a column of the row, or keep the last value in GROUP BY");
    // Rows come by the clock, so that the first one stays the first.
    return step.is_rowtime || step.keeps_last ? Upserts : InsertsOnly;
}
Changes kinds(const WindowRank& step) {
    want_inserts(*step.input, "the first rows of each window",
                 "aggregate in windows first, or rank without windows");
    return InsertsOnly;
}
Changes kinds(const WindowDeduplicate& step) {
    want_inserts(*step.input, "the first row of each window",
                 "aggregate in windows first, or rank without windows");
    return InsertsOnly;
}
Changes kinds(const RegularJoin& join) {
    bool is_plain = join.on.kind == JoinKind::Inner || join.on.kind == JoinKind::Semi;
    return is_plain ? kinds_of(*join.left).with(kinds_of(*join.right)) : Upserts;
}
Changes kinds(const IntervalJoin& join) {
    for (const StreamPlanPtr& input : {join.left, join.right}) {
        want_inserts(*input, "a join within a time",
                     "without the bounds of time it is a join that takes changes");
    }
    return InsertsOnly;
}
Changes kinds(const WindowJoin& join) {
    for (const StreamPlanPtr& input : {join.left, join.right}) {
        want_inserts(*input, "a join of windows",
                     "joined by window_start alone it is a join that takes changes");
    }
    return InsertsOnly;
}
Changes kinds(const TemporalJoin& join) {
    return kinds_of(*join.left);
}
Changes kinds(const LookupJoin& join) {
    return kinds_of(*join.left);
}
Changes kinds(const Union& step) {
    Changes all;
    for (const StreamPlanPtr& input : step.inputs) all = all.with(kinds_of(*input));
    return all;
}
Changes kinds(const TemporalSort& sort) {
    want_inserts(*sort.input, "ORDER BY a time",
                 "with a LIMIT it keeps the first rows of changing ones");
    return InsertsOnly;
}

// What changes no row by itself.
template <typename Step>
Changes kinds(const Step& step) {
    return kinds_of(*step.input);
}

// --- which columns hold windows

std::optional<WindowColumns> windows(const Calc& calc, const StreamPlan&) {
    if (!calc.input->window) return std::nullopt;
    WindowColumns found = *calc.input->window;
    auto placed = [&](size_t place) -> std::optional<size_t> {
        auto at = std::ranges::find_if(
            calc.values, [&](const Bound& value) { return column_place(value) == place; });
        if (at == calc.values.end()) return std::nullopt;
        return static_cast<size_t>(at - calc.values.begin());
    };
    auto start = placed(found.places.start);
    auto end = placed(found.places.end);
    if (!start || !end) return std::nullopt;
    auto time = found.places.time ? placed(*found.places.time) : std::nullopt;
    found.places = {*start, *end, time};
    return found;
}
// They stand behind all others.
std::optional<WindowColumns> last_columns(const Window& window, const StreamPlan& plan,
                                          bool is_legacy = false) {
    size_t first = plan.columns.size() - 3;
    return WindowColumns{{first, first + 1, first + 2}, window, plan.columns.back(), is_legacy};
}
std::optional<WindowColumns> windows(const WindowTableFunction& step, const StreamPlan& plan) {
    return last_columns(step.window, plan, step.is_legacy);
}
std::optional<WindowColumns> windows(const WindowAggregate& step, const StreamPlan& plan) {
    return last_columns(step.window, plan);
}
std::optional<WindowColumns> windows(const WindowJoin& join, const StreamPlan&) {
    return join.on.kind == JoinKind::Right || join.on.kind == JoinKind::Full ? std::nullopt
                                                                             : join.left->window;
}
std::optional<WindowColumns> windows(const ExpandSets& expand, const StreamPlan&) {
    auto known = expand.input->window;
    bool is_everywhere = known && std::ranges::all_of(expand.sets, [&](const Expand::Set& set) {
                             auto has = [&](size_t place) {
                                 return place >= set.has_key.size() || set.has_key[place];
                             };
                             return has(known->places.start) && has(known->places.end);
                         });
    return is_everywhere ? known : std::nullopt;
}
std::optional<WindowColumns> windows(const GroupAggregate&, const StreamPlan&) {
    return std::nullopt;
}
std::optional<WindowColumns> windows(const Match&, const StreamPlan&) {
    return std::nullopt;
}
template <typename Step>
std::optional<WindowColumns> windows(const Step& step, const StreamPlan&) {
    constexpr bool HasOneInput = requires { step.input->window; };
    if constexpr (HasOneInput) return step.input->window;
    constexpr bool HasLeft = requires { step.left->window; };
    if constexpr (HasLeft) return step.left->window;
    return std::nullopt;
}

// --- causes of changes

std::string cause(const TableSource& source) {
    return fmt::format("the table '{}' brings changes of rows", source.table->path.name);
}
std::string cause(const ChangelogNormalize& step) {
    return cause(std::get<TableSource>(step.input->node));
}
std::string cause(const GroupAggregate& step) {
    return step.calls.empty() ? "DISTINCT and GROUP BY give updates"
                              : "an aggregate without a window gives updates";
}
std::string cause(const RegularJoin&) {
    return "an outer or anti join takes rows back when a counterpart comes";
}
std::string cause(const Rank&) {
    return "the first rows by ROW_NUMBER are replaced as others come";
}
std::string cause(const SortLimit&) {
    return "the rows within the LIMIT are replaced as others come";
}
std::string cause(const Deduplicate&) {
    return "the row that is kept of each key is replaced as others come";
}
template <typename Step>
std::string cause(const Step&) {
    return "the rows change";
}

}  // namespace

StreamPlanPtr operating(Span span, std::vector<PlanColumn> columns, StreamPlan::Node node) {
    StreamPlan plan{.span = span, .columns = std::move(columns), .node = std::move(node)};
    plan.changes = std::visit([](const auto& step) { return kinds(step); }, plan.node);
    plan.window = std::visit([&](const auto& step) { return windows(step, plan); }, plan.node);
    plan.upsert_keys = upsert_keys_of(plan);
    return std::make_shared<StreamPlan>(std::move(plan));
}

CauseOfChanges cause_of_changes(const StreamPlan& plan) {
    for (const StreamPlanPtr& input : inputs_of(plan)) {
        if (!input->changes.is_insert_only()) return cause_of_changes(*input);
    }
    return {plan.span, std::visit([](const auto& step) { return cause(step); }, plan.node)};
}

bool is_keyed_by_join(const StreamPlan& input, const JoinOn& on, bool is_left) {
    return std::ranges::any_of(input.upsert_keys, [&](const UpsertKey& key) {
        return std::ranges::all_of(on.keys, [&](const JoinKey& each) {
            return contains(key, is_left ? each.left : each.right);
        });
    });
}

}  // namespace tarn::sql
