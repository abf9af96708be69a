// TARN_ASSERT states what must be true if our own code is right. It stays on in release builds: a
// process that goes on with a broken invariant can lose data, one that stops cannot.
#pragma once

namespace tarn {

[[noreturn]] void assertion_failed(const char* claim, const char* file, int line);

}  // namespace tarn

#define TARN_ASSERT(claim) \
    (static_cast<bool>(claim) ? void(0) : ::tarn::assertion_failed(#claim, __FILE__, __LINE__))
