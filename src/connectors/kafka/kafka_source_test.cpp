#include "connectors/kafka/kafka_source.hpp"

#include "connectors/kafka/kafka_fixture.hpp"

namespace tarn::connectors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

class KafkaSourceTest : public KafkaTablesTest {};

INSTANTIATE_TEST_SUITE_P(Topics, KafkaSourceTest,
                         testing::Values(Access::InPlace, Access::ByClient),
                         [](const auto& info) { return testing::PrintToString(info.param); });

TEST_P(KafkaSourceTest, reads_what_is_there_and_what_comes) {
    create("numbers");
    put("numbers", 0, {R"({"a":1})", R"({"a":2})"});
    auto source = numbers("'scan.startup.mode' = 'earliest-offset'");

    EXPECT_THAT(rows(*source, 2), ElementsAre("+I 1", "+I 2"));
    EXPECT_FALSE(source->is_ended());
    put("numbers", 0, {R"({"a":3})"});
    EXPECT_THAT(rows(*source, 1), ElementsAre("+I 3"));
}

TEST_P(KafkaSourceTest, gives_no_more_rows_at_once_than_are_asked_for) {
    create("numbers");
    put("numbers", 0, {R"({"a":1})", R"({"a":2})", R"({"a":3})"});
    auto source = numbers("'scan.startup.mode' = 'earliest-offset'");

    EXPECT_THAT(rows(*source, 1, 2), ElementsAre("+I 1", "+I 2"));
    EXPECT_THAT(source->offsets(), ElementsAre(Pair("numbers-0", "2")));
    EXPECT_THAT(rows(*source, 1, 2), ElementsAre("+I 3"));
}

TEST_P(KafkaSourceTest, takes_partitions_in_turns) {
    create("numbers", 2);
    put("numbers", 0, {R"({"a":1})", R"({"a":2})"});
    put("numbers", 1, {R"({"a":10})", R"({"a":20})"});
    auto source = numbers("'scan.startup.mode' = 'earliest-offset'");

    EXPECT_THAT(source->partitions(), ElementsAre(0, 1));
    EXPECT_THAT(rows(*source, 4, 1), ElementsAre("+I 1", "+I 10", "+I 2", "+I 20"));
}

TEST_P(KafkaSourceTest, reads_several_topics_each_once) {
    create("numbers");
    create("more");
    put("numbers", 0, {R"({"a":1})"});
    put("more", 0, {R"({"a":2})"});
    auto source = this->source(table("(a INT)",
                                     "'topic' = 'numbers; more;numbers', 'format' = "
                                     "'json', 'scan.startup.mode' = 'earliest-offset', "
                                     "'scan.bounded.mode' = 'latest-offset'"));

    EXPECT_THAT(all_rows(*source), UnorderedElementsAre("+I 1", "+I 2"));
}

// --- where it begins

TEST_P(KafkaSourceTest, begins_at_the_end) {
    create("numbers");
    put("numbers", 0, {R"({"a":1})"});
    auto source = numbers("'scan.startup.mode' = 'latest-offset'");
    source->partitions();

    put("numbers", 0, {R"({"a":2})"});
    EXPECT_THAT(rows(*source, 1), ElementsAre("+I 2"));
}

TEST_P(KafkaSourceTest, begins_at_a_time_or_at_the_end_where_no_record_is_as_late) {
    create("numbers", 2);
    put("numbers", 0, {R"({"a":1})", R"({"a":2})", R"({"a":3})"});
    append("numbers", 1, log::testing::a_batch().of({{{}, R"({"a":9})"}}).timed(5).bytes());
    auto source =
        numbers(fmt::format("'scan.startup.mode' = 'timestamp', "
                            "'scan.startup.timestamp-millis' = '{}'",
                            log::testing::FirstTime + 1));

    EXPECT_THAT(rows(*source, 2), ElementsAre("+I 2", "+I 3"));
    EXPECT_THAT(source->offsets(), ElementsAre(Pair("numbers-0", "3"), Pair("numbers-1", "1")));
}

