// Files and objects behind one interface. A FileSystem is a root (a folder, a place in a bucket, or
// memory) and whole objects at paths below it; Iceberg tables need no more, and S3 offers no more.
// A Disk is a FileSystem with growing files, rename and folders to sync, which the log needs.
//
// All calls block, may come from several threads at once, and throw tarn::Error: InvalidInput for a
// path that check_path refuses, NotFound, Forbidden, StorageFull, Conflict, Unavailable.
//
// Folders come into being with their first file. An empty one may or may not be listed.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "storage/file.hpp"
#include "storage/uri.hpp"

namespace tarn::storage {

// Synced survives a loss of power once the call has returned: the content, the name and the folders
// above it. Buffered survives only the end of this process. S3 always answers as if Synced.
enum class Durability { Synced, Buffered };

struct WriteOptions {
    Durability durability = Durability::Synced;
};

struct Range {
    int64_t offset = 0;
    int64_t length = 0;
};

struct Entry {
    std::string path;
    bool is_folder = false;
    int64_t size = 0;  // of a folder: 0
    WallTime modified_at{};

    bool operator==(const Entry&) const = default;
};

enum class Depth { OneFolder, AllBelow };

// Writes one object from start to end. It appears, complete and replacing what stood there, when
// close() returns; a Writer destroyed without close() leaves nothing.
class Writer {
public:
    virtual ~Writer() = default;

    void write(BytesView bytes);
    // Called once, and nothing is written after it. When it throws, the object may have appeared;
    // not so when a write failed before, since what there is then is not the whole.
    void close();

protected:
    // Throws when a write has failed.
    void check_whole() const;

private:
    virtual void write_next(BytesView bytes) = 0;
    virtual void close_whole() = 0;

    bool is_whole_ = true;
};

class FileSystem {
public:
    virtual ~FileSystem() = default;
    FileSystem(const FileSystem&) = delete;
    FileSystem& operator=(const FileSystem&) = delete;

    const Uri& root() const { return root_; }
    // Between paths and the full locations that table metadata holds. path_of throws Forbidden when
    // the location is not below the root.
    std::string uri_of(std::string_view path) const;
    std::string path_of(std::string_view location) const;

    Bytes read(std::string_view path) const;
    // Bytes that the object does not reach to are left out, so the answer may be shorter.
    Bytes read(std::string_view path, Range range) const;
    // The object must not be replaced while it is being read: disk and memory go on with the old
    // content, S3 does not.
    std::unique_ptr<Reader> open_reader(std::string_view path) const;

    // Replaces what stood there: a reader sees all of the old or all of the new.
    void write(std::string_view path, BytesView content, WriteOptions options = {});

    // Creates the object unless one is there; answers whether this call did. Of many that try at
    // once exactly one is told true, which is what Iceberg commits build on.
    // Throws Unavailable when the outcome is unknown: the object may be there or may still appear.
    // After any other error this call has created nothing.
    bool create(std::string_view path, BytesView content, WriteOptions options = {});

    std::unique_ptr<Writer> open_writer(std::string_view path, WriteOptions options = {});

    // Nothing when no object is there, be it a folder or not.
    std::optional<Entry> stat(std::string_view path) const;
    bool exists(std::string_view path) const { return stat(path).has_value(); }

    // Sorted by path, byte by byte. OneFolder gives the files and folders directly inside, AllBelow
    // the files of every folder below. "" is the root; a missing folder is an empty one. A file
    // that comes or goes meanwhile may or may not be there.
    std::vector<Entry> list(std::string_view folder, Depth depth) const;

    // Removing what is not there is no error. On a Disk the loss of power may undo a removal until
    // the folder is synced.
    void remove(std::string_view path);
    // Each of them; when one fails the others may or may not be gone.
    void remove(std::span<const std::string> paths);
    // Everything below a folder. The root itself is refused, being an empty path.
    void remove_folder(std::string_view folder);

protected:
    explicit FileSystem(Uri root) : root_(std::move(root)) {}

private:
    // Paths arrive here checked.
    virtual Bytes read_checked(std::string_view path, std::optional<Range> range) const;
    virtual std::unique_ptr<Reader> open_reader_checked(std::string_view path) const = 0;
    virtual void write_checked(std::string_view path, BytesView content, WriteOptions options);
    virtual bool create_checked(std::string_view path, BytesView content, WriteOptions options) = 0;
    virtual std::unique_ptr<Writer> open_writer_checked(std::string_view path,
                                                        WriteOptions options) = 0;
    virtual std::optional<Entry> stat_checked(std::string_view path) const = 0;
    virtual std::vector<Entry> list_checked(std::string_view folder, Depth depth) const = 0;
    virtual void remove_checked(std::span<const std::string> paths) = 0;
    virtual void remove_folder_checked(std::string_view folder) = 0;

    Uri root_;
};

// What the writer of a Disk can do beyond that.
class DiskWriter : public Writer {
public:
    // Keeps a few bytes with the object, which Disk::note gives back. They appear in the same step
    // as the object and go with it. Called before the end, with at most note_bytes_max. A disk
    // whose file system has no extended attributes forgets them.
    void set_note(BytesView note);

    // close(), unless an object is there by then, whoever made it; answers whether this call did.
    bool close_if_absent();

private:
    virtual void keep_note(BytesView note) = 0;
    virtual bool close_whole_if_absent() = 0;
};

// ext4 keeps all of a file's attributes in one block.
inline constexpr size_t note_bytes_max = 3500;

class Disk : public FileSystem {
public:
    std::unique_ptr<DiskWriter> open_disk_writer(std::string_view path, WriteOptions options = {});

    // Nothing when there is no object, or it was written without one.
    std::optional<Bytes> note(std::string_view path) const;

    // Takes an empty folder away; answers whether it is gone. One that has anything in it stays.
    bool remove_empty_folder(std::string_view folder);

    // The file must be there; NotFound otherwise.
    std::unique_ptr<File> open_file(std::string_view path);
    // The file must not be there; Conflict otherwise. Its name survives a loss of power once its
    // folder is synced, its content once the file is.
    std::unique_ptr<File> create_file(std::string_view path);

    // One step that replaces what stood at `to`. Survives a loss of power once the folders of both
    // are synced.
    void rename(std::string_view from, std::string_view to);

    // Makes the coming, going and renaming of files in this one folder survive a loss of power.
    void sync_folder(std::string_view folder);

protected:
    using FileSystem::FileSystem;

private:
    virtual std::unique_ptr<File> open_file_checked(std::string_view path) = 0;
    virtual std::unique_ptr<File> create_file_checked(std::string_view path) = 0;
    virtual void rename_checked(std::string_view from, std::string_view to) = 0;
    virtual void sync_folder_checked(std::string_view folder) = 0;
    virtual std::unique_ptr<DiskWriter> open_disk_writer_checked(std::string_view path,
                                                                 WriteOptions options) = 0;
    virtual std::optional<Bytes> note_checked(std::string_view path) const = 0;
    virtual bool remove_empty_folder_checked(std::string_view folder) = 0;

    std::unique_ptr<Writer> open_writer_checked(std::string_view path, WriteOptions options) final {
        return open_disk_writer_checked(path, options);
    }
};

}  // namespace tarn::storage
