// LISTAGG, COLLECT and ARRAY_AGG.
#include <arrow/array/array_nested.h>

#include "sql/aggregates/clauses.hpp"
#include "sql/aggregates/distinct_values.hpp"
#include "sql/aggregates/kept_rows.hpp"
#include "sql/aggregates/kinds.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {
namespace {

class JoinedTexts final : public Accumulator {
public:
    explicit JoinedTexts(Type type) : type_(std::move(type)) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        size_t end = end_of(groups);
        grow(texts_, end);
        grow(has_, end);
        // The separator is a constant.
        std::string_view separator =
            arguments.size() > 1 ? Reader<std::string_view>(arguments[1])[0] : ",";
        for_each_value<std::string_view>(groups, arguments[0],
                                         [&](uint32_t group, std::string_view text) {
                                             if (has_[group]) texts_[group] += separator;
                                             texts_[group] += text;
                                             has_[group] = 1;
                                         });
    }

    Column values(size_t groups) const override {
        Writer<std::string_view> writer(type_, static_cast<int64_t>(groups));
        for (size_t group = 0; group < groups; ++group) {
            bool has_text = group < has_.size() && has_[group];
            has_text ? writer.append(texts_[group]) : writer.append_null();
        }
        return writer.finish();
    }

private:
    Type type_;
    std::vector<std::string> texts_;
    HasValue has_;
};

// The values of each group as they came.
class Arrays final : public Accumulator {
public:
    Arrays(Type type, NullItems nulls)
        : type_(std::move(type)), nulls_(nulls), rows_(type_.parts[0]) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        auto values = spread(arguments[0], static_cast<int64_t>(groups.size()));
        if (nulls_ == NullItems::Kept || values->null_count() == 0) {
            group_of_row_.insert(group_of_row_.end(), groups.begin(), groups.end());
            return rows_.append(values);
        }
        std::vector<int64_t> counted;
        for (size_t row = 0; row < groups.size(); ++row) {
            if (values->IsNull(static_cast<int64_t>(row))) continue;
            counted.push_back(static_cast<int64_t>(row));
            group_of_row_.push_back(groups[row]);
        }
        rows_.append(taken({values}, counted).values);
    }

    Column values(size_t groups) const override {
        RowsByGroup grouped = rows_by_group(group_of_row_, groups);
        HasValue has(groups);
        for (size_t group = 0; group < groups; ++group) {
            has[group] = grouped.begins[group + 1] > grouped.begins[group];
        }
        GroupValidity validity = validity_of(has, groups);
        auto items = taken({rows_.joined()}, grouped.rows).values;
        return {
            std::make_shared<arrow::ListArray>(arrow_type(type_), static_cast<int64_t>(groups),
                                               arrow::Buffer::FromVector(std::move(grouped.begins)),
                                               items, validity.bits, validity.null_count)};
    }

private:
    Type type_;
    NullItems nulls_;
    KeptRows rows_;
    std::vector<uint32_t> group_of_row_;
};

class Multisets final : public Accumulator {
public:
    explicit Multisets(Type type)
        : type_(std::move(type)), seen_(type_.parts[0]), different_(type_.parts[0]) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        std::vector<int64_t> new_rows;
        seen_.add(groups, arguments[0], [&](int64_t row, uint32_t number, bool is_new) {
            if (is_new) {
                new_rows.push_back(row);
                group_of_value_.push_back(groups[static_cast<size_t>(row)]);
                counts_.push_back(0);
            }
            ++counts_[number];
        });
        if (new_rows.empty()) return;
        auto rows = static_cast<int64_t>(groups.size());
        different_.append(taken({spread(arguments[0], rows)}, new_rows).values);
    }

    Column values(size_t groups) const override {
        RowsByGroup grouped = rows_by_group(group_of_value_, groups);
        auto keys = taken({different_.joined()}, grouped.rows).values;
        std::vector<int32_t> counts;
        counts.reserve(grouped.rows.size());
        for (int64_t row : grouped.rows) counts.push_back(counts_[static_cast<size_t>(row)]);
        auto items = std::make_shared<arrow::Int32Array>(
            keys->length(), arrow::Buffer::FromVector(std::move(counts)));
        return {std::make_shared<arrow::MapArray>(
            arrow_type(type_), static_cast<int64_t>(groups),
            arrow::Buffer::FromVector(std::move(grouped.begins)), keys, items)};
    }

private:
    Type type_;
    DistinctValues seen_;
    KeptRows different_;
    std::vector<uint32_t> group_of_value_;
    std::vector<int32_t> counts_;
};

Type collection_of(TypeKind kind, const Type& item, bool is_nullable) {
    Type type = simple_type(kind).or_null(is_nullable);
    type.parts = {item};
    return type;
}

// The separator has to be written out, as in Flink.
std::optional<AggregateSignature> joined_text(Arguments arguments) {
    if (arguments.empty() || arguments.size() > 2) return std::nullopt;
    if (!is_text(arguments[0].type)) return std::nullopt;
    std::vector<Type> types{arguments[0].type};
    if (arguments.size() > 1) {
        const Argument& separator = arguments[1];
        bool has_text = separator.constant && !separator.constant->is_null(0);
        if (!is_text(separator.type) || !has_text) return std::nullopt;
        types.push_back(separator.type);
    }
    return AggregateSignature{types[0], types, accumulator<JoinedTexts>(types[0])};
}

std::optional<AggregateSignature> multiset(Arguments arguments) {
    if (arguments.size() != 1 || is_bare_null(arguments[0])) return std::nullopt;
    const Type& item = arguments[0].type;
    Type type = collection_of(TypeKind::Multiset, item, false);
    return AggregateSignature{type, {item}, accumulator<Multisets>(type), false};
}

}  // namespace

AggregateResolver array_aggregate(NullItems nulls) {
    return [nulls](Arguments arguments) -> std::optional<AggregateSignature> {
        if (arguments.size() != 1 || is_bare_null(arguments[0])) return std::nullopt;
        const Type& item = arguments[0].type;
        // Flink's type of an array of rows is nullable even if no row is.
        bool is_nullable = item.is_nullable || item.kind == TypeKind::Row;
        Type type = collection_of(TypeKind::Array, item, is_nullable);
        return AggregateSignature{type, {item}, accumulator<Arrays>(type, nulls)};
    };
}

std::vector<Aggregate> collection_aggregates() {
    return {
        {"LISTAGG", "LISTAGG(text[, separator])",
         "The texts one behind the other, with a comma or the separator between them; NULLs do "
         "not count.",
         "LISTAGG(name, '; ')", joined_text},
        {"COLLECT", "COLLECT([DISTINCT] value)",
         "The values as a multiset, which counts how often each of them came; NULLs do not count.",
         "COLLECT(name)", multiset},
        {"ARRAY_AGG", "ARRAY_AGG([DISTINCT] value [RESPECT | IGNORE NULLS])",
         "The values as an array in the order in which they came, by default with NULLs.",
         "ARRAY_AGG(name)", array_aggregate(NullItems::Kept)},
    };
}

}  // namespace tarn::sql
