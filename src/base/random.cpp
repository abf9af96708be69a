#include "base/random.hpp"

#include <sys/random.h>

#include <cerrno>
#include <cstring>

#include "base/assert.hpp"
#include "base/error.hpp"

namespace tarn {

uint64_t Random::below(uint64_t bound) {
    TARN_ASSERT(bound > 0);
    // Numbers past the last whole multiple of `bound` would favour the small ones, so draw again.
    uint64_t uneven = (0 - bound) % bound;
    uint64_t drawn = next();
    while (drawn < uneven) drawn = next();
    return drawn % bound;
}

double Random::unit() {
    return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

int64_t Random::positive_id() {
    int64_t id = 0;
    while (id == 0) id = static_cast<int64_t>(next() >> 1);
    return id;
}

// SplitMix64, by Steele, Lea and Flood: one add and three mixes, and it passes BigCrush.
uint64_t SeededRandom::next() {
    uint64_t mixed = (state_ += 0x9E3779B97F4A7C15);
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    return mixed ^ (mixed >> 31);
}

uint64_t SystemRandom::next() {
    uint64_t drawn = 0;
    ssize_t got = getrandom(&drawn, sizeof drawn, 0);
    // Reads of up to 256 bytes are never cut short once the kernel's pool is ready.
    if (got != sizeof drawn) {
        throw Error(ErrorCode::Unavailable, "the kernel gave no random numbers: {}",
                    std::strerror(errno));
    }
    return drawn;
}

}  // namespace tarn
