#include "base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace tarn {

void assertion_failed(const char* claim, const char* file, int line) {
    // Straight to stderr: the logger itself may be what is broken.
    std::fprintf(stderr, "%s:%d: this should hold but does not: %s\n", file, line, claim);
    std::abort();
}

}  // namespace tarn
