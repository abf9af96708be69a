#include "kafka/broker/fetch_session.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace tarn::kafka {
namespace {

// The epochs with which a client asks for no session, and for a new one.
constexpr int32_t NoSession = -1;
constexpr int32_t NewSession = 0;

}  // namespace

bool FetchSession::begins_with(const FetchRequest& request) {
    return request.session_epoch == NewSession;
}

FetchSession::Wanted FetchSession::take(const FetchRequest& request, bool uses_topic_ids,
                                        int32_t id) {
    if (request.session_epoch == NoSession || begins_with(request)) {
        start(request);
        bool wants_one = begins_with(request) && entries_.size() <= PartitionsMax;
        id_ = wants_one ? id : 0;
        next_epoch_ = 1;
        return {.error = KafkaError::None, .session_id = id_, .is_incremental = false};
    }
    if (id_ == 0 || request.session_id != id_) {
        return {.error = KafkaError::FetchSessionIdNotFound};
    }
    if (request.session_epoch != next_epoch_) {
        return {.error = KafkaError::InvalidFetchSessionEpoch};
    }
    // Epochs go round without ever being 0 again.
    next_epoch_ = next_epoch_ == std::numeric_limits<int32_t>::max() ? 1 : next_epoch_ + 1;
    change(request, uses_topic_ids);
    return {.error = KafkaError::None, .session_id = id_, .is_incremental = true};
}

void FetchSession::start(const FetchRequest& request) {
    entries_.clear();
    for (const auto& topic : request.topics) {
        for (const auto& partition : topic.partitions) {
            entries_.push_back({topic.topic, topic.topic_id, partition});
        }
    }
}

void FetchSession::change(const FetchRequest& request, bool uses_topic_ids) {
    auto is_of = [&](const auto& topic, const Entry& entry) {
        return uses_topic_ids ? topic.topic_id == entry.topic_id : topic.topic == entry.topic;
    };
    for (const auto& topic : request.forgotten_topics_data) {
        std::erase_if(entries_, [&](const Entry& entry) {
            return is_of(topic, entry) &&
                   std::ranges::count(topic.partitions, entry.wanted.partition) > 0;
        });
    }
    for (const auto& topic : request.topics) {
        for (const auto& partition : topic.partitions) {
            auto known = std::ranges::find_if(entries_, [&](const Entry& entry) {
                return is_of(topic, entry) && entry.wanted.partition == partition.partition;
            });
            if (known != entries_.end()) {
                // It had data last time: to the end with it, so that each partition has its turn.
                known->wanted = partition;
                std::rotate(known, std::next(known), entries_.end());
            } else if (entries_.size() < PartitionsMax) {
                entries_.push_back({topic.topic, topic.topic_id, partition});
            }
        }
    }
}

}  // namespace tarn::kafka
