// A JSON document as Flink's parser reads it: strict in its form, but what follows the first value
// is left alone, and of members with one name the last counts, at the place of the first.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::sql {

inline constexpr int JsonDepthMax = 500;

struct JsonNode {
    enum class Kind : uint8_t { Null, True, False, Integer, Real, Text, Array, Object };
    static constexpr uint32_t None = 0xFFFFFFFF;

    Kind kind = Kind::Null;
    std::string_view key = {};   // of a member
    std::string_view text = {};  // of a text, without escapes; of a number, as it stands there
    uint32_t first = None;       // the first child
    uint32_t last = None;
    uint32_t next = None;  // the next child of the same parent

    bool is_scalar() const { return kind != Kind::Array && kind != Kind::Object; }
};

// Nodes lie in one list and name each other by their places in it, so a document that is read again
// and again into the same object takes no memory anew. It refers to the text it was read from.
class JsonDocument {
public:
    static constexpr uint32_t Root = 0;

    // False when the text does not begin with a JSON value.
    bool read(std::string_view text);

    const JsonNode& operator[](uint32_t place) const { return nodes_[place]; }
    // JsonNode::None when there is none.
    uint32_t member(uint32_t object, std::string_view key) const;
    uint32_t element(uint32_t array, int64_t index) const;
    int64_t child_count(uint32_t parent) const;

    uint32_t add(JsonNode node);
    // A node of the same value as another, as a further child; the other stays where it is.
    void add_child(uint32_t parent, JsonNode child);

    // A text that lives as long as the document.
    std::string_view kept(std::string text) { return texts_.emplace_back(std::move(text)); }

    // As compact JSON, numbers as Java writes them.
    void append_json(std::string& out, uint32_t place) const;
    // As JSON_VALUE shows a scalar: texts without quotes.
    void append_scalar(std::string& out, uint32_t place) const;

private:
    friend class JsonReader;

    std::vector<JsonNode> nodes_;
    std::deque<std::string> texts_;  // those that had escapes
};

}  // namespace tarn::sql
