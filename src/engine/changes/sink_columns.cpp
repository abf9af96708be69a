#include "engine/changes/sink_columns.hpp"

#include <algorithm>

namespace tarn::engine {
bool is_of_key(const sql::TableColumn& column, const sql::stream::Sink& step) {
    const std::vector<std::string>& key = step.table->table.primary_key;
    return std::ranges::find(key, column.name) != key.end();
}

std::vector<const sql::TableColumn*> written_columns(const sql::stream::Sink& step) {
    std::vector<const sql::TableColumn*> written;
    for (const sql::TableColumn& column : step.table->table.columns) {
        if (is_written(column)) written.push_back(&column);
    }
    return written;
}

std::vector<size_t> key_columns(const sql::stream::Sink& step) {
    std::vector<size_t> places;
    std::vector<const sql::TableColumn*> written = written_columns(step);
    for (size_t i = 0; i < written.size(); ++i) {
        if (is_of_key(*written[i], step)) places.push_back(i);
    }
    return places;
}

}  // namespace tarn::engine
