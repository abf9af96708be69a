#include "iceberg/format/transform.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "iceberg/format/single_value.hpp"

namespace tarn::iceberg {
namespace {

Value value_of(const char* json_text, const Type& type) {
    return from_json(boost::json::string(json_text), type, "test");
}

int32_t number(const OptionalValue& value) {
    return std::get<int32_t>(value.value());
}

int32_t day_of(const char* date) {
    return number(Transform::day().apply(value_of(date, TypeKind::Timestamp), TypeKind::Timestamp));
}

// The numbers that the specification gives.
TEST(BucketHash, is_that_of_every_other_implementation) {
    EXPECT_EQ(bucket_hash(int32_t{34}, TypeKind::Int), 2017239379);
    EXPECT_EQ(bucket_hash(int64_t{34}, TypeKind::Long), 2017239379);
    EXPECT_EQ(bucket_hash(int64_t{-1}, TypeKind::Long), 1651860712);
    EXPECT_EQ(bucket_hash(std::string("iceberg"), TypeKind::String), 1210000089);
    EXPECT_EQ(bucket_hash(std::string(), TypeKind::String), 0);
    EXPECT_EQ(bucket_hash(Int128{1420}, Type::decimal(9, 2)), -500754589);
    EXPECT_EQ(bucket_hash(value_of("2017-11-16", TypeKind::Date), TypeKind::Date), -653330422);
    EXPECT_EQ(bucket_hash(value_of("22:31:08", TypeKind::Time), TypeKind::Time), -662762989);
    for (TypeKind kind : {TypeKind::Timestamp, TypeKind::TimestampNs}) {
        EXPECT_EQ(bucket_hash(value_of("2017-11-16T22:31:08", kind), kind), -2047944441);
        EXPECT_EQ(bucket_hash(value_of("2017-11-16T22:31:08.000001", kind), kind), -1207196810);
    }
    Type uuid(TypeKind::Uuid);
    EXPECT_EQ(bucket_hash(value_of("f79c3e09-677c-4bbd-a479-3f349cb785e7", uuid), uuid),
              1488055340);
    EXPECT_EQ(bucket_hash(value_of("00010203", TypeKind::Binary), TypeKind::Binary), -188683207);
}

TEST(Transform, draws_buckets_from_the_hash) {
    Transform bucket = Transform::parse("bucket[16]");
    const std::pair<int64_t, int32_t> cases[] = {{0, 12}, {1, 4}, {-1, 8}, {34, 3}, {100, 0}};
    for (auto [key, expected] : cases) {
        EXPECT_EQ(number(bucket.apply(Value(key), TypeKind::Long)), expected) << key;
    }
}

TEST(Transform, truncates_numbers_downwards) {
    Transform truncate = Transform::parse("truncate[10]");
    EXPECT_EQ(number(truncate.apply(Value(int32_t{1}), TypeKind::Int)), 0);
    EXPECT_EQ(number(truncate.apply(Value(int32_t{-1}), TypeKind::Int)), -10);
    EXPECT_EQ(std::get<int64_t>(*truncate.apply(Value(int64_t{-10}), TypeKind::Long)), -10);
    EXPECT_EQ(std::get<Int128>(*truncate.apply(Value(Int128{-5}), Type::decimal(4, 2))), -10);
    EXPECT_EQ(std::get<Int128>(*truncate.apply(Value(Int128{1065}), Type::decimal(4, 2))), 1060);
}

TEST(Transform, truncates_text_by_code_points) {
    Transform truncate = Transform::parse("truncate[3]");
    auto text = [&](const char* from) {
        return std::get<std::string>(*truncate.apply(Value(std::string(from)), TypeKind::String));
    };
    EXPECT_EQ(text("iceberg"), "ice");
    EXPECT_EQ(text("äöüß"), "äöü");
    EXPECT_EQ(text("🙂🙂🙂🙂"), "🙂🙂🙂");
    EXPECT_EQ(text("ab"), "ab");
    EXPECT_EQ(text(""), "");
}

TEST(Transform, rounds_times_before_1970_down) {
    EXPECT_EQ(day_of("1970-01-01T00:00:00"), 0);
    EXPECT_EQ(day_of("1969-12-31T23:59:59.999999"), -1);
    EXPECT_EQ(day_of("1969-12-31T00:00:00"), -1);
    Type type(TypeKind::Timestamp);
    Value last = value_of("1969-12-31T23:59:59.999999", type);
    EXPECT_EQ(number(Transform::hour().apply(last, type)), -1);
    EXPECT_EQ(number(Transform::month().apply(last, type)), -1);
    EXPECT_EQ(number(Transform::year().apply(last, type)), -1);
}

TEST(Transform, takes_years_to_hours_from_dates_and_timestamps) {
    Type date(TypeKind::Date);
    Value day = value_of("2017-11-16", date);
    EXPECT_EQ(number(Transform::year().apply(day, date)), 47);
    EXPECT_EQ(number(Transform::month().apply(day, date)), 574);
    EXPECT_EQ(number(Transform::day().apply(day, date)), 17486);
    for (TypeKind kind : {TypeKind::TimestampTz, TypeKind::TimestampTzNs}) {
        Value instant = value_of("2017-11-16T22:31:08+00:00", kind);
        EXPECT_EQ(number(Transform::hour().apply(instant, kind)), 419'686);
        EXPECT_EQ(number(Transform::month().apply(instant, kind)), 574);
    }
}

TEST(Transform, knows_the_years_of_any_instant) {
    Type type(TypeKind::Timestamp);
    EXPECT_EQ(number(Transform::year().apply(Value(std::numeric_limits<int64_t>::max()), type)),
              294'247 - 1970);
    EXPECT_EQ(number(Transform::year().apply(Value(std::numeric_limits<int64_t>::min()), type)),
              -290'308 - 1970);
}

TEST(Transform, leaves_null_alone) {
    for (const char* text : {"identity", "bucket[4]", "truncate[4]", "void"}) {
        EXPECT_EQ(Transform::parse(text).apply(std::nullopt, TypeKind::Int), std::nullopt);
    }
    EXPECT_EQ(Transform::nothing().apply(Value(int32_t{1}), TypeKind::Int), std::nullopt);
}

TEST(Transform, is_shown_to_people_as_folders_do) {
    Type type(TypeKind::Timestamp);
    Value instant = value_of("2017-12-01T10:12:55.038194", type);
    auto shown = [&](const Transform& transform) {
        return transform.to_human(transform.apply(instant, type), type);
    };
    EXPECT_EQ(shown(Transform::year()), "2017");
    EXPECT_EQ(shown(Transform::month()), "2017-12");
    EXPECT_EQ(shown(Transform::day()), "2017-12-01");
    EXPECT_EQ(shown(Transform::hour()), "2017-12-01-10");
    EXPECT_EQ(shown(Transform::identity()), "2017-12-01T10:12:55.038194");
    EXPECT_EQ(Transform::hour().to_human(Value(int32_t{-1}), type), "1969-12-31-23");
    EXPECT_EQ(Transform::day().to_human(std::nullopt, type), "null");
}

TEST(Transform, of_a_later_version_can_be_kept_but_not_applied) {
    Transform later = Transform::parse("zorder[3]");
    EXPECT_EQ(later.kind(), Transform::Kind::Unknown);
    EXPECT_EQ(later.text(), "zorder[3]");
    EXPECT_THROW(later.apply(Value(int32_t{1}), TypeKind::Int), Error);
}

TEST(Transform, needs_a_width_above_zero) {
    for (const char* text : {"bucket[0]", "bucket[-1]", "truncate[x]", "bucket[99999999999]"}) {
        EXPECT_THROW(Transform::parse(text), Error) << text;
    }
}

TEST(Transform, goes_only_with_types_that_it_is_made_for) {
    EXPECT_FALSE(Transform::hour().can_transform(TypeKind::Date));
    EXPECT_FALSE(Transform::day().can_transform(TypeKind::String));
    EXPECT_FALSE(Transform::bucket(4).can_transform(TypeKind::Double));
    EXPECT_FALSE(Transform::truncate(4).can_transform(TypeKind::Uuid));
    EXPECT_FALSE(Transform::identity().can_transform(Type::structure({})));
    EXPECT_TRUE(Transform::bucket(4).can_transform(TypeKind::Uuid));
}

}  // namespace
}  // namespace tarn::iceberg
