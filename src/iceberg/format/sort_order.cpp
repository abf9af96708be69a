#include "iceberg/format/sort_order.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

json::object to_json(const SortOrder& order) {
    json::array fields;
    for (const SortField& field : order.fields) {
        fields.push_back(json::object{
            {"transform", field.transform.text()},
            {"source-id", field.source_id},
            {"direction", field.direction == Direction::Ascending ? "asc" : "desc"},
            {"null-order", field.null_order == NullOrder::First ? "nulls-first" : "nulls-last"}});
    }
    return {{"order-id", order.id}, {"fields", std::move(fields)}};
}

SortOrder sort_order_from_json(const JsonObject& json) {
    SortOrder order{.id = json.small_number("order-id")};
    json.get("fields");
    for (const JsonObject& member : json.objects("fields")) {
        SortField field;
        field.transform = Transform::parse(member.text("transform"));
        field.source_id = member.small_number("source-id");
        std::string direction = member.text("direction");
        std::string nulls = member.text("null-order");
        if (direction != "asc" && direction != "desc") {
            member.refuse("direction", "asc or desc is expected, not '{}'", direction);
        }
        if (nulls != "nulls-first" && nulls != "nulls-last") {
            member.refuse("null-order", "nulls-first or nulls-last is expected, not '{}'", nulls);
        }
        field.direction = direction == "asc" ? Direction::Ascending : Direction::Descending;
        field.null_order = nulls == "nulls-first" ? NullOrder::First : NullOrder::Last;
        order.fields.push_back(std::move(field));
    }
    return order;
}

}  // namespace tarn::iceberg
