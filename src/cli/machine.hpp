// The machine that a figure was measured on: without it a figure means nothing.
#pragma once

#include <cstdint>
#include <string>

namespace tarn::cli {

struct Machine {
    std::string cpu;
    int cores;
    int64_t memory_bytes;
    std::string kernel;
};

Machine this_machine();

}  // namespace tarn::cli
