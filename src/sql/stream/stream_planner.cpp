#include "sql/stream/stream_planner.hpp"

#include <fmt/format.h>

#include <map>

#include "sql/plan/steps.hpp"
#include "sql/rewrite/rewrite.hpp"
#include "sql/stream/changelog.hpp"
#include "sql/stream/facts.hpp"
#include "sql/stream/operators.hpp"
#include "sql/stream/sources.hpp"

namespace tarn::sql {
namespace {

using namespace stream;

// What the planner of steps takes for a time attribute may be none any more.
void keep_times(std::vector<PlanColumn>& columns, const StreamPlan& input) {
    for (size_t i = 0; i < input.columns.size(); ++i) columns[i].time = input.columns[i].time;
}

class StreamPlanner {
public:
    explicit StreamPlanner(const TraitsOf& traits) : traits_(traits) {}

    // A step that is in several places is one operator.
    StreamPlanPtr of(const PlanPtr& plan) {
        auto known = known_.find(plan.get());
        if (known != known_.end()) return known->second;
        StreamPlanPtr found =
            std::visit([&](const auto& step) { return operators(step, *plan); }, plan->node);
        known_.emplace(plan.get(), found);
        return found;
    }

private:
    StreamPlanPtr operators(const Scan& scan, const Plan& plan) {
        return rows_of(scan, plan, source_of(scan, plan));
    }

    StreamPlanPtr source_of(const Scan& scan, const Plan& plan) {
        StreamPlanPtr& source = sources_[&plan];
        if (!source) source = table_source(scan, plan, traits_);
        return source;
    }

    StreamPlanPtr operators(const AssignWatermark& step, const Plan& plan) {
        return watermarked(step, plan, of(step.input));
    }

    static StreamPlanPtr watermarked(const AssignWatermark& step, const Plan& plan,
                                     const StreamPlanPtr& input) {
        return operating(plan.span, plan.columns,
                         WatermarkAssigner{input, step.column, step.value});
    }

    StreamPlanPtr operators(const ConstantRows& step, const Plan& plan) {
        return operating(plan.span, plan.columns, Constants{step.rows});
    }

    StreamPlanPtr operators(const Project& step, const Plan& plan) {
        return calculated(of(step.input), nullptr, step.values, plan.columns);
    }

    StreamPlanPtr operators(const Filter& step, const Plan&) {
        std::vector<Bound> conditions = conjuncts_of(step.condition);
        if (const auto* rows = std::get_if<OverRows>(&step.input->node)) {
            StreamPlanPtr first = first_rows(*rows, *step.input, conditions, of(rows->input));
            if (first) return first;
        }
        return where(of(step.input), conditions);
    }

    StreamPlanPtr operators(const JoinRows& step, const Plan& plan) {
        StreamPlanPtr left = of(step.left);
        return joined_stream(step, plan, left, of(step.right));
    }

    StreamPlanPtr operators(const JoinVersion& step, const Plan& plan) {
        StreamPlanPtr left = of(step.left);
        return joined_version(step, plan, left, versions(step.right));
    }

    // What replaces what is for the join to know, so that upserts come as they are.
    StreamPlanPtr versions(const PlanPtr& plan) {
        if (const auto* scan = std::get_if<Scan>(&plan->node)) {
            return with_columns_of(*plan, source_of(*scan, *plan));
        }
        if (const auto* step = std::get_if<AssignWatermark>(&plan->node)) {
            return watermarked(*step, *plan, versions(step->input));
        }
        if (const auto* step = std::get_if<Project>(&plan->node)) {
            return calculated(versions(step->input), nullptr, step->values, plan->columns);
        }
        return of(plan);
    }

    StreamPlanPtr operators(const Unnested& step, const Plan& plan) {
        StreamPlanPtr input = of(step.input);
        std::vector<PlanColumn> columns = plan.columns;
        keep_times(columns, *input);
        return operating(
            plan.span, std::move(columns),
            Correlate{input, step.collection, step.with_ordinality, step.keeps_rows_without});
    }

