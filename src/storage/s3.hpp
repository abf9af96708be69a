// A place in an S3 bucket as a FileSystem. Whole objects go through S3Client, one request each;
// listing and streams go through Arrow's S3 client, which knows pages and multipart uploads.
// Parts of a large upload that a crash cut off stay in the bucket, unseen and paid for: set the
// bucket's rule that aborts incomplete multipart uploads.
#pragma once

#include <memory>
#include <mutex>

#include "storage/file_system.hpp"
#include "storage/s3_settings.hpp"

namespace arrow::fs {
class S3FileSystem;
}

namespace tarn::storage {

class S3Client;

// Arrow's S3 library must be shut down before the process ends, or the process crashes; and it
// cannot be started twice. So a process owns one S3Library that outlives every S3FileSystem. It
// starts nothing before the first one is opened.
class S3Library {
public:
    S3Library() = default;
    ~S3Library();
    S3Library(const S3Library&) = delete;
    S3Library& operator=(const S3Library&) = delete;

    void start();

private:
    std::once_flag started_;
    bool has_started_ = false;
};

class S3FileSystem : public FileSystem {
public:
    // Asks the server for the bucket, so that wrong keys and names are found here.
    static std::unique_ptr<S3FileSystem> open(S3Library& library, const Uri& root,
                                              const S3Settings& settings);
    ~S3FileSystem() override;

    // Whether the server really refuses to create what is there. Some S3 servers take the condition
    // and ignore it, and commits on them would overwrite each other. Writes and removes a probe.
    bool creates_exclusively();

private:
    S3FileSystem(const Uri& root, std::shared_ptr<arrow::fs::S3FileSystem> arrow,
                 std::unique_ptr<S3Client> client);

    Bytes read_checked(std::string_view path, std::optional<Range> range) const override;
    std::unique_ptr<Reader> open_reader_checked(std::string_view path) const override;
    void write_checked(std::string_view path, BytesView content, WriteOptions options) override;
    bool create_checked(std::string_view path, BytesView content, WriteOptions options) override;
    std::unique_ptr<Writer> open_writer_checked(std::string_view path,
                                                WriteOptions options) override;
    std::optional<Entry> stat_checked(std::string_view path) const override;
    std::vector<Entry> list_checked(std::string_view folder, Depth depth) const override;
    void remove_checked(std::span<const std::string> paths) override;
    void remove_folder_checked(std::string_view folder) override;

    std::string key_of(std::string_view path) const { return root().join(path).path(); }
    std::string arrow_path_of(std::string_view path) const;

    std::shared_ptr<arrow::fs::S3FileSystem> arrow_;
    std::unique_ptr<S3Client> client_;
};

}  // namespace tarn::storage
