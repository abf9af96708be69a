#include "sql/functions/json_path.hpp"

#include <algorithm>
#include <charconv>

namespace tarn::sql {
namespace {

constexpr size_t PathBytesMax = 10'000;
constexpr size_t PathStepsMax = 200;
// A path such as $..*..*..* goes far more ways than the document has values.
constexpr size_t WaysMax = 1'000'000;

bool is_path_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string_view without_end_blanks(std::string_view text) {
    while (!text.empty() && is_path_blank(text.back())) text.remove_suffix(1);
    return text;
}

bool is_word_at_begin(std::string_view text, std::string_view word) {
    if (text.size() <= word.size() || !is_path_blank(text[word.size()])) return false;
    return std::ranges::equal(text.substr(0, word.size()), word,
                              [](char left, char right) { return (left | 0x20) == right; });
}

}  // namespace

// --- reading a path

class JsonPath::Parser {
public:
    explicit Parser(std::string_view text) : whole_(text) {}

    JsonPath path() {
        if (whole_.empty()) {
            throw Error(ErrorCode::InvalidInput, "a JSON path must not be empty");
        }
        if (whole_.size() > PathBytesMax) {
            throw Error(ErrorCode::InvalidInput,
                        "a JSON path of {} bytes is too long; {} is the most", whole_.size(),
                        PathBytesMax);
        }
        JsonPath path;
        path.text_ = whole_;
        mode(path);
        steps(path);
        return path;
    }

private:
    [[noreturn]] void refuse(std::string_view what) const {
        throw Error(ErrorCode::InvalidInput, "the JSON path '{}' is wrong: {}", whole_, what);
    }

    void mode(JsonPath& path) {
        std::string_view text = whole_;
        while (!text.empty() && is_path_blank(text.front())) text.remove_prefix(1);
        bool is_lax = is_word_at_begin(text, "lax");
        rest_ = whole_;
        if (!is_lax && !is_word_at_begin(text, "strict")) return;
        path.is_strict_ = !is_lax;
        text.remove_prefix(is_lax ? 3 : 6);
        while (!text.empty() && is_path_blank(text.front())) text.remove_prefix(1);
        if (text.empty()) refuse("there is no path");
        rest_ = text;
    }

