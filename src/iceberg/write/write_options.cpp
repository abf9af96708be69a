#include "iceberg/write/write_options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "base/error.hpp"

namespace tarn::iceberg {
namespace {

constexpr std::string_view BloomFilterPrefix = "write.parquet.bloom-filter-enabled.column.";

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    return out;
}

template <typename... Args>
Error refusal(std::string_view property, fmt::format_string<Args...> text, Args&&... args) {
    return Error(ErrorCode::InvalidInput, "table property {}: {}", property,
                 fmt::format(text, std::forward<Args>(args)...));
}

class Properties {
public:
    explicit Properties(const TableMetadata& table) : table_(table) {}

    // `otherwise` where it is not set.
    int64_t number(std::string_view name, int64_t otherwise, int64_t least = 1) const {
        std::string text = table_.property(name, "");
        if (text.empty()) return otherwise;
        int64_t value = 0;
        auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
        bool is_number = failure == std::errc() && end == text.data() + text.size();
        if (!is_number || value < least) {
            throw refusal(name, "a number from {} on is expected, not '{}'", least, text);
        }
        return value;
    }

    std::optional<int> level() const {
        constexpr std::string_view name = "write.parquet.compression-level";
        std::string text = table_.property(name, "");
        // Java's way to say that it is not set.
        if (text.empty() || text == "null") return std::nullopt;
        constexpr int64_t LevelMax = 22;
        int64_t level = number(name, 1);
        if (level > LevelMax) throw refusal(name, "{} is the highest", LevelMax);
        return static_cast<int>(level);
    }

    template <typename T, size_t Count>
    T choice(std::string_view name, std::string_view otherwise,
             const std::array<std::pair<std::string_view, T>, Count>& choices) const {
        std::string text = lower(table_.property(name, otherwise));
        std::string known;
        for (const auto& [word, value] : choices) {
            if (text == word) return value;
            known += known.empty() ? "" : ", ";
            known += word;
        }
        throw refusal(name, "'{}' is not supported, these are: {}", text, known);
    }

private:
    const TableMetadata& table_;
};

using Codec = columns::ParquetOptions::Codec;

constexpr std::array<std::pair<std::string_view, Codec>, 4> Codecs = {{
    {"zstd", Codec::Zstd},
    {"snappy", Codec::Snappy},
    {"gzip", Codec::Gzip},
    {"uncompressed", Codec::None},
}};

constexpr std::array<std::pair<std::string_view, DistributionMode>, 3> DistributionModes = {{
    {"none", DistributionMode::None},
    {"hash", DistributionMode::Hash},
    {"range", DistributionMode::Range},
}};

constexpr std::array<std::pair<std::string_view, DeleteGranularity>, 2> Granularities = {{
    {"file", DeleteGranularity::File},
    {"partition", DeleteGranularity::Partition},
}};

constexpr std::array<std::pair<std::string_view, bool>, 1> Formats = {{{"parquet", true}}};

// As Parquet names the nodes between a column and the top.
std::string parquet_path(const Schema& schema, int32_t id) {
    const Field& field = *schema.find(id);
    auto parent = schema.parent_of(id);
    if (!parent) return field.name;
    std::string_view between;
    if (schema.find(*parent)->type.kind == TypeKind::List) between = "list.";
    if (schema.find(*parent)->type.kind == TypeKind::Map) between = "key_value.";
    return fmt::format("{}.{}{}", parquet_path(schema, *parent), between, field.name);
}

// Names of columns that are no more count for nothing, as with metrics modes.
std::vector<std::string> bloom_filter_columns(const TableMetadata& table) {
    std::vector<std::string> paths;
    for (const auto& [name, value] : table.properties) {
        if (!name.starts_with(BloomFilterPrefix) || lower(value) != "true") continue;
        const Field* field =
            table.schema().find(std::string_view(name).substr(BloomFilterPrefix.size()));
        if (!field || field->type.is_nested()) continue;
        if (field->type.kind == TypeKind::Boolean) {
            throw refusal(name, "a bloom filter of two values tells nothing");
        }
        paths.push_back(parquet_path(table.schema(), field->id));
    }
    return paths;
}

}  // namespace

WriteOptions WriteOptions::of_table(const TableMetadata& table) {
    Properties properties(table);
    properties.choice("write.format.default", "parquet", Formats);
    WriteOptions options;
    auto& parquet = options.parquet;
    parquet.codec = properties.choice("write.parquet.compression-codec", "zstd", Codecs);
    if (auto level = properties.level()) {
        parquet.zstd_level = *level;
        parquet.gzip_level = std::min(*level, 9);
    }
    parquet.row_group_bytes_max =
        properties.number("write.parquet.row-group-size-bytes", parquet.row_group_bytes_max);
    parquet.page_bytes = properties.number("write.parquet.page-size-bytes", parquet.page_bytes);
    parquet.page_rows_max =
        properties.number("write.parquet.page-row-limit", parquet.page_rows_max);
    parquet.dictionary_bytes_max =
        properties.number("write.parquet.dict-size-bytes", parquet.dictionary_bytes_max);
    parquet.bloom_filter_columns = bloom_filter_columns(table);
    options.file_bytes_target =
        properties.number("write.target-file-size-bytes", options.file_bytes_target);
    options.delete_file_bytes_target =
        properties.number("write.delete.target-file-size-bytes", options.delete_file_bytes_target);
    options.distribution = properties.choice("write.distribution-mode", "none", DistributionModes);
    options.delete_granularity =
        properties.choice("write.delete.granularity", "file", Granularities);
    return options;
}

}  // namespace tarn::iceberg
