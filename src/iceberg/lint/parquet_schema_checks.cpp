#include "iceberg/lint/parquet_schema_checks.hpp"

#include <parquet/schema.h>

#include <algorithm>
#include <set>

namespace tarn::iceberg {
namespace {

using parquet::schema::GroupNode;
using parquet::schema::Node;
using parquet::schema::PrimitiveNode;

const GroupNode* as_group(const Node& node) {
    return node.is_group() ? static_cast<const GroupNode*>(&node) : nullptr;
}

class SchemaChecks {
public:
    SchemaChecks(const ParquetSchemaCase& subject, LintFindings& findings)
        : subject_(subject), findings_(findings) {}

    void check_struct(const GroupNode& group, const std::vector<Field>& fields) {
        for (int i = 0; i < group.field_count(); ++i) {
            const Node& node = *group.field(i);
            check_id(node);
            auto field = std::ranges::find(fields, node.field_id(), &Field::id);
            if (field != fields.end()) check_field(node, *field);
        }
    }

    // Fields of the table at any depth, seen in the file.
    const std::set<int32_t>& seen() const { return seen_; }

private:
    std::string at(const Node& node) const {
        return fmt::format("{}: {}", subject_.place, node.path()->ToDotString());
    }

    void check_id(const Node& node) {
        if (node.field_id() < 0 && !subject_.is_mapped_by_name) {
            findings_.add(LintRule::ParquetFieldIds, at(node), "no field_id");
        }
    }

    void check_field(const Node& node, const Field& field) {
        seen_.insert(field.id);
        check_required(node, field);
        check_type(node, field.type);
    }

    // The column may have been made optional since the file was written.
    void check_required(const Node& node, const Field& field) {
        if (node.is_required() == field.is_required) return;
        for (const SchemaPtr& schema : subject_.table.schemas) {
            const Field* then = schema->find(field.id);
            if (then && then->is_required == node.is_required()) return;
        }
        findings_.add(LintRule::ParquetRequired, at(node), "it is {}, the column is {}",
                      node.is_required() ? "REQUIRED" : "OPTIONAL",
                      field.is_required ? "required" : "optional");
    }

    void check_type(const Node& node, const Type& type) {
        const GroupNode* group = as_group(node);
        switch (type.kind) {
            case TypeKind::Struct:
                if (group) check_struct(*group, type.fields);
                return;
            case TypeKind::List:
                return check_list(node, type);
            case TypeKind::Map:
                return check_map(node, type);
            case TypeKind::Variant:
                if (group && group->FieldIndex("typed_value") >= 0) {
                    findings_.add(LintRule::ShreddedVariants, at(node), "it has a typed_value");
                }
                return;
            default:
                if (!group) check_primitive(static_cast<const PrimitiveNode&>(node), type);
        }
    }

    void check_list(const Node& node, const Type& type) {
        const GroupNode* group = as_group(node);
        const GroupNode* list =
            group && group->field_count() == 1 ? as_group(*group->field(0)) : nullptr;
        if (!list || !list->is_repeated() || list->field_count() != 1 || list->name() != "list" ||
            list->field(0)->name() != "element") {
            findings_.add(LintRule::ParquetLists, at(node), "it is no list.element");
            return;
        }
        check_id(*list->field(0));
        if (list->field(0)->field_id() == type.element().id) {
            check_field(*list->field(0), type.element());
        }
    }

    void check_map(const Node& node, const Type& type) {
        const GroupNode* group = as_group(node);
        const GroupNode* pair =
            group && group->field_count() == 1 ? as_group(*group->field(0)) : nullptr;
        if (!pair || !pair->is_repeated() || pair->field_count() != 2 ||
            pair->name() != "key_value" || pair->field(0)->name() != "key" ||
            pair->field(1)->name() != "value") {
            findings_.add(LintRule::ParquetLists, at(node), "it is no key_value.key and .value");
            return;
        }
        for (int i = 0; i < 2; ++i) {
            const Field& field = i == 0 ? type.key() : type.value();
            check_id(*pair->field(i));
            if (pair->field(i)->field_id() == field.id) check_field(*pair->field(i), field);
        }
    }

