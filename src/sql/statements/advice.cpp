#include "sql/statements/advice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sql/plan/walk.hpp"
#include "sql/syntax/text.hpp"

namespace tarn::sql {
namespace {

std::string option(const Options& options, std::string_view key) {
    auto found = std::ranges::find(options, key, &Option::key);
    return found == options.end() ? "" : found->value;
}

bool has_setting(const Workspace& workspace, const std::string& key) {
    return workspace.settings.contains(key);
}

void advise(std::vector<Problem>& notes, Span span, std::string what, std::string hint) {
    notes.push_back({span, std::move(what), std::move(hint)});
}

// What is true of a table need be said but once, wherever it is read.
void advise_once(std::vector<Problem>& notes, Span span, std::string what, std::string hint) {
    if (std::ranges::find(notes, what, &Problem::what) != notes.end()) return;
    advise(notes, span, std::move(what), std::move(hint));
}

// --- statements

template <typename Node>
void advise_on(const Node&, const Workspace&, std::vector<Problem>&) {}

void advise_on(const CreateTable& statement, const Workspace& workspace,
               std::vector<Problem>& notes) {
    ObjectPath path = workspace.names.path_of(statement.name);
    bool is_elsewhere =
        !workspace.names.catalog_of({path.catalog, span_of(statement.name)}).is_complete();
    auto computed = std::ranges::find_if(statement.columns, [](const ColumnDefinition& column) {
        return std::holds_alternative<ComputedColumn>(column.kind);
    });
    bool has_more = computed != statement.columns.end() || !statement.watermarks.empty();
    if (is_elsewhere && has_more && !statement.is_temporary) {
        advise(notes, span_of(statement.name),
               fmt::format("a real Flink does not take '{}': Iceberg's catalog keeps neither "
                           "computed columns nor watermarks",
                           text_of(statement.name)),
               "CREATE TEMPORARY TABLE goes everywhere");
    }
}

void advise_on(const SetSetting& statement, const Workspace&, std::vector<Problem>& notes) {
    static constexpr auto Known = std::to_array<std::string_view>(
        {"execution.", "table.", "pipeline.", "parallelism.", "state.", "sql-client.",
         "restart-strategy", "taskmanager.", "jobmanager.", "rest.", "tarn.", "cluster.",
         "high-availability", "heartbeat.", "metrics.", "classloader.", "security.", "fs.", "s3."});
    if (!statement.key) return;
    const std::string& key = *statement.key;
    bool is_known = std::ranges::any_of(
        Known, [&](std::string_view each) { return std::string_view(key).starts_with(each); });
    // The statement's span is found by the caller; keys have none of their own.
    if (!is_known) {
        notes.push_back({{},
                         fmt::format("'{}' is no setting that Tarn or Flink knows", key),
                         "it is kept and changes nothing"});
    }
    if (key == "pipeline.jars") {
        notes.push_back(
            {{}, "'pipeline.jars' changes nothing in Tarn", "its connectors are built in"});
    }
}

// --- plans

bool is_kafka(const Scan& scan) {
    return option(scan.options, "connector") == "kafka";
}

class PlanAdvice {
public:
    PlanAdvice(const Workspace& workspace, std::vector<Problem>& notes)
        : workspace_(workspace), notes_(notes) {}

    void look_at(const Plan& plan) {
        std::visit([&](const auto& step) { look_at(step, plan); }, plan.node);
        for (const PlanPtr& input : inputs_of(plan)) look_at(*input);
    }

private:
    template <typename Step>
    void look_at(const Step&, const Plan&) {}

    void look_at(const Scan& scan, const Plan& plan) {
        bool has_mode = !option(scan.options, "scan.startup.mode").empty();
        if (!is_kafka(scan) || has_mode) return;
        advise_once(
            notes_, plan.span,
            fmt::format("'{}' starts where its consumer group is, and a real Flink fails when "
                        "that has no offsets yet",
                        scan.table->path.name),
            "say 'scan.startup.mode' = 'earliest-offset' or 'latest-offset'");
    }

