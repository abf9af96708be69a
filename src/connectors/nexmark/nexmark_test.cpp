#include <arrow/array/array_binary.h>
#include <arrow/array/array_nested.h>
#include <arrow/array/array_primitive.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "connectors/formats/stored_columns.hpp"
#include "connectors/formats/test_tables.hpp"
#include "connectors/nexmark/nexmark_source.hpp"

namespace tarn::connectors {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;
using testing::MatchesRegex;
using Lines = std::vector<std::string>;

const std::string AllColumns =
    "event_type INT, "
    "person ROW<id BIGINT, name STRING, emailAddress STRING, creditCard STRING, city STRING, "
    "state STRING, `dateTime` TIMESTAMP(3), extra STRING>, "
    "auction ROW<id BIGINT, itemName STRING, description STRING, initialBid BIGINT, "
    "reserve BIGINT, `dateTime` TIMESTAMP(3), expires TIMESTAMP(3), seller BIGINT, "
    "category BIGINT, extra STRING>, "
    "bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, "
    "`dateTime` TIMESTAMP(3), extra STRING>";

class Nexmark : public testing::Test {
protected:
    std::unique_ptr<NexmarkSource> source(const std::string& options,
                                          const std::string& columns = AllColumns,
                                          engine::SourceShare share = {}) {
        std::string with = "'connector' = 'nexmark'" + (options.empty() ? "" : ", " + options);
        auto table = test_table("t (" + columns + ") WITH (" + with + ")");
        asked = asked_columns(source_of(table));
        return std::make_unique<NexmarkSource>(source_of(table), clock, share);
    }

    // To the end, or as many batches as told.
    Lines read(NexmarkSource& source, int batches = 1'000'000, int64_t rows_max = 8'192) {
        Lines lines;
        for (; batches > 0; --batches) {
            auto batch = source.read(rows_max);
            if (!batch) break;
            for (const auto& column : batch->rows.columns) {
                EXPECT_TRUE(column.values->ValidateFull().ok());
            }
            for (std::string& line : lines_of(*batch, asked)) lines.push_back(std::move(line));
        }
        return lines;
    }

    Lines rows(const std::string& options, const std::string& columns = AllColumns) {
        return read(*source(options, columns));
    }

