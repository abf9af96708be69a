#include "sql/plan/walk.hpp"
#include "sql/rewrite/test_plans.hpp"

namespace tarn::sql {
namespace {

class SharedParts : public TestPlans {
protected:
    // Whether both sides of a join come to be the same plan.
    bool are_shared(const std::string& left, const std::string& right) const {
        PlanPtr whole = plan(fmt::format("SELECT 1 FROM ({}) CROSS JOIN ({})", left, right));
        PlanPtr shared = with_shared_parts({whole}).front();
        check(*shared);
        while (inputs_of(*shared).size() == 1) shared = inputs_of(*shared)[0];
        return inputs_of(*shared)[0] == inputs_of(*shared)[1];
    }
};

TEST_F(SharedParts, AreTheSameStepByStep) {
    EXPECT_TRUE(are_shared("SELECT a FROM t WHERE b > 1", "SELECT a FROM t WHERE b > 1"));
    EXPECT_TRUE(
        are_shared("SELECT SUM(a) AS n FROM t GROUP BY s", "SELECT SUM(a) AS n FROM t GROUP BY s"));
    EXPECT_TRUE(are_shared("VALUES (1, 'a'), (2, 'b')", "VALUES (1, 'a'), (2, 'b')"));
    EXPECT_TRUE(are_shared("SELECT a FROM t UNION ALL SELECT k FROM w",
                           "SELECT a FROM t UNION ALL SELECT k FROM w"));
}

TEST_F(SharedParts, DifferInNothing) {
    EXPECT_FALSE(are_shared("SELECT a FROM t WHERE b > 1", "SELECT a FROM t WHERE b > 2"));
    EXPECT_FALSE(
        are_shared("SELECT a FROM t WHERE s IS NULL", "SELECT a FROM t WHERE s IS NOT NULL"));
    EXPECT_FALSE(are_shared("SELECT c FROM u", "SELECT a FROM t"));
    EXPECT_FALSE(are_shared("SELECT SUM(a) AS n FROM t", "SELECT SUM(DISTINCT a) AS n FROM t"));
    EXPECT_FALSE(are_shared("SELECT ARRAY_AGG(a) OVER () AS n FROM t",
                            "SELECT ARRAY_AGG(a) IGNORE NULLS OVER () AS n FROM t"));
    EXPECT_FALSE(are_shared("SELECT a FROM t ORDER BY a LIMIT 3",
                            "SELECT a FROM t ORDER BY a DESC LIMIT 3"));
    EXPECT_FALSE(are_shared("SELECT a FROM t", "SELECT a FROM t /*+ OPTIONS('x' = 'y') */"));
    EXPECT_FALSE(
        are_shared("SELECT a FROM t",
                   "SELECT a FROM t FOR SYSTEM_TIME AS OF TIMESTAMP '2024-01-01 00:00:00'"));
}

TEST_F(SharedParts, AreNotDrawnOnceForTwo) {
    EXPECT_FALSE(are_shared("SELECT RAND() AS x FROM t", "SELECT RAND() AS x FROM t"));
    PlanPtr twice = plan("WITH r AS (SELECT RAND() AS x FROM t) SELECT 1 FROM r, r AS r2");
    PlanPtr apart = with_shared_parts({twice}).front();
    PlanPtr join = inputs_of(*apart)[0];

    EXPECT_NE(inputs_of(*join)[0], inputs_of(*join)[1]);
}

TEST_F(SharedParts, AreThoseOfSeveralStatementsToo) {
    std::vector<PlanPtr> plans = rewritten(
        {plan("SELECT a FROM t WHERE b > 1"), plan("SELECT a + 1 AS x FROM t WHERE b > 1")},
        session_);

    EXPECT_EQ(inputs_of(*plans[0])[0], inputs_of(*plans[1])[0]);
}

}  // namespace
}  // namespace tarn::sql
