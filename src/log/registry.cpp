#include "log/registry.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/byte_reader.hpp"
#include "base/crc32c.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "log/state_file.hpp"

namespace tarn::log {
namespace {

namespace json = boost::json;

// An entry: u32 length of what follows the checksum, u32 CRC-32C of that, u16 version, then the
// text of a JSON array, [name, document] or [name] for a removal. Little-endian.
constexpr size_t FrameSize = 8;
constexpr uint16_t EntryVersion = 1;
constexpr uint32_t EntryBytesMax = 16 << 20;
// Below this a file is not worth writing anew.
constexpr int EntriesKeptMin = 256;

template <typename T>
T little_endian_at(BytesView bytes, size_t at) {
    return ByteReader(bytes.subspan(at), "registry").take_little_endian<T>();
}

Bytes framed(std::string_view name, const json::value* document) {
    json::array content = {json::string(name)};
    if (document) content.push_back(*document);
    std::string text = json::serialize(content);
    // Names come from clients; one that is no UTF-8 could be written here but never read again.
    boost::system::error_code unreadable;
    json::parse(text, unreadable);
    if (unreadable) {
        throw Error(ErrorCode::InvalidInput, "a name cannot be kept: {}", unreadable.message());
    }
    Bytes body;
    put_little_endian(body, EntryVersion);
    BytesView text_bytes = as_bytes(text);
    body.insert(body.end(), text_bytes.begin(), text_bytes.end());
    if (body.size() > EntryBytesMax) {
        throw Error(ErrorCode::InvalidInput, "{} is too large to be kept: {} bytes", name,
                    body.size());
    }
    Bytes frame;
    put_little_endian(frame, static_cast<uint32_t>(body.size()));
    put_little_endian(frame, crc32c(body));
    frame.insert(frame.end(), body.begin(), body.end());
    return frame;
}

// The body of the entry that starts `bytes`; nothing when it is not whole or not sound.
std::optional<BytesView> body_of(BytesView bytes) {
    if (bytes.size() < FrameSize) return std::nullopt;
    auto length = little_endian_at<uint32_t>(bytes, 0);
    if (length < sizeof(EntryVersion) || length > EntryBytesMax) return std::nullopt;
    if (bytes.size() - FrameSize < length) return std::nullopt;
    BytesView body = bytes.subspan(FrameSize, length);
    if (crc32c(body) != little_endian_at<uint32_t>(bytes, 4)) return std::nullopt;
    return body;
}

// A crash tears the last entry only, so nothing sound may follow a bad one.
bool holds_a_sound_entry(BytesView bytes) {
    for (size_t at = 1; at < bytes.size(); ++at) {
        if (body_of(bytes.subspan(at))) return true;
    }
    return false;
}

}  // namespace

Registry::Registry(storage::Disk& disk, std::string path) : disk_(disk), path_(std::move(path)) {
    if (disk_.exists(path_)) {
        file_ = disk_.open_file(path_);
        read_all();
    } else {
        disk_.write(path_, {});
        file_ = disk_.open_file(path_);
    }
}

void Registry::read_all() {
    Bytes content = file_->Reader::read_at(0, file_->size());
    size_t at = 0;
    while (at < content.size()) {
        auto body = body_of(BytesView(content).subspan(at));
        if (!body) break;
        if (auto version = little_endian_at<uint16_t>(*body, 0); version != EntryVersion) {
            throw Error(ErrorCode::Corrupt, "{}: an entry of version {} at byte {}", path_, version,
                        at)
                .with_hint("a later Tarn wrote it; use that one");
        }
        json::array entry = json::parse(as_text(body->subspan(sizeof(EntryVersion)))).as_array();
        std::string name(entry.at(0).as_string());
        if (entry.size() > 1) {
            entries_[name] = entry[1];
        } else {
            entries_.erase(name);
        }
        ++entries_in_file_;
        at += FrameSize + body->size();
    }
    if (at == content.size()) return;
    if (holds_a_sound_entry(BytesView(content).subspan(at))) {
        throw Error(ErrorCode::Corrupt, "{} is damaged at byte {}, and sound entries follow", path_,
                    at)
            .with_hint("restore the file from a copy; cutting it there would forget topics");
    }
    TARN_LOG_INFO("{}: cut off {} bytes of an entry that was being written", path_,
                  content.size() - at);
    file_->truncate(static_cast<int64_t>(at));
    file_->sync();
}

std::optional<json::value> Registry::find(std::string_view name) const {
    std::lock_guard lock(mutex_);
    auto found = entries_.find(name);
    return found == entries_.end() ? std::nullopt : std::optional(found->second);
}

Registry::Entries Registry::of_kind(std::string_view kind) const {
    std::lock_guard lock(mutex_);
    Entries found;
    std::string prefix = std::string(kind) + "/";
    for (auto next = entries_.lower_bound(prefix);
         next != entries_.end() && next->first.starts_with(prefix); ++next) {
        found.emplace(next->first.substr(prefix.size()), next->second);
    }
    return found;
}

void Registry::put(std::string name, json::value document) {
    std::lock_guard lock(mutex_);
    append(name, &document);
    entries_[std::move(name)] = std::move(document);
    rewrite_if_worthwhile();
}

void Registry::remove(std::string_view name) {
    std::lock_guard lock(mutex_);
    auto found = entries_.find(name);
    if (found == entries_.end()) return;
    append(name, nullptr);
    entries_.erase(found);
    rewrite_if_worthwhile();
}

void Registry::append(std::string_view name, const json::value* document) {
    file_->append(framed(name, document));
    file_->sync();
    ++entries_in_file_;
}

void Registry::rewrite_if_worthwhile() {
    if (entries_in_file_ < EntriesKeptMin || entries_in_file_ < 4 * std::ssize(entries_)) return;
    Bytes content;
    for (const auto& [name, document] : entries_) {
        Bytes frame = framed(name, &document);
        content.insert(content.end(), frame.begin(), frame.end());
    }
    disk_.write(path_, content);
    file_ = disk_.open_file(path_);
    entries_in_file_ = static_cast<int>(entries_.size());
}

}  // namespace tarn::log
