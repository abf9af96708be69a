#include "connectors/kafka/kafka_sink.hpp"

#include "connectors/kafka/kafka_fixture.hpp"
#include "kafka/client/partitioner.hpp"

namespace tarn::connectors {
namespace {

using engine::Change;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class KafkaSinkTest : public KafkaTablesTest {
protected:
    std::unique_ptr<KafkaSink> sink(const sql::StoredTablePtr& table) {
        return std::make_unique<KafkaSink>(sink_of(table), topics(table->options), "job", clock,
                                           sql::TimeZone());
    }
    // Writes rows and ends an epoch.
    void write(const sql::StoredTablePtr& table, const std::vector<std::string>& rows,
               std::vector<Change> kinds = {}) {
        auto sink = this->sink(table);
        engine::ChangeBatch batch = batch_of(written_columns(table->table), rows);
        batch.kinds = std::move(kinds);
        sink->write(batch);
        sink->prepare({});
    }
};

INSTANTIATE_TEST_SUITE_P(Topics, KafkaSinkTest, testing::Values(Access::InPlace, Access::ByClient),
                         [](const auto& info) { return testing::PrintToString(info.param); });

TEST_P(KafkaSinkTest, writes_rows_to_a_topic_that_it_creates) {
    write(table("(a INT, b STRING)", "'topic' = 'out', 'format' = 'json'"), {"1, 'x'", "2, NULL"});

    EXPECT_EQ(records_in("out"), "0 null={\"a\":1,\"b\":\"x\"} @" + now() +
                                     "\n1 null={\"a\":2,\"b\":null} @" + now() + "\n");
}

TEST_P(KafkaSinkTest, puts_a_key_where_producers_put_it) {
    create("out", 8);
    write(table("(k_id STRING, v INT)",
                "'topic' = 'out', 'key.format' = 'raw', 'key.fields' = 'k_id', "
                "'key.fields-prefix' = 'k_', 'value.fields-include' = 'EXCEPT_KEY', "
                "'value.format' = 'json'"),
          {"'one', 1", "'two', 2"});

    for (const auto& [key, value] : {std::pair("one", 1), std::pair("two", 2)}) {
        int32_t partition = kafka::client::partition_of_key(as_bytes(key), 8);
        EXPECT_THAT(records_in("out", partition),
                    HasSubstr(fmt::format("{}={{\"v\":{}}}", key, value)));
    }
}

TEST_P(KafkaSinkTest, changes_the_partition_of_records_without_a_key_from_batch_to_batch) {
    create("out", 2);
    auto rows = table("(a INT)", "'topic' = 'out', 'format' = 'json'");
    auto sink = this->sink(rows);
    for (const char* row : {"1", "2", "3"}) sink->write(batch_of(rows->table.columns, {row}));
    sink->prepare({});

    EXPECT_THAT(records_in("out", 0), HasSubstr(R"({"a":1})"));
    EXPECT_THAT(records_in("out", 1), HasSubstr(R"({"a":2})"));
    EXPECT_THAT(records_in("out", 0), HasSubstr(R"({"a":3})"));
}

TEST_P(KafkaSinkTest, keeps_to_one_partition_when_it_is_fixed) {
    create("out", 2);
    auto rows =
        table("(a INT)", "'topic' = 'out', 'format' = 'json', 'sink.partitioner' = 'fixed'");
    auto sink = this->sink(rows);
    for (const char* row : {"1", "2"}) sink->write(batch_of(rows->table.columns, {row}));

    EXPECT_THAT(records_in("out", 1), IsEmpty());
}

TEST_P(KafkaSinkTest, writes_times_and_headers) {
    auto rows = table(
        "(a INT, ts TIMESTAMP(3) METADATA FROM 'timestamp', headers MAP<STRING, BYTES> METADATA, "
        "o BIGINT METADATA FROM 'offset' VIRTUAL)",
        "'topic' = 'out', 'format' = 'json'");
    write(rows, {"1, TIMESTAMP '1970-01-01 00:00:07', MAP['trace', x'6162']", "2, NULL, NULL"});

    EXPECT_EQ(records_in("out"),
              "0 null={\"a\":1} @7000 trace=ab\n1 null={\"a\":2} @" + now() + "\n");
}

TEST_P(KafkaSinkTest, takes_a_key_away_by_a_record_without_a_value) {
    auto rows =
        table("(id INT, v STRING, PRIMARY KEY (id) NOT ENFORCED)",
              "'topic' = 'out', 'key.format' = 'json', 'value.format' = 'json'", "upsert-kafka");
    write(rows, {"1, 'a'", "1, 'b'", "1, 'b'"},
          {Change::Insert, Change::UpdateAfter, Change::Delete});

    EXPECT_EQ(records_in("out"), "0 {\"id\":1}={\"id\":1,\"v\":\"a\"} @" + now() +
                                     "\n1 {\"id\":1}={\"id\":1,\"v\":\"b\"} @" + now() +
                                     "\n2 {\"id\":1}=null @" + now() + "\n");
}

TEST_P(KafkaSinkTest, leaves_raw_bytes_out_for_a_null) {
    write(table("(k STRING, v STRING)",
                "'topic' = 'out', 'value.format' = 'raw', 'key.format' = 'raw', 'key.fields' = "
                "'k', 'value.fields-include' = 'EXCEPT_KEY'"),
          {"NULL, 'x'", "'k', NULL"});

    EXPECT_EQ(records_in("out"), "0 null=x @" + now() + "\n1 k=null @" + now() + "\n");
}

TEST_P(KafkaSinkTest, packs_batches_as_its_properties_say) {
    write(table("(a INT)",
                "'topic' = 'out', 'format' = 'json', 'properties.compression.type' = 'zstd'"),
          {"1"});

    auto read = access()->read({{{"out", 0}, 0}});
    EXPECT_EQ(log::BatchHeader::read(read[0].bytes)->codec(), log::Codec::Zstd);
}

TEST_P(KafkaSinkTest, writes_more_rows_than_a_batch_takes) {
    create("out");
    std::string text(1'000, 'x');
    write(table("(a STRING)", "'topic' = 'out', 'format' = 'raw'"),
          std::vector<std::string>(600, "'" + text + "'"));

    EXPECT_EQ(access()->offsets_at({{"out", 0}}, kafka::client::Latest),
              (PartitionOffsets{{{"out", 0}, 600}}));
}

TEST_P(KafkaSinkTest, refuses_what_it_cannot_write) {
    auto refusal = [&](const std::string& columns, const std::string& options) {
        return refusal_of([&] { sink(table(columns, options)); });
    };

    EXPECT_THAT(refusal("(a INT)", "'topic' = 'a;b', 'format' = 'json'"),
                HasSubstr("rows are written to one topic, and 'a;b' is not one"));
    EXPECT_THAT(refusal("(a INT)", "'topic-pattern' = 'a.*', 'format' = 'json'"),
                HasSubstr("rows are written to one topic"));
    EXPECT_THAT(
        refusal("(a INT, o BIGINT METADATA FROM 'offset')", "'topic' = 'a', 'format' = 'json'"),
        HasSubstr("column 'o': the metadata 'offset' cannot be written"));
    auto rows = table("(a INT)", "'topic' = 'out', 'format' = 'json'");
    EXPECT_THAT(refusal_of([&] { write(rows, {"1"}, {Change::Delete}); }),
                HasSubstr("has no way to say that a row is -D"));
}

// --- each row once

class KafkaTransactionsTest : public KafkaSinkTest {
protected:
    KafkaTransactionsTest()
        : out(table("(a INT)",
                    "'topic' = 'out', 'format' = 'json', 'sink.delivery-guarantee' = "
                    "'exactly-once', 'sink.transactional-id-prefix' = 'once'")) {}

    void write_row(KafkaSink& sink, const std::string& row) {
        sink.write(batch_of(out->table.columns, {row}));
    }
    // What a reader sees that leaves out what is not committed.
    Lines committed(size_t wanted) {
        auto opened =
            source(table("(a INT)",
                         "'topic' = 'out', 'format' = 'json', 'scan.startup.mode' = "
                         "'earliest-offset', 'properties.isolation.level' = 'read_committed'"));
        Lines lines = rows(*opened, wanted);
        EXPECT_TRUE(is_silent(*opened));
        return lines;
    }

    sql::StoredTablePtr out;
};

INSTANTIATE_TEST_SUITE_P(Topics, KafkaTransactionsTest,
                         testing::Values(Access::InPlace, Access::ByClient),
                         [](const auto& info) { return testing::PrintToString(info.param); });

TEST_P(KafkaTransactionsTest, show_rows_when_their_epoch_is_complete) {
    auto sink = this->sink(out);
    write_row(*sink, "1");
    auto prepared = sink->prepare({.number = 1});
    EXPECT_THAT(committed(0), IsEmpty());

    sink->commit(1, prepared);
    EXPECT_THAT(committed(1), ElementsAre("+I 1"));
    write_row(*sink, "2");
    write_row(*sink, "3");
    sink->commit(2, sink->prepare({.number = 2}));
    sink->commit(3, sink->prepare({.number = 3}));
    write_row(*sink, "4");
    sink->commit(4, sink->prepare({.number = 4}));
    EXPECT_THAT(committed(4), ElementsAre("+I 1", "+I 2", "+I 3", "+I 4"));
}

TEST_P(KafkaTransactionsTest, commit_after_a_crash_what_was_prepared_and_abort_what_came_later) {
    auto sink = this->sink(out);
    write_row(*sink, "1");
    auto prepared = sink->prepare({.number = 1});
    sink->commit(1, prepared);
    write_row(*sink, "2");
    prepared = sink->prepare({.number = 2});
    sink.reset();

    sink = this->sink(out);
    sink->commit(2, prepared);
    EXPECT_THAT(committed(2), ElementsAre("+I 1", "+I 2"));
    write_row(*sink, "3");
    sink.reset();

    // The job dies once more before epoch 3 is complete, and again it begins with epoch 2.
    sink = this->sink(out);
    sink->commit(2, prepared);
    write_row(*sink, "30");
    sink->commit(3, sink->prepare({.number = 3}));
    EXPECT_THAT(committed(3), ElementsAre("+I 1", "+I 2", "+I 30"));
}

TEST_P(KafkaTransactionsTest, are_not_held_up_by_a_job_that_is_gone) {
    auto sink = this->sink(out);
    write_row(*sink, "1");
    sink->commit(1, sink->prepare({.number = 1}));
    write_row(*sink, "2");
    sink.reset();

    // Without its epochs it begins anew.
    sink = this->sink(out);
    write_row(*sink, "3");
    sink->commit(1, sink->prepare({.number = 1}));
    EXPECT_THAT(committed(2), ElementsAre("+I 1", "+I 3"));
}

TEST_P(KafkaTransactionsTest, say_that_a_transaction_was_given_up) {
    auto sink = this->sink(out);
    write_row(*sink, "1");
    auto prepared = sink->prepare({.number = 1});
    access()->hold_transactions("once-job-0", std::chrono::minutes(1));

    EXPECT_THAT(refusal_of([&] { sink->commit(1, prepared); }),
                HasSubstr("the transaction 'once-job-0' of epoch 1 was given up before it could be "
                          "committed"));
}

}  // namespace
}  // namespace tarn::connectors
