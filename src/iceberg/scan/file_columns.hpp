// The columns of a data file as those of the table today: found by field id, in the wanted order,
// widened, and filled in where the file is older than the column.
#pragma once

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "iceberg/format/schema.hpp"
#include "iceberg/format/value.hpp"
#include "iceberg/scan/name_mapping.hpp"

namespace parquet::arrow {
struct SchemaField;
}

namespace tarn::iceberg {

// By field id: what a column reads as that the file does not have.
using Constants = std::map<int32_t, Value>;

// Which of the leaf columns of a Parquet file are needed. `mapping` is for files without ids.
std::vector<int> needed_leaves(const std::vector<parquet::arrow::SchemaField>& file,
                               const std::vector<Field>& wanted, const NameMapping* mapping);
bool has_field_ids(const std::vector<parquet::arrow::SchemaField>& file);

class FileColumns {
public:
    // `file` is how the batches look: of the needed leaves. Throws InvalidInput for a column that
    // cannot be read as it is wanted, and for a required one that is nowhere.
    FileColumns(const arrow::Schema& file, const std::vector<Field>& wanted,
                const Constants& constants, const NameMapping* mapping);

    // One array for each wanted field.
    arrow::ArrayVector convert(const arrow::RecordBatch& batch) const;

private:
    struct Column {
        Field wanted;
        std::shared_ptr<arrow::DataType> type;
        int source = -1;  // among the file's columns or the children of its parent
        OptionalValue constant = {};
        std::vector<Column> children = {};
    };

    static std::vector<Column> match(const arrow::FieldVector& file,
                                     const std::vector<Field>& wanted, const Constants& constants,
                                     const NameMapping* mapping, const NameMapping::Path& place);
    static Column match_one(const arrow::FieldVector& file, const Field& wanted,
                            const Constants& constants, const NameMapping* mapping,
                            const NameMapping::Path& place);
    static std::vector<Column> children_of(const arrow::Field& found, const Field& wanted,
                                           const Constants& constants, const NameMapping* mapping,
                                           const NameMapping::Path& place);
    static std::shared_ptr<arrow::Array> converted(const Column& column,
                                                   const std::shared_ptr<arrow::Array>& array);
    static std::shared_ptr<arrow::Array> nested(const Column& column, const arrow::Array& array);
    static std::shared_ptr<arrow::Array> filled_in(const Column& column, int64_t length);

    std::vector<Column> columns_;
};

}  // namespace tarn::iceberg
