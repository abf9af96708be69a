// The events of the Nexmark benchmark. Several sources may give them, a share each: events stand in
// blocks, blocks go round in lanes, and a lane belongs to one source. A position tells how far each
// lane has come, so that a job may go on with another number of workers.
#pragma once

#include "base/clock.hpp"
#include "connectors/nexmark/event_columns.hpp"
#include "engine/job/source.hpp"

namespace tarn::connectors {

class NexmarkSource final : public engine::Source {
public:
    NexmarkSource(const sql::stream::TableSource& table, const Clock& clock,
                  engine::SourceShare share = {});

    std::vector<int32_t> partitions() override { return {0}; }
    std::optional<engine::ChangeBatch> read(int64_t rows_max) override;
    bool is_ended() const override;
    engine::OperatorState position() const override;
    void seek(const engine::OperatorState& position) override;

private:
    struct Lane {
        int64_t number;
        int64_t next_event;
    };

    int64_t first_due() const;
    int64_t count_due(int64_t event);

    EventRules rules_;
    EventColumns columns_;
    const Clock& clock_;
    std::vector<Lane> lanes_;

    // Where the pace is counted from.
    std::optional<Ticks> began_at_;
    int64_t first_event_ = 0;
};

}  // namespace tarn::connectors
