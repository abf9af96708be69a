// Records that are no rows of their table, on their way from a source to the sink of dead letters:
// as rows that only these two understand.
#pragma once

#include <string>
#include <vector>

#include "connectors/kafka/topic_access.hpp"
#include "engine/rows/change_batch.hpp"

namespace tarn::connectors {

struct RejectedRecord {
    log::Offset offset;
    std::string reason;
};

// Reads the records anew, which come by their offsets: nobody keeps the bytes of records only
// because one of them may be bad. One that has gone from the topic in between has a reason and
// nothing else.
engine::ChangeBatch rejected_rows(TopicAccess& topics, const TopicPartition& which,
                                  const std::vector<RejectedRecord>& rejected);

// A row of those. The views are good for as long as the rows are.
struct RejectedRow {
    TopicPartition which;
    log::Offset offset;
    std::string_view reason;
    BytesView batch;  // with the record alone; empty where it has gone
};
std::vector<RejectedRow> rejected_in(const engine::ChangeBatch& rows);

}  // namespace tarn::connectors
