#include "connectors/kafka/dead_letter.hpp"

#include "connectors/kafka/dead_letter_sink.hpp"
#include "connectors/kafka/kafka_fixture.hpp"
#include "connectors/kafka/letter_replay.hpp"

namespace tarn::connectors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// Reads topic "in", whose bad records are rejected, and writes the letters.
class DeadLettersTest : public KafkaTablesTest {
protected:
    std::unique_ptr<KafkaSource> source_of_table(const std::string& columns = "(a INT)") {
        return source(table(columns,
                            "'topic' = 'in', 'format' = 'json', "
                            "'scan.startup.mode' = 'earliest-offset', "
                            "'scan.bounded.mode' = 'latest-offset'"),
                      BadRecords::AreRejected);
    }
    std::unique_ptr<DeadLetterSink> sink(std::optional<std::string> topic = std::nullopt) {
        return std::make_unique<DeadLetterSink>(
            access(),
            DeadLetterSettings{.topic = std::move(topic), .job = "job", .writer = "job-source-1"},
            clock);
    }
    static void pass_on(KafkaSource& source, DeadLetterSink& sink) {
        while (auto rejected = source.take_rejected()) sink.write(*rejected);
    }
    // Reads all, and ends an epoch.
    Lines read_all(std::optional<std::string> topic = std::nullopt) {
        auto source = source_of_table();
        auto sink = this->sink(std::move(topic));
        Lines lines = all_rows(*source);
        pass_on(*source, *sink);
        sink->commit(1, sink->prepare({.number = 1}));
        return lines;
    }
    ReplayCounts replay(ReplayWish wish) {
        return replay_letters({.bootstrap = {{"127.0.0.1", port}}}, wish);
    }
    Bytes keyed(std::vector<TestRecord> records) {
        return log::testing::a_batch().of(std::move(records)).bytes();
    }
};

INSTANTIATE_TEST_SUITE_P(Topics, DeadLettersTest,
                         testing::Values(Access::InPlace, Access::ByClient),
                         [](const auto& info) { return testing::PrintToString(info.param); });

TEST_P(DeadLettersTest, are_the_records_that_are_no_rows) {
    create("in");
    append("in", 0,
           keyed({{"k", R"({"a":"x"})"}, {{}, R"({"a":1})"}, {{}, "{"}, {{}, R"({"a":2})"}}));

    EXPECT_THAT(read_all(), ElementsAre("+I 1", "+I 2"));
    EXPECT_THAT(records_in("in.dlq"), HasSubstr("0 k={\"a\":\"x\"} @" + now() +
                                                " tarn.dlq.topic=in tarn.dlq.partition=0 "
                                                "tarn.dlq.offset=0"));
    EXPECT_THAT(records_in("in.dlq"), HasSubstr("tarn.dlq.offset=2"));
    EXPECT_THAT(records_in("in.dlq"), HasSubstr("tarn.dlq.reason=value: "));
    EXPECT_THAT(records_in("in.dlq"), HasSubstr("tarn.dlq.job=job"));
}

TEST_P(DeadLettersTest, go_where_the_table_says) {
    create("in");
    put("in", 0, {"nonsense"});
    read_all("letters");

    EXPECT_THAT(records_in("letters"), StartsWith("0 null=nonsense @"));
}

TEST_P(DeadLettersTest, are_found_in_packed_batches_and_after_many_good_records) {
    create("in");
    std::vector<TestRecord> records(5'000, {std::nullopt, R"({"a":1})"});
    records[1'234].value = "first";
    records[4'321].value = "second";
    append("in", 0, log::testing::a_batch().of(records).compressed(log::Codec::Zstd).bytes());
    put("in", 0, {R"({"a":7})", "third"});

    EXPECT_EQ(read_all().size(), 4'999u);
    for (const char* letter : {"=first", "=second", "=third"}) {
        EXPECT_THAT(records_in("in.dlq"), HasSubstr(letter));
    }
}

TEST_P(DeadLettersTest, can_be_all_that_there_is) {
    create("in", 2);
    for (int i = 0; i < 3; ++i) put("in", i % 2, std::vector<std::string>(200, "bad"));

    EXPECT_THAT(read_all(), IsEmpty());
    EXPECT_THAT(records_in("in.dlq"), HasSubstr("tarn.dlq.offset=399"));
}

TEST_P(DeadLettersTest, show_up_with_the_epoch_and_once) {
    create("in");
    put("in", 0, {"bad"});
    auto source = source_of_table();
    auto sink = this->sink();
    all_rows(*source);
    pass_on(*source, *sink);
    auto prepared = sink->prepare({.number = 1});
    EXPECT_THAT(topics({{"properties.bootstrap.servers", fmt::format("127.0.0.1:{}", port)},
                        {"properties.isolation.level", "read_committed"}})
                    ->read({{{"in.dlq", 0}, 0}})
                    .at(0)
                    .bytes,
                IsEmpty());

    // A crash before anybody knows the outcome: the job commits again, and what it wrote after is
    // gone.
    sink.reset();
    sink = this->sink();
    sink->commit(1, prepared);
    sink->commit(1, prepared);
    EXPECT_THAT(records_in("in.dlq"), StartsWith("0 null=bad"));
    EXPECT_THAT(records_in("in.dlq"), Not(HasSubstr("1 null=bad")));
}

TEST_P(DeadLettersTest, can_be_rows_that_operators_refuse) {
    create("in");
    DeadLetterSink sink(access(), {.job = "job", .writer = "job-source-1", .late_from = "in"},
                        clock);
    StoredColumns columns =
        table("(a INT, b STRING)", "'topic' = 'in', 'format' = 'json'")->table.columns;
    sink.write_refused(batch_of(columns, {"1, 'x'"}).rows,
                       {{"a", columns[0].type}, {"b", columns[1].type}}, "Window",
                       engine::Refusal::Late);
    sink.commit(1, sink.prepare({.number = 1}));

    EXPECT_THAT(records_in("in.dlq"), StartsWith(R"(0 null={"a":1,"b":"x"} @)"));
    EXPECT_THAT(records_in("in.dlq"), HasSubstr("tarn.dlq.reason=Window: the row came too late"));
    EXPECT_EQ(replay({.letters = "in.dlq"}).left_out, 1);
}

TEST_P(DeadLettersTest, are_replayed_once_as_the_records_that_they_were) {
    create("in");
    append("in", 0,
           log::testing::a_batch().of({{"k", "bad"}, {{}, R"({"a":1})"}}).timed(5'000).bytes());
    read_all();

    EXPECT_EQ(replay({.letters = "in.dlq"}).replayed, 1);
    EXPECT_EQ(replay({.letters = "in.dlq"}).replayed, 0);
    EXPECT_THAT(records_in("in"), HasSubstr("\n2 k=bad @5000\n"));
}

TEST_P(DeadLettersTest, are_replayed_in_parts_and_elsewhere) {
    create("in");
    create("out");
    put("in", 0, {"one", "two", "three"});
    read_all();
    put("in.dlq", 0, {"a stranger"});

    EXPECT_EQ(replay({.letters = "in.dlq", .to = "out", .letters_max = 2}).replayed, 2);
    EXPECT_THAT(records_in("out"), Not(HasSubstr("=three")));
    ReplayCounts rest = replay({.letters = "in.dlq", .to = "out"});
    EXPECT_EQ(rest.replayed, 1);
    EXPECT_EQ(rest.left_out, 1);
    EXPECT_THAT(records_in("out"), HasSubstr("=three"));
}

}  // namespace
}  // namespace tarn::connectors
