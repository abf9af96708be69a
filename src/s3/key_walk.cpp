#include "s3/key_walk.hpp"

#include <algorithm>

#include "s3/names.hpp"

namespace tarn::s3 {

KeyWalk::KeyWalk(const storage::Disk& disk, std::string bucket, std::string prefix,
                 std::string after)
    : disk_(disk),
      bucket_(std::move(bucket)),
      prefix_(std::move(prefix)),
      after_(std::move(after)) {
    // No folder above the prefix's last slash need be read.
    size_t slash = prefix_.rfind('/');
    std::string start = slash == std::string::npos ? "" : prefix_.substr(0, slash + 1);
    bool can_exist = start.empty() || path_of({bucket_, start});
    if (can_exist) enter(start);
}

std::optional<FoundKey> KeyWalk::next() {
    while (!levels_.empty()) {
        Level& level = levels_.back();
        if (level.next == level.items.size()) {
            levels_.pop_back();
            continue;
        }
        Item item = std::move(level.items[level.next++]);
        if (item.entry.is_folder) {
            if (may_hold_wanted(item)) enter(item.key);
        } else if (is_wanted(item.key)) {
            return FoundKey{std::move(item.key), std::move(item.entry)};
        }
    }
    return std::nullopt;
}

void KeyWalk::enter(const std::string& key) {
    std::string folder = bucket_;
    if (!key.empty()) folder += "/" + key.substr(0, key.size() - 1);
    Level level;
    for (storage::Entry& entry : disk_.list(folder, storage::Depth::OneFolder)) {
        std::string name = entry.path.substr(folder.size() + 1);
        if (name == FolderMarkerName && !entry.is_folder && !key.empty()) {
            level.items.push_back({key, std::move(entry)});
        } else if (is_key_part(name)) {
            // With its slash, a folder sorts as the keys in it do: "a-b" before "a/b".
            std::string full = key + name + (entry.is_folder ? "/" : "");
            level.items.push_back({std::move(full), std::move(entry)});
        }
    }
    std::ranges::sort(level.items, {}, &Item::key);
    levels_.push_back(std::move(level));
}

bool KeyWalk::may_hold_wanted(const Item& folder) const {
    if (skipped_ && folder.key.starts_with(*skipped_)) return false;
    bool is_on_way = folder.key.starts_with(prefix_) || prefix_.starts_with(folder.key);
    bool is_behind = folder.key > after_ || after_.starts_with(folder.key);
    return is_on_way && is_behind;
}

bool KeyWalk::is_wanted(const std::string& key) const {
    if (skipped_ && key.starts_with(*skipped_)) return false;
    return key.starts_with(prefix_) && (after_.empty() || key > after_);
}

std::vector<std::string> folders_below(const storage::Disk& disk, const std::string& folder) {
    std::vector<std::string> found;
    for (const storage::Entry& entry : disk.list(folder, storage::Depth::OneFolder)) {
        if (!entry.is_folder) continue;
        auto inner = folders_below(disk, entry.path);
        found.insert(found.end(), inner.begin(), inner.end());
        found.push_back(entry.path);
    }
    return found;
}

}  // namespace tarn::s3
