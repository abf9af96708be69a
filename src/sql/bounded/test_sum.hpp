// For tests: SUM of BIGINTs.
#pragma once

#include "sql/aggregates/aggregate.hpp"

namespace tarn::sql {

inline const Aggregate* test_sum() {
    return find_aggregate("SUM");
}

inline AggregateSignature sum_signature() {
    std::vector<Argument> arguments{{simple_type(TypeKind::BigInt)}};
    return test_sum()->resolve(arguments).value();
}

}  // namespace tarn::sql
