// For tests: the sum of BIGINTs, NULL of none.
#pragma once

#include "sql/aggregates/aggregate.hpp"
#include "sql/values/readers.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {

class TestSum : public Accumulator {
public:
    void add(std::span<const uint32_t> groups, std::span<const Column> arguments) override {
        Reader<int64_t> values(arguments[0]);
        for (size_t i = 0; i < groups.size(); ++i) {
            auto row = static_cast<int64_t>(i);
            if (values.is_null(row)) continue;
            if (groups[i] >= sums_.size()) sums_.resize(groups[i] + 1);
            sums_[groups[i]] = sums_[groups[i]].value_or(0) + values[row];
        }
    }

    Column values(size_t groups) const override {
        Writer<std::optional<int64_t>> writer(simple_type(TypeKind::BigInt),
                                              static_cast<int64_t>(groups));
        for (size_t i = 0; i < groups; ++i) {
            writer.append(i < sums_.size() ? sums_[i] : std::nullopt);
        }
        return writer.finish();
    }

private:
    std::vector<std::optional<int64_t>> sums_;
};

inline AggregateSignature sum_signature() {
    Type type = simple_type(TypeKind::BigInt);
    return {type, {type}, [] { return std::make_unique<TestSum>(); }};
}

inline const Aggregate* test_sum() {
    static const Aggregate sum{"SUM", "SUM(number)", "", "",
                               [](Arguments) { return std::optional(sum_signature()); }};
    return &sum;
}

}  // namespace tarn::sql
