// The options of a table as values of their kinds. sql/options tells what is wrong with them while
// a statement is checked; what gets by all the same is refused here, by key.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "sql/syntax/statement.hpp"

namespace tarn::connectors {

class OptionValues {
public:
    // Keys are looked up behind the prefix: "json.".
    explicit OptionValues(const sql::Options& options, std::string prefix = {})
        : options_(options), prefix_(std::move(prefix)) {}

    // The same without the prefix.
    OptionValues of_table() const { return OptionValues(options_); }

    bool has(std::string_view key) const { return text(key).has_value(); }
    std::optional<std::string> text(std::string_view key) const;
    // Throws InvalidInput when it is not there.
    std::string wanted_text(std::string_view key) const;
    // These throw InvalidInput for a value that is none.
    std::optional<bool> flag(std::string_view key) const;
    std::optional<int64_t> whole(std::string_view key) const;
    std::optional<double> number(std::string_view key) const;
    std::optional<char> character(std::string_view key) const;
    std::optional<std::chrono::milliseconds> duration(std::string_view key) const;
    std::optional<int64_t> size(std::string_view key) const;  // in bytes

    // Whether it has that value, in capitals or not.
    bool is(std::string_view key, std::string_view value) const;
    bool is_on(std::string_view key) const { return flag(key).value_or(false); }

    // Throws InvalidInput, by name, when the option is there: what Tarn has no way to do.
    void refuse(std::string_view key, std::string_view reason) const;

private:
    [[noreturn]] void refuse_value(std::string_view key, std::string_view wanted) const;

    const sql::Options& options_;
    std::string prefix_;
};

}  // namespace tarn::connectors
