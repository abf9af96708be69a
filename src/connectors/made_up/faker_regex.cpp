#include "connectors/made_up/faker_regex.hpp"

#include <algorithm>
#include <charconv>

#include "base/error.hpp"

namespace tarn::connectors {
namespace {

constexpr std::string_view Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view Digits = "0123456789";
constexpr int64_t OpenRepeatMax = 8;
constexpr int64_t LengthMax = 1 << 20;
constexpr int DepthMax = 50;

struct Part {
    FakerText text;
    int64_t length_max;
};

struct Repeat {
    int64_t least;
    int64_t most;
};

Part literal(std::string_view text) {
    auto size = static_cast<int64_t>(text.size());
    return {[text = std::string(text)](FakerDraws&, std::string& made) { made += text; }, size};
}

Part one_character_of(std::string characters) {
    return {[characters = std::move(characters)](FakerDraws& draws, std::string& text) {
                text += draws.one_of(characters);
            },
            1};
}

class RegexReader {
public:
    explicit RegexReader(std::string_view regex) : regex_(regex), rest_(regex) {}

    FakerText run() {
        if (rest_.starts_with('^')) rest_.remove_prefix(1);
        if (rest_.ends_with('$') && !rest_.ends_with("\\$")) rest_.remove_suffix(1);
        Part whole = alternatives();
        if (!rest_.empty()) refuse("a ) without a (");
        return std::move(whole.text);
    }

private:
    Part alternatives() {
        if (++depth_ > DepthMax) refuse("too many groups in each other");
        std::vector<FakerText> choices;
        int64_t length_max = 0;
        do {
            Part choice = sequence();
            length_max = std::max(length_max, choice.length_max);
            choices.push_back(std::move(choice.text));
        } while (take('|'));
        --depth_;
        if (choices.size() == 1) return {std::move(choices.front()), length_max};
        return {[choices = std::move(choices)](FakerDraws& draws, std::string& text) {
                    choices[draws.place(choices.size())](draws, text);
                },
                length_max};
    }

    Part sequence() {
        std::vector<FakerText> parts;
        int64_t length_max = 0;
        while (!rest_.empty() && rest_.front() != '|' && rest_.front() != ')') {
            Part part = repeated(single());
            length_max += part.length_max;
            check_length(length_max);
            parts.push_back(std::move(part.text));
        }
        return {[parts = std::move(parts)](FakerDraws& draws, std::string& text) {
                    for (const FakerText& part : parts) part(draws, text);
                },
                length_max};
    }

    Part single() {
        if (take('(')) return group();
        if (take('[')) return one_character_of(character_class());
        if (take('.')) return one_character_of(std::string(Letters) + std::string(Digits));
        if (take('\\')) return one_character_of(escaped());
        if (std::string_view("*+?{").find(rest_.front()) != std::string_view::npos) {
            refuse("nothing to repeat");
        }
        size_t size = 1;
        auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
        while (size < rest_.size() && continues(rest_[size])) ++size;
        return literal(taken(size));
    }

    Part group() {
        if (take('?') && !take(':')) refuse("a group that begins with ?");
        Part inner = alternatives();
        if (!take(')')) refuse("a ( without a )");
        return inner;
    }

    Part repeated(Part part) {
        auto times = repeat();
        if (!times) return part;
        if (times->most > LengthMax) refuse("a number that is too large");
        int64_t length_max = part.length_max * times->most;
        check_length(length_max);
        return {
            [part = std::move(part.text), times = *times](FakerDraws& draws, std::string& text) {
                int64_t count = draws.between(times.least, times.most);
                for (int64_t i = 0; i < count; ++i) part(draws, text);
            },
            length_max};
    }

    std::optional<Repeat> repeat() {
        if (take('?')) return Repeat{0, 1};
        if (take('*')) return Repeat{0, OpenRepeatMax};
        if (take('+')) return Repeat{1, OpenRepeatMax};
        if (!take('{')) return std::nullopt;
        int64_t least = number();
        Repeat times{least, least};
        if (take(',')) times.most = rest_.starts_with('}') ? least + OpenRepeatMax : number();
        if (!take('}') || times.most < least) refuse("a { that is no number of times");
        return times;
    }

    int64_t number() {
        int64_t value = 0;
        auto [end, failure] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (failure != std::errc() || value < 0 || value > LengthMax) {
            refuse("a { that is no number of times");
        }
        taken(static_cast<size_t>(end - rest_.data()));
        return value;
    }

    std::string character_class() {
        bool is_negated = take('^');
        std::string members;
        do {
            std::string member = take('\\') ? escaped() : std::string(class_character());
            bool is_range =
                member.size() == 1 && rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']';
            members += is_range ? range_from(member.front()) : member;
        } while (!rest_.starts_with(']'));
        taken(1);
        return is_negated ? printable_without(members) : members;
    }

    std::string range_from(char first) {
        taken(1);
        char last = take('\\') ? escaped().front() : class_character().front();
        if (last < first) refuse("a range that ends before it begins");
        std::string members;
        for (int c = first; c <= last; ++c) members += static_cast<char>(c);
        return members;
    }

    std::string_view class_character() {
        if (rest_.empty()) refuse("a [ without a ]");
        if (static_cast<unsigned char>(rest_.front()) >= 0x80) {
            refuse("in [ ] a character that is not of ASCII");
        }
        return taken(1);
    }

    std::string printable_without(std::string_view members) const {
        std::string others;
        for (char c = ' '; c <= '~'; ++c) {
            if (members.find(c) == std::string_view::npos) others += c;
        }
        if (others.empty()) refuse("a [^ ] without any character");
        return others;
    }

    // The characters that a \ stands for with what follows it.
    std::string escaped() {
        if (rest_.empty()) refuse("a \\ at its end");
        char c = taken(1).front();
        if (static_cast<unsigned char>(c) >= 0x80) refuse("a \\ before what is not of ASCII");
        if (c == 'd') return std::string(Digits);
        if (c == 'w') return std::string(Letters) + std::string(Digits) + "_";
        if (c == 's') return " ";
        bool is_plain =
            Letters.find(c) == std::string_view::npos && Digits.find(c) == std::string_view::npos;
        if (!is_plain) refuse("a \\ before what has no meaning here");
        return std::string(1, c);
    }

    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        taken(1);
        return true;
    }

    std::string_view taken(size_t count) {
        std::string_view head = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return head;
    }

    void check_length(int64_t length) const {
        if (length > LengthMax) refuse("texts over 1 MB");
    }

    [[noreturn]] void refuse(std::string_view what) const {
        throw Error(ErrorCode::InvalidInput, "no texts are made of '{}': it has {}", regex_, what);
    }

    std::string_view regex_;
    std::string_view rest_;
    int depth_ = 0;
};

}  // namespace

FakerText regex_text(std::string_view regex) {
    return RegexReader(regex).run();
}

}  // namespace tarn::connectors
