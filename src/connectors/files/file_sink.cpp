#include "connectors/files/file_sink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"
#include "connectors/formats/option_values.hpp"

namespace tarn::connectors {
namespace {

constexpr int64_t DefaultFileBytes = 128 << 20;
constexpr size_t TokenDigits = 8;

void refuse_what_does_not_run(const OptionValues& options) {
    if (options.is_on("auto-compaction")) options.refuse("auto-compaction", "it does not run yet");
    options.refuse("sink.partition-commit.policy.kind", "there are no partitions to complete");
}

// "0a1b2c3d-17": a token and a number, as the names of files have them behind the writer.
bool is_token_and_number(std::string_view text) {
    constexpr std::string_view Digits = "0123456789";
    if (text.size() < TokenDigits + 2 || text[TokenDigits] != '-') return false;
    bool has_token = text.substr(0, TokenDigits).find_first_not_of("0123456789abcdef") == text.npos;
    return has_token && text.substr(TokenDigits + 1).find_first_not_of(Digits) == text.npos;
}

void copy(storage::FileSystem& files, const std::string& from, const std::string& to) {
    constexpr int64_t PieceBytes = 8 << 20;
    auto reader = files.open_reader(from);
    auto writer = files.open_writer(to);
    for (int64_t offset = 0; offset < reader->size(); offset += PieceBytes) {
        writer->write(reader->read_at(offset, PieceBytes));
    }
    writer->close();
}

}  // namespace

FileSink::FileSink(const sql::stream::Sink& table, const FileAccess& access, std::string writer,
                   Random& random)
    : format_(file_format_of(table.options)),
      columns_(plain_columns(*table.table)),
      random_(random),
      file_(format_->writer(columns_, random_)),
      place_(file_place(*table.table, table.options, access)),
      hidden_prefix_(fmt::format(".part-{}-", writer)),
      visible_prefix_(fmt::format("part-{}-", writer)),
      token_(fmt::format("{:08x}", static_cast<uint32_t>(random.next()))),
      is_overwrite_(table.is_overwrite) {
    OptionValues options(table.options);
    refuse_what_does_not_run(options);
    file_bytes_ = options.size("sink.rolling-policy.file-size").value_or(DefaultFileBytes);
}

void FileSink::write(const engine::ChangeBatch& batch) {
    if (!is_open_) open_file();
    file_->write(batch);
    if (file_->bytes() < file_bytes_) return;
    file_->close();
    finish_file();
}

void FileSink::open_file() {
    remove_left_overs();
    std::string name = fmt::format("{}{}-{}", hidden_prefix_, token_, next_number_);
    file_->open(place_.files->open_writer(place_.path_of(name)));
    is_open_ = true;
}

void FileSink::finish_file() {
    is_open_ = false;
    written_.push_back(next_number_++);
}

engine::Preparation FileSink::set_aside(const engine::EpochFacts& epoch) {
    remove_left_overs();
    has_prepared_ = true;
    std::shared_ptr<RowFileWriter> open;
    if (is_open_) {
        open = std::exchange(file_, format_->writer(columns_, random_));
        finish_file();
    }
    for (int64_t number : std::exchange(written_, {})) {
        waiting_.push_back(
            {place_.path_of(fmt::format("{}{}-{}", hidden_prefix_, token_, number)),
             place_.path_of(fmt::format("{}{}-{}-{}.{}", visible_prefix_, epoch.number, token_,
                                        number, format_->name()))});
    }
    std::vector<std::string_view> hidden;
    std::vector<std::string_view> visible;
    for (const Part& part : waiting_) {
        hidden.push_back(part.hidden);
        visible.push_back(part.visible);
    }
    engine::OperatorState prepared;
    prepared.put("files", engine::state_rows({{"hidden", engine::bytes_column(hidden)},
                                              {"visible", engine::bytes_column(visible)}}));
    bool is_end = epoch.watermark == engine::EndOfTime;
    if (is_overwrite_) put_overwrite(prepared, is_end);
    if (!is_overwrite_ || is_end) waiting_.clear();
    return [open, prepared] {
        if (open) open->close();
        return prepared;
    };
}

// Nothing after the end, lest another epoch takes away what has come.
void FileSink::put_overwrite(engine::OperatorState& prepared, bool is_end) {
    if (has_overwritten_) return;
    has_overwritten_ = is_end;
    std::array<int64_t, 1> when{is_end ? 1 : 0};
    prepared.put("overwrite", engine::state_rows({{"now", engine::number_column(when)}}));
}

std::vector<FileSink::Part> FileSink::parts_in(const engine::OperatorState& prepared) {
    std::vector<Part> parts;
    for (const engine::StateRows& rows : prepared.all("files")) {
        auto hidden = engine::bytes_of(rows, 0);
        auto visible = engine::bytes_of(rows, 1);
        for (size_t i = 0; i < hidden.size(); ++i) {
            parts.push_back({std::string(hidden[i]), std::string(visible[i])});
        }
    }
    return parts;
}

bool FileSink::is_time_for(const std::vector<Part>& parts, const engine::OperatorState& prepared) {
    for (const engine::StateRows& rows : prepared.all("overwrite")) {
        bool is_end = engine::numbers_of(rows, 0).at(0) == 1;
        // Only one that has just started again knows nothing of it.
        if (!has_prepared_) {
            has_overwritten_ = is_end;
            if (!is_end) waiting_ = parts;
        }
        if (!is_end) return false;
        remove_all_but(parts);
    }
    return true;
}

void FileSink::remove_all_but(const std::vector<Part>& parts) {
    for (const storage::Entry& entry : place_.row_files()) {
        if (std::ranges::find(parts, entry.path, &Part::visible) != parts.end()) continue;
        place_.files->remove(entry.path);
    }
}

void FileSink::commit(int64_t epoch, const engine::OperatorState& prepared) {
    std::vector<Part> parts = parts_in(prepared);
    if (!is_time_for(parts, prepared)) return;
    for (const Part& part : parts) {
        if (place_.files->exists(part.hidden)) {
            publish(part.hidden, part.visible);
        } else if (!place_.files->exists(part.visible)) {
            throw Error(ErrorCode::Corrupt, "{} of epoch {} is gone",
                        place_.files->uri_of(part.hidden), epoch)
                .with_hint(
                    "the rows in it are lost; start the job without its epochs to write them anew");
        }
    }
    auto* disk = dynamic_cast<storage::Disk*>(place_.files.get());
    if (disk && !parts.empty()) disk->sync_folder(place_.path);
}

// Objects have no rename; a copy that is there already is made once more, of the same bytes.
void FileSink::publish(const std::string& hidden, const std::string& visible) {
    if (auto* disk = dynamic_cast<storage::Disk*>(place_.files.get())) {
        return disk->rename(hidden, visible);
    }
    copy(*place_.files, hidden, visible);
    place_.files->remove(hidden);
}

void FileSink::remove_left_overs() {
    if (std::exchange(has_removed_left_overs_, true)) return;
    std::string prefix = place_.path_of(hidden_prefix_);
    for (const storage::Entry& entry : place_.files->list(place_.path, storage::Depth::OneFolder)) {
        bool is_ours = !entry.is_folder && entry.path.starts_with(prefix) &&
                       is_token_and_number(std::string_view(entry.path).substr(prefix.size()));
        bool is_waiting = std::ranges::find(waiting_, entry.path, &Part::hidden) != waiting_.end();
        if (is_ours && !is_waiting) place_.files->remove(entry.path);
    }
}

}  // namespace tarn::connectors