    char peek(size_t ahead = 0) const { return ahead < rest_.size() ? rest_[ahead] : '\0'; }
    bool accept(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void skip_blanks() {
        while (!rest_.empty() && is_path_blank(rest_.front())) rest_.remove_prefix(1);
    }

    void steps(JsonPath& path) {
        rest_ = without_end_blanks(rest_);
        bool has_root = accept('$') || accept('@');
        if (!has_root) dotted(path, false);
        while (!rest_.empty()) {
            if (path.steps_.size() > PathStepsMax) refuse("too many steps");
            if (!path.steps_.empty() && path.steps_.back().kind == Step::Kind::Length) {
                refuse("nothing may follow a function");
            }
            if (accept('.')) {
                bool is_deep = accept('.');
                if (is_deep && peek() == '[') {
                    bracket(path, true);
                } else {
                    dotted(path, is_deep);
                }
            } else if (peek() == '[') {
                bracket(path, false);
            } else {
                refuse("a step begins with . or [");
            }
        }
        bool is_function = !path.steps_.empty() && path.steps_.back().kind == Step::Kind::Length;
        if (is_function && !path.is_definite()) {
            throw UnsupportedPath("a function of several values", whole_);
        }
    }

    void dotted(JsonPath& path, bool is_deep) {
        if (accept('*')) {
            path.steps_.push_back({Step::Kind::All, is_deep});
            return;
        }
        size_t end = std::min(rest_.find_first_of(".[("), rest_.size());
        std::string_view name = rest_.substr(0, end);
        if (name.empty()) refuse("a name is missing");
        if (std::ranges::any_of(name, is_path_blank)) {
            refuse("a name with blanks stands in brackets: ['my name']");
        }
        rest_.remove_prefix(end);
        if (peek() != '(') {
            path.steps_.push_back({Step::Kind::Members, is_deep, {std::string(name)}});
            return;
        }
        bool is_length = (name == "length" || name == "size") && rest_ == "()" && !is_deep;
        if (!is_length) throw UnsupportedPath("functions but length() and size()", whole_);
        rest_ = {};
        path.steps_.push_back({Step::Kind::Length});
    }

    void bracket(JsonPath& path, bool is_deep) {
        accept('[');
        skip_blanks();
        Step step{Step::Kind::Elements, is_deep};
        if (peek() == '?') throw UnsupportedPath("a filter", whole_);
        if (accept('*')) {
            step.kind = Step::Kind::All;
        } else if (peek() == '\'' || peek() == '"') {
            step.kind = Step::Kind::Members;
            do {
                skip_blanks();
                step.names.push_back(quoted());
                skip_blanks();
            } while (accept(','));
        } else {
            elements(step);
        }
        skip_blanks();
        if (!accept(']')) refuse("] is missing");
        path.steps_.push_back(std::move(step));
    }

    std::string quoted() {
        char quote = peek();
        if (quote != '\'' && quote != '"') refuse("a quoted name is missing");
        accept(quote);
        std::string name;
        while (!rest_.empty() && rest_.front() != quote) {
            bool is_escape = rest_.front() == '\\' && rest_.size() > 1;
            name += rest_[is_escape];
            rest_.remove_prefix(is_escape ? 2 : 1);
        }
        if (!accept(quote)) refuse("a name has no closing quote");
        return name;
    }

    std::optional<int64_t> number() {
        skip_blanks();
        int32_t value = 0;
        auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (error == std::errc::result_out_of_range) refuse("an index is too large");
        rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
        skip_blanks();
        return error == std::errc() ? std::optional<int64_t>(value) : std::nullopt;
    }

    // 0, or 0,2, or 1:3 of which one side may be missing.
    void elements(Step& step) {
        step.from = number();
        if (accept(':')) {
            step.kind = Step::Kind::Slice;
            step.to = number();
            if (!step.from && !step.to) refuse("a slice has a bound at least");
            return;
        }
        if (!step.from) refuse("an index is missing");
        step.indices.push_back(*step.from);
        while (accept(',')) {
            auto index = number();
            if (!index) refuse("an index is missing");
            step.indices.push_back(*index);
        }
    }

    std::string_view whole_;
    std::string_view rest_;
};

// --- going along it

class JsonPath::Walk {
public:
    Walk(const JsonPath& path, JsonDocument& document) : path_(path), document_(document) {}

    std::optional<uint32_t> found() {
        bool is_definite = path_.is_definite();
        if (!go(JsonDocument::Root, 0, true)) return std::nullopt;
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
        if (++ways_ > WaysMax) throw UnsupportedPath("more than a million ways", path_.text_);
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
            case Step::Kind::Length:
                return length(place);
        }
        return false;
    }

    // From this value and all within it that the step fits.
    bool deep(const Step& step, uint32_t place, size_t number) {
        if (++ways_ > WaysMax) throw UnsupportedPath("more than a million ways", path_.text_);
        if (fits(step, place)) take(step, place, number, false);
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
    size_t ways_ = 0;
};

JsonPath JsonPath::parse(std::string_view text) {
    return Parser(text).path();
}

bool JsonPath::is_definite() const {
    return std::ranges::all_of(steps_, [&](const Step& step) {
        bool is_last = &step == &steps_.back();
        bool has_one = (step.kind == Step::Kind::Members && (step.names.size() == 1 || is_last)) ||
                       (step.kind == Step::Kind::Elements && step.indices.size() == 1) ||
                       step.kind == Step::Kind::Length;
        return has_one && !step.is_deep;
    });
}

std::optional<uint32_t> JsonPath::find(JsonDocument& document) const {
    return Walk(*this, document).found();
}

}  // namespace tarn::sql
