// Gives out producer ids, each once in the life of the cluster. They are taken from the registry a
// block at a time, so that most requests wait for no disk; what is left of a block when Tarn ends
// is never used.
#pragma once

#include <mutex>

#include "log/record_batch.hpp"
#include "log/registry.hpp"

namespace tarn::kafka {

class ProducerIds {
public:
    explicit ProducerIds(log::Registry& registry) : registry_(registry) {}

    // May block. From any thread that may.
    log::ProducerId next();

private:
    static constexpr int64_t BlockSize = 1000;

    log::Registry& registry_;
    std::mutex mutex_;
    log::ProducerId next_ = 0;
    log::ProducerId block_end_ = 0;
};

}  // namespace tarn::kafka
