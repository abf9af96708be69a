// When the state of each key was last written, where state is kept for a time only: after it the
// state is gone, as table.exec.state.ttl says. Keys are known by their numbers.
#pragma once

#include <chrono>
#include <vector>

#include "engine/rows/key_table.hpp"

namespace tarn::engine {

class KeyTimes {
public:
    // Zero for ever.
    explicit KeyTimes(std::chrono::milliseconds ttl) : ttl_ms_(ttl.count()) {}

    bool are_kept() const { return ttl_ms_ > 0; }

    void set(KeyNumber key, int64_t now_ms);
    bool is_over(KeyNumber key, int64_t now_ms) const {
        return are_kept() && key < written_ms_.size() && written_ms_[key] + ttl_ms_ <= now_ms;
    }
    // Of a key whose state was written.
    int64_t written_ms(KeyNumber key) const { return are_kept() ? written_ms_[key] : 0; }

    // The keys whose time is over, so that what they hold can be let go of; asked before each batch
    // it looks for them once in a while.
    std::vector<KeyNumber> over(const KeyTable& keys, int64_t now_ms);

private:
    int64_t ttl_ms_;
    std::vector<int64_t> written_ms_;
    int64_t looks_again_ms_ = 0;
};

}  // namespace tarn::engine
