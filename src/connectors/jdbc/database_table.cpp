#include "connectors/jdbc/database_table.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "connectors/formats/option_values.hpp"
#include "connectors/jdbc/database_values.hpp"

namespace tarn::connectors {
namespace {

std::string in_small_letters(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

// The parts of "public.users", each in quotes. Parts in quotes already may have dots.
std::string quoted_path(std::string_view text, bool is_small) {
    std::string path;
    for (size_t begin = 0; begin <= text.size();) {
        bool is_quoted = begin < text.size() && text[begin] == '"';
        size_t end = text.find(is_quoted ? '"' : '.', begin + (is_quoted ? 1 : 0));
        end = std::min(end, text.size());
        std::string_view part =
            is_quoted ? text.substr(begin + 1, end - begin - 1) : text.substr(begin, end - begin);
        std::string name(part);
        if (is_small && !is_quoted) name = in_small_letters(std::move(name));
        path += (path.empty() ? "" : ".") + quoted_name(name);
        begin = end + (is_quoted ? 2 : 1);
    }
    return path;
}

// An offset counts to the west there.
std::string posix_zone(const std::string& name) {
    size_t sign = name.find_first_of("+-");
    bool is_offset = sign == 0 || (sign == 3 && name.starts_with("GMT"));
    if (!is_offset) return name == "Z" ? "UTC" : name;
    char turned = name[sign] == '+' ? '-' : '+';
    return fmt::format("<{}>{}{}", name.substr(sign), turned, name.substr(sign + 1));
}

std::string text_at(const DatabaseRows& rows, int64_t row, size_t column) {
    return std::string(rows.value(row, column).value_or(""));
}

}  // namespace

DatabaseAccess database_access(const sql::Options& options, const sql::TimeZone& zone) {
    OptionValues values(options);
    DatabaseAccess access{.address = parse_jdbc_url(values.wanted_text("url")),
                          .zone = posix_zone(zone.name())};
    constexpr std::string_view Properties = "properties.";
    for (const sql::Option& option : options) {
        if (!option.key.starts_with(Properties)) continue;
        add_java_property(access.address, option.key.substr(Properties.size()), option.value);
    }
    if (auto user = values.text("username")) access.address.keywords["user"] = *user;
    if (auto password = values.text("password")) access.address.keywords["password"] = *password;
    if (auto timeout = values.duration("connection.max-retry-timeout")) {
        access.retry_timeout = *timeout;
    }
    return access;
}

DatabaseTable::DatabaseTable(DatabaseConnection& connection, const sql::StoredTable& table,
                             const sql::Options& options)
    : shown_(connectors::name_of(table)) {
    std::string asked = OptionValues(options).wanted_text("table-name");
    for (bool is_small : {false, true}) {
        std::string name = quoted_path(asked, is_small);
        if (!name_.empty()) break;
        if (connection.run("SELECT to_regclass($1)::text", {name}).value(0, 0)) name_ = name;
    }
    if (name_.empty()) {
        throw Error(ErrorCode::NotFound, "{}: the database has no table '{}'", shown_, asked)
            .with_hint("'table-name' may name its schema: public.users");
    }
    DatabaseRows rows = connection.run(
        "SELECT a.attname::text, format_type(a.atttypid, NULL), t.typcategory::text, "
        "a.attnotnull::text FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid "
        "WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped",
        {name_});
    for (int64_t row = 0; row < rows.size(); ++row) {
        std::string name = text_at(rows, row, 0);
        columns_.emplace(
            name, DatabaseColumn{quoted_name(name), text_at(rows, row, 1),
                                 text_at(rows, row, 2) == "S", text_at(rows, row, 3) == "true"});
    }
}

const DatabaseColumn& DatabaseTable::column(const sql::TableColumn& column) const {
    const DatabaseColumn& found = this->column(column.name);
    if (database_type(column.type)) return found;
    throw Error(ErrorCode::InvalidInput, "{}: PostgreSQL has no values of the type {} of '{}'",
                shown_, text_of(column.type), column.name)
        .with_hint("declare the column with a plain type, or an array of one");
}

const DatabaseColumn& DatabaseTable::column(std::string_view name) const {
    auto found = columns_.find(name);
    if (found == columns_.end()) found = columns_.find(in_small_letters(std::string(name)));
    if (found != columns_.end()) return found->second;
    std::vector<std::string> names;
    for (const auto& [each, column] : columns_) names.push_back(each);
    throw Error(ErrorCode::InvalidInput, "{}: the table {} of the database has no column '{}'",
                shown_, name_, name)
        .with_hint(name_hint(name, names));
}

bool DatabaseTable::are_unique(DatabaseConnection& connection,
                               const std::vector<DatabaseColumn>& columns) const {
    if (columns.empty()) return false;
    if (!std::ranges::all_of(columns, &DatabaseColumn::is_not_null)) return false;
    TextValues names;
    for (const DatabaseColumn& column : columns) names.emplace_back(column.name);
    std::string count = std::to_string(columns.size());
    DatabaseRows rows = connection.run(
        "SELECT 1 FROM pg_index AS i WHERE i.indrelid = $1::regclass AND i.indisunique "
        "AND i.indisvalid AND i.indpred IS NULL AND i.indnkeyatts = $3::integer AND $3::integer = "
        "(SELECT count(*) FROM pg_attribute AS a WHERE a.attrelid = i.indrelid "
        "AND a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1]) "
        "AND '\"' || replace(a.attname, '\"', '\"\"') || '\"' = ANY ($2::text[]))",
        {name_, array_text(names), count});
    return rows.size() > 0;
}

}  // namespace tarn::connectors
