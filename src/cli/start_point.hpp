// Where to start reading, as it is typed: the beginning, the end, an offset, so many before the
// end, or a time.
#pragma once

#include <cstdint>
#include <string_view>

#include "kafka/client/topics.hpp"

namespace tarn::cli {

struct StartPoint {
    enum class Kind { Beginning, End, Offset, BeforeEnd, Time };

    Kind kind = Kind::Beginning;
    int64_t value = 0;  // the offset, the count or the milliseconds since 1970
};

// "beginning" or "earliest", "end" or "latest", "42", "-10", "2026-11-21T09:30:00Z" or
// "@1763717400000". Throws InvalidInput that names the option.
StartPoint parse_start_point(std::string_view option, std::string_view text);

// The same place in each partition, moved to where the partition has records: an offset before its
// beginning becomes the beginning, a time after its last record the end.
kafka::client::Offsets offsets_at(kafka::client::Client& client,
                                  const kafka::client::TopicInfo& topic, const StartPoint& point);

}  // namespace tarn::cli
