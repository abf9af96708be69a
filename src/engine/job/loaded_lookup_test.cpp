#include "engine/job/loaded_lookup.hpp"

#include <gmock/gmock.h>

#include "sql/bounded/test_tables.hpp"

namespace tarn::engine {
namespace {

using testing::UnorderedElementsAre;
using namespace std::chrono_literals;

// A table of numbers and names, read two rows at a time.
class LoadedLookups : public testing::Test {
protected:
    std::vector<std::string> asked(const std::vector<std::string>& keys) {
        Lookup::Found found = lookup_.rows_for(sql::rows_of_text({columns_[0]}, keys, {}));
        std::vector<std::string> lines = sql::lines_of(found.rows, columns_);
        for (size_t i = 0; i < lines.size(); ++i) {
            EXPECT_TRUE(lines[i].starts_with(keys[static_cast<size_t>(found.keys[i])])) << lines[i];
        }
        return lines;
    }

    ManualClock clock{WallTime(1s)};
    std::vector<std::string> rows{"1, 'a'", "2, 'b'", "1, 'c'", "NULL, 'd'", "3, NULL"};
    int times_read = 0;

private:
    struct Table final : Source {
        explicit Table(LoadedLookups& test) : test(test) { ++test.times_read; }

        std::vector<int32_t> partitions() override { return {0}; }
        std::optional<ChangeBatch> read(int64_t) override {
            size_t end = std::min(begin + 2, test.rows.size());
            std::vector<std::string> next(test.rows.begin() + static_cast<std::ptrdiff_t>(begin),
                                          test.rows.begin() + static_cast<std::ptrdiff_t>(end));
            begin = end;
            return ChangeBatch{sql::rows_of_text(test.columns_, next, {})};
        }
        bool is_ended() const override { return begin == test.rows.size(); }
        OperatorState position() const override { return {}; }
        void seek(const OperatorState&) override {}

        LoadedLookups& test;
        size_t begin = 0;
    };

    std::vector<sql::PlanColumn> columns_ = sql::columns_of("n INT, name STRING");
    LoadedLookup lookup_{[this] { return std::make_unique<Table>(*this); },
                         {columns_[0].type, columns_[1].type},
                         {0},
                         10s,
                         clock};
};

TEST_F(LoadedLookups, find_all_rows_of_a_key) {
    EXPECT_THAT(asked({"3", "1", "7"}), UnorderedElementsAre("1 | 'a'", "1 | 'c'", "3 | NULL"));
    EXPECT_THAT(asked({"2"}), UnorderedElementsAre("2 | 'b'"));
    EXPECT_EQ(times_read, 1);
}

TEST_F(LoadedLookups, read_the_table_anew_when_its_rows_are_too_old) {
    asked({"2"});
    rows = {"2, 'new'"};
    clock.advance(9s);
    EXPECT_THAT(asked({"2"}), UnorderedElementsAre("2 | 'b'"));
    clock.advance(1s);

    EXPECT_THAT(asked({"1", "2"}), UnorderedElementsAre("2 | 'new'"));
    EXPECT_EQ(times_read, 2);
}

}  // namespace
}  // namespace tarn::engine
