// Statements that make a table of another one, as the CREATE TABLE that says the same alone.
#pragma once

#include "sql/plan/plan.hpp"
#include "sql/syntax/statement.hpp"

namespace tarn::sql {

// CREATE TABLE … LIKE base. Throws SqlError where both say the same and it is not OVERWRITING.
CreateTable with_base(const CreateTable& statement, const CreateTable& base);

// CREATE TABLE … AS SELECT: with the columns of the query behind those that are declared.
CreateTable with_columns_of(const CreateTable& statement, const Plan& query);

// Throws SqlError for what the table does not have, or has already.
CreateTable altered(const CreateTable& table, const AlterTable& change);

}  // namespace tarn::sql
