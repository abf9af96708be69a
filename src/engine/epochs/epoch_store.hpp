// The epochs of one job in a folder, a file for each. An epoch is complete when its file is there.
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

    EpochStore(std::shared_ptr<storage::FileSystem> files, std::string folder)
        : files_(std::move(files)), folder_(std::move(folder)) {}

    struct Place {
        std::string uri;
        int64_t bytes;
    };
    // Durable when it returns; older ones go.
    Place put(const Epoch& epoch);

    // The last complete one; throws when it cannot be read.
    std::optional<Epoch> latest() const;

private:
    std::string path_of(int64_t number) const;
    std::vector<std::string> paths() const;  // the oldest first

    std::shared_ptr<storage::FileSystem> files_;
    std::string folder_;
};

}  // namespace tarn::engine
