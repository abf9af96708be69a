#include "sql/functions/unit_argument.hpp"

#include "sql/values/readers.hpp"

namespace tarn::sql {

std::optional<Unit> unit_argument(Arguments arguments, size_t place) {
    if (place >= arguments.size()) return std::nullopt;
    const Argument& argument = arguments[place];
    bool is_word = is_text(argument.type) && argument.constant && !argument.constant->is_null(0);
    if (!is_word) return std::nullopt;
    return unit_named(Reader<std::string_view>(*argument.constant)[0]);
}

std::optional<Signature> with_symbol_first(Arguments arguments, std::optional<Signature> rest) {
    if (!rest) return std::nullopt;
    rest->arguments.insert(rest->arguments.begin(), arguments[0].type);
    rest->kernel = [kernel = std::move(rest->kernel)](const KernelCall& call) {
        return kernel({call.arguments.subspan(1), call.rows, call.type, call.session});
    };
    return rest;
}

}  // namespace tarn::sql
