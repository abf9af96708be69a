#include "engine/windows/window_operators.hpp"

#include "engine/windows/session_windows.hpp"
#include "engine/windows/slice_windows.hpp"
#include "engine/windows/window_rows.hpp"

namespace tarn::engine {

OperatorPtr made(const sql::stream::WindowAggregate& step, const sql::StreamPlan& plan,
                 const JobContext& job) {
    bool is_session = step.window.kind == sql::WindowKind::Session && !step.of_rows;
    if (is_session) return std::make_unique<SessionWindows>(step, plan, job);
    return std::make_unique<SliceWindows>(step, plan, job);
}

OperatorPtr made(const sql::stream::WindowTableFunction& step, const sql::StreamPlan& plan,
                 const JobContext& job) {
    if (step.window.kind == sql::WindowKind::Session) {
        return std::make_unique<SessionWindowRows>(step, plan, job);
    }
    return std::make_unique<WindowRows>(step, plan, job);
}

}  // namespace tarn::engine
