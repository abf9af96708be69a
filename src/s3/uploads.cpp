#include "s3/uploads.hpp"

#include <algorithm>
#include <functional>
#include <tuple>

#include "s3/refusal.hpp"
#include "s3/text.hpp"

namespace tarn::s3 {
namespace {

constexpr int64_t StepBytes = 4 * 1024 * 1024;
constexpr std::string_view RecordName = "upload";
constexpr size_t IdDigits = 32;
// Left to the file system's own time: see the head of uploads.hpp.
constexpr storage::WriteOptions Unflushed{.durability = storage::Durability::Buffered};

std::string uploads_folder() {
    return fmt::format("{}/uploads", OwnFolder);
}

std::string folder_of(const std::string& id) {
    return fmt::format("{}/{}", uploads_folder(), id);
}

bool is_id(std::string_view id) {
    return id.size() == IdDigits && std::ranges::all_of(id, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

// The record of an upload is the note that its object will have, with the name before it.
Bytes encode_record(const Upload& upload) {
    ObjectNote note{.size = 0, .etag = "none"};
    note.upload_id = upload.id;
    note.headers = upload.headers;
    if (upload.checksum) note.checksum = Checksum{.kind = *upload.checksum, .value = "="};
    note.checksum_form = upload.checksum_form;
    std::string text = fmt::format("{}\n{}\n", upload.name.bucket, upload.name.key);
    text += as_text(encode(note));
    return copy_of(as_bytes(text));
}

std::optional<Upload> decode_record(BytesView bytes) {
    std::string_view text = as_text(bytes);
    size_t bucket_end = text.find('\n');
    if (bucket_end == std::string_view::npos) return std::nullopt;
    size_t key_end = text.find('\n', bucket_end + 1);
    if (key_end == std::string_view::npos) return std::nullopt;
    auto note = decode_note(as_bytes(text.substr(key_end + 1)));
    if (!note) return std::nullopt;
    Upload upload{.id = note->upload_id,
                  .name = {std::string(text.substr(0, bucket_end)),
                           std::string(text.substr(bucket_end + 1, key_end - bucket_end - 1))},
                  .checksum = {},
                  .checksum_form = note->checksum_form,
                  .headers = std::move(note->headers)};
    if (note->checksum) upload.checksum = note->checksum->kind;
    return upload;
}

// "part-00007-MD5" or "part-00007-MD5-CRC32-HEX".
std::string part_name(int number, const Payload::Facts& facts) {
    std::string name = fmt::format("part-{:05}-{}", number, to_hex(facts.md5));
    if (facts.checksum) {
        auto bytes = from_base64(facts.checksum->value);
        name +=
            fmt::format("-{}-{}", name_of(facts.checksum->kind), to_hex(bytes.value_or(Bytes())));
    }
    return name;
}

std::optional<Part> part_of(const storage::Entry& entry) {
    std::string_view name = std::string_view(entry.path).substr(entry.path.rfind('/') + 1);
    std::vector<std::string_view> fields;
    while (true) {
        fields.push_back(name.substr(0, name.find('-')));
        if (fields.back().size() == name.size()) break;
        name.remove_prefix(fields.back().size() + 1);
    }
    if (fields[0] != "part" || (fields.size() != 3 && fields.size() != 5)) return std::nullopt;
    Part part{.number = 0,
              .md5 = {},
              .checksum = {},
              .size = entry.size,
              .modified_at = entry.modified_at,
              .path = entry.path};
    auto number = parse_number<int>(fields[1]);
    auto md5 = from_hex(fields[2]);
    if (!number || !md5) return std::nullopt;
    part.number = *number;
    part.md5 = std::move(*md5);
    if (fields.size() == 5) {
        auto kind = checksum_named(fields[3]);
        auto value = from_hex(fields[4]);
        if (!kind || !value) return std::nullopt;
        part.checksum = Checksum{.kind = *kind, .value = to_base64(*value)};
    }
    return part;
}

std::string without_quotes(std::string_view etag) {
    if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') {
        etag = etag.substr(1, etag.size() - 2);
    }
    return std::string(etag);
}

}  // namespace

Upload Uploads::begin(Upload upload) {
    path_to_write(upload.name);
    auto& disk = objects_.disk();
    if (disk.list(uploads_folder(), storage::Depth::OneFolder).size() >= UploadsOpenMax) {
        throw Refusal(Code::SlowDown, "Too many uploads are open; abort those nobody needs.");
    }
    upload.id = fmt::format("{:016x}{:016x}", random_.next(), random_.next());
    disk.write(fmt::format("{}/{}", folder_of(upload.id), RecordName), encode_record(upload),
               Unflushed);
    return upload;
}

Upload Uploads::find(const ObjectName& name, const std::string& id) const {
    auto upload = load(id);
    if (!upload || !(upload->name == name)) throw Refusal(Code::NoSuchUpload);
    return *upload;
}

std::optional<Upload> Uploads::load(const std::string& id) const {
    if (!is_id(id)) return std::nullopt;
    std::string path = fmt::format("{}/{}", folder_of(id), RecordName);
    auto entry = objects_.disk().stat(path);
    if (!entry) return std::nullopt;
    std::optional<Upload> upload;
    try {
        upload = decode_record(objects_.disk().read(path));
    } catch (const Error& error) {
        if (error.code() != ErrorCode::NotFound) throw;
    }
    if (!upload || upload->id != id) return std::nullopt;
    upload->started_at = entry->modified_at;
    return upload;
}

std::vector<Upload> Uploads::all(const std::string& bucket) const {
    std::vector<Upload> found;
    for (const auto& entry : objects_.disk().list(uploads_folder(), storage::Depth::OneFolder)) {
        auto upload = load(entry.path.substr(entry.path.rfind('/') + 1));
        if (upload && upload->name.bucket == bucket) found.push_back(std::move(*upload));
    }
    std::ranges::sort(found, [](const Upload& a, const Upload& b) {
        return std::tie(a.name.key, a.id) < std::tie(b.name.key, b.id);
    });
    return found;
}

std::vector<Part> Uploads::parts(const Upload& upload) const {
    std::vector<Part> found;
    for (const auto& entry :
         objects_.disk().list(folder_of(upload.id), storage::Depth::OneFolder)) {
        auto part = part_of(entry);
        if (!part) continue;
        // Two of one number: the process ended before it removed the older.
        if (!found.empty() && found.back().number == part->number) {
            if (part->modified_at < found.back().modified_at) continue;
            found.pop_back();
        }
        found.push_back(std::move(*part));
    }
    return found;
}

std::unique_ptr<storage::DiskWriter> Uploads::begin_part(const Upload& upload, std::string& path) {
    path = fmt::format("{}/incoming-{:016x}", folder_of(upload.id), random_.next());
    return objects_.disk().open_disk_writer(path, Unflushed);
}

Part Uploads::commit_part(const Upload& upload, int number,
                          std::unique_ptr<storage::DiskWriter> writer, const std::string& path,
                          const Payload::Facts& facts) {
    auto& disk = objects_.disk();
    writer->close();
    std::string final_path = fmt::format("{}/{}", folder_of(upload.id), part_name(number, facts));
    disk.rename(path, final_path);
    if (!load(upload.id)) {
        // Aborted or completed meanwhile.
        disk.remove_folder(folder_of(upload.id));
        throw Refusal(Code::NoSuchUpload);
    }
    for (const auto& entry : disk.list(folder_of(upload.id), storage::Depth::OneFolder)) {
        auto other = part_of(entry);
        if (other && other->number == number && entry.path != final_path) disk.remove(entry.path);
    }
    auto entry = disk.stat(final_path);
    auto part = entry ? part_of(*entry) : std::nullopt;
    // Replaced by another upload of the same part, which is then the one that counts.
    if (!part) throw Refusal(Code::SlowDown);
    return *part;
}

std::unique_ptr<Assembly> Uploads::begin_complete(const Upload& upload,
                                                  const std::vector<WantedPart>& wanted) {
    if (wanted.empty()) throw Refusal(Code::MalformedXml);
    std::vector<Part> stored = parts(upload), chosen;
    bool is_ascending = std::ranges::adjacent_find(wanted, std::greater_equal{},
                                                   &WantedPart::number) == wanted.end();
    if (!is_ascending) throw Refusal(Code::InvalidPartOrder);
    for (size_t i = 0; i < wanted.size(); ++i) {
        auto found = std::ranges::find(stored, wanted[i].number, &Part::number);
        bool is_there =
            found != stored.end() && to_hex(found->md5) == without_quotes(wanted[i].etag);
        bool is_right = is_there && (!wanted[i].checksum || wanted[i].checksum == found->checksum);
        if (!is_right) throw Refusal(Code::InvalidPart);
        if (i + 1 < wanted.size() && found->size < PartBytesMin) {
            throw Refusal(Code::EntityTooSmall);
        }
        chosen.push_back(*found);
    }
    return std::make_unique<Assembly>(objects_, upload, std::move(chosen));
}

void Uploads::abort(const Upload& upload) {
    objects_.disk().remove_folder(folder_of(upload.id));
}

int Uploads::remove_abandoned(WallTime time) {
    auto& disk = objects_.disk();
    int removed = 0;
    for (const auto& folder : disk.list(uploads_folder(), storage::Depth::OneFolder)) {
        if (folder.modified_at >= time) continue;
        auto files = disk.list(folder.path, storage::Depth::OneFolder);
        bool has_moved = std::ranges::any_of(
            files, [&](const storage::Entry& file) { return file.modified_at >= time; });
        if (has_moved) continue;
        disk.remove_folder(folder.path);
        ++removed;
    }
    return removed;
}

Assembly::Assembly(Objects& objects, Upload upload, std::vector<Part> parts)
    : objects_(objects), upload_(std::move(upload)), parts_(std::move(parts)) {
    writer_ = objects_.begin_write(upload_.name);
    if (upload_.checksum && upload_.checksum_form == ChecksumForm::FullObject) {
        whole_checksum_.emplace(*upload_.checksum);
    }
}

bool Assembly::step() {
    if (next_ == parts_.size()) {
        make_note();
        return false;
    }
    const Part& part = parts_[next_];
    if (!reader_) {
        try {
            reader_ = objects_.disk().open_reader(part.path);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::NotFound) throw Refusal(Code::NoSuchUpload);
            throw;
        }
        part_md5_.emplace(HashKind::Md5);
        offset_ = 0;
    }
    Bytes bytes = reader_->read_at(offset_, StepBytes);
    part_md5_->add(bytes);
    if (whole_checksum_) whole_checksum_->add(bytes);
    writer_->write(bytes);
    offset_ += static_cast<int64_t>(bytes.size());
    if (offset_ >= part.size || bytes.empty()) end_part();
    return true;
}

void Assembly::end_part() {
    const Part& part = parts_[next_];
    if (offset_ != part.size || part_md5_->finish() != part.md5) {
        throw Refusal(Code::InvalidPart,
                      fmt::format("Part {} is damaged; upload it again.", part.number));
    }
    note_.size += static_cast<uint64_t>(part.size);
    reader_.reset();
    ++next_;
}

void Assembly::make_note() {
    RunningHash md5(HashKind::Md5);
    for (const Part& part : parts_) md5.add(part.md5);
    note_.etag = fmt::format("{}-{}", to_hex(md5.finish()), parts_.size());
    note_.upload_id = upload_.id;
    note_.headers = upload_.headers;
    note_.checksum_form = upload_.checksum_form;
    if (whole_checksum_) {
        note_.checksum =
            Checksum{.kind = *upload_.checksum, .value = to_base64(whole_checksum_->finish())};
        return;
    }
    bool has_all = upload_.checksum && std::ranges::all_of(parts_, [&](const Part& part) {
                       return part.checksum && part.checksum->kind == *upload_.checksum;
                   });
    if (!has_all) return;
    RunningHash composite(*upload_.checksum);
    for (const Part& part : parts_)
        composite.add(from_base64(part.checksum->value).value_or(Bytes()));
    note_.checksum =
        Checksum{.kind = *upload_.checksum,
                 .value = fmt::format("{}-{}", to_base64(composite.finish()), parts_.size())};
}

ObjectInfo Assembly::commit(const WriteConditions& conditions) {
    return objects_.commit(upload_.name, std::move(writer_), note_, conditions);
}

}  // namespace tarn::s3
