// The files that one writer makes. Each has a name that nobody else has, and appears whole when it
// is closed. Until they are handed over, all of them can be taken back.
#pragma once

#include <arrow/io/interfaces.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "iceberg/catalog/table_files.hpp"
#include "iceberg/format/data_file.hpp"
#include "iceberg/write/data_location.hpp"

namespace tarn::iceberg {

class NewFiles {
public:
    // `files` outlives this.
    NewFiles(const TableFiles& files, const TableMetadata& table, Random& random);
    NewFiles(NewFiles&& other) noexcept = default;
    ~NewFiles();

    struct Opened {
        std::string location;
        std::shared_ptr<arrow::io::OutputStream> stream;
    };
    // The ending: ".parquet", "-deletes.puffin".
    Opened open(std::string_view partition_path, std::string_view ending);
    std::string write(std::string_view partition_path, std::string_view ending, BytesView content);

    // From here on they belong to someone else, who commits them or removes them.
    void hand_over() { locations_.clear(); }
    // Removes what there is, also of files that are half written. One that cannot be removed is
    // logged and left to the cleaning of orphans.
    void remove_all() noexcept;

private:
    std::string next_location(std::string_view partition_path, std::string_view ending);

    const TableFiles* files_;
    DataLocation location_;
    std::string writer_id_;
    int next_number_ = 0;
    std::vector<std::string> locations_;
};

// Removes files that were handed over and will not be committed. Never call it when the outcome of
// a commit is unknown.
void remove_files(const TableFiles& files, const std::vector<DataFile>& written) noexcept;

}  // namespace tarn::iceberg
