#include "storage/file_system.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "base/error.hpp"

namespace tarn::storage {

namespace {

void check_folder(std::string_view folder) {
    if (!folder.empty()) check_path(folder);
}

void check_position(int64_t offset, int64_t length) {
    if (offset < 0 || length < 0) {
        throw Error(ErrorCode::InvalidInput, "cannot read {} bytes at {}: neither may be negative",
                    length, offset);
    }
}

}  // namespace

Bytes Reader::read_at(int64_t offset, int64_t length) const {
    check_position(offset, length);
    // Never more memory than there are bytes, whatever length a damaged index asks for.
    Bytes bytes(std::clamp<int64_t>(size() - offset, 0, length));
    bytes.resize(read_at(offset, std::span(bytes)));
    return bytes;
}

void Writer::write(BytesView bytes) {
    bool was_whole = std::exchange(is_whole_, false);
    write_next(bytes);
    is_whole_ = was_whole;
}

void Writer::close() {
    check_whole();
    close_whole();
}

void Writer::check_whole() const {
    if (is_whole_) return;
    throw Error(ErrorCode::Unavailable, "an object is not stored: a write of it failed before");
}

void DiskWriter::set_note(BytesView note) {
    TARN_ASSERT(note.size() <= note_bytes_max);
    keep_note(note);
}

bool DiskWriter::close_if_absent() {
    check_whole();
    return close_whole_if_absent();
}

std::string FileSystem::uri_of(std::string_view path) const {
    return root_.join(path).text();
}

std::string FileSystem::path_of(std::string_view location) const {
    auto path = Uri::parse(location).path_below(root_);
    if (!path) {
        throw Error(ErrorCode::Forbidden, "{} does not lie below {}", location, root_.text());
    }
    return *path;
}

Bytes FileSystem::read(std::string_view path) const {
    check_path(path);
    return read_checked(path, std::nullopt);
}

Bytes FileSystem::read(std::string_view path, Range range) const {
    check_path(path);
    check_position(range.offset, range.length);
    return read_checked(path, range);
}

Bytes FileSystem::read_checked(std::string_view path, std::optional<Range> range) const {
    auto reader = open_reader_checked(path);
    if (!range) range = Range{.offset = 0, .length = reader->size()};
    return reader->read_at(range->offset, range->length);
}

std::unique_ptr<Reader> FileSystem::open_reader(std::string_view path) const {
    check_path(path);
    return open_reader_checked(path);
}

void FileSystem::write(std::string_view path, BytesView content, WriteOptions options) {
    check_path(path);
    write_checked(path, content, options);
}

void FileSystem::write_checked(std::string_view path, BytesView content, WriteOptions options) {
    auto writer = open_writer_checked(path, options);
    writer->write(content);
    writer->close();
}

bool FileSystem::create(std::string_view path, BytesView content, WriteOptions options) {
    check_path(path);
    return create_checked(path, content, options);
}

std::unique_ptr<Writer> FileSystem::open_writer(std::string_view path, WriteOptions options) {
    check_path(path);
    return open_writer_checked(path, options);
}

std::optional<Entry> FileSystem::stat(std::string_view path) const {
    check_path(path);
    return stat_checked(path);
}

std::vector<Entry> FileSystem::list(std::string_view folder, Depth depth) const {
    check_folder(folder);
    std::vector<Entry> entries = list_checked(folder, depth);
    std::sort(entries.begin(), entries.end(),
              [](const Entry& a, const Entry& b) { return a.path < b.path; });
    return entries;
}

void FileSystem::remove(std::string_view path) {
    std::string one(path);
    remove(std::span(&one, 1));
}

void FileSystem::remove(std::span<const std::string> paths) {
    for (const std::string& path : paths) check_path(path);
    remove_checked(paths);
}

void FileSystem::remove_folder(std::string_view folder) {
    check_path(folder);
    remove_folder_checked(folder);
}

std::unique_ptr<File> Disk::open_file(std::string_view path) {
    check_path(path);
    return open_file_checked(path);
}

std::unique_ptr<File> Disk::create_file(std::string_view path) {
    check_path(path);
    return create_file_checked(path);
}

void Disk::rename(std::string_view from, std::string_view to) {
    check_path(from);
    check_path(to);
    rename_checked(from, to);
}

std::unique_ptr<DiskWriter> Disk::open_disk_writer(std::string_view path, WriteOptions options) {
    check_path(path);
    return open_disk_writer_checked(path, options);
}

std::optional<Bytes> Disk::note(std::string_view path) const {
    check_path(path);
    return note_checked(path);
}

bool Disk::remove_empty_folder(std::string_view folder) {
    check_path(folder);
    return remove_empty_folder_checked(folder);
}

void Disk::sync_folder(std::string_view folder) {
    check_folder(folder);
    sync_folder_checked(folder);
}

}  // namespace tarn::storage
