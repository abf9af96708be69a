#include "connectors/made_up/makers.hpp"
#include "sql/values/arrow_types.hpp"
#include "sql/values/moments.hpp"
#include "sql/values/readers.hpp"

namespace tarn::connectors {
namespace {

using sql::TypeKind;

// Times are those of now, or lie as far in the past as `max-past` says at most. Which time of day
// it is depends on the zone in which Flink runs; here it is UTC.
class RandomTime final : public ValueMaker {
public:
    explicit RandomTime(const MadeColumn& column)
        : type_(column.type),
          random_(column.random),
          past_ms_(column.options.duration(column.key("max-past"))
                       .value_or(std::chrono::milliseconds(0))
                       .count()) {}

    std::shared_ptr<arrow::Array> make(const RowRange& rows) const override {
        auto type = sql::arrow_type(type_);
        auto millis = [&](int64_t row) {
            if (past_ms_ == 0) return rows.now_ms;
            auto past = random_.below(row, static_cast<uint64_t>(past_ms_) + 1);
            return rows.now_ms - static_cast<int64_t>(past);
        };
        if (type_.kind == TypeKind::Date) {
            return fixed_array<int32_t>(type, rows, [&](int64_t row) {
                return static_cast<int32_t>(sql::floor_div(millis(row), sql::MillisPerDay));
            });
        }
        if (type_.kind == TypeKind::Time) {
            return fixed_array<int32_t>(type, rows, [&](int64_t row) {
                return static_cast<int32_t>(sql::floor_mod(millis(row), sql::MillisPerDay));
            });
        }
        auto unit = sql::unit_of(type_);
        return fixed_array<int64_t>(
            type, rows, [&](int64_t row) { return sql::stored_time({millis(row), 0}, unit); });
    }

private:
    sql::Type type_;
    RowRandom random_;
    int64_t past_ms_;
};

}  // namespace

ValueMakerPtr random_time(const MadeColumn& column) {
    return std::make_unique<RandomTime>(column);
}

}  // namespace tarn::connectors
