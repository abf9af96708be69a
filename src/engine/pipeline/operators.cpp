#include "engine/pipeline/operators.hpp"

#include "base/error.hpp"
#include "engine/aggregation/aggregation.hpp"
#include "engine/changes/change_operators.hpp"
#include "engine/joins/joins.hpp"
#include "engine/operators/row_operators.hpp"
#include "engine/operators/watermark_assigner.hpp"
#include "engine/patterns/pattern_operators.hpp"
#include "engine/ranks/rank_operators.hpp"
#include "engine/windows/window_operators.hpp"

namespace tarn::engine {
namespace {

OperatorPtr made(const sql::stream::TableSource&, const sql::StreamPlan&, const JobContext&) {
    return nullptr;
}

OperatorPtr made(const sql::stream::Constants&, const sql::StreamPlan&, const JobContext&) {
    return nullptr;
}

OperatorPtr made(const sql::stream::WatermarkAssigner& step, const sql::StreamPlan&,
                 const JobContext& job) {
    return std::make_unique<WatermarkAssigner>(step, job);
}

template <typename Step>
OperatorPtr made(const Step&, const sql::StreamPlan& plan, const JobContext&) {
    throw Error(ErrorCode::InvalidInput, "{} does not run yet", sql::name_of(plan));
}

}  // namespace

bool has_operator(const sql::StreamPlan& plan) {
    return !std::holds_alternative<sql::stream::TableSource>(plan.node) &&
           !std::holds_alternative<sql::stream::Constants>(plan.node);
}

OperatorPtr operator_of(const sql::StreamPlan& plan, const JobContext& job) {
    return std::visit([&](const auto& step) { return made(step, plan, job); }, plan.node);
}

std::vector<sql::StreamPlanPtr> fed_inputs(const sql::StreamPlan& plan) {
    if (const auto* join = std::get_if<sql::stream::LookupJoin>(&plan.node)) return {join->left};
    return sql::inputs_of(plan);
}

}  // namespace tarn::engine
