// Windows in time: TABLE(TUMBLE(…)) and GROUP BY TUMBLE(…).
#pragma once

#include "sql/plan/context.hpp"

namespace tarn::sql {

// The rows with window_start, window_end and window_time behind their columns. Refuses windows
// that do not fit into one another.
PlanPtr with_windows(const PlanPtr& input, Window window, bool is_legacy, Span span);

// TUMBLE, HOP and SESSION of GROUP BY: which column goes by, and how long they are. Nothing for
// any other call.
std::optional<Window> group_window(const FunctionCall& call, const Relation& relation,
                                   const Context& context);

// TUMBLE_START and its kind: the column behind the input's own that it means, 0 to 2, and the name
// of the window it is of.
struct WindowProperty {
    std::string window;
    size_t column;
    bool is_proctime = false;
};
std::optional<WindowProperty> window_property(const FunctionCall& call);

}  // namespace tarn::sql
