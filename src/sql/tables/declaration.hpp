// CREATE TABLE to the table that it declares, held to the rules that Flink 1.20 has for it.
#pragma once

#include "sql/functions/kernel.hpp"
#include "sql/syntax/statement.hpp"
#include "sql/tables/table.hpp"

namespace tarn::sql {

struct Declaration {
    Table table;
    std::vector<Problem> problems;  // the table has what is right beside them
};

// What a LIKE or a SELECT brings in is not known here: names that it may declare are let through.
Declaration declared(const CreateTable& statement, const Session& session);

}  // namespace tarn::sql
