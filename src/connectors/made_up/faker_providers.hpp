// The providers of `faker` by where their texts are from; faker_text.cpp finds them by name.
#pragma once

#include "connectors/made_up/faker_text.hpp"

namespace tarn::connectors {

// One of several expressions, with | between them; most are plain words.
struct FakerWords {
    std::string_view provider;
    std::string_view choices;
};

std::span<const FakerWords> people_words();  // and what they do
std::span<const FakerWords> place_words();
std::span<const FakerWords> thing_words();

using FakerArguments = std::span<const std::string>;

struct FakerFunction {
    std::string_view provider;
    size_t arguments_min;
    size_t arguments_max;
    FakerText (*text)(FakerArguments arguments);
};

std::span<const FakerFunction> number_functions();
std::span<const FakerFunction> time_functions();
std::span<const FakerFunction> pattern_functions();

// What arguments are read as; these throw InvalidInput.
int64_t whole_argument(const std::string& text);
double number_argument(const std::string& text);
// How many of something there are: not below 0, and not so many that a text has no end.
int64_t count_argument(const std::string& text);

}  // namespace tarn::connectors
