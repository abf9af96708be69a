// Completes epochs beside the job, which goes on meanwhile: what sinks have set aside becomes
// durable, then the epoch with all that it remembers, and only then the sinks make theirs visible.
// One epoch at a time.
#pragma once

#include <future>

#include "engine/epochs/epoch_store.hpp"
#include "engine/job/sink.hpp"

namespace tarn::engine {

// A sink of a job, by the name that its part of an epoch has.
struct NamedSink {
    std::string name;
    Sink* sink;
    std::optional<size_t> end;  // none for rejected records
};

// An epoch as the job leaves it behind when it goes on.
struct CapturedEpoch {
    Epoch epoch;  // without the parts of sinks
    std::vector<Preparation> sinks = {};
    std::map<std::string, OperatorState> positions = {};  // of sources
    WallTime began{};
    Ticks stopped{};  // when workers were told to stand still
    Ticks goes_on{};
    bool was_asked_for = false;
};

// An epoch that this job has completed.
struct CompletedEpoch {
    int64_t number = 0;
    WallTime began{};
    std::chrono::milliseconds took{};
    std::chrono::milliseconds stood_still{};  // for so long nothing else was done
    EpochStore::Place place = {};
    bool was_asked_for = false;
};

class EpochCompletion {
public:
    using Positions = std::shared_ptr<const std::map<std::string, OperatorState>>;
    struct Result {
        CompletedEpoch epoch;
        Positions positions;
    };

    // They outlive this; the epochs may be null.
    EpochCompletion(const std::vector<NamedSink>& sinks, EpochStore* epochs, const Clock& clock)
        : sinks_(sinks), epochs_(epochs), clock_(clock) {}

    // While nobody else calls, and none is under way.
    void begin(CapturedEpoch epoch);
    // It has begun and was not taken yet.
    bool is_under_way() const { return is_under_way_; }
    // take() need not wait.
    bool is_over() const;
    // What has become of the one that is under way; throws what it failed with.
    const Result& take();

    // Returns when what has begun is complete, and throws what it failed with. Any worker may ask.
    void wait() const;

private:
    Result complete(CapturedEpoch captured) const;

    const std::vector<NamedSink>& sinks_;
    EpochStore* epochs_;
    const Clock& clock_;
    bool is_under_way_ = false;
    std::shared_future<Result> result_;  // of the last one
};

}  // namespace tarn::engine
