#include "connectors/files/file_source.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "connectors/formats/option_values.hpp"

namespace tarn::connectors {
namespace {

// Whether the folder above knows of it: an empty folder is a table without rows.
bool is_folder(const FilePlace& place) {
    if (place.path.empty()) return true;
    size_t slash = place.path.rfind('/');
    std::string above = slash == std::string::npos ? "" : place.path.substr(0, slash);
    auto entries = place.files->list(above, storage::Depth::OneFolder);
    return std::ranges::find(entries, place.path, &storage::Entry::path) != entries.end();
}

// Nothing when all paths are right.
std::unique_ptr<sql::Pattern> wanted_path(const OptionValues& options) {
    auto text = options.text("source.path.regex-pattern");
    return text ? std::make_unique<sql::Pattern>(*text) : nullptr;
}

std::vector<storage::Entry> table_files(const FilePlace& place, sql::Pattern* wanted_path) {
    auto single = place.path.empty() ? std::nullopt : place.files->stat(place.path);
    if (single && !single->is_folder) return {*single};
    std::vector<storage::Entry> found = place.row_files();
    if (!wanted_path) return found;
    std::erase_if(found, [&](const storage::Entry& entry) {
        return !wanted_path->matches(place.files->root().join(entry.path).path());
    });
    return found;
}

}  // namespace

FileSource::FileSource(const sql::stream::TableSource& table, const FileAccess& access,
                       const Clock& clock)
    : columns_(table),
      reader_(file_format_of(table.options)
                  ->reader(physical_columns(table.table->table), columns_.physical())),
      place_(file_place(*table.table, table.options, access)),
      monitor_interval_(OptionValues(table.options).duration("source.monitor-interval")),
      wanted_path_(wanted_path(OptionValues(table.options))),
      clock_(clock) {}

std::optional<engine::ChangeBatch> FileSource::read(int64_t rows_max) {
    find_files();
    while (open_next()) {
        if (auto batch = read_file(rows_max)) return batch;
    }
    return std::nullopt;
}

bool FileSource::is_ended() const {
    return !monitor_interval_ && found_at_ && current_ == files_.size();
}

void FileSource::find_files() {
    Ticks now = clock_.ticks();
    bool is_due = !found_at_ || (monitor_interval_ && now - *found_at_ >= *monitor_interval_);
    if (!is_due) return;
    std::vector<storage::Entry> found = table_files(place_, wanted_path_.get());
    if (found.empty() && !monitor_interval_ && !is_folder(place_)) {
        throw Error(ErrorCode::NotFound, "there is no file or folder {}", place_.uri.text())
            .with_hint(
                "correct the option 'path', or set 'source.monitor-interval' to wait for "
                "files");
    }
    add_files(found);
    found_at_ = now;
}

// Behind those that are known: what is read already stays where it is.
void FileSource::add_files(const std::vector<storage::Entry>& found) {
    for (const storage::Entry& entry : found) {
        if (paths_.insert(entry.path).second) files_.push_back({.path = entry.path});
    }
}

bool FileSource::open_next() {
    if (open_) return true;
    if (current_ == files_.size()) return false;
    const KnownFile& file = files_[current_];
    auto entry = place_.files->stat(file.path);
    if (!entry) {
        throw Error(ErrorCode::NotFound, "{} is gone before it was read", location())
            .with_hint("put it back; files must stay until the job has read them");
    }
    reader_->open(place_.files->open_reader(file.path), location(), file.offset);
    open_ = std::move(entry);
    return true;
}

std::optional<engine::ChangeBatch> FileSource::read_file(int64_t rows_max) {
    auto batch = reader_->read(rows_max);
    if (!batch) {
        files_[current_++].is_done = true;
        open_.reset();
        return std::nullopt;
    }
    files_[current_].offset = reader_->position();
    if (batch->size() == 0) return std::nullopt;
    batch->rows = columns_.together(std::move(batch->rows), *open_, location());
    return batch;
}

std::string FileSource::location() const {
    return place_.files->uri_of(files_[current_].path);
}

engine::OperatorState FileSource::position() const {
    std::vector<std::string_view> paths;
    std::vector<int64_t> offsets;
    std::vector<int64_t> done;
    for (const KnownFile& file : files_) {
        paths.push_back(file.path);
        offsets.push_back(file.offset);
        done.push_back(file.is_done);
    }
    engine::OperatorState state;
    // Without the rows nothing was looked for yet, which is not the same as nothing found.
    if (!found_at_ && files_.empty()) return state;
    state.put("files", engine::state_rows({{"path", engine::bytes_column(paths)},
                                           {"offset", engine::number_column(offsets)},
                                           {"is_done", engine::number_column(done)}}));
    return state;
}

void FileSource::seek(const engine::OperatorState& position) {
    files_.clear();
    paths_.clear();
    open_.reset();
    found_at_.reset();
    for (const engine::StateRows& rows : position.all("files")) {
        auto paths = engine::bytes_of(rows, 0);
        auto offsets = engine::numbers_of(rows, 1);
        auto done = engine::numbers_of(rows, 2);
        for (size_t i = 0; i < paths.size(); ++i) {
            files_.push_back({std::string(paths[i]), offsets[i], done[i] != 0});
            paths_.insert(files_.back().path);
        }
        // A folder that is read once is not looked into again.
        if (!monitor_interval_) found_at_ = clock_.ticks();
    }
    current_ =
        static_cast<size_t>(std::ranges::find(files_, false, &KnownFile::is_done) - files_.begin());
}

}  // namespace tarn::connectors
