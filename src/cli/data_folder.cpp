#include "cli/data_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "base/error.hpp"

namespace tarn::cli {
namespace {

namespace fs = std::filesystem;

fs::path lock_of(const fs::path& folder) {
    return folder / "tarn.lock";
}
fs::path note_of(const fs::path& folder) {
    return folder / "run.json";
}

Error cannot(std::string_view what, const fs::path& path, int reason) {
    ErrorCode code = reason == ENOSPC ? ErrorCode::StorageFull : ErrorCode::Forbidden;
    return Error(code, "cannot {} {}: {}", what, path.string(), std::strerror(reason))
        .with_hint("choose another folder with --data DIR, or change who may write there");
}

std::optional<RunNote> read_note(const fs::path& folder) {
    std::ifstream file(note_of(folder));
    std::string text(std::istreambuf_iterator<char>(file), {});
    boost::system::error_code failure;
    boost::json::value note = boost::json::parse(text, failure);
    if (failure || !note.is_object()) return std::nullopt;
    RunNote run;
    for (const auto& [key, value] : note.as_object()) {
        if (key == "pid" && value.is_int64()) run.pid = static_cast<pid_t>(value.as_int64());
        if (value.is_string()) run.faces[key] = value.as_string().c_str();
    }
    return run.pid > 0 ? std::optional(run) : std::nullopt;
}

}  // namespace

DataFolder DataFolder::take(const fs::path& path) {
    std::error_code failure;
    fs::create_directories(path / "logs", failure);
    if (failure) throw cannot("make the folder", path, failure.value());
    int lock = open(lock_of(path).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (lock < 0) throw cannot("write into", path, errno);
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        close(lock);
        auto other = read_note(path);
        throw Error(ErrorCode::Conflict, "{} is in use by another Tarn{}", path.string(),
                    other ? fmt::format(" (pid {})", other->pid) : "")
            .with_hint("stop it with `tarn down`, or choose another folder with --data DIR");
    }
    return DataFolder(path, lock);
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataFolder::~DataFolder() {
    if (lock_ < 0) return;
    std::error_code ignored;
    fs::remove(note_of(path_), ignored);
    close(lock_);
}

void DataFolder::leave_note(const Faces& faces) const {
    boost::json::object note;
    note["pid"] = getpid();
    for (const auto& [face, address] : faces) note[face] = address;
    write_whole(note_of(path_), boost::json::serialize(note) + "\n");
}

fs::path DataFolder::log_file() const {
    return log_file_of(path_);
}

std::optional<RunNote> running_in(const fs::path& folder) {
    int lock = open(lock_of(folder).c_str(), O_RDWR | O_CLOEXEC);
    if (lock < 0) return std::nullopt;
    bool is_free = flock(lock, LOCK_SH | LOCK_NB) == 0;
    close(lock);
    return is_free ? std::nullopt : read_note(folder);
}

fs::path log_file_of(const fs::path& folder) {
    return folder / "logs" / "tarn.log";
}

void write_whole(const fs::path& path, const std::string& content) {
    fs::path draft = path;
    draft += ".draft";
    std::ofstream file(draft, std::ios::binary | std::ios::trunc);
    file << content;
    file.close();
    if (!file) throw cannot("write", path, errno);
    std::error_code failure;
    fs::rename(draft, path, failure);
    if (failure) throw cannot("write", path, failure.value());
}

}  // namespace tarn::cli
