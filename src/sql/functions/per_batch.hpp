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
    return shaped_as<MadeBy<Make>>(std::move(result), kernel_per_batch(make));
}

template <typename Make>
Resolver per_batch(Make make) {
    return per_batch_giving(ValueType<typename ShapeOf<MadeBy<Make>>::Result>::type(), make);
}

}  // namespace tarn::sql
