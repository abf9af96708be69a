#include "connectors/kafka/scan_options.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.hpp"
#include "connectors/kafka/open_topics.hpp"
#include "sql/options/option_rule.hpp"

namespace tarn::connectors {
namespace {

using Place = ScanPlace::Kind;

struct Mode {
    std::string_view name;
    ScanPlace::Kind kind;
};
constexpr auto Modes = std::to_array<Mode>({{"earliest-offset", Place::Earliest},
                                            {"latest-offset", Place::Latest},
                                            {"group-offsets", Place::Committed},
                                            {"timestamp", Place::Time},
                                            {"specific-offsets", Place::Offsets}});
constexpr std::chrono::minutes DefaultDiscovery{5};

[[noreturn]] void refuse(const std::string& key, const std::string& value,
                         std::string_view wanted) {
    throw Error(ErrorCode::InvalidInput, "the option '{}' is '{}', which is not {}", key, value,
                wanted);
}

std::string_view without_blanks(std::string_view text) {
    size_t begin = std::min(text.find_first_not_of(' '), text.size());
    return text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

// Takes what stands before the mark off the text.
std::string_view take_until(std::string_view& text, char mark) {
    size_t end = std::min(text.find(mark), text.size());
    std::string_view taken = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return without_blanks(taken);
}

template <typename Number>
std::optional<Number> number_behind(std::string_view name, std::string_view text) {
    if (!text.starts_with(name)) return std::nullopt;
    text.remove_prefix(name.size());
    Number number{};
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    bool is_whole = failure == std::errc() && end == text.data() + text.size();
    return is_whole && number >= 0 ? std::optional(number) : std::nullopt;
}

// "partition:0,offset:42;partition:1,offset:300"
std::map<int32_t, log::Offset> offsets_in(const std::string& key, const std::string& value) {
    std::map<int32_t, log::Offset> offsets;
    for (std::string_view left = value; !left.empty();) {
        std::string_view pair = take_until(left, ';');
        auto partition = number_behind<int32_t>("partition:", take_until(pair, ','));
        auto offset = number_behind<log::Offset>("offset:", without_blanks(pair));
        if (!partition || !offset)
            refuse(key, value, "partition:0,offset:42;partition:1,offset:300");
        offsets[*partition] = *offset;
    }
    return offsets;
}

// The options of a place begin with the prefix: "scan.startup.", "scan.bounded.".
ScanPlace place_in(const sql::Options& all, const std::string& prefix, const std::string& mode) {
    OptionValues options(all, prefix);
    const auto* found = std::ranges::find_if(
        Modes, [&](const Mode& each) { return sql::is_equal_ignoring_case(each.name, mode); });
    if (found == Modes.end()) refuse(prefix + "mode", mode, "a place in a topic");
    ScanPlace place{.kind = found->kind};
    if (place.kind == Place::Time) {
        options.wanted_text("timestamp-millis");
        place.time = *options.whole("timestamp-millis");
    }
    if (place.kind == Place::Offsets) {
        place.offsets =
            offsets_in(prefix + "specific-offsets", options.wanted_text("specific-offsets"));
    }
    return place;
}

std::optional<OffsetReset> reset_in(const kafka::client::Properties& properties) {
    std::string value = kafka::client::value_of(properties, "auto.offset.reset");
    if (value.empty()) return std::nullopt;
    if (value == "earliest") return OffsetReset::Earliest;
    if (value == "latest") return OffsetReset::Latest;
    if (value == "none") return OffsetReset::Refuse;
    refuse("properties.auto.offset.reset", value, "one of earliest, latest, none");
}

void want_group(const ScanOptions& scan) {
    bool needs_group = (scan.start.kind == Place::Committed && scan.reset == OffsetReset::Refuse) ||
                       (scan.end && scan.end->kind == Place::Committed);
    if (!needs_group || !scan.group.empty()) return;
    throw Error(ErrorCode::InvalidInput, "the option 'properties.group.id' is missing")
        .with_hint("offsets of a group are asked for; name the group");
}

}  // namespace

std::vector<std::string> names_in(std::string_view list) {
    std::vector<std::string> names;
    while (!list.empty()) {
        std::string_view name = take_until(list, ';');
        if (!name.empty()) names.emplace_back(name);
    }
    return names;
}

ScanOptions scan_options(const sql::Options& options) {
    OptionValues values(options);
    kafka::client::Properties properties = client_properties(options);
    bool is_upserts = values.text("connector") == "upsert-kafka";
    ScanOptions scan{
        .topics = names_in(values.text("topic").value_or("")),
        .pattern = values.text("topic-pattern"),
        .group = kafka::client::value_of(properties, "group.id"),
        // A table of upserts has to see all records of its keys.
        .start = place_in(options, "scan.startup.",
                          is_upserts ? "earliest-offset"
                                     : values.text("scan.startup.mode").value_or("group-offsets")),
        .end = {},
        .reset = reset_in(properties),
        .discovery_every =
            values.duration("scan.topic-partition-discovery.interval").value_or(DefaultDiscovery)};
    std::string end = values.text("scan.bounded.mode").value_or("unbounded");
    if (!sql::is_equal_ignoring_case(end, "unbounded")) {
        scan.end = place_in(options, "scan.bounded.", end);
    }
    if (scan.topics.empty() && !scan.pattern) {
        throw Error(ErrorCode::InvalidInput, "the option 'topic' is missing");
    }
    want_group(scan);
    return scan;
}

}  // namespace tarn::connectors
