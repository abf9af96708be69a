// A hash of text that is the same on every machine and at every start: FNV-1a of 64 bits. Not
// against people who look for collisions.
#pragma once

#include <cstdint>
#include <string_view>

namespace tarn {

constexpr uint64_t stable_hash(std::string_view text) {
    uint64_t hash = 0xcbf29ce484222325;
    for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

}  // namespace tarn
