#include "iceberg/write/upsert_writer.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "iceberg/format/position_deletes.hpp"
#include "iceberg/write/sort_rows.hpp"

namespace tarn::iceberg {
namespace {

const std::vector<int32_t>& key_ids(const TableMetadata& table, const UpsertOptions& options) {
    return options.key_ids.empty() ? table.schema().identifier_ids() : options.key_ids;
}

// Of a file only what is needed to name it.
DataFile named(const DataFile& file) {
    DataFile name;
    name.path = file.path;
    name.spec_id = file.spec_id;
    name.partition = file.partition;
    name.record_count = file.record_count;
    return name;
}

}  // namespace

UpsertWriter::UpsertWriter(const TableMetadata& table, const TableFiles& files, Random& random,
                           UpsertOptions options)
    : table_(table),
      files_(files),
      random_(random),
      key_schema_(equality_delete_schema(table.schema(), key_ids(table, options))),
      key_shape_(key_schema_),
      index_(table.schema(), key_ids(table, options), options.keys_max),
      data_(table, files, random,
            {.limits = options.limits, .sorting = DataFileOptions::Sorting::Never}) {
    if (options.unknown_key == UpsertOptions::UnknownKey::MayBeStored) {
        equality_.emplace(table, files, random, key_ids(table, options), options.limits);
    }
}

void UpsertWriter::load(const DataFile& file, const arrow::RecordBatch& rows,
                        const std::vector<int64_t>& positions, std::optional<DataFile> vector) {
    TARN_ASSERT(positions.size() == static_cast<size_t>(rows.num_rows()));
    auto [found, is_new] = loaded_.try_emplace(file.path, static_cast<uint32_t>(streams_.size()));
    if (is_new) streams_.push_back({.files = {named(file)}});
    if (vector) vectors_[file.path] = *std::move(vector);
    auto keys = index_.keys_of(*key_shape_.selected(rows), *key_schema_);
    for (size_t i = 0; i < keys.size(); ++i) {
        KeyedRow row{found->second, positions[i]};
        if (index_.put(std::move(keys[i]), row)) {
            throw Error(ErrorCode::InvalidInput,
                        "{}: the row at position {} has the key of another live row", file.path,
                        positions[i])
                .with_hint("upserts need a table in which each key is there once");
        }
    }
}

void UpsertWriter::upsert(const arrow::RecordBatch& rows) {
    auto keys = index_.keys_of(*key_shape_.selected(rows), *key_schema_);
    auto places = data_.append_and_place(rows);
    std::vector<int32_t> unknown;
    for (size_t i = 0; i < keys.size(); ++i) {
        KeyedRow row{stream_of(places[i].partition), places[i].row};
        auto replaced = index_.put(std::move(keys[i]), row);
        if (!replaced) unknown.push_back(static_cast<int32_t>(i));
        forget(replaced);
    }
    if (equality_ && !unknown.empty()) {
        equality_->append(*rows_at(*key_shape_.selected(rows), unknown));
    }
}

void UpsertWriter::remove(const arrow::RecordBatch& keys) {
    auto shaped = key_shape_.shaped(keys);
    std::vector<int32_t> unknown;
    auto bytes = index_.keys_of(*shaped, *key_schema_);
    for (size_t i = 0; i < bytes.size(); ++i) {
        auto removed = index_.remove(bytes[i]);
        if (!removed) unknown.push_back(static_cast<int32_t>(i));
        forget(removed);
    }
    if (equality_ && !unknown.empty()) equality_->append(*rows_at(*shaped, unknown));
}

void UpsertWriter::forget(std::optional<KeyedRow> row) {
    if (row) deleted_.push_back(*row);
}

uint32_t UpsertWriter::stream_of(uint32_t partition) {
    auto [found, is_new] =
        open_streams_.try_emplace(partition, static_cast<uint32_t>(streams_.size()));
    if (is_new) streams_.push_back({.partition = partition});
    return found->second;
}

RowDelta UpsertWriter::finish() {
    WrittenFiles written = data_.finish();
    RowDelta delta;
    try {
        for (auto [partition, stream] : std::exchange(open_streams_, {})) {
            for (size_t file : written.by_partition.at(partition)) {
                streams_[stream].files.push_back(named(written.files[file]));
            }
        }
        WrittenDeletes deletes = write_position_deletes(table_, files_, random_, deleted_rows());
        delta.delete_files = std::move(deletes.added);
        delta.replaced_delete_files = std::move(deletes.replaced);
        for (const DataFile& file : delta.delete_files) {
            if (file.is_deletion_vector()) vectors_[*file.referenced_data_file] = file;
        }
        if (equality_) {
            auto equality = equality_->finish();
            std::ranges::move(equality.files, std::back_inserter(delta.delete_files));
        }
    } catch (...) {
        remove_files(files_, written.files);
        remove_files(files_, delta.delete_files);
        throw;
    }
    delta.data_files = std::move(written.files);
    return delta;
}

std::vector<DeletedRows> UpsertWriter::deleted_rows() {
    std::map<std::string, DeletedRows> by_file;
    for (const KeyedRow& deleted : std::exchange(deleted_, {})) {
        int64_t position = deleted.row;
        const auto& files = streams_[deleted.stream].files;
        // A file that was loaded is alone, and may have more rows than its stream has seen.
        auto file = files.begin();
        while (files.size() > 1 && position >= file->record_count) {
            position -= file->record_count;
            ++file;
            TARN_ASSERT(file != files.end());
        }
        DeletedRows& rows = by_file[file->path];
        if (rows.data_file.empty()) {
            rows = {
                .data_file = file->path, .spec_id = file->spec_id, .partition = file->partition};
            if (auto vector = vectors_.find(file->path); vector != vectors_.end()) {
                rows.vector = vector->second;
            }
        }
        rows.positions.add(position);
    }
    std::vector<DeletedRows> all;
    for (auto& [path, rows] : by_file) all.push_back(std::move(rows));
    return all;
}

}  // namespace tarn::iceberg