    void check_primitive(const PrimitiveNode& node, const Type& type) {
        const parquet::LogicalType& logical = *node.logical_type();
        if (node.physical_type() == parquet::Type::INT96) {
            findings_.add(LintRule::ParquetNumbers, at(node), "it is INT96");
        } else if (type.is_timestamp()) {
            check_timestamp(node, type);
        } else if (type.kind == TypeKind::Decimal) {
            check_decimal(node, type);
        } else if (type.kind == TypeKind::Uuid && !logical.is_UUID()) {
            findings_.add(LintRule::ParquetUuid, at(node), "it is {}", logical.ToString());
        } else if (type.kind == TypeKind::String && !logical.is_string()) {
            findings_.add(LintRule::ParquetText, at(node), "it is {}", logical.ToString());
        }
    }

    void check_timestamp(const PrimitiveNode& node, const Type& type) {
        // A date may have been widened since.
        if (!node.logical_type()->is_timestamp()) return;
        const auto& logical =
            static_cast<const parquet::TimestampLogicalType&>(*node.logical_type());
        bool is_nano = type.kind == TypeKind::TimestampNs || type.kind == TypeKind::TimestampTzNs;
        bool is_utc = type.kind == TypeKind::TimestampTz || type.kind == TypeKind::TimestampTzNs;
        auto unit = is_nano ? parquet::LogicalType::TimeUnit::NANOS
                            : parquet::LogicalType::TimeUnit::MICROS;
        if (logical.time_unit() != unit || logical.is_adjusted_to_utc() != is_utc) {
            findings_.add(LintRule::ParquetNumbers, at(node), "a {} is written as {}",
                          to_text(type), logical.ToString());
        }
    }

    void check_decimal(const PrimitiveNode& node, const Type& type) {
        constexpr int DigitsOfLong = 18;
        // The column may have been widened since: what counts is the precision of the file.
        const auto* logical =
            node.logical_type()->is_decimal()
                ? static_cast<const parquet::DecimalLogicalType*>(node.logical_type().get())
                : nullptr;
        int precision = logical ? logical->precision() : type.precision;
        bool is_integer = node.physical_type() == parquet::Type::INT32 ||
                          node.physical_type() == parquet::Type::INT64;
        if (!logical || (precision <= DigitsOfLong && !is_integer)) {
            findings_.add(LintRule::ParquetNumbers, at(node), "a {} is written as {} of bytes",
                          to_text(type), node.logical_type()->ToString());
        }
    }

    const ParquetSchemaCase& subject_;
    LintFindings& findings_;
    std::set<int32_t> seen_;
};

}  // namespace

void check_parquet_schema(const ParquetSchemaCase& subject, const parquet::SchemaDescriptor& file,
                          LintFindings& findings) {
    const Schema& schema = subject.schema ? *subject.schema : subject.table.schema();
    SchemaChecks checks(subject, findings);
    checks.check_struct(*file.group_node(), schema.fields());
    // Columns of a schema that is not known may have come later.
    if (!subject.schema || !subject.has_all_columns || subject.is_mapped_by_name) return;
    if (findings.has(LintRule::ParquetFieldIds)) return;
    for (const Field& field : schema.fields()) {
        if (!checks.seen().contains(field.id) && field.type.kind != TypeKind::Unknown) {
            findings.add(LintRule::ParquetColumns, subject.place, "no column '{}'", field.name);
        }
    }
}

void check_delete_columns(const ParquetSchemaCase& subject, const parquet::SchemaDescriptor& file,
                          LintFindings& findings) {
    const GroupNode& root = *file.group_node();
    for (const Field& field : subject.schema->fields()) {
        int index = root.FieldIndex(field.name);
        if (index < 0 || root.field(index)->field_id() != field.id ||
            !root.field(index)->is_required()) {
            findings.add(LintRule::PositionDeletes, subject.place,
                         "'{}' is not there, not required, or without its id {}", field.name,
                         field.id);
        }
    }
}

}  // namespace tarn::iceberg
