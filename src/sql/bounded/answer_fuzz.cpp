// Any text as a query over two small tables, answered: it gives rows, or an error that says what is
// wrong, and never anything else.
#include <cstdlib>

#include "sql/bounded/test_tables.hpp"
#include "sql/plan/query_binder.hpp"
#include "sql/plan/walk.hpp"

namespace {

using namespace tarn;
using namespace tarn::sql;

struct Tables {
    Namespace names;
    std::map<std::string, Batch> rows;

    void add(const std::string& name, const std::string& columns,
             const std::vector<std::string>& lines) {
        TestTable table = test_table(columns, lines);
        Table declared;
        for (const PlanColumn& column : table.columns) {
            declared.columns.push_back({column.name, column.type, Physical{}});
        }
        Name path{{name}};
        names.put(std::make_shared<StoredTable>(StoredTable{names.path_of(path), declared}));
        rows[name] = table.rows;
    }
};

Tables made_tables() {
    Tables tables;
    tables.add(
        "t", "i INT, s STRING, d DECIMAL(10, 2), f DOUBLE, ts TIMESTAMP(3)",
        {"1, 'a', 1.50, 0.5, TIMESTAMP '2024-01-01 00:00:01'", "NULL, NULL, NULL, NULL, NULL",
         "-2147483648, 'b', -1, 1e300, TIMESTAMP '1969-12-31 23:59:59.999'"});
    tables.add("u", "i BIGINT NOT NULL, a ARRAY<INT>, r ROW<x INT, y STRING>, m MAP<STRING, INT>",
               {"1, ARRAY[1, 2], ROW(1, 'x'), MAP['k', 1]", "2, NULL, NULL, NULL"});
    return tables;
}

int scans_in(const Plan& plan) {
    int count = std::holds_alternative<Scan>(plan.node) ? 1 : 0;
    for (const PlanPtr& input : inputs_of(plan)) count += scans_in(*input);
    return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    // Joins of many tables take long, and find nothing that those of a few do not.
    constexpr size_t BytesMax = 400;
    constexpr int ScansMax = 5;
    if (size > BytesMax) return 0;
    static const Tables tables = made_tables();
    Session session;
    try {
        Source source("fuzz", std::string(reinterpret_cast<const char*>(data), size));
        PlanPtr plan = bind_query(*parse_query(source), tables.names, session);
        if (scans_in(*plan) > ScansMax) return 0;
        auto read = [](const Scan& scan) { return tables.rows.at(scan.table->path.name); };
        lines_of(answer(*plan, read, session), plan->columns);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::Internal) std::abort();
    }
    return 0;
}
