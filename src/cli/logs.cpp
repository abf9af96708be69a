#include <boost/json.hpp>
#include <chrono>
#include <deque>
#include <fstream>
#include <thread>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/data_folder.hpp"
#include "cli/exit_code.hpp"

namespace tarn::cli {
namespace {

namespace fs = std::filesystem;

struct Line {
    std::string time, level, part, message;
};

// A line of another form, cut by a full disk say, is shown as it is.
Line parse_line(const std::string& text) {
    boost::system::error_code failure;
    boost::json::value value = boost::json::parse(text, failure);
    if (failure || !value.is_object()) return {"", "", "", text};
    auto field = [&](std::string_view name) -> std::string {
        auto* found = value.as_object().if_contains(name);
        return found && found->is_string() ? std::string(found->as_string()) : "";
    };
    return {field("time"), field("level"), field("part"), field("message")};
}

Color color_of(std::string_view level) {
    if (level == "error") return Color::Red;
    if (level == "warning") return Color::Yellow;
    return Color::Plain;
}

class LogPrinter {
public:
    LogPrinter(Call& call) : call_(call), part_(call.typed.value_or("part", "")) {}

    bool wants(const std::string& text) const {
        return part_.empty() || parse_line(text).part == part_;
    }

    void print(const std::string& text) const {
        if (call_.wants_json()) return call_.terminal.print_line(text);
        Line line = parse_line(text);
        call_.terminal.print_line(fmt::format(
            "{}  {}  {:<9} {}", line.time,
            call_.terminal.colored(fmt::format("{:<7}", line.level), color_of(line.level)),
            line.part, line.message));
    }

private:
    Call& call_;
    std::string part_;
};

size_t lines_wanted(const Typed& typed) {
    std::string text = typed.value_or("--tail", "all");
    if (text == "all") return SIZE_MAX;
    try {
        return std::stoul(text);
    } catch (const std::exception&) {
        throw Error(ErrorCode::InvalidInput, "--tail {}: is not a number of lines", text)
            .with_hint("write it as --tail 20, or --tail all");
    }
}

// Goes on reading at the end of the file, and from the start again when it was rolled.
void follow(std::ifstream& file, const fs::path& path, const LogPrinter& printer) {
    std::string line;
    auto read_up_to = file.tellg();
    while (true) {
        while (std::getline(file, line)) {
            if (file.eof()) break;  // the writer is in the middle of it
            read_up_to = file.tellg();
            if (printer.wants(line)) printer.print(line);
        }
        std::error_code missing;
        bool was_rolled = fs::file_size(path, missing) < static_cast<size_t>(read_up_to);
        if (was_rolled) {
            file = std::ifstream(path);
            read_up_to = 0;
        }
        file.clear();
        file.seekg(read_up_to);
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
}

int print_logs(Call& call) {
    fs::path path = log_file_of(call.config.text("data.folder"));
    std::ifstream file(path);
    if (!file) {
        throw Error(ErrorCode::NotFound, "there is no log at {}", path.string())
            .with_hint("start Tarn with `tarn up`, or name its folder with --data DIR");
    }
    LogPrinter printer(call);
    size_t wanted = lines_wanted(call.typed);
    std::deque<std::string> last;
    std::string line;
    while (std::getline(file, line)) {
        if (!printer.wants(line)) continue;
        last.push_back(line);
        if (last.size() > wanted) last.pop_front();
    }
    for (const std::string& text : last) printer.print(text);
    if (call.typed.has("--follow")) {
        file.clear();
        file.seekg(0, std::ios::end);
        follow(file, path, printer);
    }
    return ExitOk;
}

}  // namespace

Command logs_command() {
    return {.name = "logs",
            .summary = "what the parts of a Tarn have logged",
            .examples = {"tarn logs", "tarn logs http --tail 20", "tarn logs -f"},
            .options = {{"--tail", "N", "only the last N lines (default all)", "-n"},
                        {"--follow", "", "go on printing as lines come", "-f"}},
            .arguments = {{"part", "only this part: http, server, runtime …", false}},
            .run = print_logs};
}

}  // namespace tarn::cli
