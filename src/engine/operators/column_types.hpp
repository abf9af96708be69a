// The types of the columns that an operator has or gives.
#pragma once

#include "sql/plan/plan.hpp"

namespace tarn::engine {

inline std::vector<sql::Type> types_of(const std::vector<sql::PlanColumn>& columns) {
    std::vector<sql::Type> types;
    for (const sql::PlanColumn& column : columns) types.push_back(column.type);
    return types;
}

}  // namespace tarn::engine
