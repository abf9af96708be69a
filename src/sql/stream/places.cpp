#include "sql/stream/places.hpp"

#include <algorithm>

#include "sql/plan/steps.hpp"
#include "sql/values/readers.hpp"

namespace tarn::sql {

bool reads_any_from(const Bound& bound, size_t first, size_t end) {
    return std::ranges::any_of(places_read(bound),
                               [&](size_t place) { return place >= first && place < end; });
}

Bound with_values_of(const Bound& bound, const std::vector<Bound>& values) {
    return with_columns(bound, [&](size_t place, const Bound&) { return values[place]; });
}

Bound all_of(const std::vector<Bound>& conditions) {
    return conditions.empty() ? nullptr : conjunction(conditions);
}

std::optional<Comparison> comparison_of(const Bound& bound) {
    const auto* call = std::get_if<BoundCall>(&bound->node);
    if (!call || call->arguments.size() != 2) return std::nullopt;
    const std::string& sign = call->name;
    bool is_one = sign == "=" || sign == "<" || sign == "<=" || sign == ">" || sign == ">=";
    if (!is_one) return std::nullopt;
    return Comparison{sign, call->arguments[0], call->arguments[1]};
}

std::string turned_sign(const std::string& sign) {
    if (sign[0] == '=') return sign;
    return (sign[0] == '<' ? ">" : "<") + sign.substr(1);
}

std::optional<int64_t> whole_value(const Bound& bound) {
    const Column* value = constant_of(bound);
    if (!value || value->is_null(0)) return std::nullopt;
    switch (bound->type.kind) {
        case TypeKind::Int:
            return Reader<int32_t>(*value)[0];
        case TypeKind::BigInt:
            return Reader<int64_t>(*value)[0];
        default:
            return std::nullopt;
    }
}

}  // namespace tarn::sql
