#include "sql/rewrite/test_plans.hpp"

namespace tarn::sql {
namespace {

class UnseenOrders : public TestPlans {
protected:
    std::string ordered_text(const std::string& sql) const {
        return text(without_unseen_orders(plan(sql)));
    }
};

TEST_F(UnseenOrders, GoBelowOtherSteps) {
    EXPECT_EQ(ordered_text("SELECT s FROM (SELECT a, s FROM t ORDER BY a) WHERE a > 1"), R"(
LogicalProject(s=[$1])
+- LogicalFilter(condition=[>($0, 1)])
   +- LogicalProject(a=[$0], s=[$2])
      +- LogicalTableScan(table=[[t]])
)");
}

TEST_F(UnseenOrders, OfTheWholeAreSeen) {
    EXPECT_EQ(ordered_text("SELECT s FROM t ORDER BY a"), R"(
LogicalProject(s=[$0])
+- LogicalSort(sort0=[$1], dir0=[ASC-nulls-first])
   +- LogicalProject(s=[$2], $s0=[$0])
      +- LogicalTableScan(table=[[t]])
)");
}

TEST_F(UnseenOrders, TellALimitWhichRowsAreTheFirst) {
    EXPECT_EQ(ordered_text("SELECT COUNT(*) AS n FROM (SELECT a FROM t ORDER BY a LIMIT 3)"), R"(
LogicalProject(n=[$0])
+- LogicalAggregate(group=[{}], $f0=[COUNT()])
   +- LogicalProject()
      +- LogicalSort(sort0=[$0], dir0=[ASC-nulls-first], fetch=[3])
         +- LogicalProject(a=[$0])
            +- LogicalTableScan(table=[[t]])
)");
}

}  // namespace
}  // namespace tarn::sql
