#include "engine/exchange/input_keys.hpp"

#include "engine/changes/sink_columns.hpp"
#include "engine/joins/join_keys.hpp"

namespace tarn::engine {
namespace {

using Keys = std::optional<std::vector<size_t>>;
namespace stream = sql::stream;

constexpr std::nullopt_t Anywhere = std::nullopt;
const std::vector<size_t> Together;  // all rows on one worker

// What looks at one row at a time, or has rows of its own.
template <typename Step>
Keys keys_of(const Step&, size_t) {
    return Anywhere;
}

Keys keys_of(const stream::ChangelogNormalize& step, size_t) {
    return step.key;
}
Keys keys_of(const stream::GroupAggregate& step, size_t) {
    return step.keys;
}
Keys keys_of(const stream::WindowAggregate& step, size_t) {
    return step.keys;
}
// A session is made of several rows.
Keys keys_of(const stream::WindowTableFunction& step, size_t) {
    if (step.window.kind != sql::WindowKind::Session) return Anywhere;
    return step.window.session_keys;
}
Keys keys_of(const stream::Over& step, size_t) {
    return step.partition;
}
Keys keys_of(const stream::Match& step, size_t) {
    return step.partition;
}
Keys keys_of(const stream::Rank& step, size_t) {
    return step.partition;
}
Keys keys_of(const stream::Deduplicate& step, size_t) {
    return step.partition;
}
Keys with_window(const stream::WindowPlaces& window, std::vector<size_t> partition) {
    partition.insert(partition.begin(), {window.start, window.end});
    return partition;
}
Keys keys_of(const stream::WindowRank& step, size_t) {
    return with_window(step.window, step.partition);
}
Keys keys_of(const stream::WindowDeduplicate& step, size_t) {
    return with_window(step.window, step.partition);
}

Keys keys_of(const stream::JoinOn& on, size_t input) {
    return JoinKeys(on, input == 0 ? JoinInput::Left : JoinInput::Right).places();
}
Keys keys_of(const stream::RegularJoin& step, size_t input) {
    return keys_of(step.on, input);
}
Keys keys_of(const stream::IntervalJoin& step, size_t input) {
    return keys_of(step.on, input);
}
Keys keys_of(const stream::WindowJoin& step, size_t input) {
    return keys_of(step.on, input);
}
Keys keys_of(const stream::TemporalJoin& step, size_t input) {
    return keys_of(step.on, input);
}

Keys keys_of(const stream::TemporalSort&, size_t) {
    return Together;
}
Keys keys_of(const stream::SortLimit&, size_t) {
    return Together;
}
Keys keys_of(const stream::Limit&, size_t) {
    return Together;
}

// Changes of one key of the table stay in their order.
Keys keys_of(const stream::Sink& step, size_t) {
    std::vector<size_t> key = key_columns(step);
    if (key.empty()) return Anywhere;
    return key;
}

}  // namespace

std::optional<std::vector<size_t>> keys_of_input(const sql::StreamPlan& plan, size_t input) {
    return std::visit([&](const auto& step) { return keys_of(step, input); }, plan.node);
}

}  // namespace tarn::engine
