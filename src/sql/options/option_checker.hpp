// Holds the options of one statement to what it may have: rules are let in, then all is compared.
#pragma once

#include "sql/options/connector.hpp"
#include "sql/syntax/statement.hpp"

namespace tarn::sql {

// The first of that key, null when there is none.
const Option* find_option(const Options& options, std::string_view key);

class OptionChecker {
public:
    struct Subject {
        std::string name;  // "kafka": who takes the options
        Span span;         // where that is said
        // The physical columns, when all are known.
        std::optional<std::vector<std::string>> columns = {};
        bool is_whole = true;  // whether all options are here
    };

    OptionChecker(const Options& options, Subject subject)
        : options_(options), subject_(std::move(subject)) {}

    const Option* find(std::string_view key) const { return find_option(options_, key); }

    // All keys of the set begin with the prefix.
    void let_in(const OptionSet& set, const std::string& prefix = {});
    void add(Problem problem) { problems_.push_back(std::move(problem)); }

    std::vector<Problem> run();

private:
    struct Rule {
        std::string key;
        const OptionRule* rule;
    };

    // The column that a key has where the pattern has a #; empty for a pattern without one.
    std::optional<std::string> match(std::string_view pattern, std::string_view key) const;
    bool is_column(std::string_view path) const;
    const Rule* rule_of(std::string_view key) const;
    bool is_passed(std::string_view key) const;

    void check_key_and_value(const Option& option);
    void check_value(const Option& option, const OptionRule& rule);
    void check_columns(const Option& option);
    void check_missing();
    void check_clause(const Clause& clause, const std::string& prefix);
    void refuse_unknown(const Option& option);
    std::vector<std::string> known_keys() const;

    const Options& options_;
    Subject subject_;
    std::vector<Rule> rules_;
    std::vector<std::pair<Clause, std::string>> clauses_;  // with the prefix of their keys
    std::vector<std::vector<std::string>> one_of_;
    std::vector<std::string> passed_;
    std::vector<Problem> problems_;
};

}  // namespace tarn::sql
