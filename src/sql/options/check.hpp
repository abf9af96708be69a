// What is wrong with the options of a statement, all of it at once. Flink tells the first fault,
// and only when the table is used.
#pragma once

#include "sql/options/connector.hpp"
#include "sql/syntax/statement.hpp"

namespace tarn::sql {

// What a table without a connector is.
enum class TableHome {
    Memory,  // nothing: the default catalog keeps no rows
    Unknown  // perhaps a table of Iceberg's, and its options are properties
};

// What a LIKE brings in is not known here: nothing is missed in such a table.
std::vector<Problem> problems_of_options(const CreateTable& table, TableHome home);

std::vector<Problem> problems_of_options(const CreateCatalog& catalog);

}  // namespace tarn::sql
