#include "connectors/consoles/print_sink.hpp"

#include "connectors/consoles/java_text.hpp"
#include "connectors/formats/option_values.hpp"

namespace tarn::connectors {

PrintSink::PrintSink(const sql::stream::Sink& table, const Consoles& consoles)
    : columns_(written_columns(table.table->table)),
      out_(OptionValues(table.options).is_on("standard-error") ? consoles.errors : consoles.out) {
    auto identifier = OptionValues(table.options).text("print-identifier");
    if (identifier && !identifier->empty()) before_ = *identifier + "> ";
}

void PrintSink::write(const engine::ChangeBatch& batch) {
    std::string lines;
    for (int64_t row = 0; row < batch.size(); ++row) {
        lines += before_;
        lines += text_of(batch.kind(row));
        lines += '[';
        for (size_t i = 0; i < columns_.size(); ++i) {
            if (i > 0) lines += ", ";
            const sql::Column& column = batch.rows.columns.at(i);
            append_java_text(lines, columns_[i].type, *column.values, column.place(row));
        }
        lines += "]\n";
    }
    out_ << lines << std::flush;
}

}  // namespace tarn::connectors
