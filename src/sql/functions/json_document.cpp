#include "sql/functions/json_document.hpp"

#include <charconv>
#include <unordered_map>

#include "sql/functions/characters.hpp"
#include "sql/functions/json_text.hpp"
#include "sql/values/number_text.hpp"

namespace tarn::sql {

class JsonReader {
public:
    JsonReader(JsonDocument& document, std::string_view text) : document_(document), rest_(text) {}

    bool read() {
        uint32_t root = 0;
        if (!value(root, 0)) return false;
        return ends_well(document_[root].kind);
    }

private:
    using Kind = JsonNode::Kind;

    // Objects of more members than this have an index while they are read.
    static constexpr int64_t SearchedMembersMax = 16;

    // A number or a word has to end where its letters do; after a bracket or quote anything goes.
    bool ends_well(Kind kind) const {
        if (kind == Kind::Array || kind == Kind::Object || kind == Kind::Text) return true;
        if (rest_.empty()) return true;
        char next = rest_.front();
        bool is_blank = next == ' ' || next == '\t' || next == '\n' || next == '\r';
        bool is_word = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') ||
                       (next >= '0' && next <= '9') || next == '_' || next == '$' ||
                       static_cast<signed char>(next) < 0;
        return kind == Kind::Integer || kind == Kind::Real ? is_blank : !is_word;
    }

    void skip_blanks() {
        size_t count = 0;
        while (count < rest_.size() && (rest_[count] == ' ' || rest_[count] == '\n' ||
                                        rest_[count] == '\t' || rest_[count] == '\r')) {
            ++count;
        }
        rest_.remove_prefix(count);
    }

    bool accept(std::string_view text) {
        if (!rest_.starts_with(text)) return false;
        rest_.remove_prefix(text.size());
        return true;
    }

    bool value(uint32_t& place, int depth) {
        skip_blanks();
        if (rest_.empty() || depth > JsonDepthMax) return false;
        place = document_.add({});
        switch (rest_.front()) {
            case '{':
                return object(place, depth);
            case '[':
                return array(place, depth);
            case '"':
                return text(document_.nodes_[place].text) && is(place, Kind::Text);
            case 't':
                return accept("true") && is(place, Kind::True);
            case 'f':
                return accept("false") && is(place, Kind::False);
            case 'n':
                return accept("null");
            default:
                return number(document_.nodes_[place]);
        }
    }

    bool is(uint32_t place, Kind kind) {
        document_.nodes_[place].kind = kind;
        return true;
    }

    void link(uint32_t parent, uint32_t child) {
        JsonNode& node = document_.nodes_[parent];
        (node.last == JsonNode::None ? node.first : document_.nodes_[node.last].next) = child;
        node.last = child;
    }

    bool array(uint32_t place, int depth) {
        accept("[");
        is(place, Kind::Array);
        skip_blanks();
        if (accept("]")) return true;
        do {
            uint32_t child = 0;
            if (!value(child, depth + 1)) return false;
            link(place, child);
            skip_blanks();
        } while (accept(","));
        return accept("]");
    }

    bool object(uint32_t place, int depth) {
        accept("{");
        is(place, Kind::Object);
        skip_blanks();
        if (accept("}")) return true;
        std::unordered_map<std::string_view, uint32_t> index;
        int64_t members = 0;
        do {
            std::string_view key;
            uint32_t child = 0;
            skip_blanks();
            if (!text(key)) return false;
            skip_blanks();
            if (!accept(":") || !value(child, depth + 1)) return false;
            document_.nodes_[child].key = key;
            uint32_t known = known_member(place, key, members, index);
            if (known == JsonNode::None) {
                link(place, child);
                ++members;
                if (members > SearchedMembersMax) index.emplace(key, child);
            } else {
                uint32_t next = document_.nodes_[known].next;
                document_.nodes_[known] = document_.nodes_[child];
                document_.nodes_[known].next = next;
            }
            skip_blanks();
        } while (accept(","));
        return accept("}");
    }

    uint32_t known_member(uint32_t place, std::string_view key, int64_t members,
                          std::unordered_map<std::string_view, uint32_t>& index) const {
        if (members <= SearchedMembersMax) return document_.member(place, key);
        if (index.size() <= 1) {
            for (uint32_t at = document_[place].first; at != JsonNode::None;
                 at = document_[at].next) {
                index.emplace(document_[at].key, at);
            }
        }
        auto found = index.find(key);
        return found == index.end() ? JsonNode::None : found->second;
    }

    // --- texts

    bool text(std::string_view& out) {
        if (!accept("\"")) return false;
        for (size_t at = 0; at < rest_.size(); ++at) {
            if (rest_[at] == '"') {
                out = rest_.substr(0, at);
                rest_.remove_prefix(at + 1);
                return true;
            }
            if (rest_[at] == '\\') return text_with_escapes(out, at);
            if (static_cast<unsigned char>(rest_[at]) < 0x20) return false;
        }
        return false;
    }

    bool text_with_escapes(std::string_view& out, size_t plain) {
        std::string& made = document_.texts_.emplace_back(rest_.substr(0, plain));
        rest_.remove_prefix(plain);
        while (!rest_.empty()) {
            char next = rest_.front();
            if (static_cast<unsigned char>(next) < 0x20) return false;
            rest_.remove_prefix(1);
            if (next == '"') {
                out = made;
                return true;
            }
            if (next != '\\') {
                made += next;
            } else if (!escape(made)) {
                return false;
            }
        }
        return false;
    }

