// The columns of a table of events: event_type, person, auction and bid, those that are asked for.
// The rows person, auction and bid are NULL in events of another kind. Fields that nobody reads are
// NULL as well.
#pragma once

#include "connectors/nexmark/event_fields.hpp"
#include "sql/expressions/evaluate.hpp"
#include "sql/stream/stream_plan.hpp"

namespace tarn::connectors {

class EventColumns {
public:
    // Columns and fields are found by name. Throws InvalidInput for one that events do not have,
    // and for one of another type.
    explicit EventColumns(const sql::stream::TableSource& table);

    sql::Columns make(const EventBatch& events) const;

private:
    struct EventColumn {
        std::shared_ptr<arrow::DataType> type;
        std::optional<EventKind> kind;  // of a row; the other column is event_type
        // Null for one that nobody reads.
        std::vector<const EventField*> fields;
    };

    // All fields without a list of those that are read.
    static EventColumn column_of(const sql::TableColumn& column,
                                 const std::set<std::string>* fields);
    static std::shared_ptr<arrow::Array> rows_of(const EventColumn& column,
                                                 const EventBatch& events);

    std::vector<EventColumn> columns_;
};

}  // namespace tarn::connectors
