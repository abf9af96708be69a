// The columns of an INSERT, as the table that it writes to has them.
#pragma once

#include "sql/stream/stream_plan.hpp"

namespace tarn::engine {

// The columns of the table that an INSERT gives, in the order in which it gives them.
std::vector<const sql::TableColumn*> written_columns(const sql::stream::Sink& step);

bool is_of_key(const sql::TableColumn& column, const sql::stream::Sink& step);

// Places of the table's key among them.
std::vector<size_t> key_columns(const sql::stream::Sink& step);

}  // namespace tarn::engine
