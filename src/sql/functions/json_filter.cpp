// What filters of JSON paths make of an item, by the rules of Jayway's evaluators.
#include "sql/functions/json_filter.hpp"

#include <algorithm>

#include "sql/functions/characters.hpp"
#include "sql/functions/decimal_text.hpp"

namespace tarn::sql {

struct JsonFilter::Value {
    enum class Kind { Missing, Null, Boolean, Number, Text, Pattern, Json };

    Kind kind = Kind::Missing;
    bool is_true = false;
    std::string text = {};
    Pattern* pattern = nullptr;
    const JsonDocument* document = nullptr;
    uint32_t place = JsonNode::None;
};

class JsonFilter::Test {
public:
    Test(JsonDocument& document, uint32_t item, JsonPath::Ways& ways)
        : document_(document), item_(item), ways_(ways) {}

    bool holds(const Node& node) {
        auto each = [&](const Node& part) { return holds(part); };
        switch (node.kind) {
            case Node::Kind::Or:
                return std::ranges::any_of(node.of, each);
            case Node::Kind::And:
                return std::ranges::all_of(node.of, each);
            case Node::Kind::Not:
                return !holds(node.of.front());
            case Node::Kind::Test:
                return node.op == Operator::Exists ? exists(node.left)
                                                   : holds(node.op, node.left, node.right);
        }
        return false;
    }

private:
    using Kind = Value::Kind;

    uint32_t start_of(const JsonPath& path) const {
        return path.begins_at_root() ? JsonDocument::Root : item_;
    }

    bool exists(const Operand& path) {
        bool is_there = path.path->find_from(document_, start_of(*path.path), ways_).has_value();
        return is_there != path.is_negated;
    }

    Value value_of(const Operand& operand) {
        switch (operand.kind) {
            case Operand::Kind::Null:
                return {.kind = Kind::Null};
            case Operand::Kind::Boolean:
                return {.kind = Kind::Boolean, .is_true = operand.is_true};
            case Operand::Kind::Number:
                return {.kind = Kind::Number, .text = operand.text};
            case Operand::Kind::Text:
                return {.kind = Kind::Text, .text = operand.text};
            case Operand::Kind::Pattern:
                return {.kind = Kind::Pattern, .pattern = operand.pattern.get()};
            case Operand::Kind::Json:
                return value_in(operand.json->document, JsonDocument::Root);
            case Operand::Kind::Path: {
                const JsonPath& path = *operand.path;
                auto place = path.find_from(document_, start_of(path), ways_);
                return place ? value_in(document_, *place) : Value{};
            }
        }
        return {};
    }

    static Value value_in(const JsonDocument& document, uint32_t place) {
        Value value;
        switch (document[place].kind) {
            case JsonNode::Kind::Null:
                value.kind = Kind::Null;
                break;
            case JsonNode::Kind::True:
            case JsonNode::Kind::False:
                value.kind = Kind::Boolean;
                value.is_true = document[place].kind == JsonNode::Kind::True;
                break;
            case JsonNode::Kind::Integer:
            case JsonNode::Kind::Real:
                value.kind = Kind::Number;
                document.append_scalar(value.text, place);
                break;
            case JsonNode::Kind::Text:
                value.kind = Kind::Text;
                value.text = document[place].text;
                break;
            default:
                value.kind = Kind::Json;
                value.document = &document;
                value.place = place;
        }
        return value;
    }

    bool holds(Operator op, const Operand& first, const Operand& second) {
        Value left = value_of(first);
        Value right = value_of(second);
        switch (op) {
            case Operator::Equal:
                return equal(left, right);
            case Operator::NotEqual:
                return !equal(left, right);
            case Operator::SameKindEqual:
                return left.kind == right.kind && equal(left, right);
            case Operator::NotSameKindEqual:
                return left.kind != right.kind || !equal(left, right);
            case Operator::Less:
                return order(left, right).value_or(0) < 0;
            case Operator::LessEqual:
                return order(left, right).value_or(1) <= 0;
            case Operator::Greater:
                return order(left, right).value_or(0) > 0;
            case Operator::GreaterEqual:
                return order(left, right).value_or(-1) >= 0;
            case Operator::Matches:
                return matches(left, right);
            case Operator::Contains:
                return comprises(left, right);
            case Operator::Size:
                return right.kind == Kind::Number && size_of(left) == whole(right);
            case Operator::Empty:
                return is_empty(left, right);
            default:
                return of_lists(op, left, right);
        }
    }

    // --- comparing

    // By the kind of the left one where a number meets a text.
    static bool equal(const Value& left, const Value& right) {
        bool are_scalars = is_text_or_number(left) && is_text_or_number(right);
        if (are_scalars && left.kind == Kind::Text) return left.text == text_of(right);
        if (are_scalars) return compared(left.text, right.text) == 0;
        if (left.kind != right.kind) return false;
        switch (left.kind) {
            case Kind::Null:
                return true;
            case Kind::Boolean:
                return left.is_true == right.is_true;
            case Kind::Pattern:
                return left.pattern == right.pattern;
            case Kind::Json:
                return equal_json(left, right);
            default:
                return false;
        }
    }

    static bool is_text_or_number(const Value& value) {
        return value.kind == Kind::Text || value.kind == Kind::Number;
    }

    static std::string text_of(const Value& value) {
        auto number = value.kind == Kind::Number ? DecimalText::read(value.text) : std::nullopt;
        return number ? number->text() : value.text;
    }

