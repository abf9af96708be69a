// Work on many things by a few threads, while the caller waits.
#pragma once

#include <cstddef>
#include <functional>

namespace tarn::iceberg {

// Calls `work` with 0 to `count` - 1, each once, on up to `thread_count` threads of which the
// caller is one. After one has thrown no more are begun, and the first exception comes out.
void in_parallel(size_t count, int thread_count, const std::function<void(size_t)>& work);

}  // namespace tarn::iceberg
