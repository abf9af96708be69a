// The rows that there are when a query has ended, whatever they were on the way.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "engine/job/sink.hpp"
#include "sql/plan/plan.hpp"

namespace tarn::jobs {

class FinalRows final : public engine::Sink {
public:
    explicit FinalRows(const std::vector<sql::PlanColumn>& columns);

    // Throws TooLarge when there are more than fit.
    void write(const engine::ChangeBatch& batch) override;

    // In the order in which they came.
    sql::Batch rows() const;

private:
    void add(std::string_view row);
    void remove(std::string_view row);

    std::vector<sql::Type> types_;
    std::vector<std::string> rows_;  // packed; those that have gone are not alive
    std::vector<bool> is_alive_;
    std::unordered_map<std::string, std::vector<size_t>> places_;  // of equal rows that are
    size_t bytes_ = 0;
};

}  // namespace tarn::jobs
