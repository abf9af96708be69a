#include <sstream>

#include "connectors/consoles/print_sink.hpp"
#include "connectors/formats/test_tables.hpp"

namespace tarn::connectors {
namespace {

struct Shown {
    std::string out;
    std::string errors;
};

Shown shown(const std::string& table_text, const std::vector<std::string>& rows,
            std::vector<engine::Change> kinds = {}) {
    std::ostringstream out;
    std::ostringstream errors;
    auto table = test_table(table_text);
    engine::ChangeBatch batch = batch_of(written_columns(table->table), rows);
    batch.kinds = std::move(kinds);

    PrintSink sink(sink_of(table), {out, errors});
    sink.write(batch);
    return {out.str(), errors.str()};
}

// A single value as it is printed.
std::string printed(const std::string& type, const std::string& value) {
    std::string line = shown("t (a " + type + ") WITH ('connector' = 'print')", {value}).out;
    return line.substr(3, line.size() - 5);
}

TEST(Print, shows_each_row_with_its_kind_of_change) {
    using enum engine::Change;
    std::string table = "t (a INT, b STRING) WITH ('connector' = 'print')";

    EXPECT_EQ(shown(table, {"1, 'x'", "NULL, NULL"}).out, "+I[1, x]\n+I[null, null]\n");
    EXPECT_EQ(shown(table, {"1, 'x'", "1, 'x'", "1, 'y'"}, {Delete, UpdateBefore, UpdateAfter}).out,
              "-D[1, x]\n-U[1, x]\n+U[1, y]\n");
}

TEST(Print, has_an_identifier_and_another_stream_when_asked) {
    Shown found = shown(
        "t (a INT) WITH ('connector' = 'print', 'print-identifier' = 'trades', "
        "'standard-error' = 'true')",
        {"1"});

    EXPECT_EQ(found.out, "");
    EXPECT_EQ(found.errors, "trades> +I[1]\n");
}

TEST(Print, writes_times_as_java_does) {
    EXPECT_EQ(printed("TIMESTAMP(3)", "TIMESTAMP '2024-01-02 03:04:00'"), "2024-01-02T03:04");
    EXPECT_EQ(printed("TIMESTAMP(3)", "TIMESTAMP '2024-01-02 03:04:05.5'"),
              "2024-01-02T03:04:05.500");
    EXPECT_EQ(printed("TIMESTAMP(6)", "TIMESTAMP '2024-01-02 03:04:05.000001'"),
              "2024-01-02T03:04:05.000001");
    EXPECT_EQ(printed("TIMESTAMP_LTZ(3)", "TO_TIMESTAMP_LTZ(0, 3)"), "1970-01-01T00:00:00Z");
    EXPECT_EQ(printed("DATE", "DATE '2024-01-02'"), "2024-01-02");
    EXPECT_EQ(printed("TIME", "TIME '03:04:00'"), "03:04");
}

TEST(Print, writes_numbers_and_bytes_as_java_does) {
    EXPECT_EQ(printed("DOUBLE", "1e10"), "1.0E10");
    EXPECT_EQ(printed("DECIMAL(10, 2)", "12"), "12.00");
    EXPECT_EQ(printed("DECIMAL(20, 9)", "-0.000000012"), "-1.2E-8");
    EXPECT_EQ(printed("DECIMAL(20, 8)", "0"), "0E-8");
    EXPECT_EQ(printed("BYTES", "x'01ff'"), "[1, -1]");
    EXPECT_EQ(printed("BOOLEAN", "TRUE"), "true");
}

TEST(Print, writes_nested_values_as_java_does) {
    EXPECT_EQ(printed("ARRAY<INT>", "ARRAY[1, NULL, 3]"), "[1, null, 3]");
    EXPECT_EQ(printed("MAP<STRING, INT>", "MAP['k', 1]"), "{k=1}");
    EXPECT_EQ(printed("ROW<x INT, y STRING>", "ROW(1, 'a')"), "+I[1, a]");
}

}  // namespace
}  // namespace tarn::connectors
