// Numbers for keys.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace tarn::sql {

// Numbers keys from 0 in the order in which they first appear.
class KeyNumbers {
public:
    uint32_t number(const std::string& key) {
        return numbers_.emplace(key, static_cast<uint32_t>(numbers_.size())).first->second;
    }
    // Of one that has a number.
    std::optional<uint32_t> find(const std::string& key) const {
        auto found = numbers_.find(key);
        return found == numbers_.end() ? std::nullopt : std::optional(found->second);
    }
    size_t size() const { return numbers_.size(); }

private:
    std::unordered_map<std::string, uint32_t> numbers_;
};

}  // namespace tarn::sql
