// The changes of a query as lines of text: "+I[1, 'a']".
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/job/sink.hpp"
#include "sql/plan/plan.hpp"

namespace tarn::jobs {

class ShownRows final : public engine::Sink {
public:
    // `show` is given whole lines, each with its newline.
    using Show = std::function<void(std::string lines)>;

    ShownRows(std::vector<sql::PlanColumn> columns, Show show)
        : columns_(std::move(columns)), show_(std::move(show)) {}

    void write(const engine::ChangeBatch& batch) override;

private:
    std::vector<sql::PlanColumn> columns_;
    Show show_;
};

}  // namespace tarn::jobs
