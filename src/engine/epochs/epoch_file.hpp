// An epoch as the bytes of one file: docs/formats/epochs.md.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "engine/state/operator_state.hpp"

namespace tarn::engine {

// Where a job stood between two batches.
struct Epoch {
    int64_t number = 0;
    std::map<std::string, OperatorState> parts = {};  // operators, sources and sinks by name
    // The epoch whose changes its parts may hold; 0 when all of it is here.
    int64_t since = 0;
};

// Throws Corrupt when it is not there.
const OperatorState& part_of(const std::map<std::string, OperatorState>& parts,
                             const std::string& name);

Bytes encoded(const Epoch& epoch);

// Throws Corrupt for what encoded() has not made, and for what has changed since.
Epoch decoded_epoch(BytesView bytes);
// The same without what the parts hold.
std::vector<std::string> part_names_in(BytesView bytes);

}  // namespace tarn::engine