    void look_at(const AssignWatermark& watermark, const Plan& plan) {
        const Scan* scan = scan_below(*watermark.input);
        bool has_timeout = has_setting(workspace_, "table.exec.source.idle-timeout") ||
                           (scan && !option(scan->options, "scan.watermark.idle-timeout").empty());
        if (!scan || !is_kafka(*scan) || has_timeout) return;
        advise_once(notes_, plan.span,
                    fmt::format("a partition of '{}' without events holds all windows back",
                                scan->table->path.name),
                    "SET 'table.exec.source.idle-timeout' = '30s' goes on without it");
    }

    static const Scan* scan_below(const Plan& plan) {
        if (const auto* scan = std::get_if<Scan>(&plan.node)) return scan;
        const auto* project = std::get_if<Project>(&plan.node);
        return project ? scan_below(*project->input) : nullptr;
    }

    void look_at(const MatchRows& match, const Plan& plan) {
        bool is_endless =
            !match.pattern.within_ms &&
            std::ranges::any_of(match.pattern.variables,
                                [](const PatternVariable& each) { return !each.most; });
        if (!is_endless) return;
        advise(notes_, plan.span, "the rows of a match that has begun may be kept for ever",
               "WITHIN INTERVAL '1' HOUR behind the PATTERN says when it is over");
    }

    void look_at(const AggregateRows& aggregate, const Plan&) {
        for (const AggregateCall& call : aggregate.calls) look_at_call(call, *aggregate.input);
    }

    void look_at_call(const AggregateCall& call, const Plan& input) {
        std::string name(call.function->name);
        bool is_of_integers =
            !call.arguments.empty() && is_integer(input.columns[call.arguments[0]].type);
        if (name == "AVG" && is_of_integers) {
            advise(notes_, call.span, "AVG of integers is an integer, cut off",
                   "AVG(CAST(… AS DOUBLE)) keeps the fraction");
        }
        bool may_wrap =
            is_of_integers && input.columns[call.arguments[0]].type.kind != TypeKind::BigInt;
        if (name == "SUM" && may_wrap) {
            advise(notes_, call.span,
                   fmt::format("SUM of {} is one as well, and wraps around",
                               text_of(input.columns[call.arguments[0]].type.or_null())),
                   "SUM(CAST(… AS BIGINT)) has room");
        }
        if (name == "FIRST_VALUE" || name == "LAST_VALUE") {
            advise(
                notes_, call.span,
                fmt::format("{} goes by the order in which rows arrive, not by their time", name),
                "ROW_NUMBER() OVER (… ORDER BY time) picks by time");
        }
        if (name == "PERCENTILE") {
            advise(notes_, call.span, "PERCENTILE is Tarn's own; Flink has it from version 2 on",
                   "on a Flink 1.20 the query is refused");
        }
    }

    void look_at(const WriteRows& write, const Plan& plan) {
        bool is_iceberg =
            option(write.options, "connector") == "iceberg" ||
            !workspace_.names.catalog_of({write.table->path.catalog, plan.span}).is_complete();
        if (!is_iceberg || has_setting(workspace_, "execution.checkpointing.interval")) return;
        advise(notes_, plan.span,
               "a real Flink commits to Iceberg at checkpoints alone, and none are set",
               "SET 'execution.checkpointing.interval' = '10s' makes them");
    }

    const Workspace& workspace_;
    std::vector<Problem>& notes_;
};

}  // namespace

void add_advice(const Statement& statement, const Workspace& workspace,
                std::vector<Problem>& notes) {
    size_t before = notes.size();
    std::visit([&](const auto& node) { advise_on(node, workspace, notes); }, statement.node);
    for (size_t i = before; i < notes.size(); ++i) {
        if (notes[i].span.end == 0) notes[i].span = statement.span;
    }
}

void add_advice(const Plan& plan, const Workspace& workspace, std::vector<Problem>& notes) {
    PlanAdvice(workspace, notes).look_at(plan);
}

}  // namespace tarn::sql
