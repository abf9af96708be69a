// PERCENTILE as Flink 2 has it, exact, between two values in proportion.
#include <algorithm>
#include <cmath>

#include "sql/aggregates/counted_values.hpp"
#include "sql/aggregates/kinds.hpp"
#include "sql/functions/casts.hpp"
#include "sql/functions/collection_types.hpp"

namespace tarn::sql {
namespace {

// Nothing when one is NULL or not from 0 to 1.
using Fractions = std::optional<std::vector<double>>;

// The constant may be one number or an array of them.
Fractions fractions_of(const Argument& argument, const Type& wanted) {
    Column constant = *argument.constant;
    if (auto cast = cast_kernel(argument.type, wanted, false)) {
        constant = (*cast)({{&constant, 1}, 1, wanted, Session()});
    }
    if (constant.is_null(0)) return std::nullopt;
    std::shared_ptr<arrow::Array> numbers = constant.values;
    if (wanted.kind == TypeKind::Array) {
        numbers = static_cast<const arrow::ListArray&>(*numbers).value_slice(0);
    }
    Column column{numbers};
    Reader<std::optional<double>> fractions(column);
    std::vector<double> result;
    for (int64_t at = 0; at < numbers->length(); ++at) {
        auto fraction = fractions[at];
        if (!fraction || !(*fraction >= 0 && *fraction <= 1)) return std::nullopt;
        result.push_back(*fraction);
    }
    return result;
}

class Percentiles final : public Accumulator {
public:
    Percentiles(Type type, Fractions fractions)
        : type_(std::move(type)), fractions_(std::move(fractions)) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        count(groups, arguments, 1);
    }

    void retract(Groups groups, std::span<const Column> arguments) override {
        count(groups, arguments, -1);
    }

    StateColumns states(Groups groups) const override { return counts_.states(groups); }
    void merge(Groups groups, const StateColumns& states) override {
        counts_.merge(groups, states);
    }
    void forget(Groups groups) override { counts_.forget(groups); }

    Column values(Groups groups) const override {
        ListEnds ends(groups.size());
        std::vector<std::optional<double>> found;
        for (uint32_t group : groups) {
            std::vector<Sample> samples = samples_of(group);
            if (!samples.empty()) append_percentiles(samples, found);
            if (samples.empty() && !is_list()) found.push_back(std::nullopt);
            auto count = static_cast<int64_t>(found.size());
            samples.empty() ? ends.end_with_null() : ends.end_at(count);
        }
        const Type& item = is_list() ? type_.parts[0] : type_;
        Writer<std::optional<double>> writer(item, static_cast<int64_t>(found.size()));
        for (const auto& each : found) writer.append(each);
        Column numbers = writer.finish();
        if (!is_list()) return numbers;
        return {ends.lists(arrow_type(type_), numbers.values)};
    }

    size_t bytes() const override { return counts_.bytes(); }

private:
    struct Sample {
        double value;
        int64_t end;  // how many there are up to it
    };

    bool is_list() const { return type_.kind == TypeKind::Array; }

    void count(Groups groups, std::span<const Column> arguments, int64_t sign) {
        if (groups.empty()) return;
        if (!fractions_) throw RowError(0, "PERCENTILE takes fractions from 0 to 1");
        counts_.reach(groups);
        const Column* frequencies = arguments.size() > 2 ? &arguments[2] : nullptr;
        Reader<double> values(arguments[0]);
        for (size_t at = 0; at < groups.size(); ++at) {
            auto row = static_cast<int64_t>(at);
            if (values.is_null(row) || (frequencies && frequencies->is_null(row))) continue;
            int64_t times = frequencies ? Reader<int64_t>(*frequencies)[row] : 1;
            if (times > 0) counts_.add(groups[at], values[row], sign * times);
        }
    }

    // Without values that were taken back and are still to come.
    std::vector<Sample> samples_of(uint32_t group) const {
        std::vector<Sample> samples;
        int64_t end = 0;
        for (const auto& [value, count] : counts_[group]) {
            if (count > 0) samples.push_back({value, end += count});
        }
        return samples;
    }

    void append_percentiles(const std::vector<Sample>& samples,
                            std::vector<std::optional<double>>& out) const {
        auto value_at = [&](double place) {
            return std::ranges::upper_bound(samples, static_cast<int64_t>(place), {}, &Sample::end)
                ->value;
        };
        for (double fraction : *fractions_) {
            double place = static_cast<double>(samples.back().end - 1) * fraction;
            double lower = value_at(std::floor(place));
            double upper = value_at(std::ceil(place));
            double share = place - std::floor(place);
            out.push_back(lower == upper ? lower : (1 - share) * lower + share * upper);
        }
    }

    Type type_;
    Fractions fractions_;
    CountedValues<double> counts_{simple_type(TypeKind::Double)};
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
    return AggregateSignature{result, types,
                              accumulator<Percentiles>(result, fractions_of(fraction, types[1]))};
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
