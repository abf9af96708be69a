#include "sql/plan/plan.hpp"

namespace tarn::sql {

PlanPtr made(Span span, std::vector<PlanColumn> columns, decltype(Plan::node) node) {
    return std::make_shared<Plan>(Plan{span, std::move(columns), std::move(node)});
}

}  // namespace tarn::sql