    // Nothing when one of them is no number.
    static std::optional<int> compared(const std::string& left, const std::string& right) {
        auto first = DecimalText::read(left);
        auto second = DecimalText::read(right);
        return first && second ? std::optional(first->compare(*second)) : std::nullopt;
    }

    static std::optional<int> order(const Value& left, const Value& right) {
        if (left.kind != right.kind) return std::nullopt;
        if (left.kind == Kind::Number) return compared(left.text, right.text);
        if (left.kind == Kind::Text) return left.text.compare(right.text);
        return std::nullopt;
    }

    // Here 1 is not 1.0, and the order of members does not count.
    static bool equal_json(const Value& left, const Value& right) {
        const JsonDocument& document = *left.document;
        const JsonDocument& other = *right.document;
        const JsonNode& node = document[left.place];
        if (node.kind != other[right.place].kind) return false;
        if (node.is_scalar()) {
            std::string text;
            std::string other_text;
            document.append_scalar(text, left.place);
            other.append_scalar(other_text, right.place);
            return text == other_text;
        }
        if (document.child_count(left.place) != other.child_count(right.place)) return false;
        uint32_t counterpart = other[right.place].first;
        for (uint32_t at = node.first; at != JsonNode::None; at = document[at].next) {
            bool is_member = node.kind == JsonNode::Kind::Object;
            if (is_member) counterpart = other.member(right.place, document[at].key);
            if (counterpart == JsonNode::None) return false;
            bool is_equal = equal_json({.document = &document, .place = at},
                                       {.document = &other, .place = counterpart});
            if (!is_equal) return false;
            if (!is_member) counterpart = other[counterpart].next;
        }
        return true;
    }

    // One of the two is a pattern, and all of the other has to match it.
    static bool matches(const Value& left, const Value& right) {
        if ((left.kind == Kind::Pattern) == (right.kind == Kind::Pattern)) return false;
        const Value& pattern = left.kind == Kind::Pattern ? left : right;
        const Value& value = left.kind == Kind::Pattern ? right : left;
        if (value.kind == Kind::Json) {
            auto items = items_of(value);
            return std::ranges::any_of(
                items, [&](const Value& item) { return pattern.pattern->matches(as_input(item)); });
        }
        return pattern.pattern->matches(as_input(value));
    }

    static std::string as_input(const Value& value) {
        if (value.kind == Kind::Boolean) return value.is_true ? "true" : "false";
        return text_of(value);
    }

    // --- lists and sizes

    static std::vector<Value> items_of(const Value& list) {
        std::vector<Value> items;
        bool is_array =
            list.kind == Kind::Json && (*list.document)[list.place].kind == JsonNode::Kind::Array;
        if (!is_array) return items;
        const JsonDocument& document = *list.document;
        uint32_t at = document[list.place].first;
        for (; at != JsonNode::None; at = document[at].next) {
            items.push_back(value_in(document, at));
        }
        return items;
    }

    static bool is_list(const Value& value) {
        return value.kind == Kind::Json &&
               (*value.document)[value.place].kind == JsonNode::Kind::Array;
    }

    static bool has(const std::vector<Value>& items, const Value& value) {
        return std::ranges::any_of(items, [&](const Value& item) { return equal(value, item); });
    }

    static bool comprises(const Value& left, const Value& right) {
        if (left.kind == Kind::Text && right.kind == Kind::Text) {
            return left.text.find(right.text) != std::string::npos;
        }
        return has(items_of(left), right);
    }

    static bool of_lists(Operator op, const Value& left, const Value& right) {
        // Jayway gives up on the whole filter where a list is wanted and something else stands.
        if (op == Operator::Unknowable || right.kind != Kind::Json) {
            throw JsonPathMisfit("a filter compares what cannot be compared");
        }
        auto choices = items_of(right);
        auto items = items_of(left);
        auto is_choice = [&](const Value& item) { return has(choices, item); };
        switch (op) {
            case Operator::In:
                return has(choices, left);
            case Operator::NotIn:
                return !has(choices, left);
            case Operator::All:
                return is_list(left) && std::ranges::all_of(choices, [&](const Value& choice) {
                           return has(items, choice);
                       });
            case Operator::SubsetOf:
                return is_list(left) && std::ranges::all_of(items, is_choice);
            case Operator::AnyOf:
                return std::ranges::any_of(items, is_choice);
            case Operator::NoneOf:
                return is_list(left) && std::ranges::none_of(items, is_choice);
            default:
                return false;
        }
    }

    static std::optional<int64_t> size_of(const Value& value) {
        if (value.kind == Kind::Text) return utf16_length(value.text);
        if (value.kind != Kind::Json) return std::nullopt;
        return value.document->child_count(value.place);
    }

    // The number without what stands behind its point.
    static int64_t whole(const Value& number) {
        return static_cast<int64_t>(std::strtod(number.text.c_str(), nullptr));
    }

    static bool is_empty(const Value& left, const Value& right) {
        auto size = size_of(left);
        if (!size) return false;
        if (right.kind != Kind::Boolean) throw JsonPathMisfit("EMPTY wants true or false");
        return (*size == 0) == right.is_true;
    }

    JsonDocument& document_;
    uint32_t item_;
    JsonPath::Ways& ways_;
};

bool JsonFilter::accepts(JsonDocument& document, uint32_t item, JsonPath::Ways& ways) const {
    try {
        return Test(document, item, ways).holds(root_);
    } catch (const JsonPathMisfit&) {
        return false;
    }
}

}  // namespace tarn::sql
