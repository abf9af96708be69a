#include "connectors/clickhouse/clickhouse_table.hpp"

#include <fmt/ranges.h>
#include <boost/json.hpp>

#include <algorithm>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "http/json.hpp"

namespace tarn::connectors {
namespace {

using sql::TypeKind;
using Line = std::vector<std::string>;

// The lines of an answer in JSONCompactEachRow, which are lists of texts.
std::vector<Line> lines_of(const std::string& answer) {
    std::vector<Line> lines;
    for (size_t begin = 0; begin < answer.size();) {
        size_t end = std::min(answer.find('\n', begin), answer.size());
        boost::json::value json = http::parse_json(answer.substr(begin, end - begin), "ClickHouse");
        Line& line = lines.emplace_back();
        for (const auto& text : json.as_array()) line.emplace_back(text.as_string());
        begin = end + 1;
    }
    return lines;
}

class TableThere {
public:
    TableThere(ClickHouseServer& server, const sql::StoredTable& table, const sql::Options& options)
        : table_(table),
          database_(OptionValues(options).text("database-name").value_or("default")),
          name_(OptionValues(options).wanted_text("table-name")) {
        std::string where = fmt::format("database = {} AND", clickhouse_text(database_));
        std::string name = clickhouse_text(name_);
        tables_ = lines_of(server.answer(
            fmt::format("SELECT engine, sorting_key FROM system.tables WHERE {} name = {} FORMAT "
                        "JSONCompactEachRow",
                        where, name),
            "its tables"));
        if (tables_.empty()) {
            throw Error(ErrorCode::InvalidInput, "{}: {} has no table {}.{}", name_of(table),
                        server.url(), database_, name_)
                .with_hint("Tarn makes none; or the user may not see it");
        }
        columns_ = lines_of(server.answer(
            fmt::format("SELECT name, type, default_kind FROM system.columns WHERE {} table = {} "
                        "FORMAT JSONCompactEachRow",
                        where, name),
            "the columns of a table"));
    }

    void check_column(const sql::TableColumn& column) const {
        check_type(column);
        auto found = std::ranges::find(columns_, column.name, [](const Line& l) { return l[0]; });
        if (found == columns_.end()) {
            std::vector<std::string> names;
            for (const Line& line : columns_) names.push_back(line[0]);
            throw Error(ErrorCode::InvalidInput, "{}: {}.{} has no column '{}'", name_of(table_),
                        database_, name_, column.name)
                .with_hint(name_hint(column.name, names));
        }
        const std::string& kind = (*found)[2];
        if (kind != "MATERIALIZED" && kind != "ALIAS") return;
        throw Error(ErrorCode::InvalidInput, "{}: the column '{}' of {}.{} is {} and not written",
                    name_of(table_), column.name, database_, name_, kind);
    }

    // Of a table that replaces rows by another key, or by none, rows of ours would stay beside each
    // other.
    void check_key(std::vector<std::string> key) const {
        const std::string& engine = tables_[0][0];
        const std::string& sorting_key = tables_[0][1];
        if (engine.find("ReplacingMergeTree") == std::string::npos) {
            throw Error(ErrorCode::InvalidInput,
                        "{} has a primary key, and {}.{} is a {}, which replaces no rows",
                        name_of(table_), database_, name_, engine)
                .with_hint("use a ReplacingMergeTree, or declare no key and write only new rows");
        }
        std::string sorted = fmt::format("{}", fmt::join(sorted_names(key), ", "));
        if (sorted == fmt::format("{}", fmt::join(sorted_names(names_in(sorting_key)), ", "))) {
            return;
        }
        throw Error(ErrorCode::InvalidInput,
                    "{} has the primary key ({}), and {}.{} replaces rows by ({})", name_of(table_),
                    fmt::join(key, ", "), database_, name_, sorting_key)
            .with_hint("both must be the same columns");
    }

    std::string insert(const StoredColumns& columns) const {
        std::vector<std::string> names;
        for (const sql::TableColumn& column : columns)
            names.push_back(clickhouse_name(column.name));
        return fmt::format("INSERT INTO {}.{} ({}) FORMAT ArrowStream", clickhouse_name(database_),
                           clickhouse_name(name_), fmt::join(names, ", "));
    }

private:
    void check_type(const sql::TableColumn& column) const {
        bool is_known = column.type.kind != TypeKind::Time &&
                        column.type.kind != TypeKind::IntervalMonths &&
                        column.type.kind != TypeKind::IntervalMillis;
        if (is_known) return;
        throw Error(ErrorCode::InvalidInput, "{}: no {} is written to ClickHouse, as '{}' is",
                    name_of(table_), text_of(column.type), column.name)
            .with_hint("cast it to STRING or BIGINT");
    }

    // "id, kind": what a sorting key reads like; quotes are around names that need some.
    static std::vector<std::string> names_in(const std::string& sorting_key) {
        std::vector<std::string> names{""};
        for (char c : sorting_key) {
            if (c == ',') {
                names.emplace_back();
            } else if (c != ' ' && c != '`') {
                names.back() += c;
            }
        }
        return names;
    }

    static std::vector<std::string> sorted_names(std::vector<std::string> names) {
        std::ranges::sort(names);
        return names;
    }

    const sql::StoredTable& table_;
    std::string database_;
    std::string name_;
    std::vector<Line> tables_;   // its engine and key
    std::vector<Line> columns_;  // names, types, and what is there without a value
};

}  // namespace

std::string clickhouse_insert(ClickHouseServer& server, const sql::StoredTable& table,
                              const sql::Options& options) {
    StoredColumns columns = plain_columns(table);
    TableThere there(server, table, options);
    for (const sql::TableColumn& column : columns) there.check_column(column);
    if (!table.table.primary_key.empty()) there.check_key(table.table.primary_key);
    return there.insert(columns);
}

}  // namespace tarn::connectors
