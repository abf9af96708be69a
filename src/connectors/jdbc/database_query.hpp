// SELECT of a table's columns, and the conditions that are put into it.
#pragma once

#include "connectors/jdbc/database_table.hpp"

namespace tarn::connectors {

// Parts of a statement, and its parameters as they come: $1, $2.
class DatabaseQuery {
public:
    // As $3; `type` is what the server reads its text as, where nothing else says it.
    std::string parameter(std::optional<std::string> value, std::string_view type = {});

    void add_condition(std::string condition) { conditions_.push_back(std::move(condition)); }
    // Of the filters those that the server answers as SQL would: hints of rows that nobody wants.
    // They are over these columns; `of` stands before names: "t.".
    void add_filters(const std::vector<sql::Bound>& filters, const StoredColumns& columns,
                     const DatabaseTable& table, std::string_view of);

    const TextValues& parameters() const { return parameters_; }
    // " WHERE … AND …", or nothing.
    std::string where() const;

private:
    TextValues parameters_;
    std::vector<std::string> conditions_;
};

// "id", "price"::numeric::text: what has to be selected for the columns.
std::string selected_columns(const StoredColumns& columns, const DatabaseTable& table,
                             std::string_view of);

// The columns of the answer from the first of these on.
sql::Batch batch_of(const DatabaseRows& rows, const StoredColumns& columns, size_t first = 0);

}  // namespace tarn::connectors