TEST_P(KafkaSourceTest, begins_at_given_offsets_and_elsewhere_at_committed_ones) {
    create("numbers", 3);
    for (int partition = 0; partition < 3; ++partition) {
        put("numbers", partition, {R"({"a":1})", R"({"a":2})", R"({"a":3})"});
    }
    access()->commit("readers", {{{"numbers", 0}, 0}, {{"numbers", 1}, 1}});
    auto source = numbers(
        "'scan.startup.mode' = 'specific-offsets', 'scan.startup.specific-offsets' = "
        "'partition:0,offset:2', 'properties.group.id' = 'readers'");

    source->partitions();
    EXPECT_THAT(source->offsets(), ElementsAre(Pair("numbers-0", "2"), Pair("numbers-1", "1"),
                                               Pair("numbers-2", "0")));
}

TEST_P(KafkaSourceTest, begins_where_its_group_stands_and_else_with_the_first_record) {
    create("numbers", 2);
    for (int partition = 0; partition < 2; ++partition) {
        put("numbers", partition, {R"({"a":1})", R"({"a":2})"});
    }
    access()->commit("readers", {{{"numbers", 1}, 1}});
    auto begins = [&](const std::string& options) {
        auto source = numbers("'properties.group.id' = 'readers', " + options);
        source->partitions();
        return source->offsets();
    };

    EXPECT_THAT(begins("'a' = 'b'"), ElementsAre(Pair("numbers-0", "0"), Pair("numbers-1", "1")));
    EXPECT_THAT(begins("'properties.auto.offset.reset' = 'latest'"),
                ElementsAre(Pair("numbers-0", "2"), Pair("numbers-1", "1")));
    EXPECT_EQ(refusal_of([&] { begins("'properties.auto.offset.reset' = 'none'"); }),
              "group 'readers' has committed no offset for numbers-0; set "
              "'properties.auto.offset.reset' to earliest or latest, or choose another "
              "'scan.startup.mode'");
}

TEST_P(KafkaSourceTest, refuses_a_topic_that_is_not_there) {
    create("numbers");

    EXPECT_THAT(refusal_of([&] {
                    source(table("(a INT)", "'topic' = 'number', 'format' = 'json'"))->read(1);
                }),
                HasSubstr("there is no topic 'number'; did you mean 'numbers'?"));
    EXPECT_THAT(refusal_of([&] {
                    source(table("(a INT)", "'topic-pattern' = 'x.*', 'format' = 'json'"))->read(1);
                }),
                HasSubstr("fits the pattern 'x.*'"));
}

// --- where it ends

TEST_P(KafkaSourceTest, ends_where_the_topic_ended_when_it_began) {
    create("numbers", 2);
    put("numbers", 0, {R"({"a":1})"});
    auto source =
        numbers("'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset'");
    source->partitions();
    put("numbers", 0, {R"({"a":2})"});
    put("numbers", 1, {R"({"a":3})"});

    EXPECT_THAT(all_rows(*source), ElementsAre("+I 1"));
    EXPECT_TRUE(source->is_ended());
}

TEST_P(KafkaSourceTest, ends_in_the_middle_of_a_batch) {
    create("numbers", 2);
    put("numbers", 0, {R"({"a":1})", R"({"a":2})", R"({"a":3})"});
    put("numbers", 1, {R"({"a":9})"});
    auto source = numbers(
        "'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'specific-offsets', "
        "'scan.bounded.specific-offsets' = 'partition:0,offset:2'");

    EXPECT_THAT(all_rows(*source), ElementsAre("+I 1", "+I 2"));
    EXPECT_TRUE(source->is_ended());
    EXPECT_THAT(source->offsets(), ElementsAre(Pair("numbers-0", "2"), Pair("numbers-1", "0")));
}

TEST_P(KafkaSourceTest, ends_at_a_time) {
    create("numbers");
    put("numbers", 0, {R"({"a":1})", R"({"a":2})", R"({"a":3})"});
    auto source = numbers(
        fmt::format("'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'timestamp', "
                    "'scan.bounded.timestamp-millis' = '{}'",
                    log::testing::FirstTime + 2));

    EXPECT_THAT(all_rows(*source), ElementsAre("+I 1", "+I 2"));
}

