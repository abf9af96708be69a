#include "sql/stream/signature.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sql/plan/plan_text.hpp"

namespace tarn::sql {
namespace {

// Values as text, each kind in a way that tells two of them apart: in one class, whose functions
// all see each other.
struct Words {
    static std::string said(size_t value) { return std::to_string(value); }
    static std::string said(int64_t value) { return std::to_string(value); }
    static std::string said(bool value) { return value ? "yes" : "no"; }
    template <typename Kind>
        requires std::is_enum_v<Kind>
    static std::string said(Kind kind) {
        return std::to_string(static_cast<int>(kind));
    }
    static std::string said(const std::string& value) { return value; }
    static std::string said(const Bound& value) {
        return value ? fmt::format("{} {}", text_of(value), text_of(value->type)) : "none";
    }

    template <typename Item>
    static std::string said(const std::optional<Item>& item) {
        return item ? said(*item) : "none";
    }

    // "(a, b)"
    template <typename... Parts>
    static std::string all_of(const Parts&... parts) {
        std::string text;
        ((text += (text.empty() ? "" : ", ") + said(parts)), ...);
        return "(" + text + ")";
    }

    static std::string said(const SortKey& key) {
        return all_of(key.column, key.is_descending, key.nulls_first);
    }
    static std::string said(const AggregateCall& call) {
        return all_of(std::string(call.function->name), call.arguments, text_of(call.type),
                      call.words, call.is_distinct, call.filter);
    }
    static std::string said(const OverCall& call) {
        return all_of(call.name, call.arguments, text_of(call.type), call.words, call.is_distinct);
    }
    static std::string said(const Window& window) {
        return all_of(window.kind, window.time, window.size_ms, window.step_ms, window.offset_ms,
                      window.session_keys);
    }
    static std::string said(const stream::WindowPlaces& places) {
        return all_of(places.start, places.end, places.time);
    }
    static std::string said(const Frame::Bound& bound) { return all_of(bound.kind, bound.offset); }
    static std::string said(const Frame& frame) {
        return all_of(frame.is_by_rows, frame.from, frame.to);
    }
    static std::string said(const stream::JoinKey& key) {
        return all_of(key.left, key.right, key.nulls_are_equal);
    }
    static std::string said(const stream::JoinOn& on) { return all_of(on.kind, on.keys, on.rest); }
    static std::string said(const Expand::Set& set) {
        std::vector<size_t> keys;
        for (size_t i = 0; i < set.has_key.size(); ++i) {
            if (set.has_key[i]) keys.push_back(i);
        }
        return all_of(keys, set.id);
    }

    template <typename Item>
    static std::string said(const std::vector<Item>& items) {
        std::string text;
        for (const Item& item : items) text += (text.empty() ? "" : ", ") + said(item);
        return "[" + text + "]";
    }

    // What each operator does.

