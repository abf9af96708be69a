#include "sql/bounded/test_tables.hpp"
#include "sql/rewrite/test_plans.hpp"

namespace tarn::sql {
namespace {

class SimpleValues : public testing::Test {
protected:
    // Of an expression over columns of which `k` is known to be 1 and `n` to be NULL.
    std::string simple(const std::string& expression) const {
        std::vector<PlanColumn> columns =
            columns_of("a INT, b INT NOT NULL, p BOOLEAN, q BOOLEAN, k INT NOT NULL, n INT");
        Bound bound = bound_over(columns, expression, session_);
        Bound known = with_replaced(bound, [this](const Bound& part) -> Bound {
            const auto* column = std::get_if<InputColumn>(&part->node);
            bool is_constant = column && column->place >= 4;
            if (!is_constant) return nullptr;
            return bound_over({}, column->place == 4 ? "1" : "CAST(NULL AS INT)", session_);
        });
        Bound result = simplified(known, session_);
        EXPECT_TRUE(result->type == bound->type) << expression;
        return text_of(result);
    }

    Session session_;
};

TEST_F(SimpleValues, OfConstantsAreComputed) {
    EXPECT_EQ(simple("k + 2"), "3");
    EXPECT_EQ(simple("a + (k + 2) * 2"), "+($0, 6)");
    EXPECT_EQ(simple("n = 1"), "NULL:BOOLEAN");
}

TEST_F(SimpleValues, ThatFailDoSoWhenTheyRun) {
    EXPECT_EQ(simple("a + k / (k - 1)"), "+($0, /(1, 0))");
}

TEST_F(SimpleValues, ThatAreDrawnEachTimeStay) {
    EXPECT_EQ(simple("RAND_INTEGER(k)"), "RAND_INTEGER(1)");
}

TEST_F(SimpleValues, OfAndAndOrGoWithoutWhatDecidesNothing) {
    EXPECT_EQ(simple("p AND k = 1"), "$2");
    EXPECT_EQ(simple("p OR k = 2"), "$2");
    EXPECT_EQ(simple("(p AND q) AND (k = 1 AND a > 1)"), "AND($2, $3, >($0, 1))");
    EXPECT_EQ(simple("p AND n = 1"), "AND($2, NULL:BOOLEAN)");
}

TEST_F(SimpleValues, OfAndAndOrAreWhatDecidesThem) {
    EXPECT_EQ(simple("p AND k = 2 AND q"), "FALSE");
    EXPECT_EQ(simple("p OR k = 1 OR q"), "TRUE");
    // For some row this fails before.
    EXPECT_EQ(simple("1 / a > 0 AND k = 2 AND q"), "AND(>(/(1, $0), 0), FALSE)");
}

TEST_F(SimpleValues, ThatAreNegatedTwiceAreThemselves) {
    EXPECT_EQ(simple("NOT (NOT p)"), "$2");
}

TEST_F(SimpleValues, OfCaseHaveOnlyBranchesThatMayBeTaken) {
    EXPECT_EQ(simple("CASE WHEN k = 2 THEN 7 WHEN a > 1 THEN 8 WHEN k = 1 THEN 9 END"),
              "CASE(>($0, 1), 8, 9)");
    EXPECT_EQ(simple("CASE WHEN n = 1 THEN 7 ELSE a END"), "$0");
    EXPECT_EQ(simple("CASE k WHEN 1 THEN a ELSE b END"), "$0");
}

TEST_F(SimpleValues, OfCoalesceEndWithTheFirstThatIsKnown) {
    EXPECT_EQ(simple("COALESCE(n, a, b, 3)"), "COALESCE($0, $1)");
    EXPECT_EQ(simple("COALESCE(n, b, a)"), "$1");
    EXPECT_EQ(simple("COALESCE(n, n)"), "NULL:INT");
}

}  // namespace
}  // namespace tarn::sql