TEST_P(KafkaSourceTest, ends_where_its_group_stands) {
    create("numbers");
    put("numbers", 0, {R"({"a":1})", R"({"a":2})"});
    std::string options =
        "'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'group-offsets', "
        "'properties.group.id' = 'readers'";

    EXPECT_THAT(refusal_of([&] { numbers(options)->read(1); }),
                HasSubstr("group 'readers' has committed no offset for numbers-0, where reading "
                          "should end"));
    access()->commit("readers", {{{"numbers", 0}, 1}});
    EXPECT_THAT(all_rows(*numbers(options)), ElementsAre("+I 1"));
}

// --- restarts

TEST_P(KafkaSourceTest, goes_on_where_it_stood_and_ends_where_it_would_have) {
    create("numbers", 2);
    put("numbers", 0, {R"({"a":1})", R"({"a":2})", R"({"a":3})"});
    put("numbers", 1, {R"({"a":10})", R"({"a":20})"});
    std::string options =
        "'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset'";
    auto first = numbers(options);
    EXPECT_THAT(rows(*first, 2, 1), ElementsAre("+I 1", "+I 10"));
    engine::OperatorState position = first->position();
    first.reset();
    put("numbers", 0, {R"({"a":4})"});

    auto second = numbers(options);
    second->seek(position);
    EXPECT_THAT(second->partitions(), ElementsAre(0, 1));
    EXPECT_THAT(all_rows(*second), UnorderedElementsAre("+I 2", "+I 3", "+I 20"));
}

TEST_P(KafkaSourceTest, begins_as_its_options_say_after_a_job_that_never_read) {
    create("numbers");
    put("numbers", 0, {R"({"a":1})"});
    auto source = numbers("'scan.startup.mode' = 'earliest-offset'");

    source->seek(numbers("'scan.startup.mode' = 'latest-offset'")->position());

    EXPECT_THAT(rows(*source, 1), ElementsAre("+I 1"));
}

TEST_P(KafkaSourceTest, tells_its_group_how_far_it_has_come_when_an_epoch_is_complete) {
    create("numbers");
    put("numbers", 0, {R"({"a":1})", R"({"a":2})"});
    auto source =
        numbers("'scan.startup.mode' = 'earliest-offset', 'properties.group.id' = 'readers'");
    rows(*source, 1, 1);
    engine::OperatorState position = source->position();
    rows(*source, 1, 1);
    EXPECT_THAT(access()->committed("readers"), IsEmpty());

    source->complete(position);

    EXPECT_EQ(access()->committed("readers"), (PartitionOffsets{{{"numbers", 0}, 1}}));
}

TEST_P(KafkaSourceTest, finds_partitions_and_topics_that_come_later) {
    create("numbers");
    auto source =
        this->source(table("(a INT)",
                           "'topic-pattern' = 'num.*', 'format' = 'json', 'scan.startup.mode' = "
                           "'latest-offset', 'scan.topic-partition-discovery.interval' = '1 min'"));
    EXPECT_THAT(source->partitions(), ElementsAre(0));

    broker->log.topics().add_partitions("numbers", 2);
    create("numerals");
    put("numbers", 1, {R"({"a":1})"});
    put("numerals", 0, {R"({"a":2})"});
    EXPECT_TRUE(is_silent(*source));
    clock.advance(std::chrono::minutes(1));

    EXPECT_THAT(rows(*source, 2), UnorderedElementsAre("+I 1", "+I 2"));
    EXPECT_THAT(source->partitions(), ElementsAre(0, 1, 1 << 20));
    EXPECT_THAT(source->offsets(), ElementsAre(Pair("numbers-0", "0"), Pair("numbers-1", "1"),
                                               Pair("numerals-0", "1")));
}

// --- what is lost

