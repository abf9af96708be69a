#include "connectors/http/batched_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/stable_hash.hpp"

namespace tarn::connectors {
namespace {

constexpr size_t HeldBytesMax = size_t{256} << 20;

}  // namespace

void BatchedRows::write(const engine::ChangeBatch& rows) {
    for (int64_t begin = 0; begin < rows.size();) {
        int64_t count = std::min(rows.size() - begin, settings_.rows_max - pending_rows_);
        if (!first_pending_) first_pending_ = clock_.ticks();
        body_->add(engine::slice(rows, begin, count));
        pending_rows_ += count;
        begin += count;
        if (pending_rows_ >= settings_.rows_max) end_batch();
    }
}

std::optional<Ticks> BatchedRows::wakes_at() const {
    if (!first_pending_ || settings_.is_exactly_once) return std::nullopt;
    return *first_pending_ + settings_.interval;
}

void BatchedRows::end_batch() {
    if (pending_rows_ == 0) return;
    std::string body = body_->finish();
    pending_rows_ = 0;
    first_pending_.reset();
    if (!settings_.is_exactly_once) {
        std::string named = key(epoch_, number_++, body);
        return send_(std::move(body), named);
    }
    held_bytes_ += body.size();
    held_.push_back(std::move(body));
    if (held_bytes_ <= HeldBytesMax) return;
    throw Error(ErrorCode::TooLarge, "an epoch holds over {} MB of rows to send",
                HeldBytesMax >> 20)
        .with_hint(
            "make epochs shorter (SET 'execution.checkpointing.interval'), or take "
            "'sink.delivery-guarantee' = 'at-least-once'");
}

engine::OperatorState BatchedRows::prepare(const engine::EpochFacts& epoch) {
    end_batch();
    has_prepared_ = true;
    epoch_ = epoch.number + 1;
    number_ = 0;
    engine::OperatorState state;
    std::array<int64_t, 1> run{run_};
    state.put("run", engine::state_rows({{"id", engine::number_column(run)}}));
    if (held_.empty()) return state;
    std::vector<std::string_view> bodies(held_.begin(), held_.end());
    state.put("batches", engine::state_rows({{"body", engine::bytes_column(bodies)}}));
    held_.clear();
    held_bytes_ = 0;
    return state;
}

void BatchedRows::go_on_after(int64_t epoch, const engine::OperatorState& prepared) {
    epoch_ = epoch + 1;
    for (const engine::StateRows& rows : prepared.all("run")) {
        run_ = engine::numbers_of(rows, 0).at(0);
    }
}

void BatchedRows::commit(int64_t epoch, const engine::OperatorState& prepared) {
    if (!has_prepared_) go_on_after(epoch, prepared);
    int64_t number = 0;
    for (const engine::StateRows& rows : prepared.all("batches")) {
        for (std::string_view body : engine::bytes_of(rows, 0)) {
            send_(std::string(body), key(epoch, number++, body));
        }
    }
}

// With a hash of the rows: rows that go again after a crash need not lie in the batches of before,
// and no server may take new rows for some that it has.
std::string BatchedRows::key(int64_t epoch, int64_t number, std::string_view body) const {
    return fmt::format("{}/{:016x}/{}/{}/{:016x}", settings_.writer, run_, epoch, number,
                       stable_hash(body));
}

}  // namespace tarn::connectors
