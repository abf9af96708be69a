#include "sql/plan/match_binder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/assert.hpp"
#include "base/suggest.hpp"
#include "sql/plan/match_expressions.hpp"
#include "sql/plan/match_pattern.hpp"
#include "sql/plan/steps.hpp"

namespace tarn::sql {
namespace {

using Skip = AfterMatch::Skip;

// A match has rows of its own: their columns go by the names of its variables.
Scope without_tables(const Scope& scope) {
    std::vector<ScopeColumn> columns = scope.columns();
    for (ScopeColumn& column : columns) {
        column.table.clear();
        column.home.clear();
    }
    return Scope(std::move(columns));
}

class MatchBinder {
public:
    MatchBinder(const MatchRecognize& match, Span span, const Context& context)
        : match_(match),
          span_(span),
          context_(context),
          input_(bind_from(*match.input, context)),
          columns_(without_tables(input_.scope)) {}

    Relation run() {
        refuse_what_flink_refuses();
        MatchRows step{.input = input_.plan,
                       .partition = {},
                       .order = {},
                       .pattern = {.width = columns_.columns().size()}};
        for (const Expression& each : match_.partition_by) {
            step.partition.push_back(column_named(each, "PARTITION BY"));
        }
        step.order = order();
        step.pattern.variables = pattern_variables(match_.pattern);
        step.pattern.after = after_match(step.pattern.variables);
        step.pattern.within_ms = within();
        define(step.pattern.variables);
        std::vector<PlanColumn> columns;
        for (size_t place : step.partition) columns.push_back(input_.plan->columns[place]);
        for (PlanColumn& column : columns) column.time = TimeRole::None;
        add_measures(step.pattern, columns);
        refuse_equal_names(columns);
        PlanPtr plan = made(span_, std::move(columns), with_columns_read(std::move(step)));
        return {plan, scope_of(*plan, {})};
    }

private:
    void refuse_what_flink_refuses() const {
        if (match_.rows_per_match == "ALL ROWS") {
            refuse(span_, "ALL ROWS PER MATCH is not supported, as in Flink",
                   "ONE ROW PER MATCH with ARRAY_AGG in MEASURES has the rows of a match");
        }
        if (!match_.subsets.empty()) {
            refuse(match_.subsets[0].name.span, "SUBSET is not supported");
        }
    }

    size_t column_named(const Expression& expression, std::string_view where) const {
        const auto* name = std::get_if<ColumnName>(&expression.node);
        if (name) {
            ResolvedName found = input_.scope.resolve(name->parts);
            if (found.fields.empty()) return found.place;
        }
        refuse(expression.span, fmt::format("{} of MATCH_RECOGNIZE takes columns", where),
               "a subquery in FROM can compute them");
    }

    std::vector<SortKey> order() const {
        std::vector<SortKey> keys;
        for (const SortItem& item : match_.order_by) {
            keys.push_back(sort_key_of(item, column_named(item.by, "ORDER BY")));
        }
        std::string hint = "a column with a WATERMARK, or one of PROCTIME()";
        if (keys.empty()) refuse(span_, "MATCH_RECOGNIZE wants ORDER BY a time attribute", hint);
        const SortItem& first = match_.order_by[0];
        const PlanColumn& time = input_.plan->columns[keys[0].column];
        if (time.time == TimeRole::None) {
            refuse(first.by.span,
                   fmt::format("MATCH_RECOGNIZE is ordered by a time attribute first, and '{}' is "
                               "none",
                               time.name),
                   hint);
        }
        if (first.is_descending) {
            refuse(first.by.span,
                   "MATCH_RECOGNIZE goes with the time, and this order is against "
                   "it");
        }
        return keys;
    }

    // Calcite's choice where nothing is said, and so Flink's.
    AfterMatch after_match(const std::vector<PatternVariable>& variables) const {
        if (match_.after_match.empty() || match_.after_match == "TO NEXT ROW") return {};
        if (match_.after_match == "PAST LAST ROW") return {Skip::PastLastRow};
        TARN_ASSERT(match_.skip_to);
        const std::string& name = match_.skip_to->text;
        auto found = std::ranges::find(variables, name, &PatternVariable::name);
        if (found == variables.end()) {
            std::vector<std::string> names;
            for (const PatternVariable& each : variables) names.push_back(each.name);
            refuse(match_.skip_to->span, fmt::format("'{}' is no variable of the pattern", name),
                   name_hint(name, names));
        }
        auto place = static_cast<size_t>(found - variables.begin());
        bool is_last = match_.after_match == "TO LAST";
        bool is_of_start = place == 0 && (!is_last || found->most == 1);
        if (is_of_start) {
            refuse(match_.skip_to->span, "after a match this goes back to its first row for ever",
                   "SKIP TO NEXT ROW goes on behind it");
        }
        return {is_last ? Skip::ToLast : Skip::ToFirst, place};
    }

    // Flink takes no time for any time.
    std::optional<int64_t> within() const {
        if (!match_.within) return std::nullopt;
        int64_t time = milliseconds(*match_.within, context_, "WITHIN");
        if (time < 0) refuse(match_.within->span, "the time of WITHIN is not negative");
        return time == 0 ? std::nullopt : std::optional(time);
    }