    static std::string done_by(const stream::TableSource& step) {
        return all_of(text_of(step.table->path), step.columns, step.filters);
    }
    static std::string done_by(const stream::DropBefores&) { return ""; }
    static std::string done_by(const stream::ChangelogNormalize& step) { return all_of(step.key); }
    static std::string done_by(const stream::WatermarkAssigner& step) {
        return all_of(step.column, step.value);
    }
    static std::string done_by(const stream::Calc& step) {
        return all_of(step.condition, step.values);
    }
    static std::string done_by(const stream::Constants& step) { return all_of(step.rows); }
    static std::string done_by(const stream::Correlate& step) {
        return all_of(step.collection, step.with_ordinality, step.keeps_rows_without);
    }
    static std::string done_by(const stream::RepeatRows& step) { return all_of(step.is_intersect); }
    static std::string done_by(const stream::ExpandSets& step) { return all_of(step.sets); }
    static std::string done_by(const stream::GroupAggregate& step) {
        return all_of(step.keys, step.calls);
    }
    static std::string done_by(const stream::WindowAggregate& step) {
        return all_of(step.window, step.of_rows, step.keys, step.calls, step.is_legacy);
    }
    static std::string done_by(const stream::WindowTableFunction& step) {
        return all_of(step.window, step.is_legacy);
    }
    static std::string done_by(const stream::Over& step) {
        return all_of(step.partition, step.time, step.frame, step.calls);
    }
    static std::string done_by(const stream::Match& step) {
        return all_of(step.partition, step.order, text_of(step.pattern));
    }
    static std::string done_by(const stream::Rank& step) {
        return all_of(step.partition, step.order, step.first, step.last, step.last_of_row,
                      step.with_number, step.by);
    }
    static std::string done_by(const stream::Deduplicate& step) {
        return all_of(step.partition, step.time, step.is_rowtime, step.keeps_last);
    }
    static std::string done_by(const stream::WindowRank& step) {
        return all_of(step.window, step.partition, step.order, step.first, step.last,
                      step.with_number);
    }
    static std::string done_by(const stream::WindowDeduplicate& step) {
        return all_of(step.window, step.partition, step.time, step.keeps_last);
    }
    static std::string done_by(const stream::RegularJoin& step) { return all_of(step.on); }
    static std::string done_by(const stream::IntervalJoin& step) {
        return all_of(step.on, step.left_time, step.right_time, step.from_ms, step.to_ms,
                      step.is_rowtime);
    }
    static std::string done_by(const stream::WindowJoin& step) {
        return all_of(step.on, step.left_window, step.right_window);
    }
    static std::string done_by(const stream::TemporalJoin& step) {
        return all_of(step.on, step.left_time, step.right_time, step.key);
    }
    static std::string said(const stream::LookupKey& key) { return all_of(key.column, key.value); }
    static std::string done_by(const stream::LookupJoin& step) {
        return all_of(step.asked_by, step.on);
    }
    static std::string done_by(const stream::Union&) { return ""; }
    static std::string done_by(const stream::TemporalSort& step) {
        return all_of(step.keys, step.is_rowtime);
    }
    static std::string done_by(const stream::SortLimit& step) {
        return all_of(step.keys, step.offset, step.limit, step.by);
    }
    static std::string done_by(const stream::Limit& step) {
        return all_of(step.offset, step.limit);
    }
    static std::string done_by(const stream::Sink& step) {
        return all_of(text_of(step.table->path), step.table->table.primary_key, text_of(step.takes),
                      step.upsert_materialize);
    }
};

// "[INT, STRING] [I]": what the rows are.
std::string row_text(const StreamPlan& plan) {
    std::vector<std::string> types;
    for (const PlanColumn& column : plan.columns) types.push_back(text_of(column.type));
    return fmt::format("{} [{}]", Words::said(types), text_of(plan.changes));
}

// Which fields of rows the sources below leave out, as the types of columns do not tell.
std::string fields_below(const StreamPlan& plan) {
    std::string text;
    if (const auto* source = std::get_if<stream::TableSource>(&plan.node)) {
        for (const auto& [column, fields] : source->fields) {
            text += fmt::format(" {}: {}", column, fmt::join(fields, ","));
        }
    }
    for (const StreamPlanPtr& input : inputs_of(plan)) text += fields_below(*input);
    return text;
}

}  // namespace

std::string own_signature(const StreamPlan& plan) {
    std::string text = name_of(plan) + fields_below(plan);
    text += std::visit([](const auto& step) { return Words::done_by(step); }, plan.node);
    for (const StreamPlanPtr& input : inputs_of(plan)) text += " < " + row_text(*input);
    return text + " > " + row_text(plan);
}

std::string whole_signature(const StreamPlan& plan) {
    std::string text = own_signature(plan);
    for (const StreamPlanPtr& input : inputs_of(plan)) {
        text += fmt::format("\n{{{}}}", whole_signature(*input));
    }
    return text;
}

}  // namespace tarn::sql
