#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "base/error.hpp"
#include "connectors/made_up/faker_providers.hpp"

namespace tarn::connectors {
namespace {

template <typename T>
T parsed_argument(const std::string& text, std::string_view wanted) {
    T value{};
    const char* end = text.data() + text.size();
    auto [used, failure] = std::from_chars(text.data(), end, value);
    if (failure == std::errc() && used == end) return value;
    throw Error(ErrorCode::InvalidInput, "the argument '{}' is no {}", text, wanted);
}

FakerText whole_between(int64_t least, int64_t most) {
    if (most < least) std::swap(least, most);
    return [least, most](FakerDraws& draws, std::string& text) {
        text += std::to_string(draws.between(least, most));
    };
}

// The second bound is not reached, as in Datafaker, but where it is the first one.
FakerText number_between(FakerArguments arguments) {
    int64_t least = whole_argument(arguments[0]);
    int64_t bound = whole_argument(arguments[1]);
    if (bound < least) std::swap(least, bound);
    return whole_between(least, bound == least ? least : bound - 1);
}

FakerText next_int(FakerArguments arguments) {
    if (arguments.size() == 2) {
        return whole_between(whole_argument(arguments[0]), whole_argument(arguments[1]));
    }
    int64_t bound = whole_argument(arguments[0]);
    if (bound > 0) return whole_between(0, bound - 1);
    throw Error(ErrorCode::InvalidInput, "the argument '{}' is not above 0", arguments[0]);
}

// So many decimals at most, and any number of the range.
FakerText random_double(FakerArguments arguments) {
    constexpr int64_t DecimalsMax = 15;
    int64_t decimals = whole_argument(arguments[0]);
    double least = number_argument(arguments[1]);
    double width = number_argument(arguments[2]) - least;
    if (decimals < 0 || decimals > DecimalsMax || !std::isfinite(width)) {
        throw Error(ErrorCode::InvalidInput, "there are no numbers with {} decimals from {} to {}",
                    arguments[0], arguments[1], arguments[2]);
    }
    return [=](FakerDraws& draws, std::string& text) {
        fmt::format_to(std::back_inserter(text), "{:.{}f}", least + draws.unit() * width, decimals);
    };
}

FakerText price(FakerArguments arguments) {
    static const std::vector<std::string> Default{"0", "100"};
    FakerArguments bounds = arguments.empty() ? FakerArguments(Default) : arguments;
    if (bounds.size() == 1) {
        throw Error(ErrorCode::InvalidInput, "a price has two bounds, or none");
    }
    std::array<std::string, 3> wanted{"2", bounds[0], bounds[1]};
    return random_double(wanted);
}

FakerText digits(FakerArguments arguments) {
    return [count = count_argument(arguments[0])](FakerDraws& draws, std::string& text) {
        for (int64_t i = 0; i < count; ++i) text += draws.one_of("0123456789");
    };
}

constexpr auto NumberFunctions = std::to_array<FakerFunction>({
    {"number.numberBetween", 2, 2, number_between},
    {"number.randomDouble", 3, 3, random_double},
    {"number.digits", 1, 1, digits},
    {"random.nextInt", 1, 2, next_int},
    {"commerce.price", 0, 2, price},
});

}  // namespace

int64_t whole_argument(const std::string& text) {
    return parsed_argument<int64_t>(text, "whole number");
}

double number_argument(const std::string& text) {
    return parsed_argument<double>(text, "number");
}

int64_t count_argument(const std::string& text) {
    constexpr int64_t CountMax = 10'000;
    int64_t count = whole_argument(text);
    if (count >= 0 && count <= CountMax) return count;
    throw Error(ErrorCode::InvalidInput, "the argument '{}' is not between 0 and {}", text,
                CountMax);
}

std::span<const FakerFunction> number_functions() {
    return NumberFunctions;
}

}  // namespace tarn::connectors
