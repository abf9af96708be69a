#include "sql/functions/json_path.hpp"

#include <algorithm>
#include <charconv>

#include "sql/functions/json_filter.hpp"
#include "sql/functions/json_path_text.hpp"

namespace tarn::sql {
namespace {

constexpr size_t PathBytesMax = 10'000;
constexpr size_t PathStepsMax = 200;
constexpr int FilterDepthMax = 20;

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
    Parser(std::string_view text, int depth) : whole_(text), depth_(depth) {}

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
        path.begins_at_root_ = peek() != '@';
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
        if (is_function && std::ranges::any_of(path.steps_, &Step::is_deep)) {
            throw UnsupportedPath("a function behind ..", whole_);
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
        if (peek() == '?') {
            step.kind = Step::Kind::Filter;
            filter(step);
        } else if (accept('*')) {
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

    // What stands in the brackets of a filter, without the brackets.
    void filter(Step& step) {
        accept('?');
        skip_blanks();
        if (peek() != '(') refuse("a filter stands in brackets: [?(@.a > 1)]");
        if (depth_ > FilterDepthMax) refuse("too many filters in one another");
        size_t end = past_bracket(rest_, 0, true);
        step.filter = JsonFilter::parse(rest_.substr(0, end), depth_);
        rest_.remove_prefix(end);
    }

    std::string_view whole_;
    int depth_;  // in how many filters the path stands
    std::string_view rest_;
};

JsonPath JsonPath::parse(std::string_view text, int depth) {
    return Parser(text, depth).path();
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

}  // namespace tarn::sql
