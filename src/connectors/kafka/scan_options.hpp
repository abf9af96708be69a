// Which topics a table reads, from where and up to where, as its options say.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connectors/formats/option_values.hpp"
#include "log/record_batch.hpp"

namespace tarn::connectors {

// A place in each partition.
struct ScanPlace {
    enum class Kind { Earliest, Latest, Committed, Time, Offsets };

    Kind kind = Kind::Earliest;
    log::Timestamp time = 0;
    std::map<int32_t, log::Offset> offsets = {};  // by partition
};

// Where reading goes on when there is no record at the wanted offset.
enum class OffsetReset { Refuse, Earliest, Latest };

struct ScanOptions {
    std::vector<std::string> topics;     // empty when there is a pattern
    std::optional<std::string> pattern;  // of the whole name of a topic
    std::string group;                   // empty for none
    ScanPlace start;
    std::optional<ScanPlace> end;               // without one reading never ends
    std::optional<OffsetReset> reset;           // auto.offset.reset
    std::chrono::milliseconds discovery_every;  // zero for never
};

// Throws InvalidInput.
ScanOptions scan_options(const sql::Options& options);

// "a; b": names with semicolons between them.
std::vector<std::string> names_in(std::string_view list);

}  // namespace tarn::connectors
