// Functions of one row's values that want something made once for a batch, such as a zone's clock
// or a compiled pattern:
//
//   per_batch([](const Session& session) {
//       return [clock = ZoneClock(session.zone)](Instant at) -> WallTime { … };
//   })
#pragma once

#include "sql/functions/scalar.hpp"

namespace tarn::sql {

template <typename Make>
using MadeBy = std::invoke_result_t<Make, const Session&>;

template <typename Make>
Kernel kernel_per_batch(Make make) {
    return [make](const KernelCall& call) { return apply(make(call.session), call); };
}

template <typename Make>
Resolver per_batch_giving(Type result, Make make) {
    using Made = MadeBy<Make>;
    return [result, make](Arguments arguments) -> std::optional<Signature> {
        using Indices = std::make_index_sequence<ParameterCount<Made>>;
        auto types = detail::accepted<ParametersOf<Made>>(arguments, Indices{});
        if (!types) return std::nullopt;
        bool is_nullable = IsOptional<typename ShapeOf<Made>::Result> ||
                           detail::can_be_null<ParametersOf<Made>>(arguments, Indices{});
        return Signature{result.or_null(is_nullable), std::move(*types), kernel_per_batch(make)};
    };
}

template <typename Make>
Resolver per_batch(Make make) {
    return per_batch_giving(ValueType<typename ShapeOf<MadeBy<Make>>::Result>::type(), make);
}

}  // namespace tarn::sql
