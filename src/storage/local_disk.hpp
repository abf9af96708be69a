// A folder of this machine as a Disk. A file is written under an unfinished name beside its place
// and moved there whole, so nobody ever sees half of one. Links inside the root are followed: an
// operator may put a part of it on another disk.
#pragma once

#include <memory>
#include <mutex>

#include "storage/file_system.hpp"

namespace tarn::storage {

class LocalDisk : public Disk {
public:
    // Makes the root folder if it is missing.
    static std::unique_ptr<LocalDisk> open(const Uri& root);

    // Removes what writers that crashed have left: unfinished files last written before `time`,
    // which must be long enough ago that nobody still writes them. Answers how many.
    int remove_unfinished(WallTime time);

private:
    class UnfinishedFile;
    class LocalWriter;

    using Disk::Disk;

    std::unique_ptr<Reader> open_reader_checked(std::string_view path) const override;
    bool create_checked(std::string_view path, BytesView content, WriteOptions options) override;
    std::optional<Entry> stat_checked(std::string_view path) const override;
    std::vector<Entry> list_checked(std::string_view folder, Depth depth) const override;
    void remove_checked(std::span<const std::string> paths) override;
    void remove_folder_checked(std::string_view folder) override;

    std::unique_ptr<File> open_file_checked(std::string_view path) override;
    std::unique_ptr<File> create_file_checked(std::string_view path) override;
    void rename_checked(std::string_view from, std::string_view to) override;
    void sync_folder_checked(std::string_view folder) override;
    std::unique_ptr<DiskWriter> open_disk_writer_checked(std::string_view path,
                                                         WriteOptions options) override;
    std::optional<Bytes> note_checked(std::string_view path) const override;
    bool remove_empty_folder_checked(std::string_view folder) override;

    std::string full_path(std::string_view path) const { return root().join(path).path(); }
    void make_folder(const std::string& folder);

    // Held while a folder is made and its name synced: whoever finds a folder there may rely on
    // its surviving a loss of power. Held too while an empty one is taken away.
    std::mutex making_folders_;
};

}  // namespace tarn::storage
