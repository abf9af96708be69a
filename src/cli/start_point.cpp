#include "cli/start_point.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "cli/typed_numbers.hpp"

namespace tarn::cli {

namespace client = kafka::client;

StartPoint parse_start_point(std::string_view option, std::string_view text) {
    using enum StartPoint::Kind;
    if (text == "beginning" || text == "earliest") return {Beginning, 0};
    if (text == "end" || text == "latest") return {End, 0};
    if (auto time = parse_time_ms(text)) return {Time, *time};
    if (text.starts_with('@')) return {Time, parse_number(option, text.substr(1))};
    bool is_number = text.find_first_not_of("0123456789", text.starts_with('-') ? 1 : 0) ==
                         std::string_view::npos &&
                     text.find_first_of("0123456789") != std::string_view::npos;
    if (!is_number) {
        throw Error(ErrorCode::InvalidInput, "{}: '{}' is no place in a topic", option, text)
            .with_hint(
                "write beginning, end, an offset, -N for the last N, or a time such as "
                "2026-11-21T09:30:00Z");
    }
    if (text.starts_with('-')) return {BeforeEnd, parse_number(option, text.substr(1))};
    return {Offset, parse_number(option, text)};
}

client::Offsets offsets_at(client::Client& client, const client::TopicInfo& topic,
                           const StartPoint& point) {
    using enum StartPoint::Kind;
    client::Offsets starts = client::offsets_at(client, topic, client::Earliest);
    if (point.kind == Beginning) return starts;
    client::Offsets ends = client::offsets_at(client, topic, client::Latest);
    if (point.kind == End) return ends;
    client::Offsets at_time;
    if (point.kind == Time) at_time = client::offsets_at(client, topic, point.value);

    client::Offsets offsets;
    for (const auto& [partition, end] : ends) {
        int64_t wanted = point.value;
        if (point.kind == BeforeEnd) wanted = end - point.value;
        if (point.kind == Time) wanted = at_time.at(partition) < 0 ? end : at_time.at(partition);
        offsets[partition] = std::clamp(wanted, starts.at(partition), end);
    }
    return offsets;
}

}  // namespace tarn::cli
