#include "engine/exchange/exchange.hpp"

namespace tarn::engine {
namespace {

// Which rows of a batch are for which worker.
std::vector<sql::RowList> shares_of(const ChangeBatch& batch, const std::vector<size_t>& key,
                                    int workers) {
    std::vector<sql::RowList> shares(static_cast<size_t>(workers));
    sql::PackedRows keys = packed(batch, key);
    for (int64_t row = 0; row < batch.size(); ++row) {
        int worker = KeyGroups::worker_of(keys[static_cast<size_t>(row)], workers);
        shares[static_cast<size_t>(worker)].push_back(row);
    }
    return shares;
}

}  // namespace

Exchange::Exchange(size_t number, int worker, Mail& mail, std::vector<size_t> key, Receiver& next)
    : number_(number),
      worker_(worker),
      mail_(mail),
      key_(std::move(key)),
      next_(next),
      times_(static_cast<size_t>(mail.workers())) {}

void Exchange::take(const ChangeBatch& batch) {
    times_.be_active(static_cast<size_t>(worker_));
    std::vector<sql::RowList> shares = shares_of(batch, key_, mail_.workers());
    for (int worker = 0; worker < mail_.workers(); ++worker) {
        const sql::RowList& rows = shares[static_cast<size_t>(worker)];
        if (worker == worker_ || rows.empty()) continue;
        mail_.send(worker, {number_, worker_, taken(batch, rows)});
    }
    const sql::RowList& own = shares[static_cast<size_t>(worker_)];
    if (!own.empty()) next_.take(taken(batch, own));
}

void Exchange::advance(EventTime watermark) {
    send_others(watermark);
    receive_time(worker_, watermark);
}

void Exchange::be_idle() {
    send_others(BecomesIdle());
    receive_idle(worker_);
}

void Exchange::send_others(const std::variant<ChangeBatch, EventTime, BecomesIdle>& what) {
    for (int worker = 0; worker < mail_.workers(); ++worker) {
        if (worker != worker_) mail_.send(worker, {number_, worker_, what});
    }
}

void Exchange::receive(const Message& message) {
    if (const auto* batch = std::get_if<ChangeBatch>(&message.what)) {
        times_.be_active(static_cast<size_t>(message.from));
        next_.take(*batch);
    } else if (const auto* time = std::get_if<EventTime>(&message.what)) {
        receive_time(message.from, *time);
    } else {
        receive_idle(message.from);
    }
}

void Exchange::receive_time(int from, EventTime time) {
    if (times_.advance(static_cast<size_t>(from), time)) next_.advance(times_.least());
}

void Exchange::receive_idle(int from) {
    if (times_.be_idle(static_cast<size_t>(from))) next_.advance(times_.least());
    if (times_.are_idle()) next_.be_idle();
}

}  // namespace tarn::engine
