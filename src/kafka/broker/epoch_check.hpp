// Clients that have learnt of a partition's leader name its epoch, so that they do not take the
// word of one that has been followed by another.
#pragma once

#include "kafka/wire/error_codes.hpp"
#include "log/partition.hpp"

namespace tarn::kafka {

// `known`: the epoch that the client names, unless it names none.
inline KafkaError check_leader_epoch(const log::Partition& partition,
                                     std::optional<int32_t> known) {
    if (!known || *known == partition.leader_epoch()) return KafkaError::None;
    return *known < partition.leader_epoch() ? KafkaError::FencedLeaderEpoch
                                             : KafkaError::UnknownLeaderEpoch;
}

}  // namespace tarn::kafka
