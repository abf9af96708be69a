#include "connectors/jdbc/retries.hpp"

#include <thread>

#include "base/log.hpp"

namespace tarn::connectors {

void with_retries(int64_t retries_max, std::string_view what, const std::function<void()>& work) {
    for (int64_t retry = 0;; ++retry) {
        std::this_thread::sleep_for(std::chrono::seconds(retry));
        try {
            return work();
        } catch (const Error& error) {
            if (error.code() != ErrorCode::Unavailable || retry >= retries_max) throw;
            TARN_LOG_WARN("{} has failed and is tried again: {}", what, error.full_text());
        }
    }
}

}  // namespace tarn::connectors