    StreamPlanPtr operators(const AggregateRows& step, const Plan& plan) {
        return grouped(step, plan, of(step.input));
    }

    StreamPlanPtr operators(const Expand& step, const Plan& plan) {
        StreamPlanPtr input = of(step.input);
        std::vector<PlanColumn> columns = plan.columns;
        keep_times(columns, *input);
        return operating(plan.span, std::move(columns), ExpandSets{input, step.sets});
    }

    StreamPlanPtr operators(const AssignWindows& step, const Plan& plan) {
        return in_windows(step, plan, of(step.input));
    }

    StreamPlanPtr operators(const OverRows& step, const Plan& plan) {
        return over(step, plan, of(step.input));
    }

    StreamPlanPtr operators(const MatchRows& step, const Plan& plan) {
        return matched_stream(step, plan, of(step.input));
    }

    StreamPlanPtr operators(const CombineRows& step, const Plan& plan) {
        std::vector<StreamPlanPtr> inputs;
        for (const PlanPtr& input : step.inputs) inputs.push_back(of(input));
        return combined_stream(step, plan, inputs);
    }

    StreamPlanPtr operators(const SortRows& step, const Plan& plan) {
        return sorted_stream(step, plan, of(step.input));
    }

    StreamPlanPtr operators(const WriteRows& step, const Plan& plan) {
        const std::string& name = step.table->path.name;
        TableTraits traits = traits_(*step.table, step.options);
        if (step.is_overwrite) check_overwrite(plan, name, traits);
        Changes takes = traits.takes;
        if (takes.is_none()) {
            refuse(plan.span, fmt::format("the table '{}' can only be read", name));
        }
        StreamPlanPtr input = of(step.input);
        bool has_untaken =
            (input->changes.afters && !takes.afters) || (input->changes.deletes && !takes.deletes);
        if (has_untaken) refuse_changes(*input, name);
        std::vector<PlanColumn> columns = plan.columns;
        keep_times(columns, *input);
        return operating(plan.span, std::move(columns),
                         Sink{input, step.table, step.options, takes, step.is_overwrite});
    }

    static void check_overwrite(const Plan& plan, const std::string& table,
                                const TableTraits& traits) {
        if (!traits.can_overwrite) {
            refuse(plan.span, fmt::format("the table '{}' cannot be overwritten", table),
                   "those of Iceberg and folders of files can; INSERT INTO adds to it");
        }
        if (!has_endless_source(plan)) return;
        refuse(plan.span,
               "an endless stream cannot overwrite a table, which it never has written in full",
               "INSERT INTO adds to it");
    }

    [[noreturn]] static void refuse_changes(const StreamPlan& input, const std::string& table) {
        CauseOfChanges cause = cause_of_changes(input);
        refuse(cause.span, fmt::format("'{}' only takes new rows, and {}", table, cause.text),
               "group in windows, which give each row once; write to a table with a key that takes "
               "updates, as upsert-kafka; or choose a format of changes, as debezium-json");
    }

    const TraitsOf& traits_;
    std::map<const Plan*, StreamPlanPtr> known_;
    std::map<const Plan*, StreamPlanPtr> sources_;
};

std::vector<StreamPlanPtr> planned(const std::vector<PlanPtr>& plans, const Session& session,
                                   const TraitsOf& traits, UpdateRows rows) {
    StreamPlanner planner(traits);
    std::vector<StreamPlanPtr> all;
    // They are known by their addresses, and stay until the last one is planned.
    std::vector<PlanPtr> steps = rewritten(plans, session);
    for (const PlanPtr& plan : steps) all.push_back(planner.of(plan));
    return with_befores_where_wanted(all, rows);
}

}  // namespace

StreamPlanPtr stream_plan(const PlanPtr& plan, const Session& session, const TraitsOf& traits,
                          UpdateRows rows) {
    return planned({plan}, session, traits, rows).front();
}

std::vector<StreamPlanPtr> stream_plans(const std::vector<PlanPtr>& plans, const Session& session,
                                        const TraitsOf& traits) {
    return planned(plans, session, traits, UpdateRows::Afters);
}

}  // namespace tarn::sql
