#include "cli/table_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "cli/typed_numbers.hpp"

namespace tarn::cli {
namespace {

using iceberg::Field;
using iceberg::Transform;
using iceberg::Type;

constexpr std::string_view ColumnsOption = "--columns";
constexpr std::string_view PartitionsOption = "--partition-by";

bool is_space(char c) {
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

// Steps through one text; ids of nested fields are drawn as it goes, and the catalog gives its own.
class ColumnParser {
public:
    explicit ColumnParser(std::string_view text) : rest_(text) {}

    std::vector<Field> columns() {
        std::vector<Field> fields;
        do {
            Field field{.id = next_id_++, .name = word("a column's name")};
            field.type = type();
            field.is_required = take_word("required");
            fields.push_back(std::move(field));
        } while (take(','));
        if (!rest_.empty()) refuse("a comma is expected");
        return fields;
    }

private:
    Type type() {
        skip_space();
        if (take_word("list<")) {
            int32_t id = next_id_++;
            Type element = type();
            expect('>');
            return Type::list(id, std::move(element), false);
        }
        if (take_word("map<")) {
            int32_t key_id = next_id_++;
            Type key = type();
            expect(',');
            int32_t value_id = next_id_++;
            Type value = type();
            expect('>');
            return Type::map(key_id, std::move(key), value_id, std::move(value), false);
        }
        if (take_word("struct<")) return structure();
        return primitive();
    }

    Type structure() {
        std::vector<Field> fields;
        do {
            Field field{.id = next_id_++, .name = word("a field's name")};
            expect(':');
            field.type = type();
            fields.push_back(std::move(field));
        } while (take(','));
        expect('>');
        return Type::structure(std::move(fields));
    }

    // With what stands in brackets: "decimal(9, 2)", "fixed[16]".
    Type primitive() {
        std::string_view all = rest_;
        std::string name = word("a type");
        if (rest_.starts_with('(') || rest_.starts_with('[')) {
            size_t end = rest_.find_first_of(")]");
            if (end == rest_.npos) refuse("a bracket is not closed");
            rest_.remove_prefix(end + 1);
            name = std::string(all.substr(0, all.size() - rest_.size()));
        }
        return iceberg::parse_primitive(name);
    }

    std::string word(std::string_view what) {
        skip_space();
        size_t end = rest_.find_first_of(" \t\n,:<>()[]");
        std::string found(rest_.substr(0, end));
        if (found.empty()) refuse(fmt::format("{} is expected", what));
        rest_.remove_prefix(found.size());
        return found;
    }

    bool take(char c) {
        skip_space();
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool take_word(std::string_view wanted) {
        skip_space();
        if (!rest_.starts_with(wanted)) return false;
        rest_.remove_prefix(wanted.size());
        return true;
    }

    void expect(char c) {
        if (!take(c)) refuse(fmt::format("'{}' is expected", c));
    }

    void skip_space() {
        while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
    }

    [[noreturn]] void refuse(std::string_view what) const {
        throw Error(ErrorCode::InvalidInput, "{}: {} before '{}'", ColumnsOption, what, rest_)
            .with_hint("write them as in \"id long required, ts timestamptz, tags list<string>\"");
    }

    std::string_view rest_;
    int32_t next_id_ = 1;
};

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

// At commas outside of brackets.
std::vector<std::string_view> split_list(std::string_view text) {
    std::vector<std::string_view> parts;
    int depth = 0;
    size_t begin = 0;
    for (size_t at = 0; at <= text.size(); ++at) {
        bool is_end = at == text.size();
        if (!is_end) depth += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
        if (!is_end && (text[at] != ',' || depth > 0)) continue;
        parts.push_back(trimmed(text.substr(begin, at - begin)));
        begin = at + 1;
    }
    return parts;
}

// What Java's and Spark's writers call the field.
std::string partition_name(const Transform& transform, const std::string& column) {
    using enum Transform::Kind;
    switch (transform.kind()) {
        case Identity:
            return column;
        case Bucket:
            return column + "_bucket";
        case Truncate:
            return column + "_trunc";
        case Void:
            return column + "_null";
        default:
            return column + "_" + transform.text();
    }
}

const Field& column_named(const iceberg::Schema& schema, const std::string& name) {
    if (const Field* found = schema.find(name)) return *found;
    std::vector<std::string> known;
    for (const Field& field : schema.fields()) known.push_back(field.name);
    throw Error(ErrorCode::InvalidInput, "{}: there is no column '{}'", PartitionsOption, name)
        .with_hint(name_hint(name, known));
}

iceberg::PartitionField parse_partition(std::string_view text, const iceberg::Schema& schema) {
    size_t open = text.find('(');
    if (open == text.npos) {
        const Field& column = column_named(schema, std::string(text));
        return {.source_id = column.id, .name = column.name};
    }
    if (!text.ends_with(')')) {
        throw Error(ErrorCode::InvalidInput, "{}: '{}' has no closing bracket", PartitionsOption,
                    text);
    }
    std::string kind(trimmed(text.substr(0, open)));
    auto inside = split_list(text.substr(open + 1, text.size() - open - 2));
    if (inside.size() == 2) {
        kind += fmt::format("[{}]", parse_int(PartitionsOption, inside.front(), 1));
    }
    const Field& column = column_named(schema, std::string(inside.back()));
    Transform transform = Transform::parse(kind);
    if (inside.size() > 2 || transform.kind() == Transform::Kind::Unknown) {
        throw Error(ErrorCode::InvalidInput, "{}: '{}' is no transform", PartitionsOption, text)
            .with_hint("year, month, day, hour, bucket(N, column) or truncate(N, column)");
    }
    return {.source_id = column.id,
            .name = partition_name(transform, column.name),
            .transform = transform};
}

}  // namespace

iceberg::SchemaPtr parse_columns(std::string_view text) {
    return iceberg::Schema::make(0, ColumnParser(text).columns());
}

iceberg::PartitionSpec parse_partitions(std::string_view text, const iceberg::Schema& schema) {
    iceberg::PartitionSpec spec;
    for (std::string_view part : split_list(text)) {
        spec.fields.push_back(parse_partition(part, schema));
        spec.fields.back().field_id =
            iceberg::FirstPartitionFieldId + static_cast<int32_t>(spec.fields.size()) - 1;
    }
    return spec;
}

std::string to_partition_text(const iceberg::PartitionSpec& spec, const iceberg::Schema& schema) {
    std::string all;
    for (const iceberg::PartitionField& field : spec.fields) {
        if (!all.empty()) all += ", ";
        const Field* column = schema.find(field.source_id);
        std::string name = column ? schema.full_name(field.source_id) : field.name;
        using enum Transform::Kind;
        if (field.transform.kind() == Identity) {
            all += name;
        } else if (field.transform.kind() == Bucket || field.transform.kind() == Truncate) {
            std::string text = field.transform.text();
            all += fmt::format("{}({}, {})", text.substr(0, text.find('[')),
                               field.transform.width(), name);
        } else {
            all += fmt::format("{}({})", field.transform.text(), name);
        }
    }
    return all;
}

}  // namespace tarn::cli
