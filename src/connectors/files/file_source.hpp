// Reads the files of a folder, or a single one: each once, in the order of their names, from its
// first row to its last. Files that begin with a dot or an underscore are not of the table, as
// those are that a sink has not committed. With `source.monitor-interval` the source looks for
// new files again and again and never ends. A file must not change once it is there.
#pragma once

#include <set>

#include "base/clock.hpp"
#include "connectors/files/file_columns.hpp"
#include "connectors/files/file_format.hpp"
#include "connectors/files/file_place.hpp"
#include "engine/job/source.hpp"
#include "sql/functions/pattern.hpp"

namespace tarn::connectors {

class FileSource final : public engine::Source {
public:
    FileSource(const sql::stream::TableSource& table, const FileAccess& access, const Clock& clock);

    std::vector<int32_t> partitions() override { return {0}; }
    std::optional<engine::ChangeBatch> read(int64_t rows_max) override;
    bool has_end() const override { return !monitor_interval_.has_value(); }
    bool is_ended() const override;

    // All files that are known, and how far each has been read.
    engine::OperatorState position() const override;
    void seek(const engine::OperatorState& position) override;

private:
    struct KnownFile {
        std::string path;
        int64_t offset = 0;  // as its format counts: the position of the reader
        bool is_done = false;
    };

    void find_files();
    void add_files(const std::vector<storage::Entry>& found);
    bool open_next();
    std::optional<engine::ChangeBatch> read_file(int64_t rows_max);
    std::string location() const;

    FileColumns columns_;
    std::unique_ptr<RowFileReader> reader_;
    FilePlace place_;
    std::optional<std::chrono::milliseconds> monitor_interval_;
    std::unique_ptr<sql::Pattern> wanted_path_;  // of files; null when all are
    const Clock& clock_;

    std::vector<KnownFile> files_;
    std::set<std::string> paths_;  // of these files
    size_t current_ = 0;           // of the files; those before are done
    std::optional<storage::Entry> open_;
    std::optional<Ticks> found_at_;  // when files were looked for the last time
};

}  // namespace tarn::connectors
