#include "engine/state/key_times.hpp"

namespace tarn::engine {

void KeyTimes::set(KeyNumber key, int64_t now_ms) {
    if (!are_kept()) return;
    if (key >= written_ms_.size()) written_ms_.resize(key + size_t{1}, 0);
    written_ms_[key] = now_ms;
}

std::vector<KeyNumber> KeyTimes::over(const KeyTable& keys, int64_t now_ms) {
    std::vector<KeyNumber> found;
    if (!are_kept() || now_ms < looks_again_ms_) return found;
    looks_again_ms_ = now_ms + ttl_ms_;
    for (KeyNumber key : keys.numbers()) {
        if (is_over(key, now_ms)) found.push_back(key);
    }
    return found;
}

}  // namespace tarn::engine
