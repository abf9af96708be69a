// A file of this machine's disk, held open by its descriptor: it stays readable after its name is
// gone, so retention may remove a segment that someone still reads.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "storage/file.hpp"

namespace tarn::storage {

// Owns a file descriptor.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    ~Descriptor();

    int number() const { return number_; }

private:
    int number_;
};

class LocalFile : public File {
public:
    // `flags` are those of open(2). The path is for the kernel and for messages.
    static std::unique_ptr<LocalFile> open(const std::string& path, int flags);

    using Reader::read_at;
    int64_t size() const override { return size_; }
    size_t read_at(int64_t offset, std::span<std::byte> into) const override;
    std::optional<int> descriptor() const override { return descriptor_.number(); }
    void append(BytesView bytes) override;
    void truncate(int64_t size) override;
    void sync() override;

private:
    LocalFile(Descriptor descriptor, std::string path, int64_t size);

    void refuse_if_broken() const;

    Descriptor descriptor_;
    std::string path_;
    std::atomic<int64_t> size_;
    std::atomic<bool> is_broken_ = false;
};

}  // namespace tarn::storage
