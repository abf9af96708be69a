// One place of a pipeline where rows change workers: each row goes to the worker that has its key.
// What is this worker's own goes straight on; time goes on when it has come from all workers.
#pragma once

#include "engine/exchange/mail.hpp"
#include "engine/operators/input_times.hpp"

namespace tarn::engine {

class Exchange final : public Receiver {
public:
    // The mail and who is next outlive this. Without key columns all rows go to one worker.
    Exchange(size_t number, int worker, Mail& mail, std::vector<size_t> key, Receiver& next);

    // From this worker's own operators.
    void take(const ChangeBatch& batch) override;
    void advance(EventTime watermark) override;
    void be_idle() override;

    // What another worker has sent.
    void receive(const Message& message);

private:
    void send_others(const std::variant<ChangeBatch, EventTime, BecomesIdle>& what);
    void receive_time(int from, EventTime time);
    void receive_idle(int from);

    size_t number_;
    int worker_;
    Mail& mail_;
    std::vector<size_t> key_;
    Receiver& next_;
    InputTimes times_;  // by worker
};

}  // namespace tarn::engine
