#include "sql/functions/reference.hpp"

#include <fmt/format.h>

#include <array>

namespace tarn::sql {
namespace {

constexpr auto Topics = std::to_array({Topic::Arithmetic, Topic::Text, Topic::Time, Topic::Json,
                                       Topic::Collection, Topic::Hash, Topic::Conditional,
                                       Topic::Conversion, Topic::Comparison, Topic::Logic});

constexpr std::string_view Introduction =
    R"(<!-- Made by `tarn function list --markdown`; a test holds it to the registry. -->
# SQL functions

What Flink 1.20 has built in and Tarn computes as Flink does, to the same type and the same value:
`tests/sql/expressions` holds thousands of expressions with the answers of a real Flink, and lists the few that
differ on purpose. `tarn function describe NAME` shows an entry in the terminal.

Besides these there are the operators (`+ - * / % || = <> < <= > >= AND OR NOT`, `IS [NOT] NULL | TRUE | FALSE |
UNKNOWN | DISTINCT FROM | JSON`, `BETWEEN`, `IN`, `LIKE`, `SIMILAR TO`, `(a, b) OVERLAPS (c, d)`,
`(a - b) DAY`), `CASE`, `CAST` and `TRY_CAST`, and what computes only what it needs: `COALESCE(value, …)`,
`IF(condition, value, other)`, `IFNULL(value, other)`, `NULLIF(value, other)`.
)";

// A bar would end the cell of a table.
std::string cell(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (c == '|') out += '\\';
        out += c;
    }
    return out;
}

std::string topic_table(const ReferenceTopic& topic) {
    std::string table =
        fmt::format("\n## {}\n\n| call | what it gives | example |\n|---|---|---|\n", topic.name);
    for (const ReferenceTopic::Entry& entry : topic.entries) {
        std::string example = entry.example.empty() ? "" : fmt::format("`{}`", entry.example);
        table +=
            fmt::format("| `{}` | {} | {} |\n", cell(entry.usage), cell(entry.text), cell(example));
    }
    return table;
}

}  // namespace

std::string_view name_of(Topic topic) {
    switch (topic) {
        case Topic::Comparison:
            return "Comparison";
        case Topic::Logic:
            return "Logic";
        case Topic::Arithmetic:
            return "Numbers";
        case Topic::Text:
            return "Text";
        case Topic::Time:
            return "Times";
        case Topic::Conditional:
            return "Conditions";
        case Topic::Conversion:
            return "Types";
        case Topic::Collection:
            return "Arrays, maps and rows";
        case Topic::Json:
            return "JSON";
        case Topic::Hash:
            return "Digests and codes";
    }
    return "";
}

std::string reference_page(const std::vector<ReferenceTopic>& further) {
    std::string page(Introduction);
    for (Topic topic : Topics) {
        ReferenceTopic functions{name_of(topic), {}};
        for (const Function& function : all_functions()) {
            if (function.topic != topic) continue;
            functions.entries.push_back({function.usage, function.text, function.example});
        }
        if (!functions.entries.empty()) page += topic_table(functions);
    }
    for (const ReferenceTopic& topic : further) page += topic_table(topic);
    return page;
}

}  // namespace tarn::sql
