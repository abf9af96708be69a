#include "engine/job/epoch_completion.hpp"

#include <pthread.h>

#include <utility>

#include "base/crash_point.hpp"

namespace tarn::engine {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

void EpochCompletion::begin(CapturedEpoch epoch) {
    auto work = [this, captured = std::move(epoch)]() mutable {
        pthread_setname_np(pthread_self(), "tarn-epoch");
        return complete(std::move(captured));
    };
    is_under_way_ = true;
    result_ = std::async(std::launch::async, std::move(work)).share();
}

bool EpochCompletion::is_over() const {
    return is_under_way_ && result_.wait_for(milliseconds(0)) == std::future_status::ready;
}

const EpochCompletion::Result& EpochCompletion::take() {
    is_under_way_ = false;
    return result_.get();
}

void EpochCompletion::wait() const {
    // Of its own, as one of them is not for several threads.
    std::shared_future<Result> result = result_;
    if (result.valid()) result.get();
}

EpochCompletion::Result EpochCompletion::complete(CapturedEpoch captured) const {
    Epoch& epoch = captured.epoch;
    for (size_t i = 0; i < sinks_.size(); ++i) {
        epoch.parts.emplace(sinks_[i].name, captured.sinks[i]());
    }
    crash_point("epoch-prepared");
    EpochStore::Place place;
    if (epochs_) place = epochs_->put(epoch);
    crash_point("epoch-written");
    for (const NamedSink& each : sinks_) {
        each.sink->commit(epoch.number, epoch.parts.at(each.name));
        crash_point("epoch-committed-by-a-sink");
    }
    crash_point("epoch-committed");
    if (epochs_) epochs_->gather();
    crash_point("epoch-gathered");
    CompletedEpoch completed{
        .number = epoch.number,
        .began = captured.began,
        .took = duration_cast<milliseconds>(clock_.ticks() - captured.stopped),
        .stood_still = duration_cast<milliseconds>(captured.goes_on - captured.stopped),
        .place = std::move(place),
        .was_asked_for = captured.was_asked_for};
    using Parts = std::map<std::string, OperatorState>;
    return {std::move(completed), std::make_shared<const Parts>(std::move(captured.positions))};
}

}  // namespace tarn::engine