    bool escape(std::string& made) {
        if (rest_.empty()) return false;
        char letter = rest_.front();
        rest_.remove_prefix(1);
        switch (letter) {
            case '"':
            case '\\':
            case '/':
                made += letter;
                return true;
            case 'b':
                made += '\b';
                return true;
            case 'f':
                made += '\f';
                return true;
            case 'n':
                made += '\n';
                return true;
            case 'r':
                made += '\r';
                return true;
            case 't':
                made += '\t';
                return true;
            case 'u':
                return unicode_escape(made);
            default:
                return false;
        }
    }

    // Half a character becomes a question mark.
    bool unicode_escape(std::string& made) {
        uint32_t first = 0;
        if (!unit(first)) return false;
        bool is_high = first >= 0xD800 && first < 0xDC00;
        bool is_low = first >= 0xDC00 && first < 0xE000;
        if (is_high && rest_.starts_with("\\u")) {
            std::string_view before = rest_;
            uint32_t second = 0;
            rest_.remove_prefix(2);
            if (!unit(second)) return false;
            if (second >= 0xDC00 && second < 0xE000) {
                append_character(made, 0x10000 + ((first & 0x3FF) << 10 | (second & 0x3FF)));
                return true;
            }
            rest_ = before;
        }
        is_high || is_low ? made.push_back('?') : append_character(made, first);
        return true;
    }

    bool unit(uint32_t& unit) {
        if (rest_.size() < 4) return false;
        auto [end, error] = std::from_chars(rest_.data(), rest_.data() + 4, unit, 16);
        bool is_sound = error == std::errc() && end == rest_.data() + 4;
        if (is_sound) rest_.remove_prefix(4);
        return is_sound;
    }

    // --- numbers

    bool number(JsonNode& node) {
        size_t at = rest_.front() == '-' ? 1 : 0;
        auto digits = [&] {
            size_t begin = at;
            while (at < rest_.size() && rest_[at] >= '0' && rest_[at] <= '9') ++at;
            return at - begin;
        };
        bool has_zero_first = at < rest_.size() && rest_[at] == '0';
        size_t whole = digits();
        if (whole == 0 || (whole > 1 && has_zero_first)) return false;
        node.kind = Kind::Integer;
        if (at < rest_.size() && rest_[at] == '.') {
            node.kind = Kind::Real;
            ++at;
            if (digits() == 0) return false;
        }
        if (at < rest_.size() && (rest_[at] == 'e' || rest_[at] == 'E')) {
            node.kind = Kind::Real;
            ++at;
            if (at < rest_.size() && (rest_[at] == '+' || rest_[at] == '-')) ++at;
            if (digits() == 0) return false;
        }
        node.text = rest_.substr(0, at);
        rest_.remove_prefix(at);
        return true;
    }

    JsonDocument& document_;
    std::string_view rest_;
};

bool JsonDocument::read(std::string_view text) {
    nodes_.clear();
    texts_.clear();
    return JsonReader(*this, text).read();
}

uint32_t JsonDocument::member(uint32_t object, std::string_view key) const {
    uint32_t at = nodes_[object].first;
    while (at != JsonNode::None && nodes_[at].key != key) at = nodes_[at].next;
    return at;
}

uint32_t JsonDocument::element(uint32_t array, int64_t index) const {
    if (index < 0) return JsonNode::None;
    uint32_t at = nodes_[array].first;
    for (; at != JsonNode::None && index > 0; --index) at = nodes_[at].next;
    return at;
}

int64_t JsonDocument::child_count(uint32_t parent) const {
    int64_t count = 0;
    for (uint32_t at = nodes_[parent].first; at != JsonNode::None; at = nodes_[at].next) ++count;
    return count;
}

uint32_t JsonDocument::add(JsonNode node) {
    nodes_.push_back(node);
    return static_cast<uint32_t>(nodes_.size() - 1);
}

void JsonDocument::add_child(uint32_t parent, JsonNode child) {
    child.next = JsonNode::None;
    uint32_t place = add(child);
    JsonNode& node = nodes_[parent];
    (node.last == JsonNode::None ? node.first : nodes_[node.last].next) = place;
    node.last = place;
}

void JsonDocument::append_json(std::string& out, uint32_t place) const {
    const JsonNode& node = nodes_[place];
    if (node.is_scalar()) {
        if (node.kind == JsonNode::Kind::Text) return append_json_text(out, node.text);
        size_t begin = out.size();
        append_scalar(out, place);
        // JSON has no number for what is too large for a DOUBLE.
        bool is_infinite = node.kind == JsonNode::Kind::Real && out.back() == 'y';
        if (is_infinite) out.insert(begin, "\"").push_back('"');
        return;
    }
    bool is_object = node.kind == JsonNode::Kind::Object;
    out += is_object ? '{' : '[';
    for (uint32_t at = node.first; at != JsonNode::None; at = nodes_[at].next) {
        if (at != node.first) out += ',';
        if (is_object) {
            append_json_text(out, nodes_[at].key);
            out += ':';
        }
        append_json(out, at);
    }
    out += is_object ? '}' : ']';
}

void JsonDocument::append_scalar(std::string& out, uint32_t place) const {
    const JsonNode& node = nodes_[place];
    switch (node.kind) {
        case JsonNode::Kind::True:
            out += "true";
            break;
        case JsonNode::Kind::False:
            out += "false";
            break;
        case JsonNode::Kind::Text:
            out += node.text;
            break;
        case JsonNode::Kind::Integer:
            out += node.text == "-0" ? "0" : node.text;
            break;
        case JsonNode::Kind::Real: {
            append_java_number(out, std::strtod(std::string(node.text).c_str(), nullptr));
            break;
        }
        default:
            out += "null";
    }
}

}  // namespace tarn::sql
