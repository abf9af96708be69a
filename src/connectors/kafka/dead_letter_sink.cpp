#include "connectors/kafka/dead_letter_sink.hpp"

#include <fmt/format.h>

#include "connectors/formats/format.hpp"

namespace tarn::connectors {
namespace {

std::string_view why(engine::Refusal reason) {
    return reason == engine::Refusal::Late ? "the row came too late" : "the row has no time";
}

StoredColumns stored(const std::vector<sql::PlanColumn>& columns) {
    StoredColumns found;
    for (const sql::PlanColumn& column : columns) {
        found.push_back({.name = column.name, .type = column.type, .kind = sql::Physical{}});
    }
    return found;
}

}  // namespace

void DeadLetterSink::write(const engine::ChangeBatch& rejected) {
    std::lock_guard lock(mutex_);
    Batches batches;
    for (const RejectedRow& row : rejected_in(rejected)) {
        LetterFacts facts{.from = row.which,
                          .offset = row.offset,
                          .reason = std::string(row.reason),
                          .job = settings_.job};
        std::optional<log::RecordReader> reader;
        log::RecordView record;
        if (!row.batch.empty()) {
            reader = log::RecordReader::open(row.batch);
            record = reader->next().value();
            facts.timestamp = record.timestamp;
        }
        add(record, facts, batches);
    }
    send_all(batches);
}

void DeadLetterSink::write_refused(const sql::Batch& rows,
                                   const std::vector<sql::PlanColumn>& columns,
                                   std::string_view operator_name, engine::Refusal reason) {
    std::lock_guard lock(mutex_);
    Batches batches;
    LetterFacts facts{.from = {*settings_.late_from, 0},
                      .reason = fmt::format("{}: {}", operator_name, why(reason)),
                      .job = settings_.job};
    auto encoder = format_of({{"format", "json"}})->encoder(stored(columns));
    EncodedRecords values = encoder->encoded({rows});
    for (size_t i = 0; i < values.size(); ++i) {
        log::RecordView record;
        record.value = as_bytes(values[i]);
        add(record, facts, batches);
    }
    send_all(batches);
}

void DeadLetterSink::add(const log::RecordView& record, const LetterFacts& facts,
                         Batches& batches) {
    TopicPartition where = place_of(facts.from);
    auto batch = batches.find(where);
    if (batch == batches.end()) batch = batches.emplace(where, transactions_.fields(where)).first;
    LetterHeaders headers(record.headers, facts);
    batch->second.add({.timestamp = unix_ms(clock_.now()),
                       .key = record.key,
                       .value = record.value,
                       .headers = headers.all()});
    if (batch->second.size() >= SentBytes) send(batches.extract(batch));
}

// Letters of one partition keep their order.
TopicPartition DeadLetterSink::place_of(const TopicPartition& from) {
    return partitions_.place_in(settings_.topic.value_or(dead_letter_topic(from.topic)),
                                from.partition);
}

void DeadLetterSink::send(Batches::node_type batch) {
    std::vector<NewBatch> sent;
    sent.push_back({batch.key(), std::move(batch.mapped()).finish()});
    transactions_.append(std::move(sent));
}

void DeadLetterSink::send_all(Batches& batches) {
    while (!batches.empty()) send(batches.extract(batches.begin()));
}

engine::OperatorState DeadLetterSink::prepare(const engine::EpochFacts&) {
    topics_->flush();
    return transactions_.prepare();
}

void DeadLetterSink::commit(int64_t epoch, const engine::OperatorState& prepared) {
    transactions_.commit(epoch, prepared);
}

}  // namespace tarn::connectors
