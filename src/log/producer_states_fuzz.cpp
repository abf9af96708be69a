// Two things, told apart by the first byte. A snapshot of any bytes is refused or is written again
// as it was read. And any history of producers agrees with a model that forgets nothing: what is
// called a duplicate has been stored, and the first open transaction is the first.
#include <algorithm>
#include <map>

#include "base/assert.hpp"
#include "base/crc32c.hpp"
#include "base/error.hpp"
#include "log/producer_states.hpp"

namespace tarn::log {
namespace {

void read_snapshot(BytesView bytes) {
    try {
        ProducerStates states = ProducerStates::from_snapshot(bytes);
        TARN_ASSERT(std::ranges::equal(states.snapshot(), bytes));
        states.active_producers();
        states.trim(100);
        states.expire(100);
    } catch (const Error& error) {
        TARN_ASSERT(error.code() == ErrorCode::Corrupt);
    }
}

void read_snapshot_with_its_checksum(Bytes bytes) {
    uint32_t checksum = 0;
    if (bytes.size() < sizeof checksum) return;
    checksum = crc32c(BytesView(bytes).subspan(sizeof checksum));
    std::memcpy(bytes.data(), &checksum, sizeof checksum);
    read_snapshot(bytes);
}

// Every sequence that was ever stored, by producer and epoch, and the offset it got.
struct Model {
    std::map<std::tuple<ProducerId, int16_t, int32_t>, Offset> stored;
    std::map<ProducerId, Offset> open;
    std::map<ProducerId, int32_t> next_sequence;
    Offset start = 0;
    Offset end = 0;

    std::optional<Offset> first_open() const {
        std::optional<Offset> first;
        for (const auto& entry : open) {
            first = std::min(first.value_or(entry.second), entry.second);
        }
        if (first) return std::max(*first, start);
        return first;
    }
};

// Takes four bytes: what happens, to whom, and numbers for it.
void step(ProducerStates& states, Model& model, std::span<const uint8_t, 4> input) {
    BatchHeader batch{.base_offset = model.end,
                      .last_offset_delta = input[2] & 3,
                      .producer_id = input[1] & 3,
                      .producer_epoch = static_cast<int16_t>(input[1] >> 2 & 1)};
    switch (input[0] & 7) {
        case 0: {
            bool had_open = model.open.contains(batch.producer_id);
            auto ended = states.note_marker(batch, {.commits = (input[2] & 4) != 0}, model.end);
            TARN_ASSERT(ended.has_value() == had_open);
            model.open.erase(batch.producer_id);
            model.end = batch.next_offset();
            return;
        }
        case 1:
            model.start = model.start + (input[2] % (model.end - model.start + 1));
            states.trim(model.start);
            return;
        case 2:
            states.expire(model.end - input[2]);
            return;
        case 3:
            states = ProducerStates::from_snapshot(states.snapshot(), 3);
            return;
        default:
            break;
    }

    // Mostly where the producer is, and around the largest sequence at first.
    auto [known, is_new] = model.next_sequence.try_emplace(batch.producer_id, 0x7FFFFFFB);
    int ahead = input[3] < 128 ? 0 : input[3] % 24 - 20;
    batch.base_sequence = (input[1] & 0x80) ? 0 : advance_sequence(known->second, ahead);
    BatchAttributes attributes{.is_transactional = (input[2] & 4) != 0};
    batch.attributes = attributes.bits();

    auto offset_of = [&](int32_t i) -> std::optional<Offset> {
        auto found = model.stored.find(
            {batch.producer_id, batch.producer_epoch, advance_sequence(batch.base_sequence, i)});
        return found == model.stored.end() ? std::nullopt : std::optional(found->second);
    };
    auto check = states.check(batch);
    if (auto* before = std::get_if<StoredBefore>(&check)) {
        TARN_ASSERT(offset_of(0) == before->base_offset);
        TARN_ASSERT(offset_of(batch.last_offset_delta) == before->last_offset);
    } else if (auto* refusal = std::get_if<Refusal>(&check)) {
        if (*refusal != Refusal::DuplicateSequence) return;
        for (int32_t i = 0; i <= batch.last_offset_delta; ++i) TARN_ASSERT(offset_of(i));
    } else {
        states.note(batch, model.end);
        for (int32_t i = 0; i <= batch.last_offset_delta; ++i) {
            model.stored[{batch.producer_id, batch.producer_epoch,
                          advance_sequence(batch.base_sequence, i)}] = model.end + i;
        }
        known->second = advance_sequence(batch.last_sequence(), 1);
        if (batch.is_transactional()) model.open.emplace(batch.producer_id, model.end);
        model.end = batch.next_offset();
        TARN_ASSERT(std::holds_alternative<StoredBefore>(states.check(batch)));
    }
}

}  // namespace
}  // namespace tarn::log

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace tarn;
    using namespace tarn::log;
    if (size == 0) return 0;
    std::span<const uint8_t> rest(data + 1, size - 1);
    if (data[0] % 2 == 0) {
        read_snapshot(std::as_bytes(rest));
        read_snapshot_with_its_checksum(copy_of(std::as_bytes(rest)));
        return 0;
    }
    ProducerStates states(3);
    Model model;
    for (; rest.size() >= 4; rest = rest.subspan(4)) {
        step(states, model, rest.first<4>());
        TARN_ASSERT(states.first_open_transaction() == model.first_open());
    }
    return 0;
}
