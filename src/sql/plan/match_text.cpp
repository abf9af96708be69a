// MATCH_RECOGNIZE in the text of plans.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sql/plan/match.hpp"
#include "sql/plan/plan_text.hpp"

namespace tarn::sql {
namespace {

std::string quantifier_text(const PatternVariable& variable) {
    if (variable.fewest == 1 && variable.most == 1) return "";
    std::string most = variable.most ? fmt::format("{}", *variable.most) : "";
    bool is_exact = variable.most == variable.fewest;
    std::string text =
        is_exact ? fmt::format("{{{}}}", most) : fmt::format("{{{},{}}}", variable.fewest, most);
    return is_exact || variable.is_greedy ? text : text + "?";
}

class PatternText {
public:
    PatternText(const MatchPattern& pattern, const std::vector<std::string>& names)
        : pattern_(pattern), names_(names) {}

    std::string text() const {
        std::vector<std::string> variables;
        std::vector<std::string> definitions;
        for (const PatternVariable& each : pattern_.variables) {
            variables.push_back(each.name + quantifier_text(each));
            if (!each.condition) continue;
            definitions.push_back(
                fmt::format("{} AS {}", each.name, value_text(each.condition, each.reads)));
        }
        std::vector<std::string> measures;
        for (const Bound& each : pattern_.measures) {
            measures.push_back(value_text(each, pattern_.reads));
        }
        std::string text = fmt::format("PATTERN ({})", fmt::join(variables, " "));
        if (pattern_.within_ms) text += fmt::format(" WITHIN {} ms", *pattern_.within_ms);
        text += " SKIP " + skip_text();
        if (!definitions.empty()) text += fmt::format(" DEFINE {}", fmt::join(definitions, ", "));
        return text + fmt::format(" MEASURES {}", fmt::join(measures, ", "));
    }

private:
    std::string skip_text() const {
        const std::string& name = pattern_.variables[pattern_.after.variable].name;
        switch (pattern_.after.skip) {
            case AfterMatch::Skip::ToNextRow:
                return "TO NEXT ROW";
            case AfterMatch::Skip::PastLastRow:
                return "PAST LAST ROW";
            case AfterMatch::Skip::ToFirst:
                return "TO FIRST " + name;
            case AfterMatch::Skip::ToLast:
                return "TO LAST " + name;
        }
        return "";
    }

    std::string column_text(size_t place) const {
        return names_.empty() ? fmt::format("${}", place) : names_[place];
    }

    // "A.": of all rows of the match nothing.
    std::string owner_text(std::optional<size_t> variable) const {
        return variable ? pattern_.variables[*variable].name + "." : "";
    }

    std::string aggregate_text(const MatchedAggregate& call) const {
        std::vector<std::string> arguments;
        for (const Bound& each : call.arguments) {
            arguments.push_back(text_of(each, [&](size_t place) {
                return owner_text(call.variable) + column_text(place);
            }));
        }
        if (arguments.empty()) arguments.push_back(owner_text(call.variable) + "*");
        return fmt::format("{}({}){}", call.function->name, fmt::join(arguments, ", "), call.words);
    }

    std::string value_text(const Bound& value, const MatchReads& reads) const {
        return text_of(value, [&](size_t place) { return read_text(place, reads); });
    }

    // Each row has as many columns as the pattern's input.
    std::string read_text(size_t place, const MatchReads& reads) const {
        size_t of_rows = reads.rows.size() * pattern_.width;
        if (place >= of_rows + reads.aggregates.size()) return "MATCH_ROWTIME()";
        if (place >= of_rows) return aggregate_text(reads.aggregates[place - of_rows]);
        const MatchedRow& row = reads.rows[place / pattern_.width];
        std::string offset = row.offset == 0 ? "" : fmt::format(", {}", row.offset);
        return fmt::format("{}({}{}{})", row.is_from_first ? "FIRST" : "LAST",
                           owner_text(row.variable), column_text(place % pattern_.width), offset);
    }

    const MatchPattern& pattern_;
    const std::vector<std::string>& names_;
};

}  // namespace

std::string text_of(const MatchPattern& pattern, const std::vector<std::string>& names) {
    return PatternText(pattern, names).text();
}

}  // namespace tarn::sql
