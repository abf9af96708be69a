// PERCENTILE as Flink 2 has it, exact, between two values in proportion.
#include <arrow/array/array_nested.h>

#include <algorithm>
#include <cmath>

#include "sql/aggregates/groups.hpp"
#include "sql/aggregates/kept_rows.hpp"
#include "sql/aggregates/kinds.hpp"
#include "sql/functions/collection_types.hpp"

namespace tarn::sql {
namespace {

class Percentiles final : public Accumulator {
public:
    explicit Percentiles(Type type) : type_(std::move(type)) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        if (groups.empty()) return;
        set_fractions(arguments[1]);
        grow(samples_, end_of(groups));
        const Column* frequencies = arguments.size() > 2 ? &arguments[2] : nullptr;
        Reader<double> values(arguments[0]);
        for (size_t at = 0; at < groups.size(); ++at) {
            auto row = static_cast<int64_t>(at);
            if (values.is_null(row) || (frequencies && frequencies->is_null(row))) continue;
            int64_t count = frequencies ? Reader<int64_t>(*frequencies)[row] : 1;
            if (count > 0) samples_[groups[at]].push_back({values[row], count});
        }
    }

    Column values(size_t groups) const override {
        bool is_list = type_.kind == TypeKind::Array;
        std::vector<double> found;
        HasValue has(groups);
        std::vector<int32_t> begins{0};
        for (size_t group = 0; group < groups; ++group) {
            has[group] = group < samples_.size() && !samples_[group].empty();
            if (has[group]) append_percentiles(samples_[group], found);
            if (!has[group] && !is_list) found.push_back(0);
            begins.push_back(static_cast<int32_t>(found.size()));
        }
        if (!is_list) return stored_column(type_, found, has, groups);
        size_t items = found.size();
        auto item = stored_column(type_.parts[0], found, HasValue(items, 1), items);
        GroupValidity validity = validity_of(has, groups);
        return {std::make_shared<arrow::ListArray>(arrow_type(type_), static_cast<int64_t>(groups),
                                                   arrow::Buffer::FromVector(std::move(begins)),
                                                   item.values, validity.bits,
                                                   validity.null_count)};
    }

private:
    struct Sample {
        double value;
        int64_t count;
    };

    void set_fractions(const Column& column) {
        Column wanted{column.values};
        int64_t begin = 0;
        int64_t count = 1;
        bool is_null = column.is_null(0);
        if (type_.kind == TypeKind::Array && !is_null) {
            const auto& lists = static_cast<const arrow::ListArray&>(*column.values);
            wanted.values = lists.values();
            begin = lists.value_offset(0);
            count = lists.value_length(0);
        }
        fractions_.clear();
        Reader<std::optional<double>> fractions(wanted);
        for (int64_t at = begin; at < begin + count; ++at) {
            auto fraction = is_null ? std::nullopt : fractions[at];
            if (!fraction || !(*fraction >= 0 && *fraction <= 1)) {
                throw RowError(0, "PERCENTILE takes fractions from 0 to 1");
            }
            fractions_.push_back(*fraction);
        }
    }

    void append_percentiles(std::vector<Sample> samples, std::vector<double>& out) const {
        // NaN stands above all, as Java sorts.
        std::ranges::sort(samples, [](const Sample& a, const Sample& b) {
            return std::isnan(b.value) ? !std::isnan(a.value) : a.value < b.value;
        });
        int64_t total = 0;
        for (Sample& sample : samples) total = sample.count += total;
        // A sample stands at all places before its count, which now includes those before it.
        auto value_at = [&](double place) {
            return std::ranges::upper_bound(samples, static_cast<int64_t>(place), {},
                                            &Sample::count)
                ->value;
        };
        for (double fraction : fractions_) {
            double place = static_cast<double>(total - 1) * fraction;
            double lower = value_at(std::floor(place));
            double upper = value_at(std::ceil(place));
            double share = place - std::floor(place);
            out.push_back(lower == upper ? lower : (1 - share) * lower + share * upper);
        }
    }

    Type type_;
    std::vector<double> fractions_;
    std::vector<std::vector<Sample>> samples_;
};

// The fractions are constants, as they have to be written out in Flink 2.
std::optional<AggregateSignature> percentile(Arguments arguments) {
    if (arguments.size() < 2 || arguments.size() > 3) return std::nullopt;
    const Argument& fraction = arguments[1];
    bool has_many = fraction.type.kind == TypeKind::Array;
    const Type& each = has_many ? fraction.type.parts[0] : fraction.type;
    if (!is_numeric(arguments[0].type) || !is_numeric(each) || !fraction.constant) {
        return std::nullopt;
    }
    Type number = simple_type(TypeKind::Double);
    std::vector<Type> types{
        number.or_null(arguments[0].type.is_nullable),
        has_many ? array_type(number.or_null(each.is_nullable), fraction.type.is_nullable)
                 : number.or_null(fraction.type.is_nullable)};
    bool is_nullable = arguments[0].type.is_nullable;
    if (arguments.size() > 2) {
        if (!is_integer(arguments[2].type)) return std::nullopt;
        types.push_back(simple_type(TypeKind::BigInt).or_null(arguments[2].type.is_nullable));
        is_nullable = true;  // a frequency may be 0
    }
    Type result =
        has_many ? array_type(number.not_null(), is_nullable) : number.or_null(is_nullable);
    return AggregateSignature{result, types, accumulator<Percentiles>(result)};
}

}  // namespace

std::vector<Aggregate> percentile_aggregates() {
    return {
        {"PERCENTILE", "PERCENTILE(number, fraction[, frequency])",
         "The value below which the fraction, from 0 to 1, of the values lies: exact, and between "
         "two values in proportion. The fraction may be an array of several. The frequency says "
         "how often a value counts. Flink 1.20 does not have it, Flink 2 does.",
         "PERCENTILE(latency, 0.99)", percentile},
    };
}

}  // namespace tarn::sql
