// Records of a partition to rows of a table. A record without a value is no row, or takes the row
// of its key away where the last record of a key is its row.
#pragma once

#include "connectors/kafka/record_layout.hpp"
#include "connectors/kafka/record_metadata.hpp"
#include "connectors/kafka/rejected_records.hpp"

namespace tarn::connectors {

// What becomes of records that are no rows where the format does not pass over them.
enum class BadRecords { Fail, AreRejected };

class RecordRows {
public:
    RecordRows(const sql::stream::TableSource& table, const sql::TimeZone& zone, BadRecords bad);

    void append(const log::RecordView& record, const log::BatchHeader& batch);

    // The rows of what was appended since the last time, all of one partition. Throws InvalidInput
    // for a record that is no row, unless bad ones may pass.
    std::optional<engine::ChangeBatch> finish(const TopicPartition& which);
    // Those of the partition of the last finish(), in their order.
    std::vector<RejectedRecord> take_rejected();

    int64_t record_count() const { return std::ssize(offsets_); }
    int64_t bytes() const { return bytes_; }  // of them
    // How many bad records were passed over by now, or rejected.
    int64_t bad_records() const { return bad_records_; }

private:
    // In the place of a row of the decoded keys; NoRow is for a key that is not there.
    static constexpr int64_t NoKey = -2;

    // Where the values of a row are from.
    struct Sources {
        sql::RowList records;
        sql::RowList keys;    // rows of the decoded keys
        sql::RowList values;  // rows of the decoded values, NoRow for a row that is taken away
        std::vector<engine::Change> kinds;
    };

    bool is_row(const log::RecordView& record) const;
    // Each row is a value and no more.
    bool is_plain() const { return is_plain_; }
    // Of values alone, and of values, keys and metadata.
    engine::ChangeBatch whole(engine::ChangeBatch rows) const;
    engine::ChangeBatch put_together(const TopicPartition& which, const DecodedChanges& values);
    DecodedChanges decoded(RowDecoder& decoder, const Format& format, const TopicPartition& which,
                           const std::vector<int64_t>& records, std::string_view part);
    Sources sources_of(const DecodedChanges& keys, const DecodedChanges& values) const;
    sql::Column column(size_t place, const Sources& sources, const engine::ChangeBatch& keys,
                       const engine::ChangeBatch& values,
                       const std::map<size_t, sql::Column>& metadata) const;

    void plan_casts();
    sql::Column value_column(size_t place, const engine::ChangeBatch& values) const;

    RecordLayout layout_;
    StoredColumns asked_;
    StoredColumns read_values_;  // those of them that values hold, without fields that nobody reads
    // For metadata that values tell in another type than that of the column, by the place of that
    // among all that are asked for.
    std::map<size_t, sql::Kernel> casts_;
    sql::Session session_;
    std::unique_ptr<RowDecoder> value_;
    std::unique_ptr<RowDecoder> key_;  // null when keys have no columns
    RecordMetadata metadata_;
    bool is_plain_;
    BadRecords bad_;

    // Of what was appended.
    std::vector<log::Offset> offsets_;
    std::vector<int64_t> value_records_;  // which record each value is of
    std::vector<int64_t> key_records_;
    std::vector<int64_t> keyless_records_;
    int64_t bytes_ = 0;
    std::map<log::Offset, std::string> rejected_;  // by their offsets
    int64_t bad_records_ = 0;
};

}  // namespace tarn::connectors
