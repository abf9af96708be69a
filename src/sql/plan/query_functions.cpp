#include "sql/plan/query_functions.hpp"

#include <algorithm>
#include <array>

namespace tarn::sql {

std::span<const RowFunction> row_functions() {
    static constexpr auto Functions = std::to_array<RowFunction>(
        {{"ROW_NUMBER", "ROW_NUMBER() OVER (…)", "The number of the row in its partition, from 1.",
          "ROW_NUMBER() OVER (PARTITION BY symbol ORDER BY price DESC)", 0, 0, TypeKind::BigInt},
         {"RANK", "RANK() OVER (… ORDER BY …)",
          "The number of the first of the rows that are equal in the order.",
          "RANK() OVER (ORDER BY price)", 0, 0, TypeKind::BigInt},
         {"DENSE_RANK", "DENSE_RANK() OVER (… ORDER BY …)",
          "As RANK, without gaps behind rows that are equal.", "DENSE_RANK() OVER (ORDER BY price)",
          0, 0, TypeKind::BigInt},
         {"PERCENT_RANK", "PERCENT_RANK() OVER (… ORDER BY …)",
          "Which part of the other rows comes before: (RANK - 1) / (rows - 1).",
          "PERCENT_RANK() OVER (ORDER BY price)", 0, 0, TypeKind::Double},
         {"CUME_DIST", "CUME_DIST() OVER (… ORDER BY …)",
          "Which part of the rows comes before this one or is equal to it.",
          "CUME_DIST() OVER (ORDER BY price)", 0, 0, TypeKind::Double},
         {"NTILE", "NTILE(count) OVER (… ORDER BY …)",
          "In which of that many parts of about equal size the row is, from 1.",
          "NTILE(4) OVER (ORDER BY price)", 1, 1, TypeKind::BigInt},
         {"LAG", "LAG(value[, rows[, default]]) OVER (… ORDER BY …)",
          "The value of the row before, or of that many rows before; the default where there is "
          "none.",
          "LAG(price, 1, 0) OVER (PARTITION BY symbol ORDER BY ts)", 1, 3, TypeKind::Null},
         {"LEAD", "LEAD(value[, rows[, default]]) OVER (… ORDER BY …)",
          "The value of the row after, or of that many rows after; the default where there is "
          "none. Not in endless streams.",
          "LEAD(price) OVER (ORDER BY ts)", 1, 3, TypeKind::Null}});
    return Functions;
}

const RowFunction* find_row_function(std::string_view name) {
    auto functions = row_functions();
    auto found = std::ranges::find(functions, name, &RowFunction::name);
    return found == functions.end() ? nullptr : &*found;
}

std::span<const ClauseFunction> group_functions() {
    static constexpr auto Functions = std::to_array<ClauseFunction>(
        {{"TUMBLE", "TUMBLE(time, size)",
          "In GROUP BY: windows of that length, one after the other.",
          "GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE)"},
         {"HOP", "HOP(time, slide, size)",
          "In GROUP BY: windows of that size, a new one after each slide.",
          "GROUP BY HOP(ts, INTERVAL '1' MINUTE, INTERVAL '5' MINUTE)"},
         {"SESSION", "SESSION(time, gap)",
          "In GROUP BY: rows of the same keys with no longer gap between them.",
          "GROUP BY id, SESSION(ts, INTERVAL '30' MINUTE)"},
         {"TUMBLE_START", "TUMBLE_START(…), HOP_START(…), SESSION_START(…)",
          "When the window begins; its arguments are those of GROUP BY.",
          "TUMBLE_START(ts, INTERVAL '1' MINUTE)"},
         {"TUMBLE_END", "TUMBLE_END(…), HOP_END(…), SESSION_END(…)",
          "When the window ends, which is when the next one begins.",
          "TUMBLE_END(ts, INTERVAL '1' MINUTE)"},
         {"TUMBLE_ROWTIME", "TUMBLE_ROWTIME(…), HOP_ROWTIME(…), SESSION_ROWTIME(…)",
          "The last moment of the window, as a time attribute for what comes after.",
          "TUMBLE_ROWTIME(ts, INTERVAL '1' MINUTE)"},
         {"TUMBLE_PROCTIME", "TUMBLE_PROCTIME(…), HOP_PROCTIME(…), SESSION_PROCTIME(…)",
          "A time attribute of the clock for what comes after.",
          "TUMBLE_PROCTIME(p, INTERVAL '1' MINUTE)"},
         {"GROUPING", "GROUPING(key, …), GROUPING_ID(key, …)",
          "A bit for each key, 1 where the row's grouping set is without it.", "GROUPING(country)"},
         {"GROUP_ID", "GROUP_ID()",
          "Which one of several equal grouping sets the row is of, from 0.", "GROUP_ID()"}});
    return Functions;
}

std::span<const ClauseFunction> match_functions() {
    static constexpr auto Functions = std::to_array<ClauseFunction>(
        {{"LAST", "LAST(A.column[, rows])",
          "The value in the last row of a variable, or in that many rows before it; A.column alone "
          "is the same. In DEFINE the row that is looked at counts as one of its variable's.",
          "LAST(DOWN.price, 1)"},
         {"FIRST", "FIRST(A.column[, rows])",
          "The value in the first row of a variable, or in that many rows after it.",
          "FIRST(DOWN.price)"},
         {"MATCH_ROWTIME", "MATCH_ROWTIME([time])",
          "The time of the last row of the match, as a time attribute for what comes after; of "
          "the type of the column, or a TIMESTAMP(3).",
          "MATCH_ROWTIME()"},
         {"MATCH_PROCTIME", "MATCH_PROCTIME()",
          "A time attribute of the clock for what comes after.", "MATCH_PROCTIME()"}});
    return Functions;
}

}  // namespace tarn::sql
