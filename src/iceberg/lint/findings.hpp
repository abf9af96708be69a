// What a check has found, gathered rule by rule. A table that breaks a rule in one file mostly
// breaks it in all, so of each rule only the first are kept, and all are counted.
#pragma once

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "iceberg/lint/rules.hpp"

namespace tarn::iceberg {

struct LintFinding {
    LintRule rule = LintRule::Readable;
    LintSeverity severity = LintSeverity::Error;
    // The file, and within it what.
    std::string place;
    std::string what;

    bool operator==(const LintFinding& other) const = default;
};

inline constexpr int64_t FindingsOfRuleMax = 20;

class LintFindings {
public:
    template <typename... Args>
    void add(LintRule rule, std::string place, fmt::format_string<Args...> text, Args&&... args) {
        keep({rule, text_of(rule).severity, std::move(place),
              fmt::format(text, std::forward<Args>(args)...)});
    }
    // A breach that readers bear, of a rule with others that they do not.
    template <typename... Args>
    void warn(LintRule rule, std::string place, fmt::format_string<Args...> text, Args&&... args) {
        keep({rule, LintSeverity::Warning, std::move(place),
              fmt::format(text, std::forward<Args>(args)...)});
    }

    int64_t count(LintRule rule) const { return count_[static_cast<size_t>(rule)]; }
    bool has(LintRule rule) const { return count(rule) > 0; }
    const std::vector<LintFinding>& kept() const { return kept_; }

private:
    void keep(LintFinding finding) {
        if (count_[static_cast<size_t>(finding.rule)]++ >= FindingsOfRuleMax) return;
        kept_.push_back(std::move(finding));
    }

    static constexpr size_t RuleCount = static_cast<size_t>(LintRule::SchemaIds) + 1;

    std::vector<LintFinding> kept_;
    std::array<int64_t, RuleCount> count_{};
};

}  // namespace tarn::iceberg
