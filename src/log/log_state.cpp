#include "log/log_state.hpp"

#include "base/byte_reader.hpp"
#include "base/error.hpp"

namespace tarn::log {

namespace {

// A control batch that is not one can only have been made by someone with a hand on the files.
std::optional<EndMarker> marker_in(BytesView batch) {
    try {
        return read_marker(batch);
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace

std::optional<CompletedTransaction> LogState::note(const BatchHeader& header, BytesView batch,
                                                   Timestamp now) {
    epochs.note(header.leader_epoch, header.base_offset);
    if (!header.is_control()) {
        producers.note(header, now);
        return std::nullopt;
    }
    auto marker = marker_in(batch);
    if (!marker) return std::nullopt;
    return producers.note_marker(header, *marker, now);
}

Bytes LogState::snapshot() const {
    Bytes out;
    epochs.encode(out);
    Bytes states = producers.snapshot();
    out.insert(out.end(), states.begin(), states.end());
    return out;
}

std::optional<LogState> LogState::from_snapshot(BytesView bytes) {
    try {
        ByteReader in(bytes, "snapshot");
        LogState state;
        state.epochs = LeaderEpochs::decode(in);
        state.producers = ProducerStates::from_snapshot(in.take(in.remaining()));
        return state;
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace tarn::log
