// INTERSECT ALL and EXCEPT ALL: rows as often as their counts on both sides say. Each change of
// counts takes all of a row's copies back and gives the new ones, as Flink does.
#include <algorithm>

#include "engine/changes/change_operators.hpp"
#include "sql/values/readers.hpp"

namespace tarn::engine {
namespace {

class RepeatOperator final : public Operator {
public:
    explicit RepeatOperator(bool is_intersect) : is_intersect_(is_intersect) {}

    void take(size_t, const ChangeBatch& batch, Output& output) override {
        size_t width = batch.rows.columns.size() - 2;
        sql::Reader<int64_t> lefts(batch.rows.columns[width]);
        sql::Reader<int64_t> rights(batch.rows.columns[width + 1]);
        sql::RowList rows;
        for (int64_t row = 0; row < batch.size(); ++row) {
            int64_t copies = is_intersect_ ? std::min(lefts[row], rights[row])
                                           : std::max<int64_t>(lefts[row] - rights[row], 0);
            rows.insert(rows.end(), static_cast<size_t>(copies), row);
        }
        if (rows.empty()) return;
        sql::Columns columns = batch.rows.columns;
        columns.resize(width);
        output.take(taken(with_columns(batch, std::move(columns)), rows));
    }

private:
    bool is_intersect_;
};

}  // namespace

OperatorPtr made(const sql::stream::RepeatRows& step, const sql::StreamPlan&, const JobContext&) {
    return std::make_unique<RepeatOperator>(step.is_intersect);
}

}  // namespace tarn::engine
