// JSON_OBJECTAGG and JSON_ARRAYAGG.
#include <map>

#include "sql/aggregates/kept_lists.hpp"
#include "sql/aggregates/kinds.hpp"
#include "sql/aggregates/list_columns.hpp"
#include "sql/functions/json_text.hpp"

namespace tarn::sql {
namespace {

Type json_type() {
    constexpr int Length = 2000;
    return type_with(TypeKind::VarChar, Length).not_null();
}

// The values of a column as JSON.
class JsonValue {
public:
    JsonValue(Type type, JsonConstructorOptions options)
        : type_(std::move(type)), options_(std::move(options)) {}

    bool is_left_out(const Column& column, int64_t row) const {
        return options_.leaves_out_null && column.is_null(row);
    }

    // NULL where it is left out.
    Column texts(const Column& column, int64_t rows) const {
        Writer<std::string_view> writer(json_type().or_null(), rows);
        std::string text;
        for (int64_t row = 0; row < rows; ++row) {
            text.clear();
            if (!is_left_out(column, row)) append(text, column, row);
            is_left_out(column, row) ? writer.append_null() : writer.append(text);
        }
        return writer.finish();
    }

    void append(std::string& out, const Column& column, int64_t row) const {
        bool is_json = !options_.is_json.empty() && options_.is_json[0];
        if (is_json && !column.is_null(row)) {
            out += Reader<std::string_view>(column)[row];
        } else {
            append_json_value(out, type_, *column.values, column.place(row));
        }
    }

private:
    Type type_;
    JsonConstructorOptions options_;
};

class JsonObjects final : public Accumulator {
public:
    JsonObjects(const Type& value, const JsonConstructorOptions& options)
        : value_(value, options) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        Members* objects = objects_.up_to(end_of(groups));
        Reader<std::string_view> keys(arguments[0]);
        std::string text;
        for (size_t at = 0; at < groups.size(); ++at) {
            auto row = static_cast<int64_t>(at);
            // Flink's batches take it for an empty text, its streams fail without a word.
            if (keys.is_null(row)) throw RowError(row, "a key of JSON_OBJECTAGG must not be NULL");
            if (value_.is_left_out(arguments[1], row)) continue;
            text.clear();
            value_.append(text, arguments[1], row);
            insert(objects[groups[at]], row, keys[row], text);
        }
    }

    // By the key alone, as in Flink.
    void retract(Groups groups, std::span<const Column> arguments) override {
        Members* objects = objects_.up_to(end_of(groups));
        for_each_value<std::string_view>(groups, arguments[0],
                                         [&](uint32_t group, std::string_view key) {
                                             auto member = objects[group].find(key);
                                             if (member == objects[group].end()) return;
                                             member_bytes_ -= bytes_of(*member);
                                             objects[group].erase(member);
                                         });
    }

    // Maps of keys to values.
    StateColumns states(Groups groups) const override {
        ListEnds ends(groups.size());
        arrow::StringBuilder keys;
        arrow::StringBuilder values;
        for (uint32_t group : groups) {
            for (const auto& [key, value] : objects_[group]) {
                columns::or_throw(keys.Append(key));
                columns::or_throw(values.Append(value));
            }
            ends.end_at(keys.length());
        }
        return {ends.maps(arrow::map(arrow::utf8(), arrow::utf8()),
                          columns::or_throw(keys.Finish()), columns::or_throw(values.Finish()))};
    }

    void merge(Groups groups, const StateColumns& states) override {
        Members* objects = objects_.up_to(end_of(groups));
        const auto& maps = static_cast<const arrow::MapArray&>(*states[0]);
        const auto& keys = static_cast<const arrow::StringArray&>(*maps.keys());
        const auto& values = static_cast<const arrow::StringArray&>(*maps.items());
        for (size_t at = 0; at < groups.size(); ++at) {
            auto row = static_cast<int64_t>(at);
            int64_t begin = maps.value_offset(row);
            for (int64_t i = begin; i < begin + maps.value_length(row); ++i) {
                insert(objects[groups[at]], row, keys.GetView(i), values.GetView(i));
            }
        }
    }

