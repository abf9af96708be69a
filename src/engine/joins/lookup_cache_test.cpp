#include "engine/joins/lookup_cache.hpp"

#include <gmock/gmock.h>

#include "sql/bounded/test_tables.hpp"
#include "sql/values/readers.hpp"

namespace tarn::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

// A table of numbers with their names, some of which have several, under a cache.
class LookupCache : public testing::Test {
protected:
    void open(const LookupCacheSettings& settings) {
        cache_.emplace(std::make_unique<Names>(*this),
                       std::vector{columns_[0].type, columns_[1].type}, settings, clock);
    }

    // "1 a, 2 b", sorted; for each key in `keys` its rows.
    std::string asked(const std::vector<std::string>& keys) {
        Lookup::Found found = cache_->rows_for(sql::rows_of_text({columns_[0]}, keys, {}));
        std::vector<std::string> lines = sql::lines_of(found.rows, columns_);
        for (size_t i = 0; i < lines.size(); ++i) {
            EXPECT_TRUE(lines[i].starts_with(keys[static_cast<size_t>(found.keys[i])])) << lines[i];
        }
        std::ranges::sort(lines);
        return fmt::format("{}", fmt::join(lines, ", "));
    }
    std::vector<int64_t> questions() { return std::exchange(questions_, {}); }
    int64_t rows_kept() const { return cache_->rows_kept(); }

    ManualClock clock{WallTime(std::chrono::seconds(1'780'000'000))};

private:
    // Key n has n % 3 rows.
    struct Names final : Lookup {
        explicit Names(LookupCache& test) : test(test) {}

        Found rows_for(const sql::Batch& keys) override {
            test.questions_.push_back(keys.rows);
            sql::Reader<int32_t> numbers(keys.columns[0]);
            std::vector<std::string> rows;
            Found found;
            for (int64_t key = 0; key < keys.rows; ++key) {
                for (int i = 0; i < numbers[key] % 3; ++i) {
                    rows.push_back(fmt::format("{}, '{}'", numbers[key], i));
                    found.keys.push_back(key);
                }
            }
            found.rows = sql::rows_of_text(test.columns_, rows, {});
            return found;
        }

        LookupCache& test;
    };

    std::vector<sql::PlanColumn> columns_ = sql::columns_of("n INT, name STRING");
    std::vector<int64_t> questions_;
    std::optional<CachedLookup> cache_;
};

TEST_F(LookupCache, asks_only_for_keys_that_it_does_not_have) {
    open({});

    EXPECT_EQ(asked({"1", "2", "3"}), "1 | '0', 2 | '0', 2 | '1'");
    EXPECT_EQ(asked({"4", "2", "3", "1"}), "1 | '0', 2 | '0', 2 | '1', 4 | '0'");
    EXPECT_EQ(asked({"3"}), "");
    EXPECT_THAT(questions(), ElementsAre(3, 1));
}

TEST_F(LookupCache, asks_again_for_missing_keys_where_they_are_not_kept) {
    open({.keeps_missing_keys = false});

    asked({"1", "3"});
    asked({"1", "3"});
    EXPECT_THAT(questions(), ElementsAre(2, 1));
}

TEST_F(LookupCache, forgets_what_was_written_long_ago) {
    open({.expire_after_write = 10s});

    asked({"1"});
    clock.advance(6s);
    asked({"1", "2"});
    EXPECT_THAT(questions(), ElementsAre(1, 1));
    clock.advance(4s);
    EXPECT_EQ(asked({"1", "2"}), "1 | '0', 2 | '0', 2 | '1'");
    EXPECT_THAT(questions(), ElementsAre(1));
}

TEST_F(LookupCache, forgets_what_nobody_asks_for) {
    open({.expire_after_access = 10s});

    asked({"1", "2"});
    clock.advance(6s);
    asked({"1"});
    clock.advance(6s);
    EXPECT_THAT(questions(), ElementsAre(2));
    asked({"1", "2"});
    EXPECT_THAT(questions(), ElementsAre(1));
    EXPECT_EQ(rows_kept(), 3);
}

TEST_F(LookupCache, keeps_no_more_rows_than_it_may) {
    open({.rows_max = 4});

    asked({"1", "2", "3"});
    EXPECT_EQ(rows_kept(), 4);
    asked({"1"});
    asked({"4"});  // 2 goes, which was not asked for since
    EXPECT_EQ(rows_kept(), 3);
    questions();
    asked({"1", "3", "4"});
    EXPECT_THAT(questions(), IsEmpty());
    asked({"2"});
    EXPECT_THAT(questions(), ElementsAre(1));
}

TEST_F(LookupCache, answers_what_does_not_fit_all_the_same) {
    open({.rows_max = 1});

    EXPECT_EQ(asked({"2", "5"}), "2 | '0', 2 | '1', 5 | '0', 5 | '1'");
    EXPECT_EQ(rows_kept(), 0);
}

}  // namespace
}  // namespace tarn::engine
