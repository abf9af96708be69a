#include "engine/epochs/epoch_store.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace tarn::engine {

EpochStore::Place EpochStore::put(const Epoch& epoch) {
    std::string path = path_of(epoch.number);
    Bytes bytes = encoded(epoch);
    files_->write(path, bytes);
    std::vector<std::string> all = paths();
    if (all.size() > Kept) {
        all.resize(all.size() - Kept);
        files_->remove(all);
    }
    return {files_->uri_of(path), static_cast<int64_t>(bytes.size())};
}

std::optional<Epoch> EpochStore::latest() const {
    std::vector<std::string> all = paths();
    if (all.empty()) return std::nullopt;
    try {
        return decoded_epoch(files_->read(all.back()));
    } catch (const Error& error) {
        throw Error(error.code(), "{}: {}; to go on from an older epoch, remove the file",
                    files_->uri_of(all.back()), error.what());
    }
}

// Their names sort as their numbers do.
std::string EpochStore::path_of(int64_t number) const {
    return fmt::format("{}/epoch-{:012}", folder_, number);
}

std::vector<std::string> EpochStore::paths() const {
    std::vector<std::string> result;
    for (const storage::Entry& entry : files_->list(folder_, storage::Depth::OneFolder)) {
        if (entry.path.starts_with(folder_ + "/epoch-")) result.push_back(entry.path);
    }
    return result;
}

}  // namespace tarn::engine
