#include "engine/operators/row_operators.hpp"

#include "sql/bounded/steps.hpp"
#include "sql/values/writers.hpp"

namespace tarn::engine {
namespace {

class CalcOperator final : public Operator {
public:
    CalcOperator(const sql::stream::Calc& calc, const JobContext& job)
        : condition_(calc.condition), values_(calc.values), job_(job) {}

    void take(size_t, const ChangeBatch& batch, Output& output) override {
        sql::Session session = job_.session();
        if (watermark_ != NoTimeYet) session.watermark_ms = watermark_;
        if (!condition_) return give(batch, session, output);
        sql::Column holds = sql::evaluate(condition_, batch.rows, session);
        sql::RowList rows = sql::true_rows(holds, batch.size());
        if (static_cast<int64_t>(rows.size()) == batch.size()) return give(batch, session, output);
        if (!rows.empty()) give(taken(batch, rows), session, output);
    }

    void advance(EventTime watermark, Output& output) override {
        watermark_ = watermark;
        output.advance(watermark);
    }
    void save(OperatorState& state) override { put_time(state, "watermark", watermark_); }
    void restore(const OperatorState& state) override {
        watermark_ = latest_time(state, "watermark", watermark_);
    }

private:
    void give(const ChangeBatch& batch, const sql::Session& session, Output& output) {
        sql::Columns columns;
        for (const sql::Bound& value : values_) {
            columns.push_back(sql::evaluate(value, batch.rows, session));
        }
        output.take(with_columns(batch, std::move(columns)));
    }

    sql::Bound condition_;
    std::vector<sql::Bound> values_;
    const JobContext& job_;
    EventTime watermark_ = NoTimeYet;  // for CURRENT_WATERMARK
};

class DropBeforesOperator final : public Operator {
public:
    void take(size_t, const ChangeBatch& batch, Output& output) override {
        if (!batch.has_kinds()) return output.take(batch);
        sql::RowList rows;
        for (int64_t row = 0; row < batch.size(); ++row) {
            if (batch.kind(row) != Change::UpdateBefore) rows.push_back(row);
        }
        if (!rows.empty()) output.take(taken(batch, rows));
    }
};

class UnionOperator final : public Operator {
public:
    void take(size_t, const ChangeBatch& batch, Output& output) override { output.take(batch); }
};

// A step of a bounded plan that makes none, one or more rows of each, with its columns first. Which
// row each one was made of is told by a column that travels behind those.
template <typename Step>
class RowStep final : public Operator {
public:
    RowStep(Step step, const JobContext& job) : step_(std::move(step)), job_(job) {}

    void take(size_t, const ChangeBatch& batch, Output& output) override {
        sql::Batch input = batch.rows;
        size_t place = input.columns.size();
        if (batch.has_kinds()) input.columns.push_back(numbers(batch.size()));
        sql::Session session = job_.session();
        ChangeBatch result{sql::rows_of(step_, input, {nowhere_, session}), {}, batch.partition};
        if (batch.has_kinds()) {
            auto number = result.rows.columns.begin() + static_cast<std::ptrdiff_t>(place);
            sql::Reader<int64_t> rows(*number);
            for (int64_t row = 0; row < result.size(); ++row) {
                result.kinds.push_back(batch.kind(rows[row]));
            }
            result.rows.columns.erase(number);
        }
        if (result.size() > 0) output.take(result);
    }

private:
    static sql::Column numbers(int64_t rows) {
        sql::Writer<int64_t> writer(sql::simple_type(sql::TypeKind::BigInt), rows);
        for (int64_t row = 0; row < rows; ++row) writer.append(row);
        return writer.finish();
    }

    Step step_;
    sql::Plan nowhere_ = {};
    const JobContext& job_;
};

}  // namespace

OperatorPtr made(const sql::stream::Calc& step, const sql::StreamPlan&, const JobContext& job) {
    return std::make_unique<CalcOperator>(step, job);
}

OperatorPtr made(const sql::stream::DropBefores&, const sql::StreamPlan&, const JobContext&) {
    return std::make_unique<DropBeforesOperator>();
}

OperatorPtr made(const sql::stream::Correlate& step, const sql::StreamPlan&,
                 const JobContext& job) {
    sql::Unnested items{nullptr, step.collection, step.with_ordinality, step.keeps_rows_without};
    return std::make_unique<RowStep<sql::Unnested>>(std::move(items), job);
}

OperatorPtr made(const sql::stream::ExpandSets& step, const sql::StreamPlan&,
                 const JobContext& job) {
    return std::make_unique<RowStep<sql::Expand>>(sql::Expand{nullptr, step.sets}, job);
}

OperatorPtr made(const sql::stream::Union&, const sql::StreamPlan&, const JobContext&) {
    return std::make_unique<UnionOperator>();
}

}  // namespace tarn::engine
