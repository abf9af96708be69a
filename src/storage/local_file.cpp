#include "storage/local_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "storage/posix_error.hpp"

namespace tarn::storage {

Descriptor::~Descriptor() {
    if (number_ >= 0) ::close(number_);
}

std::unique_ptr<LocalFile> LocalFile::open(const std::string& path, int flags) {
    Descriptor descriptor(::open(path.c_str(), flags | O_CLOEXEC, 0644));
    if (descriptor.number() < 0) {
        // Nothing can be below a file, so to a reader it is simply not there.
        bool is_missing = errno == ENOTDIR && !(flags & O_CREAT);
        throw posix_error(is_missing ? ENOENT : errno, "open", path);
    }
    struct stat status{};
    if (::fstat(descriptor.number(), &status) != 0) throw posix_error(errno, "open", path);
    // open(2) gives folders away for reading.
    if (S_ISDIR(status.st_mode)) {
        throw Error(ErrorCode::NotFound, "cannot open {}: it is a folder", path);
    }
    return std::unique_ptr<LocalFile>(new LocalFile(std::move(descriptor), path, status.st_size));
}

LocalFile::LocalFile(Descriptor descriptor, std::string path, int64_t size)
    : descriptor_(std::move(descriptor)), path_(std::move(path)), size_(size) {}

size_t LocalFile::read_at(int64_t offset, std::span<std::byte> into) const {
    TARN_ASSERT(offset >= 0);
    // Not past size_, so that nobody sees an append that may yet be cut off.
    into = into.first(static_cast<size_t>(
        std::clamp<int64_t>(size_ - offset, 0, static_cast<int64_t>(into.size()))));
    size_t done = 0;
    while (done < into.size()) {
        ssize_t got = ::pread(descriptor_.number(), into.data() + done, into.size() - done,
                              offset + static_cast<int64_t>(done));
        if (got == 0) break;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw posix_error(errno, "read", path_);
        done += static_cast<size_t>(got);
    }
    return done;
}

void LocalFile::append(BytesView bytes) {
    refuse_if_broken();
    int64_t end = size_;
    size_t done = 0;
    while (done < bytes.size()) {
        ssize_t put = ::pwrite(descriptor_.number(), bytes.data() + done, bytes.size() - done,
                               end + static_cast<int64_t>(done));
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) {
            Error error = posix_error(errno, "write", path_);
            is_broken_ = done > 0 && ::ftruncate(descriptor_.number(), end) != 0;
            throw error;
        }
        done += static_cast<size_t>(put);
    }
    size_ = end + static_cast<int64_t>(done);
}

void LocalFile::truncate(int64_t size) {
    TARN_ASSERT(size >= 0 && size <= size_);
    refuse_if_broken();
    if (::ftruncate(descriptor_.number(), size) != 0) throw posix_error(errno, "truncate", path_);
    size_ = size;
}

void LocalFile::sync() {
    refuse_if_broken();
    if (::fdatasync(descriptor_.number()) == 0) return;
    is_broken_ = true;
    throw posix_error(errno, "sync", path_);
}

void LocalFile::refuse_if_broken() const {
    if (!is_broken_) return;
    throw Error(ErrorCode::Corrupt, "cannot change {}: an earlier write or sync of it failed",
                path_)
        .with_hint("free or mend the disk and start again");
}

}  // namespace tarn::storage
