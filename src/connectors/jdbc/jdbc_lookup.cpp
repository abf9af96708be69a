#include "connectors/jdbc/jdbc_lookup.hpp"

#include "connectors/formats/option_values.hpp"
#include "connectors/jdbc/database_values.hpp"
#include "connectors/jdbc/retries.hpp"
#include "sql/values/readers.hpp"

namespace tarn::connectors {
namespace {

constexpr int64_t LookupRetries = 3;

StoredColumns key_columns(const StoredColumns& columns, const std::vector<size_t>& key) {
    StoredColumns found;
    for (size_t place : key) found.push_back(columns.at(place));
    return found;
}

}  // namespace

JdbcLookup::JdbcLookup(const sql::stream::TableSource& table, const std::vector<size_t>& key,
                       const sql::TimeZone& zone)
    : access_(database_access(table.options, zone)),
      columns_(asked_columns(table)),
      key_(key_columns(columns_, key)),
      retries_max_(
          OptionValues(table.options).whole("lookup.max-retries").value_or(LookupRetries)) {
    connection_.emplace(access_);
    DatabaseTable there(*connection_, *table.table, table.options);
    statement_ = statement(there, table.filters);
}

// The keys come as arrays, one for each column, so that there is one statement for any number of
// them; their numbers come back with the rows.
std::string JdbcLookup::statement(const DatabaseTable& table,
                                  const std::vector<sql::Bound>& filters) {
    DatabaseQuery query;
    query.add_filters(filters, columns_, table, "t.");
    filter_values_ = query.parameters();
    std::string arrays;
    std::string names;
    std::string conditions;
    for (size_t i = 0; i < key_.size(); ++i) {
        const DatabaseColumn& there = table.column(key_[i]);
        // A text is compared with a text; of what is none there, such as a uuid, it is the text.
        bool is_cast = sql::is_text(key_[i].type) && !there.is_text;
        std::string type = *database_type(key_[i].type);
        arrays += fmt::format("{}::{}[], ", query.parameter({}), type);
        names += fmt::format("k{}, ", i);
        conditions += fmt::format("{}t.{} = k.k{}{}", i == 0 ? "" : " AND ", there.name, i,
                                  is_cast ? "::" + there.type : "");
    }
    arrays.resize(arrays.size() - 2);
    return fmt::format(
        "SELECT k.n, {} FROM unnest({}) WITH ORDINALITY AS k({}n) JOIN {} AS t ON {}{}",
        selected_columns(columns_, table, "t."), arrays, names, table.name(), conditions,
        query.where());
}

engine::Lookup::Found JdbcLookup::rows_for(const sql::Batch& keys) {
    Found found;
    with_retries(retries_max_, "a look-up", [&] { found = ask(keys); });
    return found;
}

engine::Lookup::Found JdbcLookup::ask(const sql::Batch& keys) {
    if (!connection_) connection_.emplace(access_);
    TextValues parameters = filter_values_;
    for (size_t i = 0; i < key_.size(); ++i) {
        parameters.emplace_back(array_text(texts_of(keys.columns[i], keys.rows, key_[i].type)));
    }
    try {
        DatabaseRows rows = connection_->run(statement_, parameters);
        Found found{batch_of(rows, columns_, 1), {}};
        sql::Column numbers = column_of(rows, 0, sql::simple_type(sql::TypeKind::BigInt));
        sql::Reader<int64_t> reader(numbers);
        for (int64_t row = 0; row < rows.size(); ++row) found.keys.push_back(reader[row] - 1);
        return found;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::Unavailable) connection_.reset();
        throw;
    }
}

}  // namespace tarn::connectors
