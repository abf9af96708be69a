#include "connectors/kafka/letter_replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "connectors/kafka/partition_counts.hpp"
#include "connectors/kafka/topics_by_client.hpp"
#include "kafka/client/groups.hpp"

namespace tarn::connectors {
namespace {

namespace client = kafka::client;

// Of one transaction.
constexpr int64_t LettersMax = 1'000;
constexpr int64_t BytesMax = 256 << 10;

constexpr std::chrono::minutes TransactionTimeout{1};
constexpr std::chrono::milliseconds WaitForLetters{500};

class Replay {
public:
    Replay(const client::ClientSettings& settings, const ReplayWish& wish)
        : wish_(wish),
          client_(settings),
          topics_(settings, log::Isolation::Committed),
          consumer_(client_, client::Isolation::Committed),
          holder_(topics_.hold_transactions(fmt::format("{}-{}", ReplayGroup, wish.letters),
                                            TransactionTimeout)) {
        client::TopicInfo letters = client::find_topic(client_, wish.letters);
        client::Offsets from = client::offsets_at(client_, letters, client::Earliest);
        for (const auto& [which, offset] :
             client::committed_offsets(client_, std::string(ReplayGroup))) {
            if (which.first == wish.letters)
                from[which.second] = std::max(from[which.second], offset);
        }
        consumer_.add(letters, from);
        for (const auto& [id, end] : client::offsets_at(client_, letters, client::Latest)) {
            ends_[{wish.letters, id}] = end;
        }
    }

    ReplayCounts run() {
        while (!is_at_end() && !has_enough()) {
            consumer_.poll(WaitForLetters, [&](const client::ReceivedRecord& received) {
                add(received.record);
                return has_room() && !has_enough();
            });
            send();
        }
        return counts_;
    }

private:
    bool is_at_end() const {
        return std::ranges::all_of(consumer_.positions(), [&](const auto& position) {
            return position.second >= ends_.at(position.first);
        });
    }
    bool has_enough() const {
        return wish_.letters_max && counts_.replayed + letters_ >= *wish_.letters_max;
    }
    bool has_room() const { return letters_ < LettersMax && bytes_ < BytesMax; }

    void add(const log::RecordView& letter) {
        auto facts = letter_facts(letter.headers);
        if (!facts || facts->offset == NoOffset) {
            ++counts_.left_out;
            return;
        }
        TopicPartition where = place_of(*facts);
        auto batch = batches_.find(where);
        if (batch == batches_.end()) {
            log::BatchFields fields{.producer_id = holder_.producer,
                                    .producer_epoch = holder_.epoch,
                                    .base_sequence = sequences_[where],
                                    .is_transactional = true};
            batch = batches_.emplace(where, fields).first;
        }
        int64_t before = batch->second.size();
        std::vector<log::RecordHeader> headers = headers_before(letter.headers);
        batch->second.add({.timestamp = facts->timestamp,
                           .key = letter.key,
                           .value = letter.value,
                           .headers = headers});
        bytes_ += batch->second.size() - before;
        ++letters_;
    }

    TopicPartition place_of(const LetterFacts& facts) {
        return partitions_.place_in(wish_.to.value_or(facts.from.topic), facts.from.partition);
    }

    void send() {
        if (batches_.empty() && counts_.left_out == left_out_told_) return;
        std::vector<TopicPartition> partitions;
        std::vector<NewBatch> sent;
        for (auto& [where, batch] : std::exchange(batches_, {})) {
            partitions.push_back(where);
            sequences_[where] = log::advance_sequence(sequences_[where], batch.record_count());
            sent.push_back({where, std::move(batch).finish()});
        }
        if (!sent.empty()) {
            topics_.add_to_transaction(holder_, partitions);
            topics_.append(std::move(sent), &holder_);
        }
        client::commit_offsets_in_transaction(client_, holder_, std::string(ReplayGroup),
                                              consumer_.positions());
        topics_.commit_transaction(holder_);
        counts_.replayed += std::exchange(letters_, 0);
        left_out_told_ = counts_.left_out;
        bytes_ = 0;
    }

    const ReplayWish& wish_;
    client::Client client_;
    TopicsByClient topics_;
    PartitionCounts partitions_{topics_, client::Missing::Refuse};
    client::Consumer consumer_;
    TransactionHolder holder_;
    std::map<client::TopicPartition, log::Offset> ends_;
    ReplayCounts counts_;

    // Of the transaction that is being filled.
    std::map<TopicPartition, log::BatchBuilder> batches_;
    std::map<TopicPartition, int32_t> sequences_;
    int64_t letters_ = 0;
    int64_t bytes_ = 0;
    int64_t left_out_told_ = 0;
};

}  // namespace

ReplayCounts replay_letters(const client::ClientSettings& settings, const ReplayWish& wish) {
    return Replay(settings, wish).run();
}

}  // namespace tarn::connectors
