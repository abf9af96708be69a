// A broker on a disk in memory, for tests: no sockets, but all that is behind them. A request goes
// in as a struct in some version, through the bytes of a frame, and its response comes out:
//
//   auto answer = ask<MetadataResponse>(MetadataRequest{...}, 12);
//
// It starts with the first request. Between two requests it may be restarted, in order or by a loss
// of power; the disk stays. Its time stands still until a test lets it pass.
#pragma once

#include <gtest/gtest.h>
#include <boost/asio/use_future.hpp>

#include <atomic>
#include <deque>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "kafka/broker/broker_metrics.hpp"
#include "kafka/broker/group_coordinator.hpp"
#include "kafka/broker/handlers.hpp"
#include "kafka/broker/producer_ids.hpp"
#include "kafka/broker/transaction_coordinator.hpp"
#include "kafka/security/users.hpp"
#include "kafka/wire/headers.hpp"
#include "kafka/wire/messages/create_topics.hpp"
#include "kafka/wire/messages/produce.hpp"
#include "log/log.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::kafka {

// So that a failure reads as the protocol does.
inline void PrintTo(KafkaError error, std::ostream* out) {
    *out << name_of(error);
}

// Moves when told to, while the threads of a broker look at it.
class TestClock : public Clock {
public:
    WallTime now() const override { return Start + passed_.load() + jumped_.load(); }
    Ticks ticks() const override { return Ticks() + passed_.load(); }
    void advance(std::chrono::microseconds by) { passed_ = passed_.load() + by; }
    // Someone sets the wall clock: ticks do not notice.
    void jump(std::chrono::microseconds by) { jumped_ = jumped_.load() + by; }

private:
    static constexpr WallTime Start{std::chrono::seconds(1'800'000'000)};
    std::atomic<std::chrono::microseconds> passed_{};
    std::atomic<std::chrono::microseconds> jumped_{};
};

// One life of a broker: from its start over some disk to its end.
class TestBroker {
public:
    struct Settings {
        int shards = 2;
        log::Log::Settings log = {};
        BrokerSettings broker = {};
        GroupCoordinator::Settings groups = {};
        TransactionCoordinator::Settings transactions = {};
    };

    TestBroker(storage::Disk& disk, const Clock& clock, const Settings& settings)
        : shards(settings.shards),
          blocking(4, 256),
          log({disk, shards, blocking, clock, random, counted}, settings.log),
          groups({log, shards, blocking, clock, random}, settings.groups),
          producer_ids(log.registry()),
          transactions({log, shards, blocking, clock, groups, producer_ids}, settings.transactions),
          users(log.registry(), random),
          metrics(counted, clock),
          broker{.settings = settings.broker,
                 .log = log,
                 .groups = groups,
                 .transactions = transactions,
                 .producer_ids = producer_ids,
                 .clock = clock,
                 .random = random,
                 .shards = shards,
                 .blocking = blocking,
                 .metrics = metrics,
                 .users = users,
                 .authorizer = nullptr} {
        groups.load();
        transactions.load();
        groups.start();
        transactions.start();
    }

    ~TestBroker() {
        runtime::run(transactions.stop());
        runtime::run(groups.stop());
        runtime::run(log.stop());
    }

    SystemRandom random;
    Metrics counted;
    runtime::Shards shards;
    runtime::BlockingPool blocking;
    log::Log log;
    GroupCoordinator groups;
    ProducerIds producer_ids;
    TransactionCoordinator transactions;
    Users users;
    BrokerMetrics metrics;
    Broker broker;
    Listener listener{.name = "kafka",
                      .address = "127.0.0.1",
                      .port = 9092,
                      .advertised_host = "localhost",
                      .advertised_port = 9092,
                      .tls = nullptr};
    // That of the only client; another one may be made beside it.
    Session session{.listener = listener, .shard = runtime::ShardId(0)};
};

class BrokerTest : public ::testing::Test {
protected:
    TestBroker& running() {
        if (!running_) running_ = std::make_unique<TestBroker>(disk, clock, settings);
        return *running_;
    }
    void stop() { running_.reset(); }
    void restart() {
        stop();
        running();
    }
    // What is not flushed is lost.
    void lose_power_and_restart() {
        disk.lose_power();
        restart();
    }

    // Fails the test when there is no answer.
    template <typename Response, typename Request>
    Response ask(const Request& request, int version) {
        RequestHeader header;
        header.request_api_version = static_cast<int16_t>(version);
        header.correlation_id = ++correlation_id_;
        header.client_id = "test";
        // Records in the response borrow from its bytes.
        const Bytes& bytes = answers_.emplace_back(exchange(request_frame(request, header).flat()));
        if (bytes.empty()) {
            ADD_FAILURE() << "no answer to " << name_of_api(static_cast<int16_t>(Request::Key));
            return {};
        }
        Reader in(BytesView(bytes).subspan(FrameSizeBytes));
        EXPECT_EQ(read_response_header(in, Response::Key, version), correlation_id_);
        Response response = Response::read(in, version);
        in.check_at_end();
        return response;
    }

    void create_topic(const std::string& name, int partitions = 1) {
        CreateTopicsRequest request;
        auto& topic = request.topics.emplace_back();
        topic.name = name;
        topic.num_partitions = partitions;
        topic.replication_factor = 1;
        auto response = ask<CreateTopicsResponse>(request, 7);
        EXPECT_EQ(static_cast<KafkaError>(response.topics.at(0).error_code), KafkaError::None);
    }

    TestClock clock;
    storage::MemoryDisk disk{storage::Uri::parse("/data"), clock};
    TestBroker::Settings settings;

private:
    static constexpr size_t FrameSizeBytes = 4;

    static awaitable<Bytes> answer_of(Broker& broker, Session& session, Bytes frame) {
        Answer answer = co_await handle(broker, session, std::span(frame).subspan(FrameSizeBytes));
        if (answer.later) {
            auto later = co_await answer.later();
            answer.frame = std::move(later);
        }
        co_return answer.frame ? answer.frame->flat() : Bytes();
    }

    Bytes exchange(Bytes frame) {
        constexpr std::chrono::seconds Patience{20};
        TestBroker& broker = running();
        auto answer = asio::co_spawn(broker.shards.executor_of(broker.session.shard),
                                     answer_of(broker.broker, broker.session, std::move(frame)),
                                     asio::use_future);
        if (answer.wait_for(Patience) == std::future_status::timeout) return {};
        return answer.get();
    }

    std::deque<Bytes> answers_;
    int32_t correlation_id_ = 0;
    std::unique_ptr<TestBroker> running_;
};

}  // namespace tarn::kafka
