#include "jobs/job_operators.hpp"

#include <fmt/format.h>

#include <map>

#include "engine/pipeline/operators.hpp"
#include "sql/stream/explain.hpp"

namespace tarn::jobs {
namespace {

namespace stream = sql::stream;

// "Source: trades", "Sink: totals", else as EXPLAIN calls it.
std::string shown_name(const sql::StreamPlan& plan) {
    if (const auto* source = std::get_if<stream::TableSource>(&plan.node)) {
        return fmt::format("Source: {}", source->table->path.name);
    }
    if (const auto* sink = std::get_if<stream::Sink>(&plan.node)) {
        return fmt::format("Sink: {}", sink->table->path.name);
    }
    return name_of(plan);
}

class OperatorList {
public:
    size_t place_of(const sql::StreamPlan& plan) {
        auto found = places_.find(&plan);
        if (found != places_.end()) return found->second;
        JobOperator added{.name = shown_name(plan),
                          .text = explained_operator(plan),
                          .is_source = std::holds_alternative<stream::TableSource>(plan.node)};
        for (const sql::StreamPlanPtr& input : engine::fed_inputs(plan)) {
            added.inputs.push_back(place_of(*input));
        }
        operators_.push_back(std::move(added));
        places_.emplace(&plan, operators_.size() - 1);
        return operators_.size() - 1;
    }

    std::vector<JobOperator> take() { return std::move(operators_); }

private:
    std::map<const sql::StreamPlan*, size_t> places_;
    std::vector<JobOperator> operators_;
};

}  // namespace

std::vector<JobOperator> operators_of(const std::vector<sql::StreamPlanPtr>& inserts) {
    OperatorList list;
    for (const sql::StreamPlanPtr& insert : inserts) list.place_of(*insert);
    return list.take();
}

}  // namespace tarn::jobs