    ManualClock clock{WallTime(std::chrono::milliseconds(1'780'000'000'123))};
    StoredColumns asked;
};

// The numbers of a field of a row, of the events that have it.
std::vector<int64_t> numbers(NexmarkSource& source, const std::string& field) {
    std::vector<int64_t> found;
    while (auto batch = source.read(8'192)) {
        const auto& row = static_cast<const arrow::StructArray&>(*batch->rows.columns[0].values);
        const auto& values = static_cast<const arrow::Int64Array&>(*row.GetFieldByName(field));
        for (int64_t i = 0; i < row.length(); ++i) {
            if (row.IsValid(i)) found.push_back(values.Value(i));
        }
    }
    return found;
}

double average(const std::vector<int64_t>& values) {
    double sum = 0;
    for (int64_t value : values) sum += static_cast<double>(value);
    return sum / static_cast<double>(values.size());
}

TEST_F(Nexmark, gives_turns_of_persons_auctions_and_bids_from_the_third_event_on) {
    std::string kinds;
    for (const std::string& line : rows("'events.num' = '102'", "event_type INT")) {
        kinds += line.back();
    }
    std::string turn = "0111" + std::string(46, '2');
    EXPECT_EQ(kinds, (turn + turn + turn).substr(2, 102));

    kinds.clear();
    std::string proportions =
        "'person.proportion' = '2', 'auction.proportion' = '0', 'bid.proportion' = '1'";
    for (const std::string& line : rows(proportions + ", 'events.num' = '7'", "event_type INT")) {
        kinds += line.back();
    }
    EXPECT_EQ(kinds, "2002002");
}

TEST_F(Nexmark, fills_the_row_of_the_kind_alone) {
    Lines lines = rows("'events.num' = '49', 'first-event.rate' = '1000'");

    EXPECT_THAT(lines[0],
                MatchesRegex("\\+I 1 \\| NULL \\| \\(1001, '[a-z ]*', '[a-z ]*', [0-9]+, [0-9]+, "
                             "2026-01-01 00:00:00.001, 2026-01-01 00:00:0[0-9.]+, 1[0-9]+, "
                             "1[0-4], '[a-z]+'\\) \\| NULL"));
    EXPECT_THAT(lines[2], MatchesRegex("\\+I 2 \\| NULL \\| NULL \\| \\([0-9]+, [0-9]+, [0-9]+, "
                                       "'[A-Za-z0-9-]+', 'https://www.nexmark.com/[a-z_]+/[a-z_]+/"
                                       "[a-z_]+/item.htm\\?query=1[&a-z_=0-9-]*', "
                                       "2026-01-01 00:00:00.003, '[a-z]+'\\)"));
    EXPECT_THAT(lines[48],
                MatchesRegex("\\+I 0 \\| \\(1001, '[A-Z][a-z]+ [A-Z][a-z]+', '[a-z ]*@[a-z ]*.com',"
                             " '[0-9]{4} [0-9]{4} [0-9]{4} [0-9]{4}', '[A-Za-z ]+', '[A-Z]{2}', "
                             "2026-01-01 00:00:00.049, '[a-z]+'\\) \\| NULL \\| NULL"));
}

TEST_F(Nexmark, makes_the_same_events_for_any_number_of_shares) {
    std::string options = "'events.num' = '50000'";
    Lines alone = rows(options);
    Lines together;
    for (int share = 0; share < 3; ++share) {
        for (std::string& line : read(*source(options, AllColumns, {share, 3}))) {
            together.push_back(std::move(line));
        }
    }

    ASSERT_EQ(alone.size(), 50'000u);
    std::ranges::sort(alone);
    std::ranges::sort(together);
    EXPECT_EQ(alone, together);
}

TEST_F(Nexmark, goes_on_with_another_number_of_shares) {
    std::string options = "'events.num' = '50000'";
    Lines alone = rows(options);
    auto left = source(options, AllColumns, {0, 2});
    auto right = source(options, AllColumns, {1, 2});
    Lines together = read(*left, 5, 1'000);
    for (std::string& line : read(*right, 11, 1'000)) together.push_back(std::move(line));
    engine::OperatorState position = left->position();
    position.add(right->position());
    for (int share = 0; share < 3; ++share) {
        auto later = source(options, AllColumns, {share, 3});
        later->seek(position);
        for (std::string& line : read(*later)) together.push_back(std::move(line));
        EXPECT_TRUE(later->is_ended());
    }

    std::ranges::sort(alone);
    std::ranges::sort(together);
    EXPECT_EQ(alone, together);
}

TEST_F(Nexmark, has_the_same_values_in_batches_of_any_size) {
    std::string options = "'events.num' = '300'";
    Lines whole = rows(options);

    auto single = source(options);
    EXPECT_EQ(read(*single, 1'000, 7), whole);
}

TEST_F(Nexmark, names_each_person_and_auction_once) {
    auto persons = source("'events.num' = '50000'", "person ROW<id BIGINT>");
    std::vector<int64_t> ids = numbers(*persons, "id");
    ASSERT_EQ(ids.size(), 1'000u);
    for (size_t i = 0; i < ids.size(); ++i) ASSERT_EQ(ids[i], static_cast<int64_t>(1'001 + i));

    auto auctions = source("'events.num' = '50000'", "auction ROW<id BIGINT>");
    ids = numbers(*auctions, "id");
    ASSERT_EQ(ids.size(), 3'000u);
    for (size_t i = 0; i < ids.size(); ++i) ASSERT_EQ(ids[i], static_cast<int64_t>(1'001 + i));
}

TEST_F(Nexmark, sends_half_of_the_bids_to_hot_auctions) {
    auto bids = source("'events.num' = '500000'", "bid ROW<auction BIGINT>");
    std::vector<int64_t> auctions = numbers(*bids, "auction");

    auto hot = std::ranges::count_if(auctions, [](int64_t id) { return id % 100 == 0; });
    double share = static_cast<double>(hot) / static_cast<double>(auctions.size());
    EXPECT_NEAR(share, 0.505, 0.005);
}

TEST_F(Nexmark, draws_prices_of_all_orders_of_magnitude) {
    auto bids = source("'events.num' = '500000'", "bid ROW<price BIGINT>");
    std::vector<int64_t> prices = numbers(*bids, "price");

    EXPECT_THAT(std::ranges::min(prices), AllOf(Ge(100), Le(101)));
    EXPECT_THAT(std::ranges::max(prices), AllOf(Ge(99'900'000), Le(100'000'000)));
    for (int64_t bound : {1'000, 10'000, 100'000, 1'000'000, 10'000'000}) {
        auto below = std::ranges::count_if(prices, [&](int64_t price) { return price < bound; });
        double share = static_cast<double>(below) / static_cast<double>(prices.size());
        EXPECT_NEAR(share, (std::log10(static_cast<double>(bound)) - 2) / 6, 0.005) << bound;
    }
}

// 2 * 1000 is the first bidder, of the person 1000.
TEST_F(Nexmark, lets_persons_bid_that_are_active_or_come_soon) {
    auto bids = source("'events.num' = '500000'", "bid ROW<bidder BIGINT>");
    std::vector<int64_t> bidders = numbers(*bids, "bidder");

    EXPECT_EQ(std::ranges::min(bidders), 2'000);
    EXPECT_THAT(std::ranges::max(bidders), AllOf(Ge(2'000 + 9'990), Le(2'000 + 10'010)));
    auto hot = std::ranges::count_if(bidders, [](int64_t id) { return id % 100 == 1; });
    double share = static_cast<double>(hot) / static_cast<double>(bidders.size());
    EXPECT_NEAR(share, 0.7525, 0.005);
}

TEST_F(Nexmark, fills_events_up_to_their_average_sizes) {
    auto of = [&](const std::string& columns, const std::string& options) {
        auto bids = source("'events.num' = '50000', " + options, columns);
        std::vector<int64_t> lengths;
        while (auto batch = bids->read(8'192)) {
            const auto& row =
                static_cast<const arrow::StructArray&>(*batch->rows.columns[0].values);
            const auto& texts = static_cast<const arrow::StringArray&>(*row.field(0));
            for (int64_t i = 0; i < row.length(); ++i) {
                if (row.IsValid(i)) lengths.push_back(texts.value_length(i));
            }
        }
        return lengths;
    };

    std::vector<int64_t> lengths = of("bid ROW<extra STRING>", "'bid.avg-size' = '100b'");
    EXPECT_EQ(std::ranges::min(lengths), 54);
    EXPECT_EQ(std::ranges::max(lengths), 81);
    EXPECT_NEAR(average(of("auction ROW<extra STRING>", "'auction.avg-size' = '500'")), 390, 5);
    EXPECT_NEAR(average(of("person ROW<extra STRING>", "'person.avg-size' = '1 kb'")), 955, 10);
    EXPECT_EQ(std::ranges::max(of("bid ROW<extra STRING>", "'bid.avg-size' = '8'")), 0);
}

TEST_F(Nexmark, advances_time_by_its_first_rate) {
    std::string bids_alone =
        "'person.proportion' = '0', 'auction.proportion' = '0', 'events.num' = '4', "
        "'next-event.rate' = '7', 'first-event.rate' = ";
    EXPECT_THAT(rows(bids_alone + "'3'", "bid ROW<`dateTime` TIMESTAMP(3)>"),
                ElementsAre("+I (2026-01-01 00:00:00.333)", "+I (2026-01-01 00:00:00.666)",
                            "+I (2026-01-01 00:00:01)", "+I (2026-01-01 00:00:01.333)"));
}

TEST_F(Nexmark, ends_where_it_is_told_to) {
    EXPECT_EQ(rows("'events.num' = '100', 'stop-at' = '20'", "event_type INT").size(), 20u);
    EXPECT_EQ(rows("'stop-at' = '20'", "event_type INT").size(), 20u);
    auto ending = source("'events.num' = '5'", "event_type INT");
    EXPECT_FALSE(ending->is_ended());
    read(*ending);
    EXPECT_TRUE(ending->is_ended());

    auto staying = source("'events.num' = '5', 'keep-alive' = 'true'", "event_type INT");
    EXPECT_EQ(read(*staying).size(), 5u);
    EXPECT_FALSE(staying->is_ended());
    EXPECT_EQ(read(*source("", "event_type INT"), 9).size(), 9u * 8'192);
}

TEST_F(Nexmark, waits_for_the_time_of_its_events_when_told_to) {
    auto paced = source("'max-emit-speed' = 'false', 'first-event.rate' = '10'", "event_type INT");

    EXPECT_EQ(read(*paced).size(), 1u);
    clock.advance(std::chrono::milliseconds(350));
    EXPECT_EQ(read(*paced).size(), 3u);
    EXPECT_EQ(read(*paced).size(), 0u);
}

TEST_F(Nexmark, makes_a_field_the_same_whatever_else_is_asked_for) {
    auto alone = source("'events.num' = '9000'", "auction ROW<reserve BIGINT, extra STRING>");
    auto among = source("'events.num' = '9000'",
                        "auction ROW<initialBid BIGINT, extra STRING, reserve BIGINT>");
    EXPECT_EQ(numbers(*alone, "reserve"), numbers(*among, "reserve"));
}

TEST_F(Nexmark, leaves_out_the_fields_that_nobody_reads) {
    auto table = test_table("t (" + AllColumns + ") WITH ('events.num' = '4')");
    sql::stream::TableSource some = source_of(table, {{3, 0}});
    some.fields[0] = {"dateTime"};
    NexmarkSource events(some, clock);
    asked = asked_columns(some);

    EXPECT_THAT(read(events),
                ElementsAre("+I NULL | 1", "+I NULL | 1",
                            "+I (NULL, NULL, NULL, NULL, NULL, 2026-01-01 00:00:00, NULL) | 2",
                            "+I (NULL, NULL, NULL, NULL, NULL, 2026-01-01 00:00:00, NULL) | "
                            "2"));
}

TEST_F(Nexmark, refuses_what_events_do_not_have) {
    auto refusal = [&](const std::string& columns, const std::string& options = "") {
        return refusal_of([&] { source(options, columns); });
    };
    EXPECT_EQ(refusal("price BIGINT"),
              "events have no column 'price'; there are: event_type, person, auction, bid");
    EXPECT_EQ(refusal("bid ROW<prize BIGINT>"),
              "events have no field 'bid.prize'; there are: auction, bidder, price, channel, "
              "url, dateTime, extra");
    EXPECT_EQ(refusal("bid ROW<price INT>"), "column 'bid.price' is INT; events have BIGINT there");
    EXPECT_EQ(refusal("event_type STRING"), "column 'event_type' is STRING; events have INT there");
    EXPECT_EQ(refusal("bid ROW<price BIGINT> NOT NULL"),
              "column 'bid' is ROW<`price` BIGINT> NOT NULL; events have a ROW that may be NULL "
              "there");
    EXPECT_EQ(refusal("event_type INT METADATA"), "column 'event_type': nexmark has no metadata");
    EXPECT_THAT(refusal("event_type INT",
                        "'person.proportion' = '0', 'auction.proportion' = '0', "
                        "'bid.proportion' = '0'"),
                HasSubstr("the proportions of persons, auctions and bids are all 0"));
    EXPECT_THAT(refusal("event_type INT", "'first-event.rate' = '0'"),
                HasSubstr("the option 'first-event.rate' is 0, not from 1 to 1000000000"));
}

}  // namespace
}  // namespace tarn::connectors
