// How the rows of a table lie in records, which are lines of a file or messages of a topic. A
// format is made once from the options of a table; its decoders and encoders keep what they need of
// it.
#pragma once

#include <functional>

#include "columns/row_error.hpp"
#include "connectors/formats/stored_columns.hpp"
#include "engine/rows/change_batch.hpp"

namespace tarn::connectors {

struct DecodedChanges {
    engine::ChangeBatch changes;
    std::vector<int64_t> record_of_row;  // by the order of append(), from 0 in each batch
    std::vector<columns::RowError> errors;
};

class RowDecoder {
public:
    virtual ~RowDecoder() = default;

    // One whole record.
    virtual void append(std::string_view record) = 0;

    // The rows of what was appended since the last time.
    virtual DecodedChanges finish() = 0;
};

// Records one behind the other, each with a newline at its end.
class EncodedRecords {
public:
    EncodedRecords(std::string lines, std::vector<size_t> ends)
        : lines_(std::move(lines)), ends_(std::move(ends)) {}

    const std::string& lines() const { return lines_; }
    size_t size() const { return ends_.size(); }
    // Without its newline.
    std::string_view operator[](size_t record) const {
        size_t begin = record == 0 ? 0 : ends_[record - 1];
        return std::string_view(lines_).substr(begin, ends_[record] - begin - 1);
    }

private:
    std::string lines_;
    std::vector<size_t> ends_;
};

class RowEncoder {
public:
    virtual ~RowEncoder() = default;

    // A record for each row. Throws InvalidInput for what the format cannot say.
    virtual EncodedRecords encoded(const engine::ChangeBatch& changes) = 0;
};

// Where the first record of a text with several ends, and where the next one begins.
struct RecordEnd {
    size_t end;
    size_t next;
};

class Format {
public:
    explicit Format(std::string prefix, bool ignores_errors = false)
        : prefix_(std::move(prefix)), ignores_errors_(ignores_errors) {}
    virtual ~Format() = default;

    // `physical` are the columns of the table that records hold, `asked` those of them that rows
    // are to have. Among the latter may be metadata that this format tells, in its own type.
    virtual std::unique_ptr<RowDecoder> decoder(const StoredColumns& physical,
                                                const StoredColumns& asked) const = 0;
    virtual std::unique_ptr<RowEncoder> encoder(const StoredColumns& columns) const = 0;

    // What records tell besides the columns of the table, by the key of a metadata column:
    // "source.table". Nothing for what they do not tell.
    virtual std::optional<sql::Type> metadata_type(std::string_view) const { return std::nullopt; }

    // Nothing when the record goes on beyond the text, which is all that there is when
    // `is_whole`. Of an empty text there is no record.
    virtual std::optional<RecordEnd> record_end(std::string_view text, bool is_whole) const;

    // "json": what files of this format end in.
    virtual std::string_view name() const = 0;

    bool ignores_errors() const { return ignores_errors_; }

    // Throws the first error, unless the options say that records may be bad. `where` is the place
    // of a record: "file:///trades.json, byte 17".
    void check(const DecodedChanges& decoded,
               const std::function<std::string(const columns::RowError&)>& where) const;

private:
    std::string prefix_;  // of its options: "value.json."
    bool ignores_errors_;
};
using FormatPtr = std::shared_ptr<const Format>;

// The one that the option `slot` names: "format", "value.format". Throws InvalidInput for what
// does not run yet.
FormatPtr format_of(const sql::Options& options, std::string_view slot = "format");

}  // namespace tarn::connectors
