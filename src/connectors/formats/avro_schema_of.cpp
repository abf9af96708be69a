#include "connectors/formats/avro_schema_of.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"

namespace tarn::connectors {
namespace {

using sql::Type;
using sql::TypeKind;

constexpr std::string_view Namespace = "org.apache.flink.avro.generated";

bool is_avro_name(std::string_view name) {
    auto is_letter = [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; };
    auto is_first = [&](char c) { return is_letter(c) || c == '_'; };
    return !name.empty() && is_first(name[0]) &&
           std::ranges::all_of(name, [&](char c) { return is_first(c) || (c >= '0' && c <= '9'); });
}

// Writes the schema of one column, whose place is for messages.
class SchemaText {
public:
    explicit SchemaText(TimestampMapping mapping) : mapping_(mapping) {}

    // `extra` stands behind the name: the namespace of the outermost record.
    std::string record(const std::string& name, const std::vector<Type::Field>& fields,
                       std::string_view extra = "") {
        std::string text =
            fmt::format(R"({{"type":"record","name":"{}"{},"fields":[)", name, extra);
        bool is_first = true;
        for (const Type::Field& field : fields) {
            std::string outer = path_;
            path_ += (path_.empty() ? "" : ".") + field.name;
            want_name(field.name);
            text += fmt::format(R"({}{{"name":"{}","type":{}{}}})", is_first ? "" : ",", field.name,
                                of(field.type, name + "_" + field.name),
                                field.type.is_nullable ? R"(,"default":null)" : "");
            is_first = false;
            path_ = outer;
        }
        return text + "]}";
    }

private:
    std::string of(const Type& type, const std::string& name) {
        std::string text = without_null(type, name);
        return type.is_nullable ? fmt::format(R"(["null",{}])", text) : text;
    }

    std::string without_null(const Type& type, const std::string& name) {
        switch (type.kind) {
            case TypeKind::Boolean:
                return R"("boolean")";
            case TypeKind::TinyInt:
            case TypeKind::SmallInt:
            case TypeKind::Int:
                return R"("int")";
            case TypeKind::BigInt:
                return R"("long")";
            case TypeKind::Float:
                return R"("float")";
            case TypeKind::Double:
                return R"("double")";
            case TypeKind::Char:
            case TypeKind::VarChar:
                return R"("string")";
            case TypeKind::Binary:
            case TypeKind::VarBinary:
                return R"("bytes")";
            case TypeKind::Date:
                return R"({"type":"int","logicalType":"date"})";
            case TypeKind::Time:
                want_digits(type, MillisDigits);
                return R"({"type":"int","logicalType":"time-millis"})";
            case TypeKind::Timestamp:
            case TypeKind::TimestampLtz:
                return timestamp(type);
            case TypeKind::Decimal:
                return fmt::format(
                    R"({{"type":"bytes","logicalType":"decimal","precision":{},"scale":{}}})",
                    type.precision, type.scale);
            case TypeKind::Array:
                return fmt::format(R"({{"type":"array","items":{}}})", of(type.parts[0], name));
            case TypeKind::Map:
                want_text_key(type);
                return fmt::format(R"({{"type":"map","values":{}}})", of(type.parts[1], name));
            case TypeKind::Multiset:
                want_text_key(type);
                return R"({"type":"map","values":"int"})";
            case TypeKind::Row:
                return record(name, type.fields);
            default:
                refuse(type, "it has no form in Avro");
        }
    }

    std::string timestamp(const Type& type) const {
        bool is_instant = type.kind == TypeKind::TimestampLtz;
        bool is_legacy = mapping_ == TimestampMapping::Legacy;
        if (is_legacy && is_instant) {
            refuse(type, "the format avro takes it with 'timestamp_mapping.legacy' = 'false'");
        }
        want_digits(type, is_legacy ? MillisDigits : MicrosDigits);
        return fmt::format(R"({{"type":"long","logicalType":"{}timestamp-{}"}})",
                           is_instant || is_legacy ? "" : "local-",
                           type.precision > MillisDigits ? "micros" : "millis");
    }

    void want_digits(const Type& type, int most) const {
        if (type.precision <= most) return;
        refuse(type, fmt::format("times have {} digits behind the second at most here{}", most,
                                 most == MillisDigits && type.kind == TypeKind::Timestamp
                                     ? ", or 6 with 'timestamp_mapping.legacy' = 'false'"
                                     : ""));
    }

    void want_text_key(const Type& type) const {
        if (!is_text(type.parts[0])) refuse(type, "keys in Avro are texts");
    }

    void want_name(const std::string& name) const {
        if (is_avro_name(name)) return;
        throw Error(ErrorCode::InvalidInput, "column '{}': this is no name in Avro", path_)
            .with_hint("names there are letters, digits and _, and do not begin with a digit");
    }

    [[noreturn]] void refuse(const Type& type, std::string reason) const {
        throw Error(ErrorCode::InvalidInput, "column '{}': {} cannot be written as Avro", path_,
                    text_of(type))
            .with_hint(std::move(reason));
    }

    static constexpr int MillisDigits = 3;
    static constexpr int MicrosDigits = 6;

    TimestampMapping mapping_;
    std::string path_;
};

}  // namespace

TimestampMapping timestamp_mapping(const OptionValues& options) {
    bool is_legacy = options.flag("timestamp_mapping.legacy").value_or(true);
    return is_legacy ? TimestampMapping::Legacy : TimestampMapping::Exact;
}

columns::AvroSchema avro_schema_of(const StoredColumns& columns, TimestampMapping mapping) {
    std::vector<Type::Field> fields;
    for (const sql::TableColumn& column : columns) fields.push_back({column.name, column.type});
    std::string extra = fmt::format(R"(,"namespace":"{}")", Namespace);
    return columns::AvroSchema::parse(SchemaText(mapping).record("record", fields, extra));
}

}  // namespace tarn::connectors
