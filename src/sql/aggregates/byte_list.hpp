// Items of bytes in the order in which they came, one behind the other in a single piece of memory:
// what the values of a group take when all of them have to be kept.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace tarn::sql {

// What a text takes besides the object, which holds short ones by itself.
inline size_t bytes_outside(const std::string& text) {
    return text.capacity() > std::string().capacity() ? text.capacity() : 0;
}

class ByteList {
public:
    void append(std::string_view item) {
        last_ = items_.size();
        auto length = static_cast<uint32_t>(item.size());
        items_.append(reinterpret_cast<const char*>(&length), sizeof(length));
        items_ += item;
        ++count_;
    }

    // The first that is equal; false when there is none. It takes as long as the list is, as it
    // does in Flink.
    bool remove(std::string_view item) {
        size_t before = 0;
        for (size_t at = 0; at < items_.size(); at = end_of(at)) {
            if (item_at(at) == item) {
                erase(at, before);
                return true;
            }
            before = at;
        }
        return false;
    }

    template <typename Visit>
    void for_each(Visit visit) const {
        for (size_t at = 0; at < items_.size(); at = end_of(at)) visit(item_at(at));
    }

    // Of a list that is not empty.
    std::string_view first() const { return item_at(0); }
    std::string_view last() const { return item_at(last_); }

    bool is_empty() const { return count_ == 0; }
    size_t count() const { return count_; }
    // Of memory besides the object itself.
    size_t bytes() const { return bytes_outside(items_); }

private:
    static constexpr size_t LengthBytes = sizeof(uint32_t);

    std::string_view item_at(size_t at) const {
        uint32_t length = 0;
        std::memcpy(&length, items_.data() + at, LengthBytes);
        return std::string_view(items_).substr(at + LengthBytes, length);
    }

    size_t end_of(size_t at) const { return at + LengthBytes + item_at(at).size(); }

    void erase(size_t at, size_t before) {
        size_t length = end_of(at) - at;
        last_ = at == last_ ? before : last_ - length;
        items_.erase(at, length);
        if (items_.size() < items_.capacity() / 4) items_.shrink_to_fit();
        --count_;
    }

    std::string items_;  // each behind its length
    size_t last_ = 0;
    size_t count_ = 0;
};

}  // namespace tarn::sql
