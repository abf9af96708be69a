#include "log/leader_epochs.hpp"

#include <algorithm>

#include "log/state_file.hpp"

namespace tarn::log {

void LeaderEpochs::note(int32_t epoch, Offset offset) {
    if (!epochs_.empty() && epoch <= epochs_.back().epoch) return;
    // An epoch without a batch leaves no trace.
    while (!epochs_.empty() && epochs_.back().start >= offset) epochs_.pop_back();
    epochs_.push_back({epoch, offset});
}

EpochEnd LeaderEpochs::end_of(int32_t epoch, Offset log_end) const {
    if (epochs_.empty() || epoch < 0 || epoch > epochs_.back().epoch) return {};
    if (epoch == epochs_.back().epoch) return {epoch, log_end};
    auto next =
        std::upper_bound(epochs_.begin(), epochs_.end(), epoch,
                         [](int32_t asked, const Epoch& each) { return asked < each.epoch; });
    int32_t found = next == epochs_.begin() ? epoch : std::prev(next)->epoch;
    return {found, next->start};
}

std::optional<int32_t> LeaderEpochs::epoch_at(Offset offset) const {
    auto next =
        std::upper_bound(epochs_.begin(), epochs_.end(), offset,
                         [](Offset asked, const Epoch& each) { return asked < each.start; });
    if (next == epochs_.begin()) return std::nullopt;
    return std::prev(next)->epoch;
}

void LeaderEpochs::trim(Offset start) {
    auto next =
        std::upper_bound(epochs_.begin(), epochs_.end(), start,
                         [](Offset asked, const Epoch& each) { return asked < each.start; });
    if (next == epochs_.begin()) return;
    epochs_.erase(epochs_.begin(), std::prev(next));
    epochs_.front().start = start;
}

void LeaderEpochs::encode(Bytes& out) const {
    put_little_endian(out, static_cast<uint32_t>(epochs_.size()));
    for (const Epoch& each : epochs_) {
        put_little_endian(out, each.epoch);
        put_little_endian(out, each.start);
    }
}

LeaderEpochs LeaderEpochs::decode(ByteReader& in) {
    LeaderEpochs epochs;
    auto count = in.take_little_endian<uint32_t>();
    for (uint32_t i = 0; i < count; ++i) {
        auto epoch = in.take_little_endian<int32_t>();
        auto start = in.take_little_endian<Offset>();
        epochs.epochs_.push_back({epoch, start});
    }
    return epochs;
}

}  // namespace tarn::log
