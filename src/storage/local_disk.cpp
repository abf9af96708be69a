#include "storage/local_disk.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/error.hpp"
#include "base/random.hpp"
#include "storage/local_file.hpp"
#include "storage/posix_error.hpp"

namespace tarn::storage {

namespace {

constexpr const char* note_attribute = "user.tarn.note";

std::string folder_of(const std::string& full_path) {
    size_t slash = full_path.rfind('/');
    return slash == 0 ? "/" : full_path.substr(0, slash);
}

void sync_folder_at(const std::string& folder) {
    Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (descriptor.number() < 0 || ::fsync(descriptor.number()) != 0) {
        throw posix_error(errno, "sync", folder);
    }
}

void make_folder_and_those_above(const std::string& folder) {
    if (::mkdir(folder.c_str(), 0755) == 0) return sync_folder_at(folder_of(folder));
    // A file of that name is found out by whoever goes on to use it as a folder.
    if (errno == EEXIST) return;
    if (errno != ENOENT || folder == "/") throw posix_error(errno, "make the folder", folder);
    make_folder_and_those_above(folder_of(folder));
    if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) {
        throw posix_error(errno, "make the folder", folder);
    }
    sync_folder_at(folder_of(folder));
}

Entry entry_of(std::string path, const struct stat& status) {
    auto since_1970 = std::chrono::seconds(status.st_mtim.tv_sec) +
                      std::chrono::nanoseconds(status.st_mtim.tv_nsec);
    bool is_folder = S_ISDIR(status.st_mode);
    return {.path = std::move(path),
            .is_folder = is_folder,
            .size = is_folder ? 0 : static_cast<int64_t>(status.st_size),
            .modified_at = WallTime(std::chrono::floor<std::chrono::microseconds>(since_1970))};
}

// Calls `visit` with the name and status of everything in a folder.
template <typename Visit>
void for_each_in(const std::string& folder, Visit visit) {
    std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), ::closedir);
    if (!open) {
        if (errno == ENOENT || errno == ENOTDIR) return;
        throw posix_error(errno, "list", folder);
    }
    while (true) {
        errno = 0;
        const dirent* found = ::readdir(open.get());
        if (!found && errno != 0) throw posix_error(errno, "list", folder);
        if (!found) return;
        std::string name = found->d_name;
        if (name == "." || name == "..") continue;
        struct stat status{};
        if (::fstatat(::dirfd(open.get()), name.c_str(), &status, 0) != 0) {
            if (errno == ENOENT) continue;  // it has just gone, or is a link to nothing
            throw posix_error(errno, "list", folder + "/" + name);
        }
        visit(name, status);
    }
}

void add_entries(const std::string& full_folder, const std::string& prefix, Depth depth,
                 std::vector<Entry>& entries) {
    for_each_in(full_folder, [&](const std::string& name, const struct stat& status) {
        if (name.starts_with(unfinished_prefix)) return;
        bool is_folder = S_ISDIR(status.st_mode);
        if (is_folder && depth == Depth::AllBelow) {
            add_entries(full_folder + "/" + name, prefix + name + "/", depth, entries);
        } else if (is_folder || S_ISREG(status.st_mode)) {
            entries.push_back(entry_of(prefix + name, status));
        }
    });
}

int remove_unfinished_in(const std::string& folder, WallTime time) {
    int removed = 0;
    for_each_in(folder, [&](const std::string& name, const struct stat& status) {
        std::string path = folder + "/" + name;
        if (S_ISDIR(status.st_mode)) {
            removed += remove_unfinished_in(path, time);
        } else if (name.starts_with(unfinished_prefix) &&
                   entry_of(name, status).modified_at < time && ::unlink(path.c_str()) == 0) {
            ++removed;
        }
    });
    return removed;
}

}  // namespace

