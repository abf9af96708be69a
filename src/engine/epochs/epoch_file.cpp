#include "engine/epochs/epoch_file.hpp"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/reader.h>
#include <arrow/ipc/writer.h>
#include <arrow/util/compression.h>

#include "base/byte_reader.hpp"
#include "base/crc32c.hpp"
#include "columns/arrow_result.hpp"

namespace tarn::engine {
namespace {

using columns::or_throw;

constexpr std::string_view Magic = "TARNEPO2";
constexpr std::string_view What = "epoch";

// --- writing

template <typename T>
void append_number(Bytes& bytes, T value) {
    BytesView number = std::as_bytes(std::span(&value, 1));
    bytes.insert(bytes.end(), number.begin(), number.end());
}

void append_bytes(Bytes& bytes, BytesView value) {
    append_number(bytes, static_cast<uint64_t>(value.size()));
    bytes.insert(bytes.end(), value.begin(), value.end());
}

void append_text(Bytes& bytes, std::string_view text) {
    append_bytes(bytes, as_bytes(text));
}

void append_rows(Bytes& bytes, const StateRows& rows) {
    auto options = arrow::ipc::IpcWriteOptions::Defaults();
    options.codec = or_throw(arrow::util::Codec::Create(arrow::Compression::ZSTD));
    auto out = or_throw(arrow::io::BufferOutputStream::Create());
    auto writer = or_throw(arrow::ipc::MakeStreamWriter(out, rows->schema(), options));
    or_throw(writer->WriteRecordBatch(*rows));
    or_throw(writer->Close());
    auto written = or_throw(out->Finish());
    append_bytes(bytes, std::as_bytes(written->span_as<uint8_t>()));
}

void append_tables(Bytes& bytes, const OperatorState::Tables& tables) {
    append_number(bytes, static_cast<uint32_t>(tables.size()));
    for (const auto& [name, batches] : tables) {
        append_text(bytes, name);
        append_number(bytes, static_cast<uint32_t>(batches.size()));
        for (const StateRows& rows : batches) append_rows(bytes, rows);
    }
}

// --- reading

BytesView take_bytes(ByteReader& in) {
    return in.take(in.take_little_endian<uint64_t>());
}

std::string take_text(ByteReader& in) {
    return std::string(as_text(take_bytes(in)));
}

StateRows take_rows(ByteReader& in) {
    BytesView bytes = take_bytes(in);
    // The columns go on living in memory of their own, where Arrow finds it aligned.
    auto buffer = arrow::Buffer::FromString(std::string(as_text(bytes)));
    auto reader = or_throw(arrow::ipc::RecordBatchStreamReader::Open(
        std::make_shared<arrow::io::BufferReader>(buffer)));
    StateRows rows;
    or_throw(reader->ReadNext(&rows));
    if (!rows) throw Error(ErrorCode::Corrupt, "a table of an epoch has no rows");
    or_throw(rows->ValidateFull());
    return rows;
}

template <typename Take, typename Put>
void take_tables(ByteReader& in, Take take, Put put) {
    for (auto tables = in.take_little_endian<uint32_t>(); tables > 0; --tables) {
        std::string name = take_text(in);
        for (auto batches = in.take_little_endian<uint32_t>(); batches > 0; --batches) {
            put(name, take(in));
        }
    }
}

OperatorState take_part(ByteReader& in) {
    OperatorState part;
    take_tables(in, take_rows, [&](const std::string& table, StateRows rows) {
        part.put(table, std::move(rows));
    });
    take_tables(in, take_rows, [&](const std::string& table, StateRows keys) {
        part.put_changed(table, std::move(keys));
    });
    return part;
}

}  // namespace

const OperatorState& part_of(const std::map<std::string, OperatorState>& parts,
                             const std::string& name) {
    auto found = parts.find(name);
    if (found != parts.end()) return found->second;
    throw Error(ErrorCode::Corrupt, "the epoch has nothing about {}", name);
}

Bytes encoded(const Epoch& epoch) {
    Bytes bytes = copy_of(as_bytes(Magic));
    append_number(bytes, epoch.number);
    append_number(bytes, epoch.since);
    append_number(bytes, static_cast<uint32_t>(epoch.parts.size()));
    for (const auto& [name, part] : epoch.parts) {
        append_text(bytes, name);
        append_tables(bytes, part.tables());
        append_tables(bytes, part.changed());
    }
    append_number(bytes, crc32c(bytes));
    return bytes;
}

namespace {

// The bytes behind the magic, when they are those that were written.
BytesView content_of(BytesView bytes) {
    constexpr size_t ChecksumSize = sizeof(uint32_t);
    if (bytes.size() < Magic.size() + ChecksumSize || as_text(bytes.first(Magic.size())) != Magic) {
        throw Error(ErrorCode::Corrupt, "{}: this is no epoch of a job", What);
    }
    BytesView content = bytes.first(bytes.size() - ChecksumSize);
    ByteReader checksum(bytes.last(ChecksumSize), What);
    if (checksum.take_little_endian<uint32_t>() != crc32c(content)) {
        throw Error(ErrorCode::Corrupt, "{}: the bytes are not those that were written", What);
    }
    return content.subspan(Magic.size());
}

Epoch take_head(ByteReader& in) {
    Epoch epoch{.number = in.take_little_endian<int64_t>()};
    epoch.since = in.take_little_endian<int64_t>();
    if (epoch.since < 0 || epoch.since >= epoch.number) {
        throw Error(ErrorCode::Corrupt, "{}: {} cannot change {}", What, epoch.number, epoch.since);
    }
    return epoch;
}

}  // namespace

Epoch decoded_epoch(BytesView bytes) {
    ByteReader in(content_of(bytes), What);
    Epoch epoch = take_head(in);
    for (auto parts = in.take_little_endian<uint32_t>(); parts > 0; --parts) {
        std::string name = take_text(in);
        epoch.parts.emplace(std::move(name), take_part(in));
    }
    if (!in.is_at_end()) {
        throw Error(ErrorCode::Corrupt, "{}: {} bytes too many", What, in.remaining());
    }
    return epoch;
}

std::vector<std::string> part_names_in(BytesView bytes) {
    ByteReader in(content_of(bytes), What);
    take_head(in);
    std::vector<std::string> names;
    for (auto parts = in.take_little_endian<uint32_t>(); parts > 0; --parts) {
        names.push_back(take_text(in));
        for (int of_changes = 0; of_changes < 2; ++of_changes) {
            take_tables(in, take_bytes, [](const std::string&, BytesView) {});
        }
    }
    return names;
}

}  // namespace tarn::engine
