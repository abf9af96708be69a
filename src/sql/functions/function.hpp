// One entry for each built-in function: what it is called, what it takes and gives, what computes
// it, and what its page in docs/sql-functions.md says. The page is made from these entries, as is
// what the console offers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/functions/kernel.hpp"

namespace tarn::sql {

// What is known of an argument before anything runs.
struct Argument {
    Type type;
    const Column* constant = nullptr;  // its one value, when it is the same for all rows
};

// What a call comes to for its arguments' types. They are cast to the types that stand here.
struct Signature {
    Type result;
    std::vector<Type> arguments;
    Kernel kernel;
    // Whether a value may be none that can be computed. What cannot fail may be computed for rows
    // that do not need it.
    bool can_fail = true;
};

using Arguments = std::span<const Argument>;

// Nothing when it does not take such arguments.
using Resolver = std::function<std::optional<Signature>(Arguments arguments)>;

enum class Topic {
    Comparison,
    Logic,
    Arithmetic,
    Text,
    Time,
    Conditional,
    Conversion,
    Collection,
    Json,
    Hash
};

struct Function {
    std::string_view name;
    Topic topic;
    std::string_view usage;    // "LPAD(text, length, pad)"
    std::string_view text;     // what it gives, a sentence or two
    std::string_view example;  // "LPAD('7', 3, '0') → '007'"
    Resolver resolve;
    // Whether the same arguments always give the same value within a session.
    bool is_deterministic = true;
};

// By its name in upper case; null when there is none.
const Function* find_function(std::string_view name);

// In the order of topics, and within those as they are listed.
const std::vector<Function>& all_functions();

// The first of several that takes the arguments.
Resolver one_of(std::vector<Resolver> resolvers);

// A signature's result, nullable if any argument is.
Type nullable_as(Type result, Arguments arguments);

}  // namespace tarn::sql
