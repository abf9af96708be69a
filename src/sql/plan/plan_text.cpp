#include "sql/plan/plan_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sql/plan/walk.hpp"

namespace tarn::sql {
namespace {

using Texts = std::vector<std::string>;

std::string entry(std::string_view name, std::string_view value) {
    return fmt::format("{}=[{}]", name, value);
}

std::string step_text(std::string_view name, const Texts& entries) {
    return fmt::format("Logical{}({})", name, fmt::join(entries, ", "));
}

std::string path_text(const ObjectPath& path, std::string_view between) {
    return fmt::format("{}{}{}{}{}", path.catalog, between, path.database, between, path.name);
}

std::string names_text(const Plan& plan) {
    Texts names;
    for (const PlanColumn& column : plan.columns) names.push_back(column.name);
    return fmt::format("{}", fmt::join(names, ", "));
}

std::string places_text(const std::vector<size_t>& places) {
    Texts texts;
    for (size_t place : places) texts.push_back(fmt::format("${}", place));
    return fmt::format("{}", fmt::join(texts, ", "));
}

std::string_view join_name(JoinKind kind) {
    switch (kind) {
        case JoinKind::Inner:
            return "inner";
        case JoinKind::Left:
            return "left";
        case JoinKind::Right:
            return "right";
        case JoinKind::Full:
            return "full";
        case JoinKind::Semi:
            return "semi";
        case JoinKind::Anti:
            return "anti";
    }
    return "";
}

std::string_view window_name(WindowKind kind) {
    switch (kind) {
        case WindowKind::Tumble:
            return "TUMBLE";
        case WindowKind::Hop:
            return "HOP";
        case WindowKind::Cumulate:
            return "CUMULATE";
        case WindowKind::Session:
            return "SESSION";
    }
    return "";
}

std::string direction_text(const SortKey& key) {
    return fmt::format("{}-nulls-{}", key.is_descending ? "DESC" : "ASC",
                       key.nulls_first ? "first" : "last");
}

std::string frame_text(const Frame::Bound& bound) {
    using enum FrameBound::Kind;
    switch (bound.kind) {
        case UnboundedPreceding:
            return "UNBOUNDED PRECEDING";
        case Preceding:
            return fmt::format("{} PRECEDING", bound.offset);
        case CurrentRow:
            return "CURRENT ROW";
        case Following:
            return fmt::format("{} FOLLOWING", bound.offset);
        case UnboundedFollowing:
            return "UNBOUNDED FOLLOWING";
    }
    return "";
}

// --- steps

std::string line_of(const Scan& scan, const Plan& plan) {
    std::string table = path_text(scan.table->path, ", ");
    if (scan.columns) table += ", " + entry("project", names_text(plan));
    Texts filters;
    for (const Bound& filter : scan.filters) filters.push_back(text_of(filter));
    if (!filters.empty()) {
        table += ", " + entry("filter", fmt::format("{}", fmt::join(filters, ", ")));
    }
    for (const auto& [place, fields] : scan.fields) {
        table += ", " + entry(plan.columns[place].name, fmt::format("{}", fmt::join(fields, ", ")));
    }
    Texts entries{entry("table", "[" + table + "]")};
    if (scan.at) entries.push_back(entry("period", text_of(scan.at->point)));
    return step_text("TableScan", entries);
}

std::string line_of(const AssignWatermark& watermark, const Plan& plan) {
    return step_text("WatermarkAssigner", {entry("rowtime", plan.columns[watermark.column].name),
                                           entry("watermark", text_of(watermark.value))});
}

std::string line_of(const ConstantRows& rows, const Plan&) {
    Texts tuples;
    for (const auto& row : rows.rows) {
        Texts values;
        for (const Bound& value : row) values.push_back(text_of(value));
        tuples.push_back(fmt::format("{{ {} }}", fmt::join(values, ", ")));
    }
    return step_text("Values", {entry("tuples", fmt::format("[{}]", fmt::join(tuples, ", ")))});
}

std::string line_of(const Project& project, const Plan& plan) {
    Texts entries;
    for (size_t i = 0; i < project.values.size(); ++i) {
        entries.push_back(entry(plan.columns[i].name, text_of(project.values[i])));
    }
    return step_text("Project", entries);
}

std::string line_of(const Filter& filter, const Plan&) {
    return step_text("Filter", {entry("condition", text_of(filter.condition))});
}

std::string line_of(const JoinRows& join, const Plan&) {
    return step_text("Join", {entry("condition", text_of(join.condition)),
                              entry("joinType", join_name(join.kind))});
}

std::string line_of(const JoinVersion& join, const Plan&) {
    return step_text("TemporalJoin", {entry("condition", text_of(join.condition)),
                                      entry("joinType", join_name(join.kind)),
                                      entry("period", places_text({join.time}))});
}

std::string line_of(const Unnested& unnested, const Plan&) {
    Texts entries{entry("collection", text_of(unnested.collection)),
                  entry("joinType", unnested.keeps_rows_without ? "left" : "inner")};
    if (unnested.with_ordinality) entries.push_back(entry("withOrdinality", "true"));
    return step_text("Unnest", entries);
}

std::string line_of(const AggregateRows& step, const Plan& plan) {
    Texts entries{entry("group", fmt::format("{{{}}}", fmt::join(step.keys, ", ")))};
    for (size_t i = 0; i < step.calls.size(); ++i) {
        const AggregateCall& call = step.calls[i];
        std::string text =
            fmt::format("{}({}{}){}", call.function->name, call.is_distinct ? "DISTINCT " : "",
                        places_text(call.arguments), call.words);
        if (call.filter) text += " FILTER " + places_text({*call.filter});
        entries.push_back(entry(plan.columns[step.keys.size() + i].name, text));
    }
    return step_text("Aggregate", entries);
}

std::string line_of(const Expand& expand, const Plan&) {
    Texts sets;
    for (const Expand::Set& set : expand.sets) {
        std::vector<size_t> keys;
        for (size_t i = 0; i < set.has_key.size(); ++i) {
            if (set.has_key[i]) keys.push_back(i);
        }
        sets.push_back(fmt::format("{{{}}}", fmt::join(keys, ", ")));
    }
    return step_text("Expand", {entry("sets", fmt::format("{}", fmt::join(sets, ", ")))});
}

std::string line_of(const AssignWindows& step, const Plan&) {
    const Window& window = step.window;
    std::string text =
        fmt::format("{}(${}, {} ms", window_name(window.kind), window.time, window.size_ms);
    if (window.step_ms != 0) text += fmt::format(", step {} ms", window.step_ms);
    if (window.offset_ms != 0) text += fmt::format(", offset {} ms", window.offset_ms);
    if (!window.session_keys.empty()) {
        text += ", partition by " + places_text(window.session_keys);
    }
    return step_text("WindowTableFunction", {entry("window", text + ")")});
}

std::string order_text(const std::vector<SortKey>& keys) {
    Texts order;
    for (const SortKey& key : keys) {
        order.push_back(fmt::format("${} {}", key.column, direction_text(key)));
    }
    return fmt::format("{}", fmt::join(order, ", "));
}

std::string line_of(const OverRows& step, const Plan& plan) {
    Texts entries{
        entry("partition", places_text(step.partition)), entry("order", order_text(step.order)),
        entry("frame", fmt::format("{} BETWEEN {} AND {}", step.frame.is_by_rows ? "ROWS" : "RANGE",
                                   frame_text(step.frame.from), frame_text(step.frame.to)))};
    size_t place = step.input->columns.size();
    for (const OverCall& call : step.calls) {
        entries.push_back(
            entry(plan.columns[place++].name,
                  fmt::format("{}({}{}){}", call.name, call.is_distinct ? "DISTINCT " : "",
                              places_text(call.arguments), call.words)));
    }
    return step_text("Over", entries);
}

std::string line_of(const MatchRows& step, const Plan&) {
    return step_text(
        "Match", {entry("partition", places_text(step.partition)),
                  entry("order", order_text(step.order)), entry("pattern", text_of(step.pattern))});
}

std::string line_of(const CombineRows& combination, const Plan&) {
    using Kind = SetOperation::Kind;
    std::string_view name = combination.kind == Kind::Union       ? "Union"
                            : combination.kind == Kind::Intersect ? "Intersect"
                                                                  : "Minus";
    return step_text(name, {entry("all", combination.is_all ? "true" : "false")});
}

std::string line_of(const SortRows& sort, const Plan&) {
    Texts entries;
    for (size_t i = 0; i < sort.keys.size(); ++i) {
        entries.push_back(entry(fmt::format("sort{}", i), places_text({sort.keys[i].column})));
    }
    for (size_t i = 0; i < sort.keys.size(); ++i) {
        entries.push_back(entry(fmt::format("dir{}", i), direction_text(sort.keys[i])));
    }
    if (sort.offset != 0) entries.push_back(entry("offset", std::to_string(sort.offset)));
    if (sort.limit) entries.push_back(entry("fetch", std::to_string(*sort.limit)));
    return step_text("Sort", entries);
}

std::string line_of(const WriteRows& write, const Plan& plan) {
    return step_text("Sink", {entry("table", path_text(write.table->path, ".")),
                              entry("fields", names_text(plan))});
}

// `first` stands before the step's own line, `others` before all lines below it.
void add_lines(const Plan& plan, const std::string& first, const std::string& others,
               std::string& text) {
    text += first + std::visit([&](const auto& step) { return line_of(step, plan); }, plan.node);
    text += '\n';
    std::vector<PlanPtr> inputs = inputs_of(plan);
    for (size_t i = 0; i < inputs.size(); ++i) {
        bool is_last = i + 1 == inputs.size();
        add_lines(*inputs[i], others + (is_last ? "+- " : ":- "),
                  others + (is_last ? "   " : ":  "), text);
    }
}

}  // namespace

std::string text_of(const Plan& plan) {
    std::string text;
    add_lines(plan, "", "", text);
    return text;
}

}  // namespace tarn::sql
