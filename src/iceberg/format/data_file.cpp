#include "iceberg/format/data_file.hpp"

#include <algorithm>
#include <cctype>

#include "base/assert.hpp"
#include "base/error.hpp"

namespace tarn::iceberg {
namespace {

constexpr std::pair<FileFormat, std::string_view> FormatNames[] = {
    {FileFormat::Parquet, "PARQUET"},
    {FileFormat::Avro, "AVRO"},
    {FileFormat::Orc, "ORC"},
    {FileFormat::Puffin, "PUFFIN"},
};

}  // namespace

void ColumnMetrics::keep_only(const std::vector<int32_t>& field_ids) {
    if (field_ids.empty()) {
        *this = {};
        return;
    }
    auto is_other = [&](const auto& entry) {
        return std::ranges::find(field_ids, entry.first) == field_ids.end();
    };
    for (auto* counts : {&column_bytes, &value_counts, &null_counts, &nan_counts}) {
        std::erase_if(*counts, is_other);
    }
    for (auto* bounds : {&lower_bounds, &upper_bounds}) std::erase_if(*bounds, is_other);
}

std::string_view name_of(FileFormat format) {
    for (const auto& [known, name] : FormatNames) {
        if (known == format) return name;
    }
    TARN_ASSERT(false);
}

FileFormat parse_file_format(std::string_view name) {
    auto is_same = [](char left, char right) {
        return std::toupper(static_cast<unsigned char>(left)) == right;
    };
    for (const auto& [format, known] : FormatNames) {
        if (std::ranges::equal(name, known, is_same)) return format;
    }
    throw Error(ErrorCode::InvalidInput, "the file format '{}' is not known", name);
}

}  // namespace tarn::iceberg
