#include "cli/record_format.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "cli/message_format.hpp"
#include "log/batch_builder.hpp"

namespace tarn::cli {
namespace {

// One record as a consumer receives it: partition 2, offset 0.
class Sample {
public:
    explicit Sample(const log::NewRecord& record) {
        log::BatchBuilder builder({});
        builder.add(record);
        batch_ = std::move(builder).finish();
    }

    template <typename Print>
    std::string printed(Print print) const {
        log::RecordReader reader = log::RecordReader::open(batch_);
        auto record = reader.next();
        std::string topic = "trades";
        std::string out;
        print(out,
              kafka::client::ReceivedRecord{topic, 2, log::TimestampType::CreateTime, *record});
        return out;
    }

    std::string by_pattern(std::string_view pattern) const {
        RecordFormat format = RecordFormat::parse(pattern);
        return printed([&](auto& out, const auto& record) { format.append_to(out, record); });
    }

    std::string by_properties(const MessageFormat::Properties& properties) const {
        MessageFormat format = MessageFormat::of(properties);
        return printed([&](auto& out, const auto& record) { format.append_to(out, record); });
    }

private:
    Bytes batch_;
};

const std::vector<log::RecordHeader> two_headers = {{"a", as_bytes("1")}, {"b", std::nullopt}};

Sample full_sample() {
    return Sample(
        {.timestamp = 1500, .key = as_bytes("k"), .value = as_bytes("v"), .headers = two_headers});
}

Sample empty_sample() {
    return Sample({.timestamp = 0});
}

TEST(RecordFormat, prints_every_field_by_its_letter) {
    EXPECT_EQ(full_sample().by_pattern("%t %p %o %T %k %v %h"), "trades 2 0 1500 k v a=1,b=\n");
    EXPECT_EQ(empty_sample().by_pattern("[%k|%v|%h]"), "[||]\n");
}

TEST(RecordFormat, knows_escapes_and_the_percent_sign) {
    EXPECT_EQ(full_sample().by_pattern(R"(100%% %k\t%v\n)"), "100% k\tv\n");
    EXPECT_EQ(full_sample().by_pattern(R"(\\%v)"), "\\v\n");
}

TEST(RecordFormat, refuses_letters_that_mean_nothing) {
    EXPECT_THROW(RecordFormat::parse("%x"), Error);
    EXPECT_THROW(RecordFormat::parse("100%"), Error);
}

TEST(RecordFormat, writes_a_line_of_json_with_the_offset_as_text) {
    EXPECT_EQ(full_sample().printed(append_as_json),
              R"({"topic":"trades","partition":2,"offset":"0",)"
              R"("timestamp":"1970-01-01T00:00:01.500Z","key":"k","value":"v",)"
              R"("headers":[{"key":"a","value":"1"},{"key":"b","value":null}]})"
              "\n");
    EXPECT_EQ(empty_sample().printed(append_as_json),
              R"({"topic":"trades","partition":2,"offset":"0",)"
              R"("timestamp":"1970-01-01T00:00:00.000Z","key":null,"value":null})"
              "\n");
}

TEST(MessageFormat, prints_the_value_alone_unless_asked) {
    EXPECT_EQ(full_sample().by_properties({}), "v\n");
    EXPECT_EQ(empty_sample().by_properties({}), "null\n");
}

TEST(MessageFormat, prints_the_fields_in_the_order_of_apaches_tool) {
    EXPECT_EQ(full_sample().by_properties({{"print.key", "true"},
                                           {"print.timestamp", "true"},
                                           {"print.partition", "true"},
                                           {"print.offset", "true"},
                                           {"print.headers", "true"}}),
              "CreateTime:1500\tPartition:2\tOffset:0\ta:1,b:null\tk\tv\n");
    EXPECT_EQ(empty_sample().by_properties({{"print.key", "true"},
                                            {"print.value", "false"},
                                            {"print.headers", "true"},
                                            {"key.separator", "|"},
                                            {"null.literal", "-"},
                                            {"line.separator", ";"}}),
              "NO_HEADERS|-;");
}

TEST(MessageFormat, decodes_numbers_as_java_writes_them) {
    std::string class_name = "org.apache.kafka.common.serialization.LongDeserializer";
    Sample sample({.timestamp = 0, .value = as_bytes({"\0\0\0\0\0\0\1\2", 8})});

    EXPECT_EQ(sample.by_properties({{"value.deserializer", class_name}}), "258\n");
    EXPECT_THROW(full_sample().by_properties({{"value.deserializer", class_name}}), Error);
    EXPECT_THROW(full_sample().by_properties({{"value.deserializer", "JsonDeserializer"}}), Error);
}

}  // namespace
}  // namespace tarn::cli
