// `tarn run`: a file of SQL, until all of it has ended or Ctrl+C.
#include <fmt/format.h>

#include <filesystem>
#include <iostream>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/data_folder.hpp"
#include "cli/exit_code.hpp"
#include "cli/interrupt.hpp"
#include "cli/sql_source.hpp"
#include "jobs/sql_file.hpp"
#include "sql/values/value_text.hpp"
#include "storage/local_disk.hpp"

namespace tarn::cli {
namespace {

// The changes of a query, a line for each: "+I[1, 'a']".
class ShownRows final : public engine::Sink {
public:
    ShownRows(Terminal& terminal, std::vector<sql::PlanColumn> columns)
        : terminal_(terminal), columns_(std::move(columns)) {}

    void write(const engine::ChangeBatch& batch) override {
        std::string text;
        for (int64_t row = 0; row < batch.size(); ++row) {
            text += engine::text_of(batch.kind(row));
            for (size_t i = 0; i < columns_.size(); ++i) {
                const sql::Column& column = batch.rows.columns[i];
                text += i == 0 ? "[" : ", ";
                text += sql::value_text(columns_[i].type, *column.values, column.place(row));
            }
            text += "]\n";
        }
        terminal_.print(text);
    }

private:
    Terminal& terminal_;
    std::vector<sql::PlanColumn> columns_;
};

class Watcher final : public jobs::Audience {
public:
    explicit Watcher(Terminal& terminal) : terminal_(terminal) {}

    engine::SinkPtr open_result(const std::vector<sql::PlanColumn>& columns) override {
        return std::make_unique<ShownRows>(terminal_, columns);
    }

    void begin_job(const std::string& job, size_t inserts, int64_t epoch) override {
        std::string from = epoch == 0 ? "begins" : fmt::format("goes on after epoch {}", epoch);
        terminal_.note(
            fmt::format("job {} with {} INSERT{} {}", job, inserts, inserts == 1 ? "" : "s", from));
    }

    void end_job(const std::string& job, const engine::Job& done) override {
        auto [late, without_time] = done.pipeline().refused();
        std::string left_out;
        if (late > 0) left_out += fmt::format(", {} late rows left out", late);
        if (without_time > 0) {
            left_out += fmt::format(", {} rows without a time left out", without_time);
        }
        terminal_.note(fmt::format("job {} {} after epoch {}: {} rows read{}", job,
                                   done.is_finished() ? "is finished" : "has stopped", done.epoch(),
                                   done.rows_read(), left_out));
    }

private:
    Terminal& terminal_;
};

// The file system of a place on this machine; a place that is a file lies in its folder.
std::shared_ptr<storage::FileSystem> opened(const storage::Uri& place) {
    if (place.scheme() != storage::Scheme::File) {
        throw Error(ErrorCode::InvalidInput, "{} is no place on this machine", place.text())
            .with_hint("jobs read and write files of this machine so far");
    }
    bool is_file = std::filesystem::is_regular_file(place.path());
    return storage::LocalDisk::open(is_file ? place.parent() : place);
}

int run_file(Call& call) {
    sql::Source source = sql_source(call);
    sql::Parsed parsed = sql::parse(source);
    // Beside what a running Tarn has, whose lock is another one.
    DataFolder folder =
        DataFolder::take(std::filesystem::path(call.config.text("data.folder")) / "jobs");
    Interrupt interrupt;
    SystemClock clock;
    SystemRandom random;
    Watcher watcher(call.terminal);
    std::string base = std::filesystem::current_path().string();
    jobs::SqlFile file(
        {.job_name = std::filesystem::path(source.name()).stem().string(),
         .folder = storage::LocalDisk::open(storage::Uri::parse(folder.path().string())),
         .around = {.clock = clock,
                    .random = random,
                    .consoles = {std::cout, std::cerr},
                    .files = {opened, base},
                    .writer = {}}},
        watcher);
    try {
        file.run(parsed, [&] { return interrupt.is_asked(); });
    } catch (const sql::SqlError& error) {
        call.terminal.print_line(text_of(source, error.problem()));
        return ExitSqlError;
    }
    return ExitOk;
}

}  // namespace

Command run_file_command() {
    return {.name = "run",
            .summary = "run a file of SQL until it has ended, or Ctrl+C",
            .examples = {"tarn run job.sql", "echo 'SELECT 1' | tarn run -"},
            .options = {},
            .arguments = {sql_file_argument()},
            .run = run_file};
}

}  // namespace tarn::cli
