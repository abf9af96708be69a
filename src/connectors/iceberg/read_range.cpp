#include "connectors/iceberg/read_range.hpp"

#include <arrow/array.h>

#include "base/error.hpp"
#include "connectors/formats/option_values.hpp"
#include "sql/expressions/evaluate.hpp"
#include "sql/values/time_text.hpp"

namespace tarn::connectors {
namespace {

constexpr std::chrono::milliseconds MonitorIntervalDefault(60'000);

// Java's connector reads in more ways than Tarn.
constexpr std::string_view DoNotRun[] = {"starting-strategy", "start-snapshot-timestamp",
                                         "start-tag", "end-tag", "end-snapshot-id"};

int64_t milliseconds_of(const arrow::Array& value) {
    const auto& type = static_cast<const arrow::TimestampType&>(*value.type());
    int64_t ticks = static_cast<const arrow::TimestampArray&>(value).Value(0);
    if (type.unit() == arrow::TimeUnit::MILLI) return ticks;
    int64_t ticks_per_ms = type.unit() == arrow::TimeUnit::MICRO ? 1'000 : 1'000'000;
    return ticks >= 0 ? ticks / ticks_per_ms : -((-ticks + ticks_per_ms - 1) / ticks_per_ms);
}

int64_t milliseconds_of(std::string_view text, const sql::TimeZone& zone) {
    if (auto time = sql::parsed_wall_time(text)) return zone.instant(*time).millis;
    throw Error(ErrorCode::InvalidInput, "'{}' is no time", text)
        .with_hint("a time is as '2024-01-01 12:00:00', in the zone of the session");
}

// VERSION AS OF 123 or 'name', TIMESTAMP AS OF a moment or its text.
iceberg::TimeTravel time_travel(const sql::Version& version, const sql::TimeZone& zone) {
    auto value = sql::evaluate(version.point, {{}, 1}, {zone, {}}).values;
    iceberg::TimeTravel at;
    if (value->type_id() == arrow::Type::TIMESTAMP) {
        sql::WallTime time{{milliseconds_of(*value)}};
        bool has_zone = version.point->type.kind == sql::TypeKind::TimestampLtz;
        at.as_of_ms = has_zone ? time.millis : zone.instant(time).millis;
    } else if (value->type_id() == arrow::Type::INT64) {
        at.snapshot_id = static_cast<const arrow::Int64Array&>(*value).Value(0);
    } else if (value->type_id() == arrow::Type::INT32) {
        at.snapshot_id = static_cast<const arrow::Int32Array&>(*value).Value(0);
    } else if (value->type_id() == arrow::Type::STRING) {
        auto text = static_cast<const arrow::StringArray&>(*value).GetView(0);
        bool is_name = version.by == sql::TimeTravel::By::Version;
        if (!is_name) {
            at.as_of_ms = milliseconds_of(text, zone);
            return at;
        }
        at.ref = std::string(text);
    } else {
        throw Error(ErrorCode::InvalidInput, "a version of a table is a number or a name, not {}",
                    text_of(version.point->type));
    }
    return at;
}

int count_of(const iceberg::TimeTravel& at) {
    return at.snapshot_id.has_value() + at.ref.has_value() + at.as_of_ms.has_value();
}

}  // namespace

ReadRange ReadRange::of(const sql::stream::TableSource& source, const sql::TimeZone& zone) {
    OptionValues options(source.options);
    for (std::string_view key : DoNotRun) options.refuse(key, "it does not run yet");
    ReadRange range{.after = options.whole("start-snapshot-id")};
    bool goes_on = options.is_on("streaming");
    if (goes_on) {
        range.monitor_interval =
            options.duration("monitor-interval").value_or(MonitorIntervalDefault);
    }
    if (source.at) range.at = time_travel(*source.at, zone);
    if (auto id = options.whole("snapshot-id")) range.at.snapshot_id = id;
    if (auto time = options.whole("as-of-timestamp")) range.at.as_of_ms = time;
    if (auto branch = options.text("branch")) range.at.ref = branch;
    if (auto tag = options.text("tag")) range.at.ref = tag;
    if (count_of(range.at) > 1) {
        throw Error(ErrorCode::InvalidInput,
                    "a table is read at one version of it, not at several");
    }
    if (goes_on && (range.at.snapshot_id || range.at.as_of_ms || options.has("tag"))) {
        throw Error(ErrorCode::InvalidInput, "what is read at one version does not go on")
            .with_hint("'start-snapshot-id' is where reading with 'streaming' = 'true' begins");
    }
    if (range.after && !goes_on) {
        throw Error(ErrorCode::InvalidInput, "'start-snapshot-id' is for 'streaming' = 'true'");
    }
    return range;
}

}  // namespace tarn::connectors