TEST_P(KafkaSourceTest, goes_on_after_records_that_were_trimmed_away_as_its_options_say) {
    create("numbers");
    for (int i = 0; i < 4; ++i) put("numbers", 0, {fmt::format(R"({{"a":{}}})", i)});
    auto after_trim = [&](const std::string& options) {
        auto source = numbers(options);
        engine::OperatorState position;
        position.put("partitions",
                     engine::state_rows({{"topic", engine::bytes_column({{"numbers"}})},
                                         {"partition", engine::number_column({{0}})},
                                         {"next", engine::number_column({{1}})},
                                         {"end", engine::number_column({{-1}})}}));
        source->seek(position);
        return source;
    };
    at("numbers", 0, [](log::Partition& partition) {
        partition.trim(3);
        return partition.start_offset();
    });

    EXPECT_THAT(rows(*after_trim("'scan.startup.mode' = 'earliest-offset'"), 1),
                ElementsAre("+I 3"));
    EXPECT_THAT(rows(*after_trim("'properties.auto.offset.reset' = 'earliest'"), 1),
                ElementsAre("+I 3"));
    EXPECT_TRUE(is_silent(*after_trim("'properties.auto.offset.reset' = 'latest'")));
    EXPECT_EQ(
        refusal_of([&] { after_trim("'scan.startup.mode' = 'group-offsets'")->read(1); }),
        "numbers-0 has no offset 1 to go on from: its records are those from 3 to 4; records were "
        "removed before they were read, or the topic was made anew; set "
        "'properties.auto.offset.reset' to earliest or latest to go on all the same");
}

// --- transactions

TEST_P(KafkaSourceTest, leaves_out_what_is_not_committed_when_its_properties_say_so) {
    create("numbers");
    auto transactional = [](log::ProducerId producer, int sequence, const std::string& value) {
        return log::testing::a_batch()
            .of({{{}, value}})
            .transactional(producer, 0, sequence)
            .bytes();
    };
    auto end = [&](log::ProducerId producer, bool commits) {
        at("numbers", 0, [&](log::Partition& partition) {
            return partition.append_marker(producer, 0, {.commits = commits});
        });
    };
    auto store = [&](Bytes batch) {
        at("numbers", 0, [&](log::Partition& partition) { return partition.append(batch); });
    };
    store(transactional(7, 0, R"({"a":1})"));
    store(transactional(8, 0, R"({"a":2})"));
    end(7, false);
    end(8, true);
    store(transactional(7, 1, R"({"a":3})"));
    put("numbers", 0, {R"({"a":4})"});
    std::string options =
        "'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = "
        "'latest-offset'";

    EXPECT_THAT(all_rows(*numbers(options)), ElementsAre("+I 1", "+I 2", "+I 3", "+I 4"));
    auto committed = numbers(options + ", 'properties.isolation.level' = 'read_committed'");
    EXPECT_THAT(rows(*committed, 1), ElementsAre("+I 2"));
    EXPECT_TRUE(is_silent(*committed));
    end(7, true);
    EXPECT_THAT(rows(*committed, 2), ElementsAre("+I 3", "+I 4"));
}

// --- in place only

class KafkaSourceInPlaceTest : public KafkaTablesTest {};

INSTANTIATE_TEST_SUITE_P(Topics, KafkaSourceInPlaceTest, testing::Values(Access::InPlace));

TEST_P(KafkaSourceInPlaceTest, keeps_records_from_retention_that_its_last_epoch_has_not_read) {
    std::map<std::string, std::string> config{{"retention.bytes", "1"}, {"segment.bytes", "1024"}};
    broker->log.topics().create({.name = "numbers", .config = log::TopicConfig(config)});
    std::string padding(1'024, 'x');
    for (int i = 0; i < 4; ++i) {
        put("numbers", 0, {fmt::format(R"({{"a":{},"b":"{}"}})", i, padding)});
    }
    auto start = [&] {
        return at("numbers", 0, [](log::Partition& partition) {
            partition.apply_retention();
            return partition.start_offset();
        });
    };
    auto source = numbers("'scan.startup.mode' = 'earliest-offset'");
    rows(*source, 2, 1);

    EXPECT_EQ(start(), 0);
    source->complete(source->position());
    EXPECT_EQ(start(), 2);
    source.reset();
    EXPECT_EQ(start(), 4);
}

}  // namespace
}  // namespace tarn::connectors
