// A condition on the rows of a table as it is typed after an option: SQL, of which it takes what
// the statistics of files can answer.
#pragma once

#include <string>

#include "iceberg/format/expression.hpp"
#include "iceberg/format/schema.hpp"

namespace tarn::cli {

// Columns are compared with values by =, <>, <, <=, >, >=, BETWEEN, IN, LIKE 'beginning%' and IS
// NULL; AND, OR and NOT join that. Times without a zone are UTC where the column has one. Throws
// InvalidInput that shows the place for everything else; whether the columns are there and of these
// types is for those to say who use the condition.
iceberg::Expression typed_condition(const std::string& option, const std::string& text,
                                    const iceberg::Schema& schema);

}  // namespace tarn::cli
