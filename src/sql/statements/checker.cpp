#include "sql/statements/checker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "sql/plan/query_binder.hpp"
#include "sql/statements/advice.hpp"
#include "sql/statements/definitions.hpp"
#include "sql/stream/stream_planner.hpp"

namespace tarn::sql {
namespace {

class Checker {
public:
    explicit Checker(const OnPlanned& on_planned) : on_planned_(on_planned) {}

    Checked run(const Parsed& parsed) {
        checked_.problems = parsed.problems;
        for (const Statement& statement : parsed.statements) check_one(statement);
        if (set_) plan_set(set_->begin);
        auto by_place = [](const Problem& problem) { return problem.span.begin; };
        std::ranges::sort(checked_.problems, {}, by_place);
        std::ranges::sort(checked_.notes, {}, by_place);
        // What a view says is said again wherever it is read.
        auto same =
            std::ranges::unique(checked_.notes, [](const Problem& left, const Problem& right) {
                return left.span.begin == right.span.begin && left.what == right.what;
            });
        checked_.notes.erase(same.begin(), same.end());
        return std::move(checked_);
    }

private:
    // The INSERTs of a statement set, which are planned together.
    struct Set {
        Span begin;
        std::vector<PlanPtr> plans;
        std::vector<Span> spans;
    };

    void check_one(const Statement& statement) {
        try {
            auto problems = define(statement, workspace_);
            for (Problem& problem : problems) add(std::move(problem));
            if (!problems.empty()) return;
            std::visit([&](const auto& node) { look_at(node, statement.span); }, statement.node);
            add_advice(statement, workspace_, checked_.notes);
        } catch (const MaybeElsewhere& unknown) {
            checked_.notes.push_back(
                {unknown.problem().span, unknown.problem().what,
                 "the statement was not checked further; CREATE TABLE in the file makes it known"});
        } catch (const SqlError& error) {
            add(error.problem());
        }
    }

    void add(Problem problem) { checked_.problems.push_back(std::move(problem)); }

    template <typename Node>
    void look_at(const Node&, Span) {}

    void look_at(const QueryPtr& query, Span span) {
        PlanPtr plan = bind_query(*query, workspace_.names, workspace_.session());
        add_advice(*plan, workspace_, checked_.notes);
        plan_to_run({plan}, span);
    }

    // What a view cannot do without end is for the queries that read it to say.
    void look_at(const CreateView& view, Span) {
        add_advice(*bind_query(*view.query, workspace_.names, workspace_.session()), workspace_,
                   checked_.notes);
    }

    void look_at(const Insert& insert, Span span) {
        PlanPtr plan = bind_insert(insert, workspace_.names, workspace_.session());
        add_advice(*plan, workspace_, checked_.notes);
        if (!set_) {
            plan_to_run({plan}, span);
            return;
        }
        set_->plans.push_back(plan);
        set_->spans.push_back(span);
    }

    // Bounded ones are only planned for who wants to see it.
    void plan_to_run(const std::vector<PlanPtr>& plans, Span span) {
        auto mode = workspace_.settings.find("execution.runtime-mode");
        bool is_batch = mode != workspace_.settings.end() && mode->second == "batch";
        bool is_endless = !is_batch && std::ranges::any_of(plans, [](const PlanPtr& plan) {
            return has_endless_source(*plan);
        });
        if (!is_endless && !on_planned_) return;
        std::vector<StreamPlanPtr> operators = stream_plans(plans, workspace_.session());
        if (on_planned_) on_planned_({span, plans, std::move(operators)});
    }

    // Where some of its statements cannot be planned, each is told what is wrong with it.
    void plan_set(Span span) {
        Set set = *std::exchange(set_, std::nullopt);
        if (set.plans.empty()) return;
        try {
            plan_to_run(set.plans, span);
        } catch (const SqlError&) {
            for (size_t i = 0; i < set.plans.size(); ++i) {
                try {
                    plan_to_run({set.plans[i]}, set.spans[i]);
                } catch (const SqlError& error) {
                    add(error.problem());
                }
            }
        }
    }

    // As the rows that it would take away.
    void look_at(const Delete& statement, Span) { look_at_rows(statement.table, statement.where); }

    void look_at(const Update& statement, Span) {
        look_at_rows(statement.table, statement.where);
        for (const Assignment& each : statement.set) {
            SelectItem value{each.value};
            look_at_rows(
                statement.table, {},
                {SelectItem{{span_of(each.column), ColumnName{each.column}}}, std::move(value)});
        }
    }

    void look_at_rows(const Name& table, const ExpressionPtr& where,
                      std::vector<SelectItem> items = {}) {
        Span span = span_of(table);
        Select select;
        select.items = std::move(items);
        if (select.items.empty()) select.items.push_back({Expression{span, Star{}}});
        select.from = std::make_shared<TableReference>(TableReference{span, NamedTable{table}});
        select.where = where;
        bind_query(Query{span, {}, std::move(select)}, workspace_.names, workspace_.session());
    }

    void look_at(const StatementSet& set, Span span) {
        begin_set(span);
        for (const Statement& each : set.statements) check_one(each);
        plan_set(span);
    }
    void look_at(const Execute& execute, Span) { check_one(*execute.statement); }
    void look_at(const Explain& explain, Span) { check_one(*explain.statement); }

    void look_at(const BeginStatementSet&, Span span) { begin_set(span); }
    void look_at(const EndStatementSet&, Span span) {
        if (!set_) refuse(span, "no statement set has begun", "BEGIN STATEMENT SET; begins one");
        plan_set(joined(set_->begin, span));
    }

    void begin_set(Span span) {
        if (set_) refuse(span, "a statement set has begun already", "END; ends it");
        set_ = Set{span, {}, {}};
    }

    void look_at(const Refused& refused, Span span) {
        refuse(span, fmt::format("{} is not for Tarn", refused.what), refused.because);
    }

    const OnPlanned& on_planned_;
    Workspace workspace_;
    Checked checked_;
    std::optional<Set> set_;
};

}  // namespace

Checked check(const Parsed& parsed, const OnPlanned& on_planned) {
    return Checker(on_planned).run(parsed);
}

}  // namespace tarn::sql