// The content of a file that is not at its place yet. What is not moved there is removed.
class LocalDisk::UnfinishedFile {
public:
    UnfinishedFile(LocalDisk& disk, std::string_view path, WriteOptions options)
        : final_path_(disk.full_path(path)),
          path_(fmt::format("{}/{}{:016x}", folder_of(final_path_), unfinished_prefix,
                            SystemRandom().next())),
          durability_(options.durability),
          file_(open(disk)) {}
    ~UnfinishedFile() { ::unlink(path_.c_str()); }
    UnfinishedFile(const UnfinishedFile&) = delete;
    UnfinishedFile& operator=(const UnfinishedFile&) = delete;

    void append(BytesView bytes) { file_->append(bytes); }

    void keep_note(BytesView note) {
        int failed = ::fsetxattr(*file_->descriptor(), note_attribute, note.data(), note.size(), 0);
        if (failed && errno != ENOTSUP) throw posix_error(errno, "keep a note on", final_path_);
    }

    void move_to_its_place() {
        sync_content();
        if (::rename(path_.c_str(), final_path_.c_str()) != 0) {
            throw posix_error(errno, "write", final_path_);
        }
        sync_name();
    }

    // Answers whether the place was free. Linking, unlike renaming, never replaces.
    bool take_its_place_if_free() {
        sync_content();
        if (::link(path_.c_str(), final_path_.c_str()) == 0) {
            sync_name();
            return true;
        }
        if (errno == EEXIST && !std::filesystem::is_directory(final_path_)) return false;
        throw posix_error(errno, "create", final_path_);
    }

private:
    std::unique_ptr<LocalFile> open(LocalDisk& disk) const {
        constexpr int flags = O_CREAT | O_EXCL | O_RDWR;
        try {
            return LocalFile::open(path_, flags);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::NotFound) throw;
        }
        // Until the file is in it, nobody may find the folder empty and take it away.
        std::lock_guard lock(disk.making_folders_);
        make_folder_and_those_above(folder_of(path_));
        return LocalFile::open(path_, flags);
    }

    // Before the name: a name that survives must not lead to content that did not.
    void sync_content() {
        if (durability_ == Durability::Synced) file_->sync();
    }

    void sync_name() const {
        if (durability_ != Durability::Synced) return;
        try {
            sync_folder_at(folder_of(final_path_));
        } catch (const Error& error) {
            throw Error(ErrorCode::Unavailable,
                        "{} is there, but it is unknown whether it survives a loss of power: {}",
                        final_path_, error.what())
                .with_hint(error.hint());
        }
    }

    std::string final_path_;
    std::string path_;
    Durability durability_;
    std::unique_ptr<LocalFile> file_;
};

class LocalDisk::LocalWriter : public DiskWriter {
public:
    LocalWriter(LocalDisk& disk, std::string_view path, WriteOptions options)
        : file_(disk, path, options) {}

private:
    void write_next(BytesView bytes) override { file_.append(bytes); }
    void close_whole() override { file_.move_to_its_place(); }
    void keep_note(BytesView note) override { file_.keep_note(note); }
    bool close_whole_if_absent() override { return file_.take_its_place_if_free(); }

    UnfinishedFile file_;
};

std::unique_ptr<LocalDisk> LocalDisk::open(const Uri& root) {
    std::unique_ptr<LocalDisk> disk(new LocalDisk(root));
    disk->make_folder(root.path());
    if (!std::filesystem::is_directory(root.path())) {
        throw posix_error(ENOTDIR, "open", root.path());
    }
    return disk;
}

void LocalDisk::make_folder(const std::string& folder) {
    std::lock_guard lock(making_folders_);
    make_folder_and_those_above(folder);
}

int LocalDisk::remove_unfinished(WallTime time) {
    return remove_unfinished_in(root().path(), time);
}

std::unique_ptr<Reader> LocalDisk::open_reader_checked(std::string_view path) const {
    return LocalFile::open(full_path(path), O_RDONLY);
}

bool LocalDisk::create_checked(std::string_view path, BytesView content, WriteOptions options) {
    UnfinishedFile file(*this, path, options);
    file.append(content);
    return file.take_its_place_if_free();
}

