// Random rows, partitioned by every transform, and random conditions: a plan must have each file
// with a row that fulfils the condition, and what it leaves to check must find the same rows.
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include <algorithm>

#include "iceberg/format/column_bounds.hpp"
#include "iceberg/format/single_value.hpp"
#include "iceberg/scan/scan_fixture.hpp"

namespace tarn::iceberg {
namespace {

constexpr int32_t ColumnId = 1;

Value random_value(const Type& type, Random& random) {
    auto small = [&](int64_t range) {
        return static_cast<int64_t>(random.below(range)) - range / 2;
    };
    switch (type.kind) {
        case TypeKind::Date:
            return static_cast<int32_t>(small(100));
        case TypeKind::Int:
            if (random.below(20) == 0) return random.below(2) ? INT32_MAX : INT32_MIN + 100;
            return static_cast<int32_t>(small(100));
        case TypeKind::Long:
            if (random.below(20) == 0) return random.below(2) ? INT64_MAX : INT64_MIN + 100;
            return small(100);
        case TypeKind::TimestampTz:
            return small(100) * 7'000'000'000 + small(4);
        case TypeKind::Decimal:
            return static_cast<Int128>(small(2000));
        case TypeKind::Double: {
            if (random.below(6) == 0) return static_cast<double>(NAN);
            if (random.below(6) == 0) return random.below(2) ? 0.0 : -0.0;
            return static_cast<double>(small(10));
        }
        case TypeKind::String: {
            std::string text;
            for (uint64_t i = random.below(5); i > 0; --i) {
                text += random.below(2) ? "a" : random.below(2) ? "b" : "é";
            }
            return text;
        }
        default:
            return Bytes(random.below(4), static_cast<std::byte>(random.below(3)));
    }
}

struct Case {
    Type type;
    Transform transform;
};

std::vector<Case> cases() {
    std::vector<Case> all;
    for (const Type& type :
         {Type(TypeKind::Int), Type(TypeKind::Long), Type(TypeKind::Date),
          Type(TypeKind::TimestampTz), Type::decimal(9, 2), Type(TypeKind::Double),
          Type(TypeKind::String), Type(TypeKind::Binary)}) {
        for (const Transform& transform :
             {Transform::identity(), Transform::bucket(4), Transform::truncate(3),
              Transform::year(), Transform::month(), Transform::day(), Transform::hour(),
              Transform::nothing()}) {
            if (transform.can_transform(type)) all.push_back({type, transform});
        }
    }
    return all;
}

boost::json::value literal(const Type& type, Random& random) {
    while (true) {
        Value value = random_value(type, random);
        if (!is_nan(value)) return to_json(value, type);
    }
}

Expression random_condition(const Type& type, Random& random, int depth = 0) {
    if (depth < 3 && random.below(3) == 0) {
        std::vector<Expression> children;
        for (int i = 0; i < 2; ++i) children.push_back(random_condition(type, random, depth + 1));
        return random.below(2) ? all_of(std::move(children)) : any_of(std::move(children));
    }
    if (depth < 3 && random.below(4) == 0) return not_of(random_condition(type, random, depth + 1));
    auto first = static_cast<uint64_t>(Operation::IsNull);
    auto operation = static_cast<Operation>(first + random.below(14));
    bool is_prefix = operation == Operation::StartsWith || operation == Operation::NotStartsWith;
    if (is_prefix && type.kind != TypeKind::String) operation = Operation::Equal;
    std::vector<boost::json::value> literals;
    size_t count =
        operation == Operation::In || operation == Operation::NotIn ? random.below(4) : 1;
    for (size_t i = 0; i < count; ++i) literals.push_back(literal(type, random));
    return condition("x", operation, std::move(literals));
}

bool is_true_of(const Filter& filter, const OptionalValue& value) {
    auto child_is = [&](const Filter& child) { return is_true_of(child, value); };
    if (filter.is_leaf()) return is_fulfilled(filter, value);
    if (filter.operation == Operation::And) return std::ranges::all_of(filter.children, child_is);
    if (filter.operation == Operation::Or) return std::ranges::any_of(filter.children, child_is);
    return filter.is_true();
}

// Written without pushing anything down: nothing where it is unknown.
std::optional<bool> truth_of(const Expression& expression, const OptionalValue& value,
                             const Schema& schema) {
    switch (expression.operation) {
        case Operation::And:
        case Operation::Or: {
            bool decisive = expression.operation == Operation::Or;
            std::optional<bool> truth = !decisive;
            for (const Expression& child : expression.children) {
                auto one = truth_of(child, value, schema);
                if (one == decisive) return decisive;
                if (!one) truth = std::nullopt;
            }
            return truth;
        }
        case Operation::Not: {
            auto one = truth_of(expression.children[0], value, schema);
            if (!one) return std::nullopt;
            return !*one;
        }
        default: {
            bool knows_null = expression.operation <= Operation::NotNan;
            bool is_empty = (expression.operation == Operation::In ||
                             expression.operation == Operation::NotIn) &&
                            expression.literals.empty();
            if (!value && !knows_null && !is_empty) return std::nullopt;
            return is_true_of(bind(expression, schema), value);
        }
    }
}

struct Rows {
    PartitionValues partition;
    std::vector<OptionalValue> values;
};

class Pruning : public testing::TestWithParam<Case> {
protected:
    Pruning() : random_(testing::UnitTest::GetInstance()->random_seed() + 11) {}

