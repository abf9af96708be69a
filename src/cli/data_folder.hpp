// The data folder belongs to one process at a time. Its owner holds a lock that the kernel drops
// when the process ends, however it ends, and leaves a note of its pid and addresses, by which the
// other commands find a running Tarn.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace tarn::cli {

// Where each face of a running Tarn is reached: {"rest": "http://127.0.0.1:8080"}.
using Faces = std::map<std::string, std::string>;

struct RunNote {
    pid_t pid = 0;
    Faces faces;
};

class DataFolder {
public:
    // Makes the folder where it is missing and takes the lock. Throws Conflict when another process
    // has it, Forbidden when it cannot be written.
    static DataFolder take(const std::filesystem::path& path);

    DataFolder(DataFolder&& other) noexcept;
    ~DataFolder();

    // Tells other commands where this process can be reached; removed again when the folder is let
    // go.
    void leave_note(const Faces& faces) const;

    std::filesystem::path log_file() const;
    const std::filesystem::path& path() const { return path_; }

private:
    DataFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

    std::filesystem::path path_;
    int lock_;
};

// The note of the process that has the folder now; nothing when nobody has it.
std::optional<RunNote> running_in(const std::filesystem::path& folder);

std::filesystem::path log_file_of(const std::filesystem::path& folder);

// Writes a whole file or none: readers never see half of it.
void write_whole(const std::filesystem::path& path, const std::string& content);

}  // namespace tarn::cli
