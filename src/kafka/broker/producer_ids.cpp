#include "kafka/broker/producer_ids.hpp"

namespace tarn::kafka {
namespace {

constexpr std::string_view RegistryName = "cluster/producer-ids";

}  // namespace

log::ProducerId ProducerIds::next() {
    std::lock_guard lock(mutex_);
    if (next_ == block_end_) {
        auto given = registry_.find(RegistryName);
        next_ = given ? given->as_int64() : 0;
        registry_.put(std::string(RegistryName), next_ + BlockSize);
        block_end_ = next_ + BlockSize;
    }
    return next_++;
}

}  // namespace tarn::kafka
