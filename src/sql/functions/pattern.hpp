// A regular expression of Java's, compiled by PCRE2 and ready to search texts. It belongs to one
// thread: it holds the place where matches are written.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tarn::sql {

// No search takes more steps than this; some patterns would need years for a text of fifty letters.
inline constexpr uint32_t PatternStepsMax = 5'000'000;
inline constexpr size_t PatternBytesMax = 64 * 1024;

class Pattern {
public:
    // Throws InvalidInput for what is no pattern of Java's.
    explicit Pattern(std::string_view java);
    ~Pattern();
    Pattern(const Pattern&) = delete;
    Pattern& operator=(const Pattern&) = delete;

    // Looks for the first match that begins at `from` or behind. Throws InvalidInput when that
    // takes more than PatternStepsMax. What is found lies in the text until the next search.
    bool find(std::string_view text, size_t from = 0);
    // Whether all of the text is a match.
    bool matches(std::string_view text);

    int group_count() const { return group_count_; }
    // Of the last match: the number of a group by its name, and its text; group 0 is all of it.
    std::optional<int> group_named(std::string_view name) const;
    std::optional<std::string_view> group(int number) const;
    size_t begin() const;
    size_t end() const;

private:
    struct Compiled;

    bool search(std::string_view text, size_t from, uint32_t options);

    std::unique_ptr<Compiled> compiled_;
    std::string_view text_;
    std::string java_;
    int group_count_ = 0;
};

// The last patterns of a thread: of its kernels, and of columns that hold patterns.
class PatternCache {
public:
    static constexpr size_t PatternsMax = 100;

    // Null for what is no pattern of Java's; throws for one that only Java understands.
    Pattern* find(std::string_view java);
    // Throws for what is no pattern.
    Pattern& get(std::string_view java);

private:
    struct Entry {
        std::unique_ptr<Pattern> pattern;
        std::string problem = {};
        bool is_unsupported = false;
    };

    const Entry& entry(std::string_view java);

    std::unordered_map<std::string, Entry> entries_;
    std::string last_;
    const Entry* last_entry_ = nullptr;
};

}  // namespace tarn::sql
