// For tests: what an aggregate makes of values that are written in SQL.
#pragma once

#include <arrow/array/concatenate.h>
#include <arrow/array/util.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <gtest/gtest.h>

#include "columns/arrow_result.hpp"
#include "sql/aggregates/aggregate.hpp"
#include "sql/expressions/answer.hpp"
#include "sql/types/named_type.hpp"
#include "sql/values/arrow_types.hpp"

namespace tarn::sql {

using Texts = std::vector<std::string>;

// "1", "NULL", "ARRAY[1, 2]", each cast to the type.
inline Column written_column(const Type& type, const Texts& values) {
    arrow::ArrayVector arrays{columns::or_throw(arrow::MakeEmptyArray(arrow_type(type)))};
    for (const std::string& value : values) {
        Bound meaning = bound("CAST(" + value + " AS " + text_of(type.or_null()) + ")");
        arrays.push_back(spread(evaluate(meaning, {{}, 1}, Session()), 1));
    }
    return {columns::or_throw(arrow::Concatenate(arrays))};
}

inline Column written_constant(const Type& type, const std::string& value) {
    return {written_column(type, {value}).values, true};
}

// One call, and the rows that were added to it.
class AggregateTest {
public:
    AggregateTest(const AggregateResolver& resolve, std::vector<Argument> arguments)
        : AggregateTest(resolve(arguments), AggregateInput::Inserts) {}

    AggregateTest(std::optional<AggregateSignature> signature, AggregateInput input)
        : signature_(std::move(signature)) {
        if (signature_) accumulator_ = signature_->accumulator(input);
    }

    bool is_refused() const { return !signature_; }

    void add(const std::vector<uint32_t>& groups, const Columns& columns) {
        accumulator_->add(groups, columns);
    }

    void retract(const std::vector<uint32_t>& groups, const Columns& columns) {
        accumulator_->retract(groups, columns);
    }

    // Takes over what another has of the first groups.
    void merge(const AggregateTest& other, size_t groups) {
        accumulator_->merge(all_groups(groups), other.accumulator_->states(all_groups(groups)));
    }

    // "INT: 4 | NULL" for the first groups.
    std::string values(size_t groups) const {
        Column column = accumulator_->values(all_groups(groups));
        Texts texts;
        for (size_t group = 0; group < groups; ++group) {
            texts.push_back(
                value_text(signature_->result, *column.values, static_cast<int64_t>(group)));
        }
        EXPECT_TRUE(column.values->ValidateFull().ok());
        return fmt::format("{}: {}", text_of(signature_->result), fmt::join(texts, " | "));
    }

private:
    std::optional<AggregateSignature> signature_;
    AccumulatorPtr accumulator_;
};

// Of one group with all of the values; "refused", or "error: …".
inline std::string answer(const AggregateResolver& resolve, const std::string& type,
                          const Texts& values) {
    Type of_values = named(type);
    AggregateTest test(resolve, {{of_values}});
    if (test.is_refused()) return "refused";
    try {
        test.add(std::vector<uint32_t>(values.size()), {written_column(of_values, values)});
        return test.values(1);
    } catch (const RowError& error) {
        return std::string("error: ") + error.what();
    }
}

inline std::string answer(const std::string& name, const std::string& type, const Texts& values) {
    return answer(find_aggregate(name)->resolve, type, values);
}

// With a second argument that is a constant.
inline std::string answer_with(const std::string& name, const std::string& type,
                               const Texts& values, const std::string& constant_type,
                               const std::string& constant) {
    Type of_values = named(type);
    Type of_constant = named(constant_type);
    Column written = written_constant(of_constant, constant);
    AggregateTest test(find_aggregate(name)->resolve, {{of_values}, {of_constant, &written}});
    if (test.is_refused()) return "refused";
    try {
        test.add(std::vector<uint32_t>(values.size()),
                 {written_column(of_values, values), written});
        return test.values(1);
    } catch (const RowError& error) {
        return std::string("error: ") + error.what();
    }
}

}  // namespace tarn::sql
