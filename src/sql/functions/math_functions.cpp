#include <cmath>
#include <numbers>
#include <random>

#include "sql/functions/arithmetic.hpp"
#include "sql/functions/number_kinds.hpp"
#include "sql/functions/number_loops.hpp"
#include "sql/functions/rounding.hpp"
#include "sql/functions/scalar.hpp"
#include "sql/functions/topics.hpp"

namespace tarn::sql {
namespace {

// Of one number to a DOUBLE, for all numbers whatever they are.
Resolver of_double(double (*function)(double)) {
    return [function](Arguments arguments) -> std::optional<Signature> {
        if (arguments.size() != 1 || !is_numeric(arguments[0].type)) return std::nullopt;
        Type type = nullable_as(simple_type(TypeKind::Double), arguments);
        return Signature{type, {type}, [function](const KernelCall& call) {
                             return map_numbers<double, double>(call, function);
                         }};
    };
}

Resolver of_doubles(double (*function)(double, double)) {
    return [function](Arguments arguments) -> std::optional<Signature> {
        if (arguments.size() != 2) return std::nullopt;
        if (!is_numeric(arguments[0].type) || !is_numeric(arguments[1].type)) return std::nullopt;
        Type type = simple_type(TypeKind::Double);
        return Signature{nullable_as(type, arguments),
                         {type.or_null(arguments[0].type.is_nullable),
                          type.or_null(arguments[1].type.is_nullable)},
                         [function](const KernelCall& call) {
                             return map_pairs<double, double>(call, function);
                         }};
    };
}

Resolver always(double value) {
    return [value](Arguments arguments) -> std::optional<Signature> {
        if (!arguments.empty()) return std::nullopt;
        Type type = simple_type(TypeKind::Double).not_null();
        return Signature{type, {}, [=](const KernelCall&) { return constant_column(type, value); }};
    };
}

// A number to one of the same type.
template <typename OfNumber, typename OfDecimal>
Resolver of_same_type(OfNumber of_number, OfDecimal of_decimal) {
    return [=](Arguments arguments) -> std::optional<Signature> {
        if (arguments.size() != 1 || !is_numeric(arguments[0].type)) return std::nullopt;
        const Type& type = arguments[0].type;
        if (type.kind == TypeKind::Decimal) {
            return Signature{type, {type}, kernel_of([=](arrow::Decimal128 value) {
                                 return of_decimal(value, type);
                             })};
        }
        auto kernel = for_number(type, [=]<typename T>(T) -> Kernel {
            return [=](const KernelCall& call) { return map_numbers<T, T>(call, of_number); };
        });
        return Signature{type, {type}, std::move(*kernel)};
    };
}

template <typename T>
T magnitude(T value) {
    if constexpr (std::is_integral_v<T>) {
        return value < 0 ? static_cast<T>(-static_cast<uint64_t>(value)) : value;
    } else {
        return std::abs(value);
    }
}

template <typename T>
T sign_of(T value) {
    if constexpr (std::is_floating_point_v<T>) {
        if (std::isnan(value) || value == 0) return value;
    }
    return static_cast<T>((value > 0) - (value < 0));
}

arrow::Decimal128 decimal_sign(const arrow::Decimal128& value, const Type& type) {
    arrow::Decimal128 one(arrow::Decimal128::GetScaleMultiplier(type.scale));
    if (value == arrow::Decimal128(0)) return value;
    return value.IsNegative() ? arrow::Decimal128(-one) : one;
}

Resolver rounding(Rounding mode) {
    return [mode](Arguments arguments) -> std::optional<Signature> {
        if (arguments.empty()) return std::nullopt;
        return rounded(mode, arguments);
    };
}

std::optional<Signature> remainder_call(Arguments arguments) {
    if (arguments.size() != 2) return std::nullopt;
    return number_arithmetic(Operator::Remainder, arguments);
}

double cotangent(double value) {
    return 1.0 / std::tan(value);
}
double degrees(double radians) {
    return radians * (180.0 / std::numbers::pi);
}
double radians(double degrees) {
    return degrees * (std::numbers::pi / 180.0);
}

// Numbers from 0 to below `bound`, the same again for the same seed.
template <typename Draw>
Column drawn(const KernelCall& call, uint64_t seed, Draw draw) {
    std::mt19937_64 source(seed);
    Writer<decltype(draw(source))> writer(call.type, call.rows);
    for (int64_t row = 0; row < call.rows; ++row) writer.append(draw(source));
    return writer.finish();
}

uint64_t any_seed() {
    return std::random_device{}();
}

uint64_t seed_of(const Column& column) {
    return column.is_null(0) ? 0 : static_cast<uint64_t>(Reader<int32_t>(column)[0]);
}

std::optional<Signature> random_double(Arguments arguments) {
    bool has_seed = arguments.size() == 1;
    if (arguments.size() > 1 || (has_seed && !is_integer(arguments[0].type))) return std::nullopt;
    std::vector<Type> types(arguments.size(), simple_type(TypeKind::Int));
    return Signature{simple_type(TypeKind::Double).not_null(), types,
                     [has_seed](const KernelCall& call) {
                         uint64_t seed = has_seed ? seed_of(call.arguments[0]) : any_seed();
                         return drawn(call, seed, [](std::mt19937_64& source) {
                             return std::uniform_real_distribution<double>(0, 1)(source);
                         });
                     }};
}

std::optional<Signature> random_integer(Arguments arguments) {
    bool is_right = !arguments.empty() && arguments.size() <= 2 &&
                    std::ranges::all_of(arguments, [](const Argument& argument) {
                        return is_integer(argument.type);
                    });
    if (!is_right) return std::nullopt;
    std::vector<Type> types(arguments.size(), simple_type(TypeKind::Int));
    bool has_seed = arguments.size() == 2;
    return Signature{nullable_as(simple_type(TypeKind::Int), arguments), types,
                     [has_seed](const KernelCall& call) {
                         uint64_t seed = has_seed ? seed_of(call.arguments[0]) : any_seed();
                         Reader<int32_t> bound(call.arguments.back());
                         int64_t row = 0;
                         return drawn(call, seed, [&](std::mt19937_64& source) {
                             int32_t below = std::max(bound.is_null(row) ? 1 : bound[row], 1);
                             ++row;
                             return std::uniform_int_distribution<int32_t>(0, below - 1)(source);
                         });
                     }};
}

std::vector<Function> roundings() {
    return {
        {"ROUND", Topic::Arithmetic, "ROUND(number[, digits])",
         "The number with that many digits behind the point, none when there is no second "
         "argument. Halves go away from zero; digits below zero count before the point.",
         "ROUND(2.55, 1) → 2.6", rounding(Rounding::HalfUp)},
        {"TRUNCATE", Topic::Arithmetic, "TRUNCATE(number[, digits])",
         "The number without the digits behind those.", "TRUNCATE(42.324, 2) → 42.32",
         rounding(Rounding::Down)},
        {"FLOOR", Topic::Arithmetic, "FLOOR(number)",
         "The largest whole number that is not larger.", "FLOOR(-1.5) → -2",
         rounding(Rounding::Floor)},
        {"CEIL", Topic::Arithmetic, "CEIL(number)",
         "The smallest whole number that is not smaller.", "CEIL(1.2) → 2",
         rounding(Rounding::Ceiling)},
        {"CEILING", Topic::Arithmetic, "CEILING(number)", "The same as CEIL.", "CEILING(1.2) → 2",
         rounding(Rounding::Ceiling)},
    };
}

std::vector<Function> angles() {
    auto of = [](std::string_view name, std::string_view usage, std::string_view text,
                 std::string_view example, double (*function)(double)) {
        return Function{name, Topic::Arithmetic, usage, text, example, of_double(function)};
    };
    return {
        of("SIN", "SIN(angle)", "The sine of an angle in radians.", "SIN(0) → 0.0", std::sin),
        of("COS", "COS(angle)", "The cosine of an angle in radians.", "COS(0) → 1.0", std::cos),
        of("TAN", "TAN(angle)", "The tangent of an angle in radians.", "TAN(0) → 0.0", std::tan),
        of("COT", "COT(angle)", "The cotangent of an angle in radians.",
           "COT(1) → 0.6420926159343306", cotangent),
        of("ASIN", "ASIN(number)", "The angle in radians whose sine it is; NaN beyond -1 and 1.",
           "ASIN(0) → 0.0", std::asin),
        of("ACOS", "ACOS(number)", "The angle in radians whose cosine it is; NaN beyond -1 and 1.",
           "ACOS(1) → 0.0", std::acos),
        of("ATAN", "ATAN(number)", "The angle in radians whose tangent it is.", "ATAN(0) → 0.0",
           std::atan),
        of("SINH", "SINH(number)", "The hyperbolic sine.", "SINH(0) → 0.0", std::sinh),
        of("COSH", "COSH(number)", "The hyperbolic cosine.", "COSH(0) → 1.0", std::cosh),
        of("TANH", "TANH(number)", "The hyperbolic tangent.", "TANH(0) → 0.0", std::tanh),
        of("DEGREES", "DEGREES(angle)", "An angle in radians as one in degrees.",
           "DEGREES(PI()) → 180.0", degrees),
        of("RADIANS", "RADIANS(angle)", "An angle in degrees as one in radians.",
           "RADIANS(180) → 3.141592653589793", radians),
        {"ATAN2", Topic::Arithmetic, "ATAN2(y, x)",
         "The angle in radians between the x axis and the way from 0 to the point.",
         "ATAN2(0, 1) → 0.0", of_doubles(std::atan2)},
    };
}

}  // namespace

std::vector<Function> math_functions() {
    std::vector<Function> functions{
        {"ABS", Topic::Arithmetic, "ABS(number)", "The number without its sign.", "ABS(-1.5) → 1.5",
         of_same_type([](auto value) { return magnitude(value); },
                      [](const arrow::Decimal128& value, const Type&) {
                          return arrow::Decimal128(arrow::Decimal128::Abs(value));
                      })},
        {"MOD", Topic::Arithmetic, "MOD(number, divisor)",
         "What is left of a division; it has the sign of the number.", "MOD(-7, 3) → -1",
         remainder_call},
        {"SIGN", Topic::Arithmetic, "SIGN(number)",
         "-1, 0 or 1 as the number is below, at or above 0.", "SIGN(-5) → -1",
         of_same_type([](auto value) { return sign_of(value); }, decimal_sign)},
        {"POWER", Topic::Arithmetic, "POWER(base, exponent)",
         "The base to the power of the exponent.", "POWER(2, 10) → 1024.0", of_doubles(std::pow)},
        {"SQRT", Topic::Arithmetic, "SQRT(number)", "The square root; NaN below zero.",
         "SQRT(4) → 2.0", of_double([](double value) { return std::pow(value, 0.5); })},
        {"EXP", Topic::Arithmetic, "EXP(number)", "E to the power of the number.", "EXP(0) → 1.0",
         of_double(std::exp)},
        {"LN", Topic::Arithmetic, "LN(number)", "The natural logarithm.", "LN(1) → 0.0",
         of_double(std::log)},
        {"LOG10", Topic::Arithmetic, "LOG10(number)", "The logarithm to base 10.",
         "LOG10(1000) → 3.0", of_double(std::log10)},
        {"LOG2", Topic::Arithmetic, "LOG2(number)", "The logarithm to base 2.", "LOG2(8) → 3.0",
         of_double([](double value) { return std::log(value) / std::log(2.0); })},
        {"LOG", Topic::Arithmetic, "LOG([base, ]number)",
         "The logarithm to the base, the natural one when there is none.", "LOG(2, 8) → 3.0",
         one_of({of_double(std::log), of_doubles([](double base, double value) {
                     return std::log(value) / std::log(base);
                 })})},
        {"PI", Topic::Arithmetic, "PI()", "The number pi.", "PI() → 3.141592653589793",
         always(std::numbers::pi)},
        {"E", Topic::Arithmetic, "E()", "Euler's number.", "E() → 2.718281828459045",
         always(std::numbers::e)},
        {"RAND", Topic::Arithmetic, "RAND([seed])",
         "A random DOUBLE from 0 to below 1; the same series again for the same seed.", "",
         random_double, false},
        {"RAND_INTEGER", Topic::Arithmetic, "RAND_INTEGER([seed, ]bound)",
         "A random INT from 0 to below the bound; the same series again for the same seed.", "",
         random_integer, false},
    };
    for (Function& function : roundings()) functions.push_back(std::move(function));
    for (Function& function : angles()) functions.push_back(std::move(function));
    return functions;
}

}  // namespace tarn::sql
