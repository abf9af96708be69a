// How the rows of a table lie in whole files. Formats of records put one behind the other; others,
// such as Parquet, make something of all rows that a file is to have. Readers and writers are made
// once for a table and take one file after the other.
#pragma once

#include "base/random.hpp"
#include "connectors/formats/stored_columns.hpp"
#include "engine/rows/change_batch.hpp"
#include "storage/file_system.hpp"

namespace tarn::connectors {

class RowFileReader {
public:
    virtual ~RowFileReader() = default;

    // Begins at a position that this gave before, of the same file, or at 0. `location` is what
    // messages call the file.
    virtual void open(std::unique_ptr<storage::Reader> file, std::string location,
                      int64_t position) = 0;

    // The next rows of the open file, none where bad records were passed over; nothing at its end.
    virtual std::optional<engine::ChangeBatch> read(int64_t rows_max) = 0;

    // Where the rows that come next begin.
    virtual int64_t position() const = 0;
};

class RowFileWriter {
public:
    virtual ~RowFileWriter() = default;

    virtual void open(std::unique_ptr<storage::Writer> file) = 0;
    // Throws InvalidInput for what the format cannot say.
    virtual void write(const engine::ChangeBatch& rows) = 0;
    // What the open file measures by now, or nearly.
    virtual int64_t bytes() const = 0;
    virtual void close() = 0;
};

class FileFormat {
public:
    virtual ~FileFormat() = default;

    // `physical` are the columns of the table that files hold, `asked` those of them that rows are
    // to have.
    virtual std::unique_ptr<RowFileReader> reader(const StoredColumns& physical,
                                                  const StoredColumns& asked) const = 0;
    virtual std::unique_ptr<RowFileWriter> writer(const StoredColumns& columns,
                                                  Random& random) const = 0;

    // "parquet": what names of files end in.
    virtual std::string_view name() const = 0;
};
using FileFormatPtr = std::shared_ptr<const FileFormat>;

// The one that the option `format` names. Throws InvalidInput for what does not run yet.
FileFormatPtr file_format_of(const sql::Options& options);

}  // namespace tarn::connectors
