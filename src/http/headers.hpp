// The header fields of one message, in the order they came or were added. Names compare without
// regard to case. All text lies in one string, so that a connection which clears and refills its
// Headers allocates nothing; views are good until the next change.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::http {

struct Header {
    std::string_view name;
    std::string_view value;
};

class Headers {
public:
    Headers() = default;
    Headers(std::initializer_list<Header> headers);

    // A name that is no token, or a value with control characters, which could smuggle in a header
    // of its own, throws InvalidInput.
    void add(std::string_view name, std::string_view value);
    // Replaces every field of this name.
    void set(std::string_view name, std::string_view value);
    void erase(std::string_view name);
    void clear();

    // The first field of this name.
    std::optional<std::string_view> find(std::string_view name) const;
    bool has(std::string_view name) const { return find(name).has_value(); }
    size_t count(std::string_view name) const;

    size_t size() const { return places_.size(); }
    bool empty() const { return places_.empty(); }
    Header operator[](size_t index) const;

    class Iterator {
    public:
        Iterator(const Headers& headers, size_t index) : headers_(&headers), index_(index) {}
        Header operator*() const { return (*headers_)[index_]; }
        Iterator& operator++() {
            ++index_;
            return *this;
        }
        bool operator==(const Iterator& other) const { return index_ == other.index_; }

    private:
        const Headers* headers_;
        size_t index_;
    };
    Iterator begin() const { return {*this, 0}; }
    Iterator end() const { return {*this, size()}; }

private:
    // Where in text_ the name starts; the value follows at once.
    struct Place {
        uint32_t start;
        uint32_t name_bytes;
        uint32_t value_bytes;
    };

    std::string text_;
    std::vector<Place> places_;
};

// Equal but for the case of ASCII letters.
bool equals_ignoring_case(std::string_view a, std::string_view b);

// Without spaces and tabs at both ends.
std::string_view trimmed(std::string_view text);

// Steps through a comma-separated list: takes the first item off `rest`, trimmed.
std::string_view take_list_item(std::string_view& rest);

}  // namespace tarn::http
