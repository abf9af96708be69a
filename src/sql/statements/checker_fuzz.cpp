// Any text as a file of statements behind two tables and a view: it has faults that are told, or
// none, and never anything else.
#include "sql/statements/checker.hpp"

namespace {

using namespace tarn::sql;

constexpr std::string_view Tables = R"(
CREATE TABLE t (i INT NOT NULL, s STRING, d DECIMAL(10, 2), a ARRAY<INT>, r ROW<x INT, y STRING>,
    ts TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR ts AS ts, PRIMARY KEY (i) NOT ENFORCED)
    WITH ('connector' = 'datagen');
CREATE TABLE u (i BIGINT, s STRING, m MAP<STRING, INT>) WITH ('connector' = 'blackhole');
CREATE VIEW v AS SELECT i, COUNT(*) AS n FROM t GROUP BY i;
)";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    // Long texts take long, and find nothing that short ones do not.
    constexpr size_t BytesMax = 600;
    if (size > BytesMax) return 0;
    std::string text(Tables);
    text.append(reinterpret_cast<const char*>(data), size);
    Source source("fuzz", std::move(text));
    Checked checked = check(parse(source));
    for (const Problem& problem : checked.problems) text_of(source, problem);
    for (const Problem& note : checked.notes) text_of(source, note);
    return 0;
}
