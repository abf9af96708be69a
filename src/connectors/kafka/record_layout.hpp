// Which columns of a table lie in the key of a record, which in its value and which beside them, as
// its options say.
#pragma once

#include "connectors/formats/format.hpp"

namespace tarn::connectors {

struct RecordLayout {
    FormatPtr value_format;
    FormatPtr key_format;  // null when keys have no columns
    StoredColumns value;
    StoredColumns key;  // by their names in the table
    // The same by their names in the key, which may be shorter.
    StoredColumns named_key;
    bool is_upserts = false;  // the last record of a key is its row

    bool has_key() const { return key_format != nullptr; }
};

// Throws InvalidInput.
RecordLayout record_layout(const sql::StoredTable& table, const sql::Options& options);

// Whether it has a form for what is not there: raw bytes may be missing, and are NULL then.
bool has_form_for_null(const Format& format);

// The metadata column of a table as the format of values tells it: "source.table" for
// "value.source.table", in the format's own type. Nothing for what the format does not tell.
std::optional<sql::TableColumn> value_metadata(const RecordLayout& layout,
                                               const sql::TableColumn& column);

// Where a column of that name stands among these.
std::optional<size_t> place_of(const StoredColumns& columns, const std::string& name);

}  // namespace tarn::connectors