    std::vector<Rows> random_files() {
        const auto& [type, transform] = GetParam();
        std::vector<Rows> files;
        for (int i = 0; i < 60; ++i) {
            OptionalValue value;
            if (random_.below(6) != 0) value = random_value(type, random_);
            PartitionValues partition{transform.apply(value, type)};
            auto found = std::ranges::find_if(files, [&](const Rows& rows) {
                return is_same(rows.partition[0], partition[0]) && rows.values.size() < 4;
            });
            if (found == files.end()) {
                files.push_back({.partition = partition, .values = {}});
                found = std::prev(files.end());
            }
            found->values.push_back(value);
        }
        return files;
    }

    DataFile described(const Rows& rows, const std::string& path) {
        DataFile file;
        file.path = path;
        file.partition = rows.partition;
        file.record_count = std::ssize(rows.values);
        file.file_bytes = 1;
        if (random_.below(5) != 0) file.metrics = metrics_of(rows);
        return file;
    }

    ColumnMetrics metrics_of(const Rows& rows) {
        ColumnMetrics metrics;
        const Type& type = GetParam().type;
        int64_t nulls = 0;
        int64_t nans = 0;
        std::vector<Value> values;
        for (const OptionalValue& value : rows.values) {
            if (!value) {
                ++nulls;
            } else if (is_nan(*value)) {
                ++nans;
            } else {
                values.push_back(*value);
            }
        }
        metrics.value_counts[ColumnId] = std::ssize(rows.values);
        metrics.null_counts[ColumnId] = nulls;
        if (type.kind == TypeKind::Double) metrics.nan_counts[ColumnId] = nans;
        if (values.empty()) return metrics;
        auto [low, high] = std::ranges::minmax(
            values, [](const Value& a, const Value& b) { return compare(a, b) < 0; });
        Bytes lower = to_bytes(low);
        std::optional<Bytes> upper = to_bytes(high);
        if (type.kind == TypeKind::String) {
            lower = copy_of(as_bytes(*text_lower_bound(as_text(lower), 2)));
            auto cut = text_upper_bound(as_text(*upper), 2);
            upper = cut ? std::optional(copy_of(as_bytes(*cut))) : std::nullopt;
        } else if (type.kind == TypeKind::Binary) {
            lower = binary_lower_bound(lower, 2);
            upper = binary_upper_bound(*upper, 2);
        }
        metrics.lower_bounds[ColumnId] = lower;
        if (upper) metrics.upper_bounds[ColumnId] = *upper;
        return metrics;
    }

    SeededRandom random_;
};

TEST_P(Pruning, never_loses_a_row_and_leaves_the_right_rest) {
    const auto& [type, transform] = GetParam();
    auto schema = Schema::make(0, {{.id = ColumnId, .name = "x", .type = type}});
    ScanFixture fixture(schema, {.fields = {{ColumnId, 1000, "p", transform}}});
    auto files = random_files();
    for (size_t begin = 0; begin < files.size(); begin += 8) {
        std::vector<DataFile> some;
        for (size_t i = begin; i < std::min(begin + 8, files.size()); ++i) {
            some.push_back(described(files[i], fixture.location(std::to_string(i))));
        }
        fixture.append(std::move(some));
    }
    ManifestCache cache(fixture.files());

    int64_t skipped = 0;
    for (int round = 0; round < 150; ++round) {
        Expression wanted = random_condition(type, random_);
        ScanPlan planned = plan(fixture.table(), cache, {.filter = wanted});
        skipped += planned.statistics.files_skipped + planned.statistics.manifests_skipped;
        std::vector<const FileTask*> tasks(files.size());
        for (const FileTask& task : planned.tasks) {
            tasks[std::stoul(task.file.path.substr(task.file.path.rfind('/') + 1))] = &task;
        }
        for (size_t i = 0; i < files.size(); ++i) {
            for (const OptionalValue& value : files[i].values) {
                bool is_wanted = truth_of(wanted, value, *schema) == true;
                bool is_found = tasks[i] && is_true_of(*tasks[i]->residual, value);
                ASSERT_EQ(is_found, is_wanted)
                    << boost::json::serialize(to_json(wanted)) << " of "
                    << (value ? to_text(*value, type) : "null") << " in file " << i
                    << (tasks[i] ? "" : ", which is not in the plan");
            }
        }
    }
    EXPECT_GT(skipped, 0);
}

std::string name_of_case(const testing::TestParamInfo<Case>& info) {
    std::string name = to_text(info.param.type) + "_" + info.param.transform.text();
    std::erase_if(name, [](char c) { return !std::isalnum(static_cast<uint8_t>(c)) && c != '_'; });
    return name;
}

INSTANTIATE_TEST_SUITE_P(Transforms, Pruning, testing::ValuesIn(cases()), name_of_case);

}  // namespace
}  // namespace tarn::iceberg
