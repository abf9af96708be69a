#include "sql/bounded/over_calls.hpp"
#include "sql/bounded/over_order.hpp"
#include "sql/bounded/steps.hpp"

namespace tarn::sql {

Batch rows_of(const OverRows& step, const Batch& input, const Around&) {
    OverOrder order = ordered(step, input);
    std::vector<Stretch> frames = frames_of(step, order);
    Batch result = order.rows;
    for (const OverCall& call : step.calls) {
        Columns arguments = chosen(order.rows, call.arguments);
        result.columns.push_back(call.function
                                     ? aggregated(call, arguments, frames)
                                     : numbered_or_picked(call, arguments, order, frames));
    }
    return result;
}

}  // namespace tarn::sql
