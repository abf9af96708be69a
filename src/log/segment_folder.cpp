#include "log/segment_folder.hpp"

#include <charconv>

#include "base/byte_reader.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "log/state_file.hpp"

namespace tarn::log {

namespace {

constexpr size_t DigitsInName = 20;

std::optional<Offset> read_name_offset(std::string_view text) {
    if (text.size() != DigitsInName) return std::nullopt;
    Offset offset = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), offset);
    bool is_number = failure == std::errc{} && end == text.data() + text.size() && offset >= 0;
    return is_number ? std::optional(offset) : std::nullopt;
}

std::optional<SwapName> read_swap_name(std::string_view stem) {
    size_t dash = stem.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    auto base = read_name_offset(stem.substr(0, dash));
    auto next = read_name_offset(stem.substr(dash + 1));
    if (!base || !next || *next <= *base) return std::nullopt;
    return SwapName{.base_offset = *base, .next_offset = *next};
}

struct Name {
    std::string_view stem;
    std::string_view ending;
};

Name split(std::string_view path) {
    std::string_view name = path.substr(path.rfind('/') + 1);
    size_t dot = name.rfind('.');
    if (dot == std::string_view::npos) return {name, ""};
    return {name.substr(0, dot), name.substr(dot + 1)};
}

FolderContent list(const SegmentFolder& folder) {
    FolderContent content;
    for (const auto& entry : folder.disk().list(folder.path(), storage::Depth::OneFolder)) {
        Name name = split(entry.path);
        if (entry.path == folder.clean()) content.has_clean_note = true;
        if (entry.path == folder.recovery_point()) content.has_recovery_point = true;
        auto offset = read_name_offset(name.stem);
        if (!offset) continue;
        if (name.ending == "log") content.log_sizes[*offset] = entry.size;
        if (name.ending == "index") content.indexes.insert(*offset);
        if (name.ending == "snap") content.snapshots.insert(*offset);
    }
    return content;
}

// The swap file is whole, and some of the segments it stands for may be gone already.
void complete_swap(const SegmentFolder& folder, SwapName name, const FolderContent& content) {
    TARN_LOG_INFO("{}: completing the replacement of segments {} to {}", folder.path(),
                  name.base_offset, name.next_offset);
    auto& disk = folder.disk();
    for (const auto& [base, size] : content.log_sizes) {
        if (base < name.base_offset || base >= name.next_offset) continue;
        disk.remove(folder.index(base));
        disk.remove(folder.log(base));
    }
    disk.rename(folder.swap(name), folder.log(name.base_offset));
    disk.sync_folder(folder.path());
}

}  // namespace

std::string SegmentFolder::segment_file(Offset base, std::string_view ending) const {
    return fmt::format("{}/{:020}.{}", path_, base, ending);
}

std::string SegmentFolder::swap_file(SwapName name, std::string_view ending) const {
    return fmt::format("{}/{:020}-{:020}.{}", path_, name.base_offset, name.next_offset, ending);
}

std::optional<Bytes> SegmentFolder::read_state(const std::string& file,
                                               std::string_view kind) const {
    try {
        Bytes bytes = disk_.read(file);
        if (auto content = content_of(kind, bytes)) return copy_of(*content);
        TARN_LOG_WARN("{} is damaged; going on without it", file);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::NotFound) throw;
    }
    return std::nullopt;
}

std::optional<Offset> SegmentFolder::read_offset(const std::string& file,
                                                 std::string_view kind) const {
    auto content = read_state(file, kind);
    if (!content || content->size() != sizeof(Offset)) return std::nullopt;
    auto offset = ByteReader(*content, file).take_little_endian<Offset>();
    return offset >= 0 ? std::optional(offset) : std::nullopt;
}

FolderContent tidy_up(const SegmentFolder& folder) {
    auto& disk = folder.disk();
    FolderContent content = list(folder);
    bool has_swapped = false;
    for (const auto& entry : disk.list(folder.path(), storage::Depth::OneFolder)) {
        Name name = split(entry.path);
        if (name.ending == "cleaned" || name.ending == "deleted") disk.remove(entry.path);
        if (name.ending != "swap") continue;
        if (auto swap = read_swap_name(name.stem)) {
            complete_swap(folder, *swap, content);
            has_swapped = true;
        }
    }
    if (has_swapped) content = list(folder);
    for (Offset base : content.indexes) {
        if (!content.log_sizes.contains(base)) disk.remove(folder.index(base));
    }
    return content;
}

Bytes offset_file(std::string_view kind, Offset offset) {
    Bytes content;
    put_little_endian(content, offset);
    return state_file(kind, content);
}

}  // namespace tarn::log
