// Answers to requests that carry an `Idempotency-Key`, kept for those who ask again because the
// answer was lost on its way: the same key gets the same answer, and nothing is done twice. They
// are kept in memory, so a restart forgets them; a commit that is repeated after one fails by its
// own conditions instead.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"
#include "http/response.hpp"

namespace tarn::iceberg {

inline constexpr std::chrono::minutes IdempotencyLifetime{30};
// As clients are told it.
inline constexpr std::string_view IdempotencyLifetimeText = "PT30M";
inline constexpr size_t IdempotentBytesMax = 64 << 20;

class IdempotentAnswers {
public:
    explicit IdempotentAnswers(const Clock& clock) : clock_(clock) {}

    // What `work` answers, or what it answered when the key came with this request before. Who asks
    // while another does the same waits for it. Answers of 500 and above are not kept, since such a
    // request may be tried again. Throws InvalidInput for a key that is no UUID, and for one that
    // came with another request.
    http::Response answer(std::string_view key, const std::string& request,
                          const std::function<http::Response()>& work);

private:
    struct Kept {
        std::string key;
        size_t request_hash = 0;
        Ticks since{};
        bool is_done = false;
        http::Response response = {};

        size_t bytes() const;
    };
    using Place = std::list<Kept>::iterator;

    void forget(Place place);
    void forget_old();

    const Clock& clock_;
    std::mutex mutex_;
    std::condition_variable is_done_;
    // The newest is at the back.
    std::list<Kept> kept_;
    std::unordered_map<std::string, Place> places_;
    size_t kept_bytes_ = 0;
};

}  // namespace tarn::iceberg
