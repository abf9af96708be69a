#include "sql/functions/function.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "sql/functions/topics.hpp"

namespace tarn::sql {
namespace {

std::vector<Function> joined() {
    std::vector<Function> all;
    constexpr auto Topics = std::to_array<std::vector<Function> (*)()>({
        math_functions,
        conditional_functions,
        text_functions,
        text_search_functions,
        text_check_functions,
        text_code_functions,
        url_functions,
        regex_functions,
        hash_functions,
        json_lookup_functions,
        json_text_functions,
        collection_functions,
        collection_order_functions,
        collection_text_functions,
        map_functions,
        current_time_functions,
        time_format_functions,
        time_part_functions,
        time_sum_functions,
    });
    for (auto* topic : Topics) {
        for (Function& function : topic()) all.push_back(std::move(function));
    }
    return all;
}

}  // namespace

const std::vector<Function>& all_functions() {
    static const std::vector<Function> functions = joined();
    return functions;
}

const Function* find_function(std::string_view name) {
    // FLOOR of numbers and FLOOR of times have an entry each, and are one function when called.
    static const auto by_name = [] {
        std::unordered_map<std::string_view, Function> names;
        for (const Function& function : all_functions()) {
            auto [known, is_new] = names.emplace(function.name, function);
            Resolver& resolve = known->second.resolve;
            if (!is_new) resolve = one_of({resolve, function.resolve});
        }
        return names;
    }();
    auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : &found->second;
}

Resolver one_of(std::vector<Resolver> resolvers) {
    return [resolvers = std::move(resolvers)](Arguments arguments) -> std::optional<Signature> {
        for (const Resolver& resolver : resolvers) {
            if (auto signature = resolver(arguments)) return signature;
        }
        return std::nullopt;
    };
}

Type nullable_as(Type result, Arguments arguments) {
    bool is_nullable = std::ranges::any_of(
        arguments, [](const Argument& argument) { return argument.type.is_nullable; });
    return result.or_null(is_nullable);
}

}  // namespace tarn::sql
