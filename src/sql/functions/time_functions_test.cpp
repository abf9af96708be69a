// A sample of each function; what all of them give for all types stands in tests/sql/expressions.
#include <gtest/gtest.h>

#include "sql/functions/scalar.hpp"
#include "sql/functions/time_arithmetic.hpp"
#include "sql/functions/time_casts.hpp"
#include "sql/values/time_text.hpp"

namespace tarn::sql {
namespace {

struct Value {
    Type type;
    Column column;
};

Value text(std::string_view text) {
    return {string_type().not_null(), constant_column(string_type(), text)};
}
Value number(int64_t number) {
    Type type = simple_type(TypeKind::BigInt).not_null();
    return {type, constant_column(type, number)};
}
Value precision(int32_t digits) {
    Type type = simple_type(TypeKind::Int).not_null();
    return {type, constant_column(type, digits)};
}
Value date(std::string_view text) {
    Type type = simple_type(TypeKind::Date).not_null();
    return {type, constant_column(type, *parsed_day(text))};
}
Value timestamp(std::string_view text) {
    Type type = type_with(TypeKind::Timestamp, 3).not_null();
    return {type, constant_column(type, *parsed_wall_time(text))};
}
Value moment(std::string_view utc) {
    Type type = type_with(TypeKind::TimestampLtz, 3).not_null();
    return {type, constant_column(type, Instant{*parsed_wall_time(utc)})};
}

class TimeFunctions : public testing::Test {
protected:
    Session session{TimeZone::named("America/New_York"), Instant{{1'715'768'430'123, 0}}};

    std::string shown(const Value& value) {
        if (value.column.is_null(0)) return "NULL";
        if (value.type.kind == TypeKind::BigInt) {
            return std::to_string(Reader<int64_t>(value.column)[0]);
        }
        if (value.type.kind == TypeKind::Int) {
            return std::to_string(Reader<int32_t>(value.column)[0]);
        }
        if (is_text(value.type)) return std::string(Reader<std::string_view>(value.column)[0]);
        return shown(cast(value, string_type()));
    }

    Value cast(const Value& value, const Type& to, bool is_try = false) {
        Kernel kernel = time_cast(value.type, to, is_try).value();
        Column arguments[] = {value.column};
        return {to, kernel({arguments, 1, to, session})};
    }

    Value computed(const Signature& signature, const std::vector<Value>& values) {
        std::vector<Column> columns;
        for (size_t i = 0; i < values.size(); ++i) {
            bool is_same =
                values[i].type.kind == signature.arguments[i].kind || is_text(values[i].type);
            columns.push_back(is_same ? values[i].column
                                      : cast(values[i], signature.arguments[i]).column);
        }
        return {signature.result, signature.kernel({columns, 1, signature.result, session})};
    }

    std::optional<Signature> resolved(std::string_view name, const std::vector<Value>& values) {
        std::vector<Argument> arguments;
        for (const Value& value : values) arguments.push_back({value.type, &value.column});
        return find_function(name)->resolve(arguments);
    }

