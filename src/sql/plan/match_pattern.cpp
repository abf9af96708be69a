#include "sql/plan/match_pattern.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tarn::sql {
namespace {

using Kind = RowPattern::Kind;

// How often a variable comes, as its quantifier says.
struct Times {
    int64_t fewest = 1;
    std::optional<int64_t> most = 1;
    bool is_reluctant = false;

    bool is_exact() const { return most == fewest; }
    bool is_optional_row() const { return fewest == 0 && most == 1; }
};

// Each time is a state of the automaton; Flink has no bound.
constexpr int64_t TimesMax = 1000;

int64_t count_of(std::string_view digits, Span span) {
    int64_t count = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    bool is_count = error == std::errc() && end == digits.data() + digits.size();
    if (!is_count || count > TimesMax) {
        refuse(span, fmt::format("a variable of a pattern comes {} times at most", TimesMax),
               "A+ is one without a bound");
    }
    return count;
}

Times times_in_braces(std::string_view words, Span span) {
    size_t comma = words.find(',');
    if (comma == 0) {
        refuse(span, "the quantifier wants a lower bound", "write {0,2} for {,2}");
    }
    Times times{count_of(words.substr(0, comma), span)};
    times.most = times.fewest;
    if (comma == std::string_view::npos) return times;
    words.remove_prefix(comma + 1);
    times.most = words.empty() ? std::nullopt : std::optional(count_of(words, span));
    return times;
}

Times times_of(std::string_view quantifier, Span span) {
    if (quantifier.empty()) return {};
    bool is_reluctant = quantifier.size() > 1 && quantifier.ends_with('?');
    if (is_reluctant) quantifier.remove_suffix(1);
    Times times;
    if (quantifier == "*") {
        times = {0, std::nullopt};
    } else if (quantifier == "+") {
        times = {1, std::nullopt};
    } else if (quantifier == "?") {
        times = {0, 1};
    } else {
        times = times_in_braces(quantifier.substr(1, quantifier.size() - 2), span);
    }
    times.is_reluctant = is_reluctant;
    if (times.most && *times.most < std::max<int64_t>(times.fewest, 1)) {
        refuse(span,
               fmt::format("the upper bound is less than {}", std::max<int64_t>(times.fewest, 1)));
    }
    return times;
}

class PatternBinder {
public:
    std::vector<PatternVariable> run(const RowPattern& pattern) {
        add(pattern);
        check_end(pattern.span);
        return std::move(variables_);
    }

private:
    void add(const RowPattern& pattern) {
        switch (pattern.kind) {
            case Kind::Variable:
                return add_variable(pattern, pattern);
            case Kind::Sequence:
                return add_sequence(pattern);
            case Kind::Choice:
                refuse(pattern.span, "a pattern cannot have alternatives: A | B",
                       "one variable whose DEFINE has an OR takes either row");
            case Kind::Permutation:
                refuse(pattern.span, "a pattern cannot have PERMUTE");
            case Kind::Excluded:
                refuse(pattern.span, "a pattern cannot leave rows out: {- A -}",
                       "MEASURES need not name a variable");
            case Kind::Empty:
                refuse(pattern.span, "the pattern has no variable");
        }
    }

    void add_sequence(const RowPattern& pattern) {
        if (pattern.quantifier.empty()) {
            for (const RowPattern& part : pattern.parts) add(part);
            if (pattern.parts.empty()) refuse(pattern.span, "the pattern has no variable");
            return;
        }
        bool is_one = pattern.parts.size() == 1 && pattern.parts[0].kind == Kind::Variable &&
                      pattern.parts[0].quantifier.empty();
        if (!is_one) {
            refuse(pattern.span, "a quantifier goes with one variable, not with several");
        }
        add_variable(pattern.parts[0], pattern);
    }

    void add_variable(const RowPattern& named, const RowPattern& quantified) {
        const std::string& name = named.variable;
        if (std::ranges::find(variables_, name, &PatternVariable::name) != variables_.end()) {
            refuse(named.span, fmt::format("the variable '{}' is in the pattern twice", name),
                   "each place wants a name of its own");
        }
        Times times = times_of(quantified.quantifier, quantified.span);
        if (times.is_optional_row() && times.is_reluctant) {
            refuse(quantified.span, "a reluctant ?? is not supported",
                   fmt::format("{}{{0,1}} and {}? take the row where they can", name, name));
        }
        // As Flink has it, {0,2} may stand there.
        bool is_plain_option = times.is_optional_row() || (times.fewest == 0 && !times.most);
        if (is_plain_option && !variables_.empty() && variables_.back().is_greedy) {
            refuse(quantified.span,
                   fmt::format("an optional variable cannot follow the greedy '{}'",
                               variables_.back().name),
                   "a reluctant quantifier before it, as in A+? B?, goes with it");
        }
        bool is_greedy = !times.is_reluctant && !times.is_exact() && !times.is_optional_row();
        variables_.push_back(
            {.name = name, .fewest = times.fewest, .most = times.most, .is_greedy = is_greedy});
        last_ = quantified.span;
    }

    void check_end(Span span) const {
        const PatternVariable& last = variables_.back();
        if (last.is_greedy) {
            refuse(last_, "the last variable of a pattern cannot be greedy",
                   fmt::format("a match would only end with the row after it: add a variable for "
                               "that row, or take as few as it can, as in {}+?",
                               last.name));
        }
        bool may_be_empty = std::ranges::all_of(
            variables_, [](const PatternVariable& each) { return each.fewest == 0; });
        if (may_be_empty) {
            refuse(span, "the pattern matches no rows at all", "at least one variable wants a row");
        }
    }

    std::vector<PatternVariable> variables_;
    Span last_ = {};
};

}  // namespace

std::vector<PatternVariable> pattern_variables(const RowPattern& pattern) {
    return PatternBinder().run(pattern);
}

}  // namespace tarn::sql
