// For tests of tables in topics: a broker on a disk in memory, reached in place or by a client over
// a socket, and tables over its topics.
#pragma once

#include <gmock/gmock.h>

#include "connectors/formats/test_tables.hpp"
#include "connectors/kafka/kafka_source.hpp"
#include "connectors/kafka/open_topics.hpp"
#include "connectors/kafka/topics_in_place.hpp"
#include "kafka/broker/broker_fixture.hpp"
#include "kafka/broker/server.hpp"
#include "log/testing/batches.hpp"

namespace tarn::connectors {

enum class Access { InPlace, ByClient };

inline void PrintTo(Access access, std::ostream* out) {
    *out << (access == Access::InPlace ? "in_place" : "by_client");
}

using log::testing::TestRecord;
using Lines = std::vector<std::string>;

class KafkaTablesTest : public ::testing::TestWithParam<Access> {
protected:
    KafkaTablesTest() { start(); }
    ~KafkaTablesTest() override { stop(); }

    void start() {
        broker = std::make_unique<kafka::TestBroker>(disk, clock, kafka::TestBroker::Settings());
        server = std::make_unique<kafka::Server>(broker->broker);
        port = server->listen({.port = 0}).port;
    }
    void stop() {
        runtime::run(server->stop());
        server.reset();
        broker.reset();
    }

    OwnTopics own_topics() {
        if (GetParam() == Access::ByClient) return nullptr;
        return [this](const auto&, log::Isolation isolation) {
            return std::make_unique<TopicsInPlace>(broker->broker, isolation);
        };
    }
    TopicAccessPtr topics(const sql::Options& options) {
        return open_topics(options, own_topics());
    }
    // Those of the test itself.
    TopicAccessPtr access() {
        return topics({{"properties.bootstrap.servers", fmt::format("127.0.0.1:{}", port)}});
    }

    void create(const std::string& topic, int partitions = 1) {
        broker->log.topics().create({.name = topic, .partitions = partitions});
    }
    // Runs work on the shard of a partition.
    template <typename Work>
    auto at(const std::string& topic, int partition, Work work) {
        const auto& handle = broker->log.topics().find(topic)->partitions.at(partition);
        auto answer =
            runtime::run(broker->shards.on(handle.shard, [&] { return work(*handle.partition); }));
        runtime::run(broker->shards.on(handle.shard, [&] { broker->log.appended(handle); }));
        return answer;
    }
    void append(const std::string& topic, int partition, const Bytes& batch) {
        std::vector<NewBatch> batches;
        batches.push_back({{topic, partition}, batch});
        auto topics = access();
        topics->append(std::move(batches), nullptr);
        topics->flush();
    }
    // A batch with one record for each value.
    void put(const std::string& topic, int partition, const std::vector<std::string>& values) {
        std::vector<TestRecord> records;
        for (const std::string& value : values) records.push_back({std::nullopt, value});
        append(topic, partition, log::testing::a_batch().of(records).bytes());
    }

    // "(a INT, …)", and options behind those that all tables have.
    sql::StoredTablePtr table(const std::string& columns, const std::string& options,
                              const std::string& connector = "kafka") {
        return test_table(
            fmt::format("t {} WITH ('connector' = '{}', "
                        "'properties.bootstrap.servers' = '127.0.0.1:{}', {})",
                        columns, connector, port, options));
    }
    std::unique_ptr<KafkaSource> source(const sql::StoredTablePtr& table,
                                        BadRecords bad = BadRecords::Fail) {
        columns = asked_columns(source_of(table));
        return std::make_unique<KafkaSource>(source_of(table), topics(table->options), clock,
                                             sql::TimeZone(), bad);
    }
    // Of a table with the one column `a` in topic "numbers".
    std::unique_ptr<KafkaSource> numbers(const std::string& options) {
        return source(table("(a INT)", "'topic' = 'numbers', 'format' = 'json', " + options));
    }

    // As many rows as are wanted, or what comes until the source has ended or is silent for a
    // while.
    Lines rows(KafkaSource& source, size_t wanted, int64_t rows_max = 100) {
        constexpr std::chrono::seconds Patience{5};
        Lines lines;
        Ticks give_up = SystemClock().ticks() + Patience;
        while (lines.size() < wanted && !source.is_ended() && SystemClock().ticks() < give_up) {
            auto batch = source.read(rows_max);
            if (!batch) continue;
            for (std::string& line : lines_of(*batch, columns)) lines.push_back(std::move(line));
        }
        return lines;
    }
    Lines all_rows(KafkaSource& source) { return rows(source, SIZE_MAX); }
    // Nothing comes, although it is asked again and again.
    static bool is_silent(KafkaSource& source) {
        Ticks end = SystemClock().ticks() + std::chrono::milliseconds(50);
        while (SystemClock().ticks() < end) {
            if (source.read(100)) return false;
        }
        return true;
    }

    // The records of a partition: "0 key=value @time header=value".
    std::string records_in(const std::string& topic, int partition = 0) {
        auto read = access()->read({{{topic, partition}, 0}});
        std::string text;
        for (BytesView left = read.at(0).bytes; !left.empty();) {
            auto size = static_cast<size_t>(log::BatchHeader::read(left)->size());
            text += log::testing::text_of(left.first(size));
            left = left.subspan(size);
        }
        return text;
    }
    std::string now() const { return std::to_string(unix_ms(clock.now())); }

    kafka::TestClock clock;
    storage::MemoryDisk disk{storage::Uri::parse("/data"), clock};
    std::unique_ptr<kafka::TestBroker> broker;
    std::unique_ptr<kafka::Server> server;
    uint16_t port = 0;
    StoredColumns columns;  // of the source that was opened last
};

}  // namespace tarn::connectors
