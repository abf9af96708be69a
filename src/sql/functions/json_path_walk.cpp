// Going along a JSON path from value to value.
#include <algorithm>

#include "sql/functions/json_filter.hpp"
#include "sql/functions/json_path.hpp"

namespace tarn::sql {
namespace {

// A path such as $..*..*..* goes far more ways than the document has values.
constexpr size_t WaysMax = 1'000'000;

}  // namespace

class JsonPath::Walk {
public:
    Walk(const JsonPath& path, JsonDocument& document, Ways& ways)
        : path_(path), document_(document), ways_(ways) {}

    std::optional<uint32_t> found(uint32_t start) {
        bool is_definite = path_.is_definite();
        if (!go(start, 0, true)) return std::nullopt;
        if (is_definite) return found_.empty() ? std::nullopt : std::optional(found_.front());
        uint32_t all = document_.add({JsonNode::Kind::Array});
        for (uint32_t place : found_) document_.add_child(all, JsonNode(document_[place]));
        return all;
    }

private:
    using Kind = JsonNode::Kind;

    // `is_sole`: no step before this one had a choice. Then false says that there is no way on;
    // where there was a choice, what does not fit is passed over.
    bool go(uint32_t place, size_t number, bool is_sole) {
        count_way();
        if (number == path_.steps_.size()) {
            found_.push_back(place);
            return true;
        }
        const Step& step = path_.steps_[number];
        return step.is_deep ? deep(step, place, number) : take(step, place, number, is_sole);
    }

    bool take(const Step& step, uint32_t place, size_t number, bool is_sole) {
        switch (step.kind) {
            case Step::Kind::Members:
                return members(step, place, number, is_sole);
            case Step::Kind::All:
                return all(place, number);
            case Step::Kind::Elements:
                return elements(step, place, number, is_sole);
            case Step::Kind::Slice:
                return slice(step, place, number, is_sole);
            case Step::Kind::Filter:
                return filter(step, place, number, is_sole);
            case Step::Kind::Length:
                return length(place);
        }
        return false;
    }

    // From this value and all within it that the step fits.
    bool deep(const Step& step, uint32_t place, size_t number) {
        count_way();
        if (step.kind == Step::Kind::Filter) {
            deep_filter(step, place, number);
        } else if (fits(step, place)) {
            take(step, place, number, false);
        }
        for (uint32_t at = document_[place].first; at != JsonNode::None; at = document_[at].next) {
            deep(step, at, number);
        }
        return true;
    }

    bool fits(const Step& step, uint32_t place) const {
        Kind kind = document_[place].kind;
        switch (step.kind) {
            case Step::Kind::Members:
                return kind == Kind::Object;
            case Step::Kind::All:
                return kind == Kind::Object || kind == Kind::Array;
            default:
                return kind == Kind::Array;
        }
    }

    bool members(const Step& step, uint32_t place, size_t number, bool is_sole) {
        if (document_[place].kind != Kind::Object) return !is_sole;
        bool is_last = number + 1 == path_.steps_.size();
        if (step.names.size() > 1 && is_last) return merged(step, place);
        bool is_one = step.names.size() == 1;
        for (const std::string& name : step.names) {
            uint32_t member = document_.member(place, name);
            if (member == JsonNode::None) {
                if (is_sole && is_one) return false;
                continue;
            }
            if (!go(member, number + 1, is_sole && is_one)) return false;
        }
        return true;
    }

    // Several names at the end make an object of those that are there.
    bool merged(const Step& step, uint32_t place) {
        uint32_t object = document_.add({Kind::Object});
        for (const std::string& name : step.names) {
            uint32_t member = document_.member(place, name);
            bool is_there_already = document_.member(object, name) != JsonNode::None;
            if (member == JsonNode::None || is_there_already) continue;
            document_.add_child(object, JsonNode(document_[member]));
        }
        found_.push_back(object);
        return true;
    }

    bool all(uint32_t place, size_t number) {
        for (uint32_t at = document_[place].first; at != JsonNode::None; at = document_[at].next) {
            go(at, number + 1, false);
        }
        return true;
    }

    bool elements(const Step& step, uint32_t place, size_t number, bool is_sole) {
        if (document_[place].kind != Kind::Array) return !is_sole;
        bool is_one = step.indices.size() == 1;
        for (int64_t index : step.indices) {
            if (index < 0) index += document_.child_count(place);
            uint32_t element = document_.element(place, index);
            if (element == JsonNode::None) continue;
            if (!go(element, number + 1, is_sole && is_one)) return false;
        }
        return true;
    }

    bool slice(const Step& step, uint32_t place, size_t number, bool is_sole) {
        if (document_[place].kind != Kind::Array) return !is_sole;
        int64_t count = document_.child_count(place);
        auto counted = [&](int64_t bound) { return bound < 0 ? bound + count : bound; };
        int64_t from = std::max<int64_t>(0, step.from ? counted(*step.from) : 0);
        int64_t to = std::min(count, step.to ? counted(*step.to) : count);
        uint32_t at = document_.element(place, from);
        for (; from < to && at != JsonNode::None; ++from, at = document_[at].next) {
            go(at, number + 1, false);
        }
        return true;
    }

    // Of an object the filter says whether the way goes on, of an array which items it goes on to.
    bool filter(const Step& step, uint32_t place, size_t number, bool is_sole) {
        if (document_[place].kind == Kind::Object) {
            if (step.filter->accepts(document_, place, ways_)) go(place, number + 1, false);
            return true;
        }
        if (document_[place].kind != Kind::Array) {
            if (is_sole) throw JsonPathMisfit("a filter wants an object or an array");
            return true;
        }
        for (uint32_t at = document_[place].first; at != JsonNode::None; at = document_[at].next) {
            if (step.filter->accepts(document_, at, ways_)) go(at, number + 1, false);
        }
        return true;
    }

    // Behind .. the filter is asked of each object and array as a whole. From an array that it
    // accepts the way goes on to all items, save at the end of the path, where it chooses them.
    void deep_filter(const Step& step, uint32_t place, size_t number) {
        Kind kind = document_[place].kind;
        if (kind != Kind::Object && kind != Kind::Array) return;
        if (!step.filter->accepts(document_, place, ways_)) return;
        bool is_last = number + 1 == path_.steps_.size();
        bool is_array = kind == Kind::Array;
        is_array && !is_last ? all(place, number) : filter(step, place, number, false);
    }

    void count_way() {
        if (++ways_.taken > WaysMax) throw UnsupportedPath("more than a million ways", path_.text_);
    }

    // Of what has no length it is null.
    bool length(uint32_t place) {
        JsonNode node;
        if (!document_[place].is_scalar()) {
            int64_t count = document_.child_count(place);
            node.kind = Kind::Integer;
            node.text = document_.kept(std::to_string(count));
        }
        found_.push_back(document_.add(node));
        return true;
    }

    const JsonPath& path_;
    JsonDocument& document_;
    std::vector<uint32_t> found_;
    Ways& ways_;
};

std::optional<uint32_t> JsonPath::find(JsonDocument& document) const {
    Ways ways;
    return find_from(document, JsonDocument::Root, ways);
}

std::optional<uint32_t> JsonPath::find_from(JsonDocument& document, uint32_t start,
                                            Ways& ways) const {
    return Walk(*this, document, ways).found(start);
}

}  // namespace tarn::sql
