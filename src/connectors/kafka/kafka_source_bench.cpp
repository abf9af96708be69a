#include <benchmark/benchmark.h>

#include "connectors/formats/test_tables.hpp"
#include "connectors/kafka/kafka_source.hpp"
#include "connectors/kafka/topics_in_place.hpp"
#include "kafka/broker/broker_fixture.hpp"

namespace tarn::connectors {
namespace {

constexpr int Batches = 200;
constexpr int BatchRecords = 1'000;

// Trades of 76 bytes or so, as a producer sends them.
Bytes trades(log::Codec codec) {
    log::BatchBuilder batch({.codec = codec});
    for (int i = 0; i < BatchRecords; ++i) {
        std::string trade = fmt::format(
            R"({{"symbol":"SYM{:02}","price":{}.25,"qty":{},"side":"buy","ts":1780000000{:03}}})",
            i % 100, 100 + i % 50, 1 + i % 9, i);
        batch.add({.timestamp = 1'780'000'000'000 + i, .value = as_bytes(trade)});
    }
    return std::move(batch).finish();
}

struct Trades {
    explicit Trades(log::Codec codec) {
        broker.log.topics().create({.name = "trades"});
        TopicsInPlace topics(broker.broker, log::Isolation::Uncommitted);
        Bytes batch = trades(codec);
        for (int i = 0; i < Batches; ++i) {
            std::vector<NewBatch> batches;
            batches.push_back({{"trades", 0}, batch});
            topics.append(std::move(batches), nullptr);
        }
        topics.flush();
    }

    int64_t read_all(const std::string& columns) {
        auto table = test_table("t " + columns +
                                " WITH ('connector' = 'kafka', 'topic' = 'trades', 'format' = "
                                "'json', 'scan.startup.mode' = 'earliest-offset', "
                                "'scan.bounded.mode' = 'latest-offset')");
        KafkaSource source(
            source_of(table),
            std::make_unique<TopicsInPlace>(broker.broker, log::Isolation::Uncommitted), clock,
            sql::TimeZone());
        int64_t rows = 0;
        while (!source.is_ended()) {
            if (auto batch = source.read(8'192)) rows += batch->size();
        }
        return rows;
    }

    kafka::TestClock clock;
    storage::MemoryDisk disk{storage::Uri::parse("/data"), clock};
    kafka::TestBroker broker{disk, clock, {}};
};

void read(benchmark::State& state, log::Codec codec, const std::string& columns) {
    Trades trades(codec);
    int64_t rows = 0;
    for (auto _ : state) rows += trades.read_all(columns);
    state.SetItemsProcessed(rows);
}

const std::string Columns = "(symbol STRING, price DOUBLE, qty DOUBLE, ts BIGINT)";

void read_trades(benchmark::State& state) {
    read(state, log::Codec::None, Columns);
}
BENCHMARK(read_trades);

void read_packed_trades(benchmark::State& state) {
    read(state, log::Codec::Lz4, Columns);
}
BENCHMARK(read_packed_trades);

void read_trades_and_their_offsets(benchmark::State& state) {
    read(state, log::Codec::None,
         "(symbol STRING, price DOUBLE, qty DOUBLE, ts BIGINT, o BIGINT METADATA FROM 'offset', "
         "p INT METADATA FROM 'partition')");
}
BENCHMARK(read_trades_and_their_offsets);

}  // namespace
}  // namespace tarn::connectors
