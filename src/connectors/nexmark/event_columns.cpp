#include "connectors/nexmark/event_columns.hpp"

#include <arrow/array/array_nested.h>
#include <arrow/array/util.h>
#include <arrow/util/bit_util.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "columns/arrow_result.hpp"
#include "connectors/formats/stored_columns.hpp"
#include "sql/values/arrow_types.hpp"

namespace tarn::connectors {
namespace {

sql::Type type_of(EventField::Type type) {
    switch (type) {
        case EventField::Type::Number:
            return simple_type(sql::TypeKind::BigInt);
        case EventField::Type::Text:
            return sql::string_type();
        case EventField::Type::Time:
            return type_with(sql::TypeKind::Timestamp, 3);
    }
    return {};
}

[[noreturn]] void refuse_type(const std::string& path, const sql::Type& type,
                              const std::string& wanted) {
    throw Error(ErrorCode::InvalidInput, "column '{}' is {}; events have {} there", path,
                text_of(type), wanted);
}

struct RowOfEvents {
    std::string_view name;
    EventKind kind;
    std::span<const EventField> (*fields)();
};

constexpr auto RowsOfEvents =
    std::to_array<RowOfEvents>({{"person", EventKind::Person, person_fields},
                                {"auction", EventKind::Auction, auction_fields},
                                {"bid", EventKind::Bid, bid_fields}});

const EventField* field_of(const RowOfEvents& row, const sql::Type::Field& wanted) {
    std::string path = fmt::format("{}.{}", row.name, wanted.name);
    auto found = std::ranges::find(row.fields(), wanted.name, &EventField::name);
    if (found == row.fields().end()) {
        std::vector<std::string> names;
        for (const EventField& each : row.fields()) names.emplace_back(each.name);
        throw Error(ErrorCode::InvalidInput, "events have no field '{}'", path)
            .with_hint(fmt::format("there are: {}", fmt::join(names, ", ")));
    }
    sql::Type type = type_of(found->type);
    if (wanted.type != type) refuse_type(path, wanted.type, text_of(type));
    return &*found;
}

// A bit for each event of the kind.
std::shared_ptr<arrow::Buffer> bits_of(const EventBatch& events, EventKind kind) {
    std::shared_ptr<arrow::Buffer> bits =
        columns::or_throw(arrow::AllocateEmptyBitmap(events.count));
    for (int32_t row : events.rows_of(kind)) arrow::bit_util::SetBit(bits->mutable_data(), row);
    return bits;
}

}  // namespace

EventColumns::EventColumns(const sql::stream::TableSource& table) {
    size_t place = 0;
    for (const sql::TableColumn& column : asked_columns(table)) {
        auto read = table.fields.find(place++);
        if (metadata_key(column)) {
            throw Error(ErrorCode::InvalidInput, "column '{}': nexmark has no metadata",
                        column.name);
        }
        columns_.push_back(column_of(column, read == table.fields.end() ? nullptr : &read->second));
    }
}

EventColumns::EventColumn EventColumns::column_of(const sql::TableColumn& column,
                                                  const std::set<std::string>* fields) {
    if (column.name == "event_type") {
        sql::Type type = simple_type(sql::TypeKind::Int);
        if (column.type.or_null() != type) refuse_type(column.name, column.type, text_of(type));
        return {arrow_type(column.type), std::nullopt, {}};
    }
    auto row = std::ranges::find(RowsOfEvents, column.name, &RowOfEvents::name);
    if (row == RowsOfEvents.end()) {
        throw Error(ErrorCode::InvalidInput, "events have no column '{}'", column.name)
            .with_hint("there are: event_type, person, auction, bid");
    }
    if (column.type.kind != sql::TypeKind::Row || !column.type.is_nullable) {
        refuse_type(column.name, column.type, "a ROW that may be NULL");
    }
    EventColumn found{arrow_type(column.type), row->kind, {}};
    for (const sql::Type::Field& field : column.type.fields) {
        const EventField* made = field_of(*row, field);
        bool is_read = !fields || fields->contains(field.name);
        found.fields.push_back(is_read ? made : nullptr);
    }
    return found;
}

sql::Columns EventColumns::make(const EventBatch& events) const {
    sql::Columns made;
    for (const EventColumn& column : columns_) {
        made.push_back({column.kind ? rows_of(column, events) : event_types(events)});
    }
    return made;
}

std::shared_ptr<arrow::Array> EventColumns::rows_of(const EventColumn& column,
                                                    const EventBatch& events) {
    arrow::ArrayVector values;
    for (size_t i = 0; i < column.fields.size(); ++i) {
        const EventField* field = column.fields[i];
        values.push_back(field
                             ? field->make(events)
                             : columns::or_throw(arrow::MakeArrayOfNull(
                                   column.type->field(static_cast<int>(i))->type(), events.count)));
    }
    return std::make_shared<arrow::StructArray>(column.type, events.count, std::move(values),
                                                bits_of(events, *column.kind));
}

}  // namespace tarn::connectors
