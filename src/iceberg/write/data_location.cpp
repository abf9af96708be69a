#include "iceberg/write/data_location.hpp"

#include <fmt/format.h>

#include <bitset>

#include "iceberg/format/murmur3.hpp"

namespace tarn::iceberg {
namespace {

bool is_on(const TableMetadata& table, std::string_view property, std::string_view otherwise) {
    return table.property(property, otherwise) == "true";
}

// 20 bits of the name's hash as three folders of four and one of eight, as Java and Python do it.
std::string folders_of(std::string_view name) {
    constexpr size_t HashBits = 20;
    constexpr size_t FolderBits = 4;
    constexpr size_t FolderDepth = 3;
    std::string bits =
        std::bitset<HashBits>(static_cast<uint32_t>(murmur3(as_bytes(name)))).to_string();
    std::string folders;
    for (size_t i = 0; i < FolderDepth; ++i)
        folders += bits.substr(i * FolderBits, FolderBits) + '/';
    return folders + bits.substr(FolderDepth * FolderBits);
}

}  // namespace

DataLocation DataLocation::of_table(const TableMetadata& table) {
    bool is_spread = is_on(table, "write.object-storage.enabled", "false");
    std::string folder = table.property("write.data.path", "");
    if (folder.empty()) folder = table.location + "/data";
    while (folder.ends_with('/')) folder.pop_back();
    return {std::move(folder), is_spread,
            !is_spread || is_on(table, "write.object-storage.partitioned-paths", "true")};
}

std::string DataLocation::of_file(std::string_view partition_path, std::string_view name) const {
    std::string below(name);
    if (has_partition_folders_ && !partition_path.empty()) {
        below = fmt::format("{}/{}", partition_path, name);
    }
    if (!is_spread_) return fmt::format("{}/{}", folder_, below);
    // Without folders of partitions there is one object name rather than one more folder.
    return fmt::format("{}/{}{}{}", folder_, folders_of(below), has_partition_folders_ ? '/' : '-',
                       below);
}

}  // namespace tarn::iceberg
