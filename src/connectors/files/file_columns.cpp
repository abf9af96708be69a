#include "connectors/files/file_columns.hpp"

#include <arrow/array/util.h>
#include <arrow/scalar.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "columns/arrow_result.hpp"
#include "columns/fitted.hpp"
#include "sql/values/arrow_types.hpp"

namespace tarn::connectors {
namespace {

using sql::TypeKind;

struct Known {
    std::string_view key;
    sql::Type type;
};

std::array<Known, 4> known_columns() {
    constexpr int Millis = 3;
    return {{{"file.path", sql::string_type()},
             {"file.name", sql::string_type()},
             {"file.size", sql::simple_type(TypeKind::BigInt)},
             {"file.modification-time", sql::type_with(TypeKind::TimestampLtz, Millis)}}};
}

void want_known(const sql::TableColumn& column, const std::string& key) {
    for (const Known& known : known_columns()) {
        if (known.key != key) continue;
        if (column.type.or_null() == known.type.or_null()) return;
        throw Error(ErrorCode::InvalidInput, "column '{}': the metadata '{}' is {}, not {}",
                    column.name, key, text_of(known.type), text_of(column.type));
    }
    throw Error(ErrorCode::InvalidInput, "column '{}': files have no metadata '{}'", column.name,
                key)
        .with_hint("there are file.path, file.name, file.size and file.modification-time");
}

std::shared_ptr<arrow::Scalar> value_of(const std::string& key, const storage::Entry& file,
                                        const std::string& location) {
    if (key == "file.path") return arrow::MakeScalar(location);
    if (key == "file.name") return arrow::MakeScalar(location.substr(location.rfind('/') + 1));
    if (key == "file.size") return arrow::MakeScalar(file.size);
    return std::make_shared<arrow::TimestampScalar>(
        unix_ms(file.modified_at), arrow::timestamp(arrow::TimeUnit::MILLI, "UTC"));
}

}  // namespace

FileColumns::FileColumns(const sql::stream::TableSource& table) : asked_(asked_columns(table)) {
    for (const sql::TableColumn& column : decoded_columns(table)) {
        auto key = metadata_key(column);
        key ? want_known(column, *key) : physical_.push_back(column);
    }
}

sql::Batch FileColumns::together(sql::Batch physical, const storage::Entry& file,
                                 const std::string& location) const {
    sql::Batch result{{}, physical.rows};
    size_t place = 0;
    for (const sql::TableColumn& column : asked_) {
        auto key = metadata_key(column);
        if (!key) {
            const auto& read = physical.columns.at(place++).values;
            result.columns.push_back({columns::fitted(read, sql::arrow_type(column.type))});
            continue;
        }
        auto value = value_of(*key, file, location);
        result.columns.push_back({columns::or_throw(arrow::MakeArrayFromScalar(*value, 1)), true});
    }
    return result;
}

}  // namespace tarn::connectors
