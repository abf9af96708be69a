#include "engine/epochs/epoch_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "base/error.hpp"

namespace tarn::engine {
namespace {

// Oldest first, and the first one is whole.
Epoch merged(std::vector<Epoch> chain) {
    if (chain.size() == 1) return std::move(chain.front());
    Epoch result{.number = chain.back().number};
    for (auto& [name, part] : chain.back().parts) {
        std::vector<OperatorState> states;
        for (Epoch& epoch : chain) {
            auto found = epoch.parts.find(name);
            if (found != epoch.parts.end()) states.push_back(std::move(found->second));
        }
        result.parts.emplace(name, merged(std::move(states)));
    }
    return result;
}

}  // namespace

template <typename Decode>
auto EpochStore::read(const std::string& path, Decode decode) const {
    try {
        return decode(files_->read(path));
    } catch (const Error& error) {
        throw Error(error.code(), "{}: {}; to go on from an older epoch, remove the file",
                    files_->uri_of(path), error.what());
    }
}

EpochStore::Place EpochStore::put(const Epoch& epoch) {
    TARN_ASSERT(epoch.since == 0 || (last_ && epoch.since == last_->number));
    // Nothing is known of the last one when this fails.
    std::optional<Last> before = std::exchange(last_, std::nullopt);
    Bytes encoded_epoch = encoded(epoch);
    auto bytes = static_cast<int64_t>(encoded_epoch.size());
    std::string path = path_of(epoch.number);
    files_->write(path, encoded_epoch);
    // Of the one before it all is still there.
    if (before) remove_before(before->whole);
    Last last{.number = epoch.number, .whole = epoch.number, .whole_bytes = bytes};
    if (epoch.since != 0) {
        last.whole = before->whole;
        last.whole_bytes = before->whole_bytes;
        last.changed_bytes = before->changed_bytes + bytes;
    }
    last_ = last;
    return {files_->uri_of(path), bytes};
}

void EpochStore::gather() {
    if (!last_ || last_->number == last_->whole) return;
    bool is_long = last_->number - last_->whole >= ChangesMax;
    if (!is_long && last_->changed_bytes <= 2 * last_->whole_bytes) return;
    Bytes bytes = encoded(*latest());
    files_->write(path_of(last_->number), bytes);
    last_->whole = last_->number;
    last_->whole_bytes = static_cast<int64_t>(bytes.size());
    last_->changed_bytes = 0;
}

std::optional<Epoch> EpochStore::latest() const {
    std::vector<std::string> all = paths();
    if (all.empty()) return std::nullopt;
    std::vector<Epoch> chain{read(all.back(), decoded_epoch)};
    while (chain.back().since != 0) {
        chain.push_back(read(path_of(chain.back().since), decoded_epoch));
    }
    std::ranges::reverse(chain);
    return merged(std::move(chain));
}

std::optional<std::vector<std::string>> EpochStore::part_names() const {
    std::vector<std::string> all = paths();
    if (all.empty()) return std::nullopt;
    return read(all.back(), part_names_in);
}

void EpochStore::remove_before(int64_t number) {
    std::vector<std::string> old = paths();
    std::string first = path_of(number);
    std::erase_if(old, [&](const std::string& path) { return path >= first; });
    if (!old.empty()) files_->remove(old);
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
