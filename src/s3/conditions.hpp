// "Only if": the headers by which a request depends on what is there. Reads follow RFC 9110; writes
// know If-Match and If-None-Match: *, which is what table commits over S3 are built on.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "http/headers.hpp"

namespace tarn::s3 {

struct ReadConditions {
    std::optional<std::string> match = {};
    std::optional<std::string> none_match = {};
    std::optional<WallTime> modified_since = {};
    std::optional<WallTime> unmodified_since = {};
};

// Those of the object that is read, or, with the prefix "x-amz-copy-source-", of one copied from.
ReadConditions read_conditions(const http::Headers& headers, const std::string& prefix = "");

enum class Verdict { Holds, NotModified, Failed };
// `etag` is with its quotes.
Verdict judge(const ReadConditions& conditions, const std::string& etag, WallTime modified_at);

struct WriteConditions {
    bool if_absent = false;
    std::optional<std::string> if_match = {};
};

// Throws Refusal for conditions that S3 does not know on a write.
WriteConditions write_conditions(const http::Headers& headers);

}  // namespace tarn::s3