    std::string call(std::string_view name, const std::vector<Value>& values) {
        auto signature = resolved(name, values);
        return signature ? shown(computed(*signature, values)) : "refused";
    }
};

TEST_F(TimeFunctions, take_parts_of_times) {
    EXPECT_EQ(call("EXTRACT", {text("WEEK"), date("2021-01-01")}), "53");
    EXPECT_EQ(call("HOUR", {timestamp("2024-05-15 10:20:30")}), "10");
    EXPECT_EQ(call("HOUR", {moment("2024-05-15 10:20:30")}), "6") << "in New York";
    EXPECT_EQ(call("HOUR", {timestamp("1960-05-15 10:20:30")}), "-13") << "as in Flink";
    EXPECT_EQ(call("DAYOFWEEK", {date("2024-05-12")}), "1");
    EXPECT_EQ(call("EXTRACT", {text("MICROSECOND"), date("2024-05-12")}), "refused");
}

TEST_F(TimeFunctions, round_times) {
    EXPECT_EQ(call("FLOOR", {date("2024-05-15"), text("WEEK")}), "2024-05-12");
    EXPECT_EQ(call("CEIL", {timestamp("2024-05-15 10:20:30"), text("MONTH")}),
              "2024-06-01 00:00:00.000");
    EXPECT_EQ(call("FLOOR", {moment("2024-03-10 17:00:00"), text("DAY")}),
              "2024-03-09 23:00:00.000")
        << "on the day on which clocks change the offset of the moment holds for all hours";
}

TEST_F(TimeFunctions, move_times) {
    EXPECT_EQ(call("TIMESTAMPADD", {text("MONTH"), number(1), date("2024-01-31")}), "2024-02-29");
    EXPECT_EQ(call("TIMESTAMPADD", {text("HOUR"), number(1), date("2024-01-31")}),
              "2024-01-31 01:00:00.000000");
    EXPECT_EQ(call("TIMESTAMPDIFF", {text("MONTH"), timestamp("2024-01-31 10:00:00"),
                                     timestamp("2024-02-29 09:00:00")}),
              "0");
    EXPECT_EQ(
        call("TIMESTAMPDIFF", {text("HOUR"), date("2024-01-31"), timestamp("2024-02-29 10:00:00")}),
        "706");
}

TEST_F(TimeFunctions, add_and_subtract_intervals) {
    Type day_time = simple_type(TypeKind::IntervalMillis).not_null();
    std::vector<Value> values = {date("2024-01-31"),
                                 {day_time, constant_column(day_time, Millis{25 * MillisPerHour})}};
    Argument arguments[] = {{values[0].type}, {values[1].type}};

    EXPECT_EQ(shown(computed(*time_arithmetic(Operator::Minus, arguments), values)), "2024-01-30");
    EXPECT_FALSE(time_arithmetic(Operator::Times, arguments));
}

TEST_F(TimeFunctions, read_and_write_by_patterns) {
    EXPECT_EQ(call("TO_TIMESTAMP", {text("2024-1-5 1:2:3.4567")}), "2024-01-05 01:02:03.456");
    EXPECT_EQ(call("TO_TIMESTAMP", {text("2024-1-5"), text("yyyy/MM/dd")}),
              "2024-01-05 00:00:00.000");
    EXPECT_EQ(call("TO_TIMESTAMP", {text("2024"), text("bad{")}), "NULL");
    EXPECT_EQ(call("TO_DATE", {text("x"), text("yyyy")}), "5471-09-27");
    EXPECT_EQ(call("DATE_FORMAT", {moment("2024-05-15 10:20:30"), text("d.M. HH:mm")}),
              "15.5. 06:20");
    EXPECT_EQ(call("DATE_FORMAT", {text("2024-05-15 10:20:30"), text("yyyy")}), "2024");
    EXPECT_EQ(call("FROM_UNIXTIME", {number(0)}), "1969-12-31 19:00:00");
    EXPECT_EQ(call("UNIX_TIMESTAMP", {text("1969-12-31 19:00:00")}), "0");
    EXPECT_EQ(call("UNIX_TIMESTAMP", {}), "1715768430");
    EXPECT_EQ(call("CONVERT_TZ", {text("1970-01-01 00:00:00"), text("UTC"), text("GMT+08:30")}),
              "1970-01-01 08:30:00");
}

TEST_F(TimeFunctions, count_from_1970) {
    EXPECT_EQ(call("TO_TIMESTAMP_LTZ", {number(18'000), precision(0)}), "1970-01-01 00:00:00.000");
    EXPECT_EQ(call("TO_TIMESTAMP_LTZ", {number(INT64_MAX), precision(0)}), "NULL");
    EXPECT_THROW(call("TO_TIMESTAMP_LTZ", {number(1), precision(6)}), RowError);
}

TEST_F(TimeFunctions, know_what_time_it_is) {
    EXPECT_EQ(call("CURRENT_DATE", {}), "2024-05-15");
    EXPECT_EQ(call("LOCALTIMESTAMP", {}), "2024-05-15 06:20:30.123");
    EXPECT_EQ(text_of(resolved("PROCTIME", {})->result), "TIMESTAMP_LTZ(3) NOT NULL");
}

TEST_F(TimeFunctions, are_cast) {
    Type moments = type_with(TypeKind::TimestampLtz, 0);
    EXPECT_EQ(shown(cast(text("2024-05-15 10:20:30.9"), moments)), "2024-05-15 10:20:30");
    EXPECT_EQ(shown(cast(timestamp("2024-03-10 02:30:00"), moments)), "2024-03-10 03:30:00")
        << "clocks skip that hour";
    EXPECT_EQ(shown(cast(moment("2024-03-10 02:30:00"), simple_type(TypeKind::Date))),
              "2024-03-09");
    EXPECT_EQ(shown(cast(text("x"), simple_type(TypeKind::Date), true)), "NULL");
    EXPECT_THROW(cast(text("x"), simple_type(TypeKind::Date)), RowError);
    EXPECT_FALSE(time_cast(simple_type(TypeKind::Date), simple_type(TypeKind::Int), false));
}

}  // namespace
}  // namespace tarn::sql
