// The values of a column, each made of the number of its row and of nothing before it: whoever
// begins at a row gets what would have come there. Only times look at the clock, as in Flink.
#pragma once

#include <arrow/array.h>

#include <limits>
#include <memory>
#include <optional>

#include "connectors/formats/option_values.hpp"
#include "sql/types/type.hpp"

namespace tarn::connectors {

// Made-up numbers of rows, the same for the same seed: a step of splitmix64 for each row.
class RowRandom {
public:
    explicit RowRandom(uint64_t seed) : seed_(seed) {}

    uint64_t bits(int64_t row) const {
        uint64_t mixed = seed_ + static_cast<uint64_t>(row) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
    // Even over 0 .. bound-1, where a bound of 0 stands for all of 64 bits.
    uint64_t below(int64_t row, uint64_t bound) const {
        if (bound == 0) return bits(row);
        return static_cast<uint64_t>((static_cast<Wide>(bits(row)) * bound) >> 64);
    }
    // Even over [0, 1).
    double unit(int64_t row) const { return static_cast<double>(bits(row) >> 11) * 0x1p-53; }

    // Of something else about the same rows.
    RowRandom other(std::string_view name) const;

private:
    __extension__ using Wide = unsigned __int128;

    uint64_t seed_;
};

struct RowRange {
    int64_t begin;
    int64_t count;
    int64_t now_ms;  // when the rows are made
};

class ValueMaker {
public:
    virtual ~ValueMaker() = default;

    virtual std::shared_ptr<arrow::Array> make(const RowRange& rows) const = 0;

    // How many rows there can be; nothing for any number.
    virtual std::optional<int64_t> row_count() const { return std::nullopt; }
};
using ValueMakerPtr = std::unique_ptr<ValueMaker>;

struct MadeColumn;
using MakeValues = ValueMakerPtr (*)(const MadeColumn& column);

// A column or a part of one.
struct MadeColumn {
    std::string path;  // "person.age", as in fields.person.age.min
    sql::Type type;
    const OptionValues& options;  // of all columns: "fields."
    RowRandom random;
    MakeValues make;  // of parts

    std::string key(std::string_view option) const { return path + "." + std::string(option); }
    MadeColumn part(const std::string& name, const sql::Type& of_type) const {
        return {path + "." + name, of_type, options, random.other(name), make};
    }
};

// As datagen makes them, by the column's `kind`. Throws InvalidInput for options that do not go
// with its type.
ValueMakerPtr value_maker(const MadeColumn& column);

// Takes away the share of the values that the option `null-rate` says.
ValueMakerPtr with_null_rate(const MadeColumn& column, ValueMakerPtr values);

}  // namespace tarn::connectors
