// `tarn up --detach`: leaves the work to a process of its own and returns once that one is ready.
#pragma once

#include <functional>

namespace tarn::cli {

// Runs `work` in a new session, without a terminal; `work` calls the function it is given when it
// is ready. Gives 0 then, or the exit code of a child that ended before; what the child printed
// until then appears here. To be called before the process has any threads.
int detach(const std::function<void(const std::function<void()>& ready)>& work);

}  // namespace tarn::cli
