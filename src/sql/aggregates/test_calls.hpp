// For tests: calls of every aggregate with arguments of every type that it takes, and rows for
// them.
#pragma once

#include <random>

#include "sql/aggregates/answer.hpp"
#include "sql/aggregates/distinct_accumulator.hpp"
#include "sql/aggregates/groups.hpp"

namespace tarn::sql {

// Values of a type, as they are written in SQL. Sums of the numbers are exact in any order.
struct TestType {
    std::string name;
    Texts values;
};

inline const std::vector<TestType>& test_types() {
    static const Texts integers{"1", "2", "-3", "7", "NULL"};
    static const Texts reals{"0.5e0", "2e0", "-3.25e0", "16e0", "NULL"};
    static const Texts texts{"'b'", "'a'", "''", "'a text that is longer than others'", "NULL"};
    static const std::vector<TestType> types{
        {"BOOLEAN", {"TRUE", "FALSE", "NULL"}},
        {"TINYINT", integers},
        {"SMALLINT", integers},
        {"INT", integers},
        {"BIGINT", integers},
        {"FLOAT", reals},
        {"DOUBLE", reals},
        {"DECIMAL(10, 2)", {"1.5", "-0.25", "3", "NULL"}},
        {"CHAR(3)", {"'a'", "'abc'", "NULL"}},
        {"STRING", texts},
        {"BYTES", {"X'00FF'", "X''", "NULL"}},
        {"DATE", {"DATE '2024-01-02'", "DATE '1969-12-31'", "NULL"}},
        {"TIME(0)", {"TIME '10:00:00'", "TIME '09:00:00'", "NULL"}},
        {"TIMESTAMP(3)", {"TIMESTAMP '2024-01-01 10:00:00.123'", "NULL"}},
        {"TIMESTAMP(9)", {"TIMESTAMP '2024-01-01 10:00:00.123456789'", "NULL"}},
        {"TIMESTAMP_LTZ(3)", {"TO_TIMESTAMP_LTZ(0, 3)", "TO_TIMESTAMP_LTZ(1700000000000, 3)"}},
        {"INTERVAL DAY TO SECOND(3)", {"INTERVAL '1' DAY", "INTERVAL '2' HOUR", "NULL"}},
        {"ARRAY<INT>", {"ARRAY[1, 2]", "ARRAY[1]", "ARRAY[CAST(NULL AS INT)]", "NULL"}},
        {"MAP<STRING, INT>", {"MAP['a', 1, 'b', 2]", "MAP['b', 2, 'a', 1]", "NULL"}},
        {"ROW<a INT, b STRING>", {"ROW(1, 'x')", "ROW(CAST(NULL AS INT), '')", "NULL"}},
        {"ARRAY<ROW<a BOOLEAN, b DOUBLE>>", {"ARRAY[ROW(TRUE, 1.5e0)]", "NULL"}},
    };
    return types;
}

struct TestCall {
    std::string title;
    AggregateSignature signature;
    Columns pools;  // of each argument the values that it may have, or its constant
    bool has_unique_rows = false;
    bool has_single_rows = false;
    // What it gives depends on the order in which the rows came.
    bool has_order = false;
};

// Rows of some groups, and their arguments.
struct TestRows {
    std::vector<uint32_t> groups;
    Columns arguments;
};

constexpr size_t TestGroups = 5;

// Random ones, always the same for a seed; seeds differ in unique and in single rows.
inline TestRows test_rows(const TestCall& call, uint32_t seed) {
    constexpr size_t Rows = 23;
    std::minstd_rand random(seed);
    TestRows rows;
    for (size_t row = 0; row < Rows; ++row) {
        rows.groups.push_back(static_cast<uint32_t>(random() % (TestGroups - 1)));
    }
    if (call.has_single_rows) rows.groups = {seed % 2, 2 + seed % 2};
    for (const Column& pool : call.pools) {
        std::vector<int64_t> places;
        for (size_t row = 0; row < rows.groups.size(); ++row) {
            auto values = static_cast<uint32_t>(pool.values->length());
            places.push_back(random() % values);
        }
        rows.arguments.push_back(taken(pool, places));
    }
    if (call.has_unique_rows) {
        Texts keys;
        for (size_t row = 0; row < rows.groups.size(); ++row) {
            keys.push_back(fmt::format("'{} of {}'", row, seed));
        }
        rows.arguments[0] = written_column(call.signature.arguments[0], keys);
    }
    return rows;
}

inline void add_call(std::vector<TestCall>& calls, TestCall call) {
    TestCall with_distinct = call;
    with_distinct.title = "DISTINCT " + call.title;
    with_distinct.signature = distinct(call.signature);
    calls.push_back(std::move(call));
    if (!with_distinct.pools.empty()) calls.push_back(std::move(with_distinct));
}

inline bool has_order(std::string_view name) {
    return name == "FIRST_VALUE" || name == "LAST_VALUE" || name == "LISTAGG" ||
           name == "ARRAY_AGG" || name == "JSON_ARRAYAGG";
}

// With one argument, and those that take more with a second one too.
inline void add_calls(std::vector<TestCall>& calls, const Aggregate& aggregate,
                      const TestType& test_type) {
    Type type = named(test_type.name);
    Column pool = written_column(type, test_type.values);
    std::string title = fmt::format("{}({})", aggregate.name, test_type.name);
    bool is_single = aggregate.name == "SINGLE_VALUE";
    auto add = [&](std::vector<Argument> arguments, Columns pools, bool is_unique = false) {
        if (auto signature = aggregate.resolve(arguments)) {
            add_call(calls, {title, *signature, std::move(pools), is_unique, is_single,
                             has_order(aggregate.name)});
        }
    };
    Type text = named("STRING");
    Type number = named("DOUBLE");
    Column separator = written_constant(text, "'; '");
    Column half = written_constant(number, "0.5");
    add({{type}}, {pool});
    if (aggregate.name == "COUNT") add({{type}, {type}}, {pool, pool});
    if (aggregate.name == "LISTAGG") add({{type}, {text, &separator}}, {pool, separator});
    if (aggregate.name == "JSON_OBJECTAGG") add({{text}, {type}}, {pool, pool}, true);
    if (aggregate.name == "PERCENTILE" && test_type.name == "DOUBLE") {
        add({{type}, {number, &half}}, {pool, half});
        Type times = named("BIGINT");
        add({{type}, {number, &half}, {times}},
            {pool, half, written_column(times, {"1", "2", "0", "NULL"})});
    }
}

inline std::vector<TestCall> test_calls() {
    std::vector<TestCall> calls;
    std::vector<const Aggregate*> aggregates{find_aggregate("SINGLE_VALUE")};
    for (const Aggregate& each : all_aggregates()) aggregates.push_back(&each);
    for (const Aggregate* aggregate : aggregates) {
        for (const TestType& type : test_types()) add_calls(calls, *aggregate, type);
    }
    add_call(calls, {"COUNT()", *find_aggregate("COUNT")->resolve({}), {}});
    return calls;
}

}  // namespace tarn::sql
