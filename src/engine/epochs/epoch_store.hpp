// The epochs of one job in a folder, a file for each. An epoch is complete when its file is there.
//
// A file may hold no more than what has changed since the epoch before; those that it builds on
// stay as long as it does. When the changes have become twice what they change, gather() puts all
// of it into one file again.
#pragma once

#include <memory>
#include <optional>

#include "engine/epochs/epoch_file.hpp"
#include "storage/file_system.hpp"

namespace tarn::engine {

class EpochStore {
public:
    // How many are kept: one more than the last, in case that one cannot be read.
    static constexpr size_t Kept = 2;
    // So many files with changes at most are read to go on.
    static constexpr int64_t ChangesMax = 60;

    EpochStore(std::shared_ptr<storage::FileSystem> files, std::string folder)
        : files_(std::move(files)), folder_(std::move(folder)) {}

    struct Place {
        std::string uri;
        int64_t bytes;
    };
    // Durable when it returns; older ones that nobody builds on go.
    Place put(const Epoch& epoch);

    // Whether the next epoch may hold what has changed since that one.
    bool takes_changes_of(int64_t number) const { return last_ && last_->number == number; }
    // Writes the last epoch anew, as a whole, where much has changed since it was written so.
    void gather();

    // The last complete one, as a whole; throws when it cannot be read.
    std::optional<Epoch> latest() const;
    // What the last one has parts of; nothing where there is none.
    std::optional<std::vector<std::string>> part_names() const;

private:
    // The last one that was put, and the files that it builds on.
    struct Last {
        int64_t number = 0;
        int64_t whole = 0;  // the first of them
        int64_t whole_bytes = 0;
        int64_t changed_bytes = 0;  // of all behind it
    };

    std::string path_of(int64_t number) const;
    std::vector<std::string> paths() const;  // the oldest first
    // What `decode` makes of its bytes.
    template <typename Decode>
    auto read(const std::string& path, Decode decode) const;
    void remove_before(int64_t number);

    std::shared_ptr<storage::FileSystem> files_;
    std::string folder_;
    std::optional<Last> last_;
};

}  // namespace tarn::engine
