// Writes rows to new files of a folder, each row once. Rows go to a file that no reader sees, for
// its name begins with a dot; when an epoch ends the file is closed, durable from then on, and when
// the epoch is complete it gets the name by which it is one of the table's:
//   .part-WRITER-TOKEN-3  becomes  part-WRITER-EPOCH-TOKEN-3.json
// The writer tells the sinks of all jobs apart; the token is another one each time that a sink is
// opened, so that a job that begins anew does not meet the files of the one before.
//
// Of an INSERT OVERWRITE the files of all epochs stay hidden until its last one. Then those that
// the table had go, and these come; as in Flink a reader in between finds less.
#pragma once

#include "base/random.hpp"
#include "connectors/files/file_format.hpp"
#include "connectors/files/file_place.hpp"
#include "engine/job/sink.hpp"

namespace tarn::connectors {

class FileSink final : public engine::Sink {
public:
    // `writer` is part of file names, and the same when the job starts again.
    FileSink(const sql::stream::Sink& table, const FileAccess& access, std::string writer,
             Random& random);

    void write(const engine::ChangeBatch& batch) override;
    engine::Preparation set_aside(const engine::EpochFacts& epoch) override;
    void commit(int64_t epoch, const engine::OperatorState& prepared) override;

private:
    // A file by its two names.
    struct Part {
        std::string hidden;
        std::string visible;
    };

    static std::vector<Part> parts_in(const engine::OperatorState& prepared);
    void put_overwrite(engine::OperatorState& prepared, bool is_end);
    // Whether the parts of an epoch are to be shown now.
    bool is_time_for(const std::vector<Part>& parts, const engine::OperatorState& prepared);
    void remove_all_but(const std::vector<Part>& parts);
    void open_file();
    void finish_file();
    void publish(const std::string& hidden, const std::string& visible);
    // What epochs that nobody completed have left. Whatever was prepared and may still be committed
    // is by then, since that is the first thing that a job does.
    void remove_left_overs();

    FileFormatPtr format_;
    StoredColumns columns_;
    Random& random_;
    std::shared_ptr<RowFileWriter> file_;  // where rows go
    FilePlace place_;
    std::string hidden_prefix_;   // ".part-WRITER-"
    std::string visible_prefix_;  // "part-WRITER-"
    std::string token_;
    int64_t file_bytes_;

    bool is_overwrite_;
    bool has_prepared_ = false;
    std::vector<Part> waiting_;     // of earlier epochs of an overwrite
    bool has_overwritten_ = false;  // or has prepared to

    bool is_open_ = false;
    std::vector<int64_t> written_;  // numbers of files since the last epoch
    int64_t next_number_ = 0;
    bool has_removed_left_overs_ = false;
};

}  // namespace tarn::connectors
