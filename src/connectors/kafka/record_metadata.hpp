// What is known of a record besides its key and value, as metadata columns of a table.
#pragma once

#include "columns/column_builder.hpp"
#include "connectors/formats/stored_columns.hpp"
#include "connectors/kafka/partition_records.hpp"

namespace tarn::connectors {

class RecordMetadata {
public:
    // For the metadata columns among those that are asked for, save those that values have. Throws
    // InvalidInput for one that records do not have, or not in a type that it can be cast to.
    RecordMetadata(const StoredColumns& asked, const StoredColumns& in_value,
                   const sql::TimeZone& zone);
    ~RecordMetadata();

    bool is_empty() const { return fields_.empty(); }

    void append(const log::RecordView& record, const log::BatchHeader& batch);
    // By the place of the column among those that are asked for; a value for each record.
    std::map<size_t, sql::Column> finish(const TopicPartition& which);

private:
    struct Field;

    sql::Session session_;
    int64_t records_ = 0;
    std::vector<Field> fields_;
};

// The type that a kind of metadata has by itself. Throws InvalidInput for a column whose key there
// is not.
sql::Type metadata_type(const sql::TableColumn& column);

// Makes of metadata that has the type what the column is to hold; null where that is the same.
// Throws InvalidInput where there is no way.
sql::Kernel metadata_cast(const sql::TableColumn& column, const sql::Type& type);

}  // namespace tarn::connectors
