// Shows rows as Flink does, a line for each: "+I[1, a]", behind the identifier when there is one,
// "trades> +I[1, a]". Lines come at once; after a crash rows since the last epoch come again.
#pragma once

#include <ostream>

#include "connectors/formats/stored_columns.hpp"
#include "engine/job/sink.hpp"

namespace tarn::connectors {

struct Consoles {
    std::ostream& out;
    std::ostream& errors;  // with 'standard-error' = 'true'
};

class PrintSink final : public engine::Sink {
public:
    PrintSink(const sql::stream::Sink& table, const Consoles& consoles);

    void write(const engine::ChangeBatch& batch) override;

private:
    StoredColumns columns_;
    std::string before_;  // each row
    std::ostream& out_;
};

// Takes rows, and that is all.
class BlackholeSink final : public engine::Sink {
public:
    void write(const engine::ChangeBatch&) override {}
    bool takes_from(int) override { return true; }
};

}  // namespace tarn::connectors
