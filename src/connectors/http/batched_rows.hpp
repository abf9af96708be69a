// Which rows of a sink share a request, when it goes, and the key that it goes with.
//
// At least once: a batch goes when it is full or has waited long enough, and all of them before an
// epoch ends; after a crash rows since the last epoch go again, perhaps in other batches. Exactly
// once: batches are kept with their epoch, and go when it is complete; after a crash the same ones
// go again, with the same keys, by which a server knows those that it has taken.
#pragma once

#include <functional>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "connectors/formats/option_values.hpp"
#include "engine/job/sink.hpp"

namespace tarn::connectors {

// A request's body, while rows are added to it.
class RequestBody {
public:
    virtual ~RequestBody() = default;
    virtual void add(const engine::ChangeBatch& rows) = 0;
    // All that was added since the last time.
    virtual std::string finish() = 0;
};

class BatchedRows {
public:
    struct Settings {
        int64_t rows_max;
        std::chrono::milliseconds interval;
        bool is_exactly_once;
        std::string writer;  // of the keys
    };
    // Returns when the server has taken it.
    using Send = std::function<void(std::string body, const std::string& key)>;

    BatchedRows(Settings settings, std::unique_ptr<RequestBody> body, Send send, const Clock& clock,
                Random& random)
        : settings_(std::move(settings)),
          body_(std::move(body)),
          send_(std::move(send)),
          clock_(clock),
          run_(random.positive_id()) {}

    void write(const engine::ChangeBatch& rows);
    std::optional<Ticks> wakes_at() const;
    void wake() { end_batch(); }
    engine::OperatorState prepare(const engine::EpochFacts& epoch);
    void commit(int64_t epoch, const engine::OperatorState& prepared);
    // Then rows wait for it: those of the next epoch would pile up before a slow server.
    bool sends_in_commit() const { return settings_.is_exactly_once; }

private:
    void end_batch();
    void go_on_after(int64_t epoch, const engine::OperatorState& prepared);
    std::string key(int64_t epoch, int64_t number, std::string_view body) const;

    Settings settings_;
    std::unique_ptr<RequestBody> body_;
    Send send_;
    const Clock& clock_;
    // Kept with each epoch. A job that is run anew, not gone on with, sends its rows once more.
    int64_t run_;
    int64_t pending_rows_ = 0;  // in the body
    std::optional<Ticks> first_pending_;
    // A commit before has taken up what was known before a crash; later ones leave it alone, since
    // rows may come meanwhile.
    bool has_prepared_ = false;
    int64_t epoch_ = 1;   // that rows are written in
    int64_t number_ = 0;  // of the next batch in it
    // Until the epoch ends, where rows go exactly once.
    std::vector<std::string> held_;
    size_t held_bytes_ = 0;
};

}  // namespace tarn::connectors
