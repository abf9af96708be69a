#include "connectors/kafka/record_metadata.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "connectors/kafka/record_layout.hpp"
#include "sql/functions/casts.hpp"
#include "sql/values/arrow_types.hpp"

namespace tarn::connectors {
namespace {

using columns::ColumnBuilder;
using sql::TypeKind;

using Number32 = columns::FixedBuilder<int32_t>;
using Number64 = columns::FixedBuilder<int64_t>;

sql::Type headers_type() {
    sql::Type type = sql::simple_type(TypeKind::Map);
    type.parts = {sql::string_type(), sql::type_with(TypeKind::VarBinary, sql::Type::LengthMax)};
    return type;
}

// Of several headers with one key the last counts.
bool is_last(const log::RecordHeaders& headers, const log::RecordHeaders::Iterator& at) {
    auto rest = at;
    for (++rest; rest != headers.end(); ++rest) {
        if (rest->key == at->key) return false;
    }
    return true;
}

void append_headers(ColumnBuilder& column, const log::RecordHeaders& headers) {
    auto& list = static_cast<columns::ListBuilder&>(column);
    auto& entries = static_cast<columns::StructBuilder&>(list.elements());
    auto& keys = static_cast<columns::TextBuilder&>(entries.child(0));
    auto& values = static_cast<columns::TextBuilder&>(entries.child(1));
    for (auto header = headers.begin(); header != headers.end(); ++header) {
        if (!is_last(headers, header)) continue;
        keys.append(header->key);
        header->value ? values.append(as_text(*header->value)) : values.append_null();
        entries.append_valid();
    }
    list.close_row();
}

std::string_view name_of_type(log::TimestampType type) {
    return type == log::TimestampType::LogAppendTime ? "LogAppendTime" : "CreateTime";
}

struct Kind {
    std::string_view key;
    sql::Type type;
    // Of each record; null where all records of a partition have the same.
    void (*append)(ColumnBuilder& column, const log::RecordView& record,
                   const log::BatchHeader& batch);
};

const std::array<Kind, 7>& kinds() {
    using Record = const log::RecordView&;
    using Batch = const log::BatchHeader&;
    constexpr int Millis = 3;
    static const std::array<Kind, 7> all{{
        {"topic", sql::string_type(), nullptr},
        {"partition", sql::simple_type(TypeKind::Int), nullptr},
        {"headers", headers_type(),
         [](ColumnBuilder& column, Record record, Batch) {
             append_headers(column, record.headers);
         }},
        {"leader-epoch", sql::simple_type(TypeKind::Int),
         [](ColumnBuilder& column, Record, Batch batch) {
             if (batch.leader_epoch < 0) return column.append_null();
             static_cast<Number32&>(column).append(batch.leader_epoch);
         }},
        {"offset", sql::simple_type(TypeKind::BigInt),
         [](ColumnBuilder& column, Record record, Batch) {
             static_cast<Number64&>(column).append(record.offset);
         }},
        {"timestamp", sql::type_with(TypeKind::TimestampLtz, Millis),
         [](ColumnBuilder& column, Record record, Batch) {
             static_cast<Number64&>(column).append(record.timestamp);
         }},
        {"timestamp-type", sql::string_type(),
         [](ColumnBuilder& column, Record, Batch batch) {
             static_cast<columns::TextBuilder&>(column).append(
                 name_of_type(batch.timestamp_type()));
         }},
    }};
    return all;
}

const Kind& kind_of(const sql::TableColumn& column) {
    std::string key = *metadata_key(column);
    auto found = std::ranges::find(kinds(), key, &Kind::key);
    if (found != kinds().end()) return *found;
    throw Error(ErrorCode::InvalidInput, "column '{}': records have no metadata '{}'", column.name,
                key)
        .with_hint(
            "there are topic, partition, headers, leader-epoch, offset, timestamp and "
            "timestamp-type");
}

}  // namespace

struct RecordMetadata::Field {
    size_t place;  // among the columns that are asked for
    const Kind& kind;
    sql::Type type;
    sql::Kernel cast;
    std::unique_ptr<ColumnBuilder> values;

    sql::Column finish(const TopicPartition& which) {
        if (kind.append) return {values->finish()};
        if (kind.key == "topic") {
            static_cast<columns::TextBuilder&>(*values).append(which.topic);
        } else {
            static_cast<Number32&>(*values).append(which.partition);
        }
        return {values->finish(), true};
    }
};

RecordMetadata::RecordMetadata(const StoredColumns& asked, const StoredColumns& in_value,
                               const sql::TimeZone& zone)
    : session_{.zone = zone, .now = {}} {
    for (size_t place = 0; place < asked.size(); ++place) {
        if (!metadata_key(asked[place]) || place_of(in_value, asked[place].name)) continue;
        const Kind& kind = kind_of(asked[place]);
        fields_.push_back({place, kind, asked[place].type, metadata_cast(asked[place], kind.type),
                           columns::make_column_builder(sql::arrow_type(kind.type))});
    }
}

RecordMetadata::~RecordMetadata() = default;

void RecordMetadata::append(const log::RecordView& record, const log::BatchHeader& batch) {
    ++records_;
    for (Field& field : fields_) {
        if (field.kind.append) field.kind.append(*field.values, record, batch);
    }
}

std::map<size_t, sql::Column> RecordMetadata::finish(const TopicPartition& which) {
    std::map<size_t, sql::Column> found;
    for (Field& field : fields_) {
        sql::Column column = field.finish(which);
        if (field.cast) {
            std::array<sql::Column, 1> arguments{column};
            column = field.cast({arguments, records_, field.type, session_});
        }
        found.emplace(field.place, std::move(column));
    }
    records_ = 0;
    return found;
}

sql::Type metadata_type(const sql::TableColumn& column) {
    return kind_of(column).type;
}

sql::Kernel metadata_cast(const sql::TableColumn& column, const sql::Type& type) {
    if (column.type.or_null() == type.or_null()) return nullptr;
    auto kernel = sql::cast_kernel(type, column.type, false);
    if (kernel) return *kernel;
    throw Error(ErrorCode::InvalidInput, "column '{}': the metadata '{}' is {}, not {}",
                column.name, *metadata_key(column), text_of(type), text_of(column.type));
}

}  // namespace tarn::connectors
