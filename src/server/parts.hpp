// The parts of this Tarn (rest, kafka, iceberg …), each with its state and the address it is
// reached at. Parts report from their own shards and the status page reads from any, so a mutex
// guards it.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace tarn::server {

enum class PartState { Starting, Ready, Stopping, Failed };

std::string_view name_of(PartState state);  // "ready"

struct Part {
    std::string name;
    PartState state = PartState::Starting;
    std::string address = {};  // a URL or host:port; empty for a part without a face
    std::string reason = {};   // why it failed
    WallTime since = {};       // when it came into this state
};

class Parts {
public:
    explicit Parts(const Clock& clock) : clock_(clock) {}

    // Adds the part or changes its state.
    void report(std::string_view name, PartState state, std::string address = {},
                std::string reason = {});

    std::vector<Part> all() const;

    // Whether every part answers.
    bool are_ready() const;

private:
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::vector<Part> parts_;  // in the order of starting
};

}  // namespace tarn::server
