// A consumer fetches the same partitions again and again. In a fetch session (KIP-227) it names
// them once, then only what changes, and hears only of partitions that have news. A session belongs
// to its connection here; a client that comes back on another one is told that the session is gone
// and starts anew, as the protocol wants it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "kafka/wire/error_codes.hpp"
#include "kafka/wire/messages/fetch.hpp"

namespace tarn::kafka {

class FetchSession {
public:
    struct Entry {
        std::string topic;
        Uuid topic_id;
        FetchRequest::FetchPartition wanted;
        // What the client was told last: it hears of the partition again when one of these changes.
        int64_t told_high_watermark = -1;
        int64_t told_log_start = -1;
        bool was_told_error = true;
    };

    // What a request asks for once the session is taken into account.
    struct Wanted {
        KafkaError error = KafkaError::None;
        int32_t session_id = 0;
        // Leave out partitions without news.
        bool is_incremental = false;
    };

    // More partitions than this are served without a session.
    static constexpr size_t PartitionsMax = 1000;

    // Whether the client asks for a session of its own, so that take() needs an id for it.
    static bool begins_with(const FetchRequest& request);

    // After it, entries() are the partitions to fetch, in the client's order. `id` is for a session
    // that begins here.
    Wanted take(const FetchRequest& request, bool uses_topic_ids, int32_t id);
    std::vector<Entry>& entries() { return entries_; }

private:
    void start(const FetchRequest& request);
    void change(const FetchRequest& request, bool uses_topic_ids);

    int32_t id_ = 0;  // 0: none
    int32_t next_epoch_ = 0;
    std::vector<Entry> entries_;
};

}  // namespace tarn::kafka
