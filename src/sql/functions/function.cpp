#include "sql/functions/function.hpp"

#include <algorithm>
#include <unordered_map>

#include "sql/functions/topics.hpp"

namespace tarn::sql {
namespace {

std::vector<Function> joined() {
    std::vector<Function> all;
    for (auto* topic : {&text_functions}) {
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
    static const auto by_name = [] {
        std::unordered_map<std::string_view, const Function*> names;
        for (const Function& function : all_functions()) names.emplace(function.name, &function);
        return names;
    }();
    auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : found->second;
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
