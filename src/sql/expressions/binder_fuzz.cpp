// Any text as an expression, bound over a table with a column of each kind and computed for its
// rows: it gives values, or an error that says what is wrong, and never anything else.
#include "sql/expressions/binder.hpp"
#include "sql/expressions/evaluate.hpp"
#include "sql/syntax/parser.hpp"
#include "sql/values/value_text.hpp"
#include "sql/values/writers.hpp"

namespace {

using namespace tarn;
using namespace tarn::sql;

struct Table {
    Scope scope;
    Batch batch{{}, 3};
};

template <typename T>
void add(std::vector<ScopeColumn>& columns, Batch& batch, std::string name, const Type& type,
         const std::vector<std::optional<T>>& values) {
    Writer<std::optional<T>> writer(type, static_cast<int64_t>(values.size()));
    for (const auto& value : values) writer.append(value);
    columns.push_back({"t", std::move(name), type});
    batch.columns.push_back(writer.finish());
}

Table made_table() {
    Table table;
    std::vector<ScopeColumn> columns;
    Batch& batch = table.batch;
    add<int32_t>(columns, batch, "i", simple_type(TypeKind::Int), {7, std::nullopt, -2147483648});
    add<int64_t>(columns, batch, "b", simple_type(TypeKind::BigInt), {1, std::nullopt, INT64_MAX});
    add<double>(columns, batch, "d", simple_type(TypeKind::Double), {1.5, std::nullopt, NAN});
    add<arrow::Decimal128>(columns, batch, "n", decimal_type(10, 2),
                           {arrow::Decimal128(150), std::nullopt, arrow::Decimal128(-1)});
    add<std::string_view>(columns, batch, "s", string_type(), {"abc", std::nullopt, "\xC3\xA4 1"});
    add<WallTime>(columns, batch, "w", type_with(TypeKind::Timestamp, 3),
                  {WallTime{{1'700'000'000'123, 0}}, std::nullopt, WallTime{{-1, 0}}});
    add<Instant>(columns, batch, "l", type_with(TypeKind::TimestampLtz, 3),
                 {Instant{{1'700'000'000'123, 0}}, std::nullopt, Instant{{-1, 0}}});
    add<bool>(columns, batch, "k", simple_type(TypeKind::Boolean), {true, std::nullopt, false});
    table.scope = Scope(std::move(columns));
    return table;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    // Long texts take long, and find nothing that short ones do not.
    constexpr size_t BytesMax = 400;
    if (size > BytesMax) return 0;
    static const Table table = made_table();
    Session session;
    try {
        Source source("fuzz", std::string(reinterpret_cast<const char*>(data), size));
        Bound bound = bind_expression(parse_expression(source), table.scope, session);
        Column column = evaluate(bound, table.batch, session);
        for (int64_t row = 0; row < table.batch.rows; ++row) {
            value_text(bound->type, *column.values, column.place(row));
        }
    } catch (const Error& error) {
        if (error.code() == ErrorCode::Internal) std::abort();
    }
    return 0;
}
