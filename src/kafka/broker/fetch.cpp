// Fetch: batches of the log to consumers. What is there is sent at once, straight from the files;
// if it is less than the client wants to hear of, the answer waits until enough has come or the
// client's patience ends.

#include <boost/asio/steady_timer.hpp>

#include <algorithm>

#include "base/error.hpp"
#include "base/log.hpp"
#include "kafka/broker/epoch_check.hpp"
#include "kafka/broker/partition_visits.hpp"
#include "kafka/broker/requests.hpp"
#include "kafka/wire/messages/fetch.hpp"

namespace tarn::kafka {
namespace {

constexpr int VersionWithTopicIds = 13;
// An answer that waits holds its request's memory, so patience has an end.
constexpr std::chrono::milliseconds WaitMax{60'000};

// One partition of the request, and what came of it.
struct Piece {
    log::PartitionHandle handle;
    FetchSession::Entry* entry = nullptr;
    FetchResponse::PartitionData data = {};
    int64_t size = 0;
    bool has_error() const { return data.error_code != number_of(KafkaError::None); }
};

struct Work {
    std::vector<Piece> pieces = {};
    log::Isolation isolation = log::Isolation::Uncommitted;
    int64_t bytes_max = 0;
    int64_t bytes_min = 0;
    std::shared_ptr<runtime::Event> news;

    int64_t size() const {
        int64_t sum = 0;
        for (const Piece& piece : pieces) sum += piece.size;
        return sum;
    }
    bool is_enough() const {
        bool has_error = std::ranges::any_of(pieces, &Piece::has_error);
        return has_error || size() >= bytes_min;
    }
};

void fail(Piece& piece, KafkaError error) {
    piece.data.error_code = number_of(error);
    piece.data.high_watermark = -1;
    piece.data.last_stable_offset = -1;
    piece.data.log_start_offset = -1;
    piece.data.aborted_transactions.reset();
}

Piece piece_of(const Context& context, const log::TopicTable& topics, FetchSession::Entry& entry) {
    Piece piece{.handle = {}, .entry = &entry};
    piece.data.partition_index = entry.wanted.partition;
    piece.data.aborted_transactions.reset();
    bool by_id = context.version >= VersionWithTopicIds;
    log::TopicPtr topic = by_id ? topics.find(entry.topic_id) : topics.find(entry.topic);
    auto fail_as_unknown = [&piece](KafkaError error) {
        fail(piece, error);
        // Kafka has an empty list here, where other errors come with none.
        piece.data.aborted_transactions.emplace();
    };
    if ((topic || !by_id) &&
        !context.may(Operation::Read, on_topic(topic ? topic->name : entry.topic))) {
        fail(piece, KafkaError::TopicAuthorizationFailed);
    } else if (!topic) {
        fail_as_unknown(by_id ? KafkaError::UnknownTopicId : KafkaError::UnknownTopicOrPartition);
    } else if (!topic->has_partition(entry.wanted.partition)) {
        fail_as_unknown(KafkaError::UnknownTopicOrPartition);
    } else {
        piece.handle = topic->partitions[static_cast<size_t>(entry.wanted.partition)];
        if (!piece.handle.partition) fail(piece, KafkaError::KafkaStorageError);
    }
    return piece;
}

// A client that has read under an epoch which ended before that offset was cut off from us.
bool diverges(const log::Partition& partition, const FetchRequest::FetchPartition& wanted,
              FetchResponse::PartitionData& data) {
    if (wanted.last_fetched_epoch < 0) return false;
    log::EpochEnd end = partition.end_of_epoch(wanted.last_fetched_epoch);
    bool is_ours =
        end.leader_epoch == wanted.last_fetched_epoch && end.end_offset >= wanted.fetch_offset;
    if (is_ours) return false;
    data.diverging_epoch = {.epoch = end.leader_epoch, .end_offset = end.end_offset};
    return true;
}

// A fetch takes every negative number for none.
std::optional<int32_t> epoch_named(int32_t epoch) {
    return epoch < 0 ? std::nullopt : std::optional(epoch);
}

// On the shard of the partition. `bytes_left` of the whole answer; the first partition that has
// something gives one batch at least, however large, or a consumer could stand still for ever.
void read(Work& work, int64_t& bytes_left, bool& is_first, Piece& piece) {
    const log::Partition& partition = *piece.handle.partition;
    const auto& wanted = piece.entry->wanted;
    piece.data.records = Records();
    piece.size = 0;
    if (auto error = check_leader_epoch(partition, epoch_named(wanted.current_leader_epoch));
        error != KafkaError::None) {
        return fail(piece, error);
    }
    piece.data.high_watermark = partition.high_watermark();
    piece.data.last_stable_offset = partition.last_stable_offset();
    piece.data.log_start_offset = partition.start_offset();
    if (diverges(partition, wanted, piece.data)) return;
    if (wanted.fetch_offset < partition.start_offset() ||
        wanted.fetch_offset > partition.end_offset()) {
        return fail(piece, KafkaError::OffsetOutOfRange);
    }
    int64_t bytes_max = std::min<int64_t>(bytes_left, wanted.partition_max_bytes);
    if (bytes_max <= 0 && !is_first) return;
    log::Batches batches =
        partition.read(wanted.fetch_offset, {.bytes_max = std::max<int64_t>(bytes_max, 0),
                                             .at_least_one_batch = is_first,
                                             .isolation = work.isolation});
    if (work.isolation == log::Isolation::Committed) {
        auto& aborted = piece.data.aborted_transactions.emplace();
        for (const auto& each : batches.aborted) {
            aborted.push_back({each.producer_id, each.first_offset});
        }
    }
    if (batches.size == 0) return;
    is_first = false;
    bytes_left -= batches.size;
    piece.size = batches.size;
    piece.data.records = Records(std::move(batches.slices));
}

// Reads all partitions and, if that is not enough, asks to hear of news, on the same visit: nothing
// can come in between unnoticed.
awaitable<void> read_all(Context context, Work& work) {
    int64_t bytes_left = work.bytes_max;
    bool is_first = true;
    co_await visit_partitions(context, work.pieces, [&](Piece& piece) {
        try {
            read(work, bytes_left, is_first, piece);
            if (piece.size == 0) piece.handle.partition->watch(work.news);
        } catch (const Error& error) {
            TARN_LOG_WARN("cannot read from a partition: {}", error.what());
            fail(piece, KafkaError::KafkaStorageError);
        }
    });
}

FetchResponse response_of(const Context& context, const FetchSession::Wanted& session, Work& work) {
    FetchResponse response;
    response.session_id = session.session_id;
    for (Piece& piece : work.pieces) {
        FetchSession::Entry& entry = *piece.entry;
        bool has_news = piece.size > 0 || piece.has_error() || entry.was_told_error ||
                        piece.data.diverging_epoch.epoch >= 0 ||
                        entry.told_high_watermark != piece.data.high_watermark ||
                        entry.told_log_start != piece.data.log_start_offset;
        if (session.is_incremental && !has_news) continue;
        entry.told_high_watermark = piece.data.high_watermark;
        entry.told_log_start = piece.data.log_start_offset;
        entry.was_told_error = piece.has_error();
        bool is_same_topic = !response.responses.empty() &&
                             (context.version >= VersionWithTopicIds
                                  ? response.responses.back().topic_id == entry.topic_id
                                  : response.responses.back().topic == entry.topic);
        if (!is_same_topic) {
            response.responses.push_back({.topic = entry.topic, .topic_id = entry.topic_id});
        }
        response.responses.back().partitions.push_back(std::move(piece.data));
    }
    return response;
}

}  // namespace

awaitable<FetchResponse> answer_fetch(Context context, FetchRequest request) {
    FetchSession& session = context.session.fetch_session;
    int32_t id = 0;
    if (FetchSession::begins_with(request)) {
        id = static_cast<int32_t>(1 + context.broker.random.below(0x7FFFFFFE));
    }
    FetchSession::Wanted wanted = session.take(request, context.version >= VersionWithTopicIds, id);
    if (wanted.error != KafkaError::None) {
        FetchResponse refused;
        refused.error_code = number_of(wanted.error);
        refused.session_id = wanted.session_id;
        co_return refused;
    }
    auto executor = co_await asio::this_coro::executor;
    Work work{
        .isolation =
            request.isolation_level == 1 ? log::Isolation::Committed : log::Isolation::Uncommitted,
        .bytes_max = std::min<int64_t>(request.max_bytes, context.broker.settings.fetch_bytes_max),
        .bytes_min = request.min_bytes,
        .news = std::make_shared<runtime::Event>(executor)};
    auto topics = context.broker.log.topics().table();
    work.pieces.reserve(session.entries().size());
    for (auto& entry : session.entries()) work.pieces.push_back(piece_of(context, *topics, entry));

    auto patience = std::min(std::chrono::milliseconds(request.max_wait_ms), WaitMax);
    Ticks deadline = context.broker.clock.ticks() + patience;
    co_await read_all(context, work);
    // Most fetches of a busy topic need no timer.
    asio::steady_timer timer(executor);
    if (!work.is_enough()) {
        timer.expires_after(deadline - context.broker.clock.ticks());
        timer.async_wait([news = std::weak_ptr(work.news)](auto) {
            if (auto waiting = news.lock()) waiting->notify();
        });
    }
    while (!work.is_enough() && context.broker.clock.ticks() < deadline) {
        co_await work.news->wait();
        co_await read_all(context, work);
    }
    co_return response_of(context, wanted, work);
}

}  // namespace tarn::kafka
