#include "jobs/shown_rows.hpp"

#include "sql/values/value_text.hpp"

namespace tarn::jobs {

void ShownRows::write(const engine::ChangeBatch& batch) {
    std::string lines;
    for (int64_t row = 0; row < batch.size(); ++row) {
        lines += engine::text_of(batch.kind(row));
        for (size_t i = 0; i < columns_.size(); ++i) {
            const sql::Column& column = batch.rows.columns[i];
            lines += i == 0 ? "[" : ", ";
            lines += sql::value_text(columns_[i].type, *column.values, column.place(row));
        }
        lines += "]\n";
    }
    show_(std::move(lines));
}

}  // namespace tarn::jobs
