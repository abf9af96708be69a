// LISTAGG, COLLECT and ARRAY_AGG.
#include <map>

#include "sql/aggregates/kept_lists.hpp"
#include "sql/aggregates/kinds.hpp"
#include "sql/aggregates/list_columns.hpp"

namespace tarn::sql {
namespace {

class JoinedTexts final : public KeptLists {
public:
    JoinedTexts(Type type, std::string separator)
        : KeptLists(type, NullItems::LeftOut),
          type_(std::move(type)),
          separator_(std::move(separator)) {}

    Column values(Groups groups) const override {
        Column items = items_of(groups);
        Reader<std::string_view> texts(items);
        int64_t next = 0;
        return column_of<std::string>(type_, groups, [&](uint32_t group) {
            auto count = static_cast<int64_t>(list(group).count());
            std::optional<std::string> joined;
            for (int64_t end = next + count; next < end; ++next) {
                joined ? joined->append(separator_) : joined.emplace();
                joined->append(texts[next]);
            }
            return joined;
        });
    }

private:
    Type type_;
    std::string separator_;
};

// The values of each group as they came.
class Arrays final : public KeptLists {
public:
    Arrays(Type type, NullItems nulls) : KeptLists(type.parts[0], nulls), type_(std::move(type)) {}

    Column values(Groups groups) const override {
        ListEnds ends(groups.size());
        int64_t items = 0;
        for (uint32_t group : groups) {
            items += static_cast<int64_t>(list(group).count());
            list(group).is_empty() ? ends.end_with_null() : ends.end_at(items);
        }
        return {ends.lists(arrow_type(type_), items_of(groups).values)};
    }

private:
    Type type_;
};

// In the order of the values' bytes, so that the same values make the same multiset however they
// came. A count is below zero, as Flink shows it, while the value is to come that was taken back.
class Multisets final : public Accumulator {
public:
    explicit Multisets(Type type) : type_(std::move(type)) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        count(groups, arguments[0], [](size_t) { return 1; });
    }

    void retract(Groups groups, std::span<const Column> arguments) override {
        count(groups, arguments[0], [](size_t) { return -1; });
    }

    StateColumns states(Groups groups) const override { return {values(groups).values}; }

    void merge(Groups groups, const StateColumns& states) override {
        const auto& maps = static_cast<const arrow::MapArray&>(*states[0]);
        std::vector<uint32_t> group_of_item;
        for (size_t at = 0; at < groups.size(); ++at) {
            auto length = static_cast<size_t>(maps.value_length(static_cast<int64_t>(at)));
            group_of_item.insert(group_of_item.end(), length, groups[at]);
        }
        auto rows = static_cast<int64_t>(group_of_item.size());
        int64_t begin = groups.empty() ? 0 : maps.value_offset(0);
        Column counts{maps.items()->Slice(begin, rows)};
        Reader<int32_t> count_of(counts);
        count(group_of_item, {maps.keys()->Slice(begin, rows)},
              [&](size_t row) { return count_of[static_cast<int64_t>(row)]; });
    }

    void forget(Groups groups) override {
        for (uint32_t group : groups) {
            for (const auto& value : counts_[group]) value_bytes_ -= bytes_of(value);
            counts_.forget({&group, 1});
        }
    }

    Column values(Groups groups) const override {
        ListEnds ends(groups.size());
        std::vector<std::string_view> keys;
        arrow::Int32Builder counts;
        for (uint32_t group : groups) {
            for (const auto& [value, count] : counts_[group]) {
                keys.push_back(value);
                columns::or_throw(counts.Append(count));
            }
            ends.end_at(counts.length());
        }
        return {ends.maps(arrow_type(type_), unpacked(keys, {&type_.parts[0], 1})[0].values,
                          columns::or_throw(counts.Finish()))};
    }

    size_t bytes() const override { return counts_.bytes() + value_bytes_; }

private:
    using Counts = std::map<std::string, int32_t>;

    template <typename CountOf>
    void count(Groups groups, const Column& column, CountOf count_of) {
        Counts* counts = counts_.up_to(end_of(groups));
        PackedRows values = packed({&column, 1}, static_cast<int64_t>(groups.size()));
        for (size_t at = 0; at < groups.size(); ++at) {
            if (begins_with_null(values[at])) continue;
            auto [known, is_new] = counts[groups[at]].try_emplace(std::string(values[at]), 0);
            if (is_new) value_bytes_ += bytes_of(*known);
            known->second += count_of(at);
            if (known->second != 0) continue;
            value_bytes_ -= bytes_of(*known);
            counts[groups[at]].erase(known);
        }
    }

    // The tree has four words at each value besides.
    static size_t bytes_of(const Counts::value_type& value) {
        return sizeof(value) + bytes_outside(value.first) + 4 * sizeof(void*);
    }

    Type type_;
    OfGroups<Counts> counts_;
    size_t value_bytes_ = 0;
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
    std::string written = ",";
    if (arguments.size() > 1) {
        const Argument& separator = arguments[1];
        bool has_text = separator.constant && !separator.constant->is_null(0);
        if (!is_text(separator.type) || !has_text) return std::nullopt;
        types.push_back(separator.type);
        written = Reader<std::string_view>(*separator.constant)[0];
    }
    return AggregateSignature{types[0], types, accumulator<JoinedTexts>(types[0], written)};
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
