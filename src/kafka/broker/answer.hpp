// What a handler gives for a request: a frame at once, a frame later, or none at all.
#pragma once

#include <functional>
#include <optional>

#include "kafka/wire/frame.hpp"
#include "runtime/awaitable.hpp"

namespace tarn::kafka {

struct Answer {
    // Nothing for a Produce request that asks for no acknowledgement.
    std::optional<Frame> frame;
    // Set instead where the request has been carried out in its turn but the answer has to wait,
    // for a flush say; the requests behind it need not.
    std::function<awaitable<std::optional<Frame>>()> later = {};
    // The only way to tell a client that does not listen for answers.
    bool closes_connection = false;
};

}  // namespace tarn::kafka