    void forget(Groups groups) override {
        for (uint32_t group : groups) {
            for (const auto& member : objects_[group]) member_bytes_ -= bytes_of(member);
            objects_.forget({&group, 1});
        }
    }

    Column values(Groups groups) const override {
        return column_of<std::string>(json_type(), groups, [&](uint32_t group) {
            std::string text = "{";
            append_members(text, objects_[group]);
            return text + '}';
        });
    }

    size_t bytes() const override { return objects_.bytes() + member_bytes_; }

private:
    // Flink sorts them by their keys.
    using Members = std::map<std::string, std::string, std::less<>>;

    void insert(Members& members, int64_t row, std::string_view key, std::string_view value) {
        auto [member, is_new] = members.emplace(key, value);
        if (!is_new) {
            throw RowError(row,
                           fmt::format("JSON_OBJECTAGG has the key '{}' already", member->first));
        }
        member_bytes_ += bytes_of(*member);
    }

    // The tree has four words at each member besides.
    static size_t bytes_of(const Members::value_type& member) {
        return sizeof(member) + bytes_outside(member.first) + bytes_outside(member.second) +
               4 * sizeof(void*);
    }

    static void append_members(std::string& out, const Members& members) {
        for (const auto& [key, value] : members) {
            if (out.size() > 1) out += ',';
            append_json_text(out, key);
            out += ':';
            out += value;
        }
    }

    JsonValue value_;
    OfGroups<Members> objects_;
    size_t member_bytes_ = 0;
};

class JsonArrays final : public KeptLists {
public:
    JsonArrays(const Type& value, const JsonConstructorOptions& options)
        : KeptLists(json_type(), NullItems::LeftOut), value_(value, options) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        Column texts = value_.texts(arguments[0], static_cast<int64_t>(groups.size()));
        KeptLists::add(groups, {&texts, 1});
    }

    void retract(Groups groups, std::span<const Column> arguments) override {
        Column texts = value_.texts(arguments[0], static_cast<int64_t>(groups.size()));
        KeptLists::retract(groups, {&texts, 1});
    }

    Column values(Groups groups) const override {
        Column items = items_of(groups);
        Reader<std::string_view> texts(items);
        int64_t next = 0;
        return column_of<std::string>(json_type(), groups, [&](uint32_t group) {
            std::string text = "[";
            for (size_t i = 0; i < list(group).count(); ++i) {
                if (i > 0) text += ',';
                text += texts[next++];
            }
            return text + ']';
        });
    }

private:
    JsonValue value_;
};

}  // namespace

AggregateResolver json_object_aggregate(JsonConstructorOptions options) {
    return [options](Arguments arguments) -> std::optional<AggregateSignature> {
        if (arguments.size() != 2 || !is_text(arguments[0].type)) return std::nullopt;
        const Type& value = arguments[1].type;
        if (!has_json_form(value)) return std::nullopt;
        return AggregateSignature{json_type(),
                                  {arguments[0].type, value},
                                  accumulator<JsonObjects>(value, options),
                                  false};
    };
}

AggregateResolver json_array_aggregate(JsonConstructorOptions options) {
    return [options](Arguments arguments) -> std::optional<AggregateSignature> {
        if (arguments.size() != 1 || !has_json_form(arguments[0].type)) return std::nullopt;
        const Type& value = arguments[0].type;
        return AggregateSignature{
            json_type(), {value}, accumulator<JsonArrays>(value, options), false};
    };
}

std::vector<Aggregate> json_aggregates() {
    return {
        {"JSON_OBJECTAGG", "JSON_OBJECTAGG([KEY] key VALUE value [NULL | ABSENT ON NULL])",
         "An object of keys and values, sorted by the keys. Two equal keys are an error.",
         "JSON_OBJECTAGG(KEY name VALUE price)", json_object_aggregate({})},
        {"JSON_ARRAYAGG", "JSON_ARRAYAGG(value [NULL | ABSENT ON NULL])",
         "An array of the values in the order in which they came, by default without NULLs.",
         "JSON_ARRAYAGG(price)", json_array_aggregate({.leaves_out_null = true})},
    };
}

}  // namespace tarn::sql
