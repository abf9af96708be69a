// Randomness comes in as a Random, so that a test or a simulation can draw a whole run from one
// seed.
#pragma once

#include <cstdint>

namespace tarn {

class Random {
public:
    virtual ~Random() = default;
    virtual uint64_t next() = 0;

    // Even over 0 .. bound-1.
    uint64_t below(uint64_t bound);
    // Even over [0, 1).
    double unit();
    // A positive 63-bit number: what Iceberg snapshot ids and the like are made of.
    int64_t positive_id();
};

// The same seed gives the same numbers on every machine.
class SeededRandom : public Random {
public:
    explicit SeededRandom(uint64_t seed) : state_(seed) {}
    uint64_t next() override;

private:
    uint64_t state_;
};

// Numbers from the kernel, good enough for tokens and ids that nobody may guess.
class SystemRandom : public Random {
public:
    uint64_t next() override;
};

}  // namespace tarn
