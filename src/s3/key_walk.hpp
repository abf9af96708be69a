// Goes through the keys of a bucket in their order, byte by byte, as far as somebody asks. Folders
// are read one at a time, and those that cannot hold a wanted key not at all, so a page of a
// listing costs what lies on its way and not the whole bucket. A folder that is being changed may
// show the old state or the new.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/file_system.hpp"

namespace tarn::s3 {

struct FoundKey {
    std::string key;
    storage::Entry entry;
};

class KeyWalk {
public:
    // Keys that start with `prefix` and come after `after`.
    KeyWalk(const storage::Disk& disk, std::string bucket, std::string prefix, std::string after);

    // Nothing at the end.
    std::optional<FoundKey> next();

    // Goes on behind all keys that start with this.
    void skip(const std::string& prefix) { skipped_ = prefix; }

private:
    struct Item {
        std::string key;  // of a folder: with its slash
        storage::Entry entry;
    };
    struct Level {
        std::vector<Item> items;
        size_t next = 0;
    };

    void enter(const std::string& key);
    bool may_hold_wanted(const Item& folder) const;
    bool is_wanted(const std::string& key) const;

    const storage::Disk& disk_;
    std::string bucket_;
    std::string prefix_;
    std::string after_;
    std::optional<std::string> skipped_;
    std::vector<Level> levels_;
};

// The folders below a bucket, the inner before the outer.
std::vector<std::string> folders_below(const storage::Disk& disk, const std::string& folder);

}  // namespace tarn::s3
