#include "connectors/files/optional_map_keys.hpp"

#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/schema.h>

namespace tarn::connectors {
namespace {

using parquet::schema::GroupNode;
using parquet::schema::Node;

// Parquet's library can make nodes, but none of an open file: this reaches what they keep for
// classes that derive from them. The levels of values do not depend on it.
struct Annotation : Node {
    static void remove(const Node& node) {
        auto& changed = const_cast<Node&>(node);
        changed.*(&Annotation::converted_type_) = parquet::ConvertedType::NONE;
        changed.*(&Annotation::logical_type_) = parquet::LogicalType::None();
    }
};

bool is_map(const Node& node) {
    return node.is_group() && node.logical_type() && node.logical_type()->is_map();
}

bool has_optional_keys(const GroupNode& map) {
    if (map.field_count() != 1 || !map.field(0)->is_group()) return false;
    const auto& entries = static_cast<const GroupNode&>(*map.field(0));
    return entries.is_repeated() && entries.field_count() == 2 && entries.field(0)->is_optional();
}

void take_annotations(const Node& node) {
    if (!node.is_group()) return;
    const auto& group = static_cast<const GroupNode&>(node);
    if (is_map(node) && has_optional_keys(group)) {
        Annotation::remove(node);
        Annotation::remove(*group.field(0));  // which older writers call a map, too
    }
    for (int i = 0; i < group.field_count(); ++i) take_annotations(*group.field(i));
}

}  // namespace

void read_optional_keys(parquet::ParquetFileReader& file) {
    take_annotations(*file.metadata()->schema()->group_node());
}

}  // namespace tarn::connectors
