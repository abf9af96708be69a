// What the fuzz targets of requests and responses share.
#pragma once

#include <optional>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "kafka/wire/headers.hpp"
#include "kafka/wire/messages/every_message.hpp"

namespace tarn::kafka {

// The work, or nothing when it refuses its input.
template <typename Read>
auto unless_refused(Read read) -> std::optional<decltype(read())> {
    try {
        return read();
    } catch (const Error& error) {
        TARN_ASSERT(error.code() == ErrorCode::Corrupt || error.code() == ErrorCode::InvalidInput);
        return std::nullopt;
    }
}

template <typename Message>
Bytes written(const Message& message, int version) {
    Writer out;
    message.write(out, version);
    return std::move(out).finish();
}

// What could be read can be written, reads again, and is then written to the same bytes. Messages
// themselves are not compared: a quota that is not a number does not equal itself.
template <typename Message>
void check_there_and_back(Reader& in, int version) {
    auto message = unless_refused([&] { return Message::read(in, version); });
    if (!message) return;
    Bytes first = written(*message, version);
    Reader back(first);
    auto again = Message::read(back, version);
    back.check_at_end();
    TARN_ASSERT(written(again, version) == first);
}

}  // namespace tarn::kafka
