// Sends rows to a server, as many in each request as the options say. A write waits for the server,
// so a slow one slows the job down; a cancelled job waits no longer.
#pragma once

#include "connectors/formats/format.hpp"
#include "connectors/http/batched_rows.hpp"
#include "connectors/http/patient_client.hpp"

namespace tarn::connectors {

class HttpSink final : public engine::Sink {
public:
    HttpSink(const sql::stream::Sink& table, const std::string& writer, const Clock& clock,
             Random& random, CancelFlag is_cancelled);

    void write(const engine::ChangeBatch& batch) override { rows_.write(batch); }
    std::optional<Ticks> wakes_at() const override { return rows_.wakes_at(); }
    void wake() override { rows_.wake(); }
    engine::OperatorState prepare(const engine::EpochFacts& epoch) override {
        return rows_.prepare(epoch);
    }
    void commit(int64_t epoch, const engine::OperatorState& prepared) override {
        rows_.commit(epoch, prepared);
    }
    bool rests_until_commit() const override { return rows_.sends_in_commit(); }

private:
    void send(std::string body, const std::string& key);

    PatientClient client_;
    http::ClientRequest request_;  // all but its body and its key
    std::string key_header_;
    BatchedRows rows_;
};

}  // namespace tarn::connectors
