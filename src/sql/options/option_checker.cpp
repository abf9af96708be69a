#include "sql/options/option_checker.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "base/suggest.hpp"

namespace tarn::sql {
namespace {

// The pattern with the column in the place of its #.
std::string with_column(std::string_view pattern, std::string_view column) {
    size_t hole = pattern.find('#');
    if (hole == std::string_view::npos) return std::string(pattern);
    return fmt::format("{}{}{}", pattern.substr(0, hole), column, pattern.substr(hole + 1));
}

// 'scan.startup.mode' = 'timestamp'
std::string quoted(std::string_view key, std::string_view value) {
    return value.empty() ? fmt::format("'{}'", key) : fmt::format("'{}' = '{}'", key, value);
}

// A sentence of the reference in the manner of a hint.
std::string as_hint(std::string_view sentence) {
    std::string hint(sentence);
    if (!hint.empty()) hint[0] = static_cast<char>(std::tolower(hint[0]));
    if (hint.ends_with('.')) hint.pop_back();
    return hint;
}

bool has_value(const Option& option, std::string_view value) {
    return value.empty() || is_equal_ignoring_case(option.value, value);
}

std::vector<std::string_view> parted(std::string_view list) {
    std::vector<std::string_view> parts;
    while (true) {
        size_t end = std::min(list.find(';'), list.size());
        parts.push_back(list.substr(0, end));
        if (end == list.size()) return parts;
        list.remove_prefix(end + 1);
    }
}

}  // namespace

const Option* find_option(const Options& options, std::string_view key) {
    auto found = std::ranges::find(options, key, &Option::key);
    return found == options.end() ? nullptr : &*found;
}

void OptionChecker::let_in(const OptionSet& set, const std::string& prefix) {
    for (const OptionRule& rule : set.options) {
        rules_.push_back({prefix + std::string(rule.key), &rule});
    }
    for (const Clause& clause : set.clauses) clauses_.emplace_back(clause, prefix);
    for (const auto& keys : set.one_of) one_of_.emplace_back(keys.begin(), keys.end());
    for (std::string_view each : set.passed) passed_.push_back(prefix + std::string(each));
}

std::vector<Problem> OptionChecker::run() {
    for (const Option& option : options_) check_key_and_value(option);
    if (subject_.is_whole) {
        check_missing();
        for (const auto& [clause, prefix] : clauses_) check_clause(clause, prefix);
    }
    return std::move(problems_);
}

// --- keys

bool OptionChecker::is_column(std::string_view path) const {
    if (!subject_.columns) return true;
    // Of a row, its fields are named behind it: fields.person.age.min.
    return std::ranges::any_of(*subject_.columns, [&](const std::string& column) {
        return path == column || path.starts_with(column + ".");
    });
}

std::optional<std::string> OptionChecker::match(std::string_view pattern,
                                                std::string_view key) const {
    size_t hole = pattern.find('#');
    if (hole == std::string_view::npos) {
        return pattern == key ? std::optional<std::string>("") : std::nullopt;
    }
    std::string_view head = pattern.substr(0, hole), tail = pattern.substr(hole + 1);
    bool fits =
        key.size() > head.size() + tail.size() && key.starts_with(head) && key.ends_with(tail);
    if (!fits) return std::nullopt;
    std::string_view column = key.substr(head.size(), key.size() - head.size() - tail.size());
    return is_column(column) ? std::optional(std::string(column)) : std::nullopt;
}

const OptionChecker::Rule* OptionChecker::rule_of(std::string_view key) const {
    auto found = std::ranges::find_if(
        rules_, [&](const Rule& each) { return match(each.key, key).has_value(); });
    return found == rules_.end() ? nullptr : &*found;
}

bool OptionChecker::is_passed(std::string_view key) const {
    return std::ranges::any_of(passed_,
                               [&](const std::string& prefix) { return key.starts_with(prefix); });
}

std::vector<std::string> OptionChecker::known_keys() const {
    static const std::vector<std::string> NoColumns;
    std::vector<std::string> keys;
    for (const Rule& rule : rules_) {
        if (rule.key.find('#') == std::string::npos) {
            keys.push_back(rule.key);
        } else {
            for (const std::string& column : subject_.columns.value_or(NoColumns)) {
                keys.push_back(with_column(rule.key, column));
            }
        }
    }
    return keys;
}

void OptionChecker::refuse_unknown(const Option& option) {
    auto nearest = nearest_name(option.key, known_keys());
    add({option.key_span, fmt::format("'{}' takes no option '{}'", subject_.name, option.key),
         nearest ? fmt::format("did you mean '{}'?", *nearest)
                 : fmt::format("tarn connector describe {} lists them", subject_.name)});
}

// --- values

void OptionChecker::check_key_and_value(const Option& option) {
    if (const Rule* rule = rule_of(option.key)) {
        check_value(option, *rule->rule);
    } else if (!is_passed(option.key)) {
        refuse_unknown(option);
    }
}

void OptionChecker::check_value(const Option& option, const OptionRule& rule) {
    if (rule.kind == OptionKind::Choice && !fits(rule, option.value)) {
        auto likely = likely_choice(rule, option.value);
        add({option.value_span,
             fmt::format("'{}' is '{}', which is none of {}", option.key, option.value,
                         fmt::join(rule.choices, ", ")),
             likely ? fmt::format("did you mean '{}'?", *likely) : ""});
    } else if (!fits(rule, option.value)) {
        add({option.value_span, fmt::format("'{}' is '{}', which is not {}", option.key,
                                            option.value, wanted_text(rule))});
    } else if (rule.kind == OptionKind::Columns) {
        check_columns(option);
    }
}

void OptionChecker::check_columns(const Option& option) {
    if (!subject_.columns) return;
    for (std::string_view name : parted(option.value)) {
        if (std::ranges::find(*subject_.columns, name) != subject_.columns->end()) continue;
        add({option.value_span,
             fmt::format("'{}' names '{}', which is no physical column of the table", option.key,
                         name),
             name_hint(name, *subject_.columns)});
    }
}

// --- what goes together

void OptionChecker::check_missing() {
    for (const Rule& rule : rules_) {
        if (!rule.rule->is_required || find(rule.key)) continue;
        add({subject_.span, fmt::format("'{}' needs '{}'", subject_.name, rule.key),
             as_hint(rule.rule->text)});
    }
    for (const auto& keys : one_of_) {
        if (std::ranges::any_of(keys, [&](const std::string& key) { return find(key); })) continue;
        add({subject_.span,
             fmt::format("'{}' needs '{}'", subject_.name, fmt::join(keys, "' or '"))});
    }
}

void OptionChecker::check_clause(const Clause& clause, const std::string& prefix) {
    for (const Option& option : options_) {
        auto column = match(prefix + std::string(clause.when.key), option.key);
        if (!column || !has_value(option, clause.when.value)) continue;
        std::string other_key = prefix + with_column(clause.other.key, *column);
        const Option* other = find(other_key);
        bool stands = other && has_value(*other, clause.other.value);
        if (stands == (clause.then == Clause::Then::Needs)) continue;
        std::string_view verb = stands ? "does not go with" : "needs";
        add({option.key_span, fmt::format("{} {} {}", quoted(option.key, clause.when.value), verb,
                                          quoted(other_key, clause.other.value))});
    }
}

}  // namespace tarn::sql