    void define(std::vector<PatternVariable>& variables) const {
        std::set<std::string> defined;
        for (const MatchRecognize::Definition& each : match_.define) {
            if (!defined.insert(each.name.text).second) {
                refuse(each.name.span,
                       fmt::format("the variable '{}' is defined twice", each.name.text));
            }
            // With Flink one that is not in the pattern may stand there, and means nothing.
            auto variable = std::ranges::find(variables, each.name.text, &PatternVariable::name);
            if (variable == variables.end()) continue;
            auto own = static_cast<size_t>(variable - variables.begin());
            MatchExpressions of_match(columns_, variables, own, context_);
            Bound value = of_match.bind(each.expression);
            Scope nothing;
            Bound condition =
                ExpressionBinder(nothing, context_.session).condition(value, "DEFINE");
            variable->condition = of_match.placed(condition);
            variable->reads = of_match.reads();
        }
    }

    void add_measures(MatchPattern& pattern, std::vector<PlanColumn>& columns) const {
        MatchExpressions of_match(columns_, pattern.variables, {}, context_);
        std::vector<Bound> values;
        for (const MatchRecognize::Definition& each : match_.measures) {
            values.push_back(of_match.bind(each.expression));
        }
        pattern.reads = of_match.reads();
        size_t time = pattern.reads.rows.size() * pattern.width + pattern.reads.aggregates.size();
        for (size_t i = 0; i < values.size(); ++i) {
            Bound value = of_match.placed(values[i]);
            columns.push_back({match_.measures[i].name.text, value->type, time_role(value, time)});
            pattern.measures.push_back(std::move(value));
        }
    }

    static TimeRole time_role(const Bound& value, size_t time) {
        auto place = column_place(value);
        if (place && *place >= time) return TimeRole::Rowtime;
        const auto* call = std::get_if<BoundCall>(&value->node);
        return call && call->name == "PROCTIME" ? TimeRole::Proctime : TimeRole::None;
    }

    void refuse_equal_names(const std::vector<PlanColumn>& columns) const {
        if (columns.empty()) refuse(span_, "MATCH_RECOGNIZE gives no column", "add MEASURES");
        if (match_.measures.empty()) {
            refuse(span_, "MATCH_RECOGNIZE without MEASURES is not supported, as in Flink");
        }
        std::set<std::string> names;
        for (size_t i = 0; i < columns.size(); ++i) {
            if (names.insert(columns[i].name).second) continue;
            size_t measure = i - match_.partition_by.size();
            bool is_measure = i >= match_.partition_by.size();
            refuse(is_measure ? match_.measures[measure].name.span : match_.partition_by[i].span,
                   fmt::format("there are two columns '{}'", columns[i].name));
        }
    }

    // --- rows are kept, so that nothing is in them that nobody reads

    static void add_places(const MatchReads& reads, const std::vector<Bound>& values, size_t width,
                           std::set<size_t>& used) {
        for (const Bound& value : values) {
            for (size_t place : places_read(value)) {
                if (place < reads.rows.size() * width) used.insert(place % width);
            }
        }
        for (const MatchedAggregate& call : reads.aggregates) {
            for (const Bound& argument : call.arguments) {
                for (size_t place : places_read(argument)) used.insert(place);
            }
        }
    }

    static std::set<size_t> places_used(const MatchRows& step) {
        std::set<size_t> used(step.partition.begin(), step.partition.end());
        for (const SortKey& key : step.order) used.insert(key.column);
        const MatchPattern& pattern = step.pattern;
        add_places(pattern.reads, pattern.measures, pattern.width, used);
        for (const PatternVariable& each : pattern.variables) {
            if (each.condition) add_places(each.reads, {each.condition}, pattern.width, used);
        }
        return used;
    }

    static Bound narrowed(const Bound& value, const MatchReads& reads, size_t width,
                          size_t narrow_width, const std::vector<size_t>& places) {
        return with_columns(value, [&](size_t place, const Bound& column) {
            size_t of_rows = reads.rows.size() * width;
            size_t now = place < of_rows ? place / width * narrow_width + places[place % width]
                                         : place - of_rows + reads.rows.size() * narrow_width;
            return made(column->type, column->span, InputColumn{now});
        });
    }

    static void narrow(MatchReads& reads, const std::vector<size_t>& places) {
        for (MatchedAggregate& call : reads.aggregates) {
            for (Bound& argument : call.arguments) argument = at_places(argument, places);
        }
    }

    MatchRows with_columns_read(MatchRows step) const {
        std::set<size_t> used = places_used(step);
        size_t width = step.pattern.width;
        std::vector<size_t> places(width);
        std::vector<Bound> values;
        std::vector<std::string> names;
        for (size_t place : used) {
            places[place] = values.size();
            values.push_back(column_of(*step.input, place, span_));
            names.push_back(step.input->columns[place].name);
        }
        if (values.size() == width) return step;
        step.input = projected(step.input, std::move(values), names);
        for (size_t& place : step.partition) place = places[place];
        for (SortKey& key : step.order) key.column = places[key.column];
        MatchPattern& pattern = step.pattern;
        pattern.width = used.size();
        for (PatternVariable& each : pattern.variables) {
            if (!each.condition) continue;
            each.condition = narrowed(each.condition, each.reads, width, used.size(), places);
            narrow(each.reads, places);
        }
        for (Bound& measure : pattern.measures) {
            measure = narrowed(measure, pattern.reads, width, used.size(), places);
        }
        narrow(pattern.reads, places);
        return step;
    }

    const MatchRecognize& match_;
    Span span_;
    const Context& context_;
    Relation input_;
    Scope columns_;
};

}  // namespace

Relation bind_match(const MatchRecognize& match, Span span, const Context& context) {
    return MatchBinder(match, span, context).run();
}

}  // namespace tarn::sql
