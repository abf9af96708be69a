#include "engine/aggregation/lag.hpp"

#include <string>

#include "base/assert.hpp"
#include "engine/state/operator_state.hpp"
#include "sql/values/packed_rows.hpp"
#include "sql/values/readers.hpp"

namespace tarn::engine {
namespace {

int64_t whole_number(const sql::Column& column, int64_t row) {
    switch (column.values->type_id()) {
        case arrow::Type::INT8:
            return sql::Reader<int8_t>(column)[row];
        case arrow::Type::INT16:
            return sql::Reader<int16_t>(column)[row];
        case arrow::Type::INT32:
            return sql::Reader<int32_t>(column)[row];
        default:
            return sql::Reader<int64_t>(column)[row];
    }
}

// Values are kept as packed rows of one column.
class Lag final : public sql::Accumulator {
public:
    explicit Lag(sql::Type type) : type_(std::move(type)) {}

    void add(std::span<const uint32_t> groups, std::span<const sql::Column> arguments) override {
        auto rows = static_cast<int64_t>(groups.size());
        sql::PackedRows values = sql::packed(arguments.first(1), rows);
        sql::PackedRows defaults;
        if (arguments.size() > 2) defaults = sql::packed(arguments.subspan(2, 1), rows);
        for (size_t row = 0; row < groups.size(); ++row) {
            Rows& kept = rows_of(groups[row]);
            if (arguments.size() > 1) {
                kept.offset = whole_number(arguments[1], static_cast<int64_t>(row));
            }
            if (defaults.size() > 0) kept.none = defaults[row];
            keep(kept, values[row]);
        }
    }

    // The offset, the default and the values, each as bytes behind its length.
    sql::StateColumns states(std::span<const uint32_t> groups) const override {
        std::vector<std::string> states;
        for (uint32_t group : groups) states.push_back(text_of(group));
        std::vector<std::string_view> views(states.begin(), states.end());
        return {bytes_column(views)};
    }

    void merge(std::span<const uint32_t> groups, const sql::StateColumns& states) override {
        const auto& texts = static_cast<const arrow::LargeBinaryArray&>(*states[0]);
        for (size_t i = 0; i < groups.size(); ++i) {
            std::string_view rest = texts.GetView(static_cast<int64_t>(i));
            Rows& kept = rows_of(groups[i]);
            kept.offset = taken_number(rest);
            kept.none = taken_bytes(rest);
            while (!rest.empty()) keep(kept, taken_bytes(rest));
        }
    }

    void forget(std::span<const uint32_t> groups) override {
        for (uint32_t group : groups) {
            if (group < groups_.size()) groups_[group] = {};
        }
    }

    sql::Column values(std::span<const uint32_t> groups) const override {
        std::vector<std::string_view> values;
        for (uint32_t group : groups) {
            const Rows& kept = group < groups_.size() ? groups_[group] : none_;
            bool has_row = static_cast<int64_t>(kept.values.size()) > kept.offset;
            // As with Flink, the default stands for a NULL too.
            bool has_value = has_row && !sql::begins_with_null(kept.values.front());
            values.push_back(has_value ? kept.values.front() : kept.none);
        }
        return sql::unpacked(values, {&type_, 1})[0];
    }

    size_t bytes() const override { return groups_.capacity() * sizeof(Rows) + value_bytes_; }

private:
    struct Rows {
        int64_t offset = 1;
        std::string none = std::string(1, '\0');  // a NULL
        std::vector<std::string> values = {};     // the last ones, one more than the offset
    };

    Rows& rows_of(uint32_t group) {
        if (group >= groups_.size()) groups_.resize(group + 1);
        return groups_[group];
    }

    void keep(Rows& kept, std::string_view value) {
        kept.values.emplace_back(value);
        value_bytes_ += value.size();
        while (static_cast<int64_t>(kept.values.size()) > kept.offset + 1) {
            value_bytes_ -= kept.values.front().size();
            kept.values.erase(kept.values.begin());
        }
    }

    std::string text_of(uint32_t group) const {
        const Rows& kept = group < groups_.size() ? groups_[group] : none_;
        std::string text;
        append_number(text, kept.offset);
        append_bytes(text, kept.none);
        for (const std::string& value : kept.values) append_bytes(text, value);
        return text;
    }

    static void append_number(std::string& text, int64_t number) {
        text.append(reinterpret_cast<const char*>(&number), sizeof number);
    }
    static void append_bytes(std::string& text, std::string_view bytes) {
        append_number(text, static_cast<int64_t>(bytes.size()));
        text += bytes;
    }
    static int64_t taken_number(std::string_view& rest) {
        int64_t number = 0;
        TARN_ASSERT(rest.size() >= sizeof number);
        rest.copy(reinterpret_cast<char*>(&number), sizeof number);
        rest.remove_prefix(sizeof number);
        return number;
    }
    static std::string_view taken_bytes(std::string_view& rest) {
        auto size = static_cast<size_t>(taken_number(rest));
        TARN_ASSERT(rest.size() >= size);
        std::string_view bytes = rest.substr(0, size);
        rest.remove_prefix(size);
        return bytes;
    }

    sql::Type type_;
    Rows none_;
    std::vector<Rows> groups_;
    size_t value_bytes_ = 0;
};

}  // namespace

sql::AccumulatorPtr lag(const sql::Type& type) {
    return std::make_unique<Lag>(type);
}

}  // namespace tarn::engine