std::optional<Entry> LocalDisk::stat_checked(std::string_view path) const {
    std::string full = full_path(path);
    struct stat status{};
    if (::stat(full.c_str(), &status) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
        throw posix_error(errno, "look at", full);
    }
    if (!S_ISREG(status.st_mode)) return std::nullopt;
    return entry_of(std::string(path), status);
}

std::vector<Entry> LocalDisk::list_checked(std::string_view folder, Depth depth) const {
    std::vector<Entry> entries;
    std::string prefix = folder.empty() ? "" : fmt::format("{}/", folder);
    add_entries(full_path(folder), prefix, depth, entries);
    return entries;
}

void LocalDisk::remove_checked(std::span<const std::string> paths) {
    for (const std::string& path : paths) {
        std::string full = full_path(path);
        if (::unlink(full.c_str()) == 0) continue;
        // A folder is no file, so there was no file of that name.
        if (errno == ENOENT || errno == ENOTDIR || errno == EISDIR) continue;
        throw posix_error(errno, "remove", full);
    }
}

void LocalDisk::remove_folder_checked(std::string_view folder) {
    std::string full = full_path(folder);
    std::error_code failure;
    if (!std::filesystem::is_directory(full, failure)) return;
    std::filesystem::remove_all(full, failure);
    if (failure) throw posix_error(failure.value(), "remove the folder", full);
}

std::unique_ptr<File> LocalDisk::open_file_checked(std::string_view path) {
    return LocalFile::open(full_path(path), O_RDWR);
}

std::unique_ptr<File> LocalDisk::create_file_checked(std::string_view path) {
    std::string full = full_path(path);
    make_folder(folder_of(full));
    return LocalFile::open(full, O_RDWR | O_CREAT | O_EXCL);
}

void LocalDisk::rename_checked(std::string_view from, std::string_view to) {
    std::string full_from = full_path(from);
    std::string full_to = full_path(to);
    // Looked at first, so that a missing file makes no folder for itself.
    if (!stat_checked(from)) throw posix_error(ENOENT, "rename", full_from);
    make_folder(folder_of(full_to));
    if (::rename(full_from.c_str(), full_to.c_str()) != 0) {
        throw posix_error(errno, fmt::format("rename {} to", full_from), full_to);
    }
}

void LocalDisk::sync_folder_checked(std::string_view folder) {
    sync_folder_at(full_path(folder));
}

std::unique_ptr<DiskWriter> LocalDisk::open_disk_writer_checked(std::string_view path,
                                                                WriteOptions options) {
    return std::make_unique<LocalWriter>(*this, path, options);
}

std::optional<Bytes> LocalDisk::note_checked(std::string_view path) const {
    std::string full = full_path(path);
    Bytes note(note_bytes_max);
    ssize_t size = ::getxattr(full.c_str(), note_attribute, note.data(), note.size());
    if (size < 0) {
        bool is_absent = errno == ENODATA || errno == ENOENT || errno == ENOTDIR;
        if (is_absent || errno == ENOTSUP) return std::nullopt;
        // Longer than any note: it is somebody else's.
        if (errno == ERANGE) return std::nullopt;
        throw posix_error(errno, "read the note on", full);
    }
    note.resize(static_cast<size_t>(size));
    return note;
}

bool LocalDisk::remove_empty_folder_checked(std::string_view folder) {
    std::string full = full_path(folder);
    std::lock_guard lock(making_folders_);
    if (::rmdir(full.c_str()) == 0 || errno == ENOENT) return true;
    // ENOTDIR is a file, or a link to a folder elsewhere, which the operator wants kept.
    bool must_stay = errno == ENOTEMPTY || errno == EEXIST || errno == EBUSY || errno == ENOTDIR;
    if (must_stay) return false;
    throw posix_error(errno, "remove the folder", full);
}

}  // namespace tarn::storage
