// `tarn iceberg lint …`: whether every reader takes a table as it is.
#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/error.hpp"
#include "cli/exit_code.hpp"
#include "cli/iceberg_commands.hpp"
#include "cli/s3_access.hpp"
#include "iceberg/lint/lint.hpp"
#include "storage/local_disk.hpp"

namespace tarn::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view MetadataEnding = ".metadata.json";

// "00012-uuid.metadata.json" and "v12.metadata.json": 12.
int64_t version_of(std::string_view name) {
    if (name.starts_with('v')) name.remove_prefix(1);
    int64_t version = -1;
    std::from_chars(name.data(), name.data() + name.size(), version);
    return version;
}

// Files of this machine, and objects of S3 at the endpoint that commands talk to.
class Places {
public:
    explicit Places(const Call& call) : call_(call) {}

    storage::FileSystem& root_of(const storage::Uri& place) {
        if (place.scheme() == storage::Scheme::File) return *disk_;
        if (!s3_) s3_.emplace(S3Access::of_call(call_));
        return s3_->bucket(place.bucket());
    }

private:
    const Call& call_;
    std::unique_ptr<storage::FileSystem> disk_ = storage::LocalDisk::open(storage::Uri::parse("/"));
    std::optional<S3Access> s3_;
};

// The file itself, or the newest of a table's folder.
std::string metadata_file(const storage::Uri& given, Places& places) {
    storage::FileSystem& root = places.root_of(given);
    if (root.exists(root.path_of(given.text()))) return given.text();
    std::string newest;
    int64_t highest = -1;
    for (const storage::Uri& folder : {given.join("metadata"), given}) {
        for (const auto& entry :
             root.list(root.path_of(folder.text()), storage::Depth::OneFolder)) {
            std::string name = entry.path.substr(entry.path.rfind('/') + 1);
            bool is_metadata = name.find(MetadataEnding) != std::string::npos;
            if (!is_metadata || version_of(name) < highest) continue;
            highest = version_of(name);
            newest = root.uri_of(entry.path);
        }
        if (!newest.empty()) return newest;
    }
    throw Error(ErrorCode::NotFound, "{} has no metadata file", given.text())
        .with_hint("name a table's folder, or one of its .metadata.json files");
}

json::array json_of(const iceberg::LintReport& report) {
    json::array found;
    for (const iceberg::LintFinding& finding : report.findings.kept()) {
        const iceberg::LintRuleText& rule = text_of(finding.rule);
        bool is_error = finding.severity == iceberg::LintSeverity::Error;
        found.push_back({{"number", static_cast<int>(finding.rule)},
                         {"rule", rule.name},
                         {"severity", is_error ? "error" : "warning"},
                         {"place", finding.place},
                         {"what", finding.what},
                         {"wanted", rule.wanted},
                         {"readers", rule.readers}});
    }
    return found;
}

void print(Call& call, const iceberg::LintReport& report) {
    for (const iceberg::LintFinding& finding : report.findings.kept()) {
        const iceberg::LintRuleText& rule = text_of(finding.rule);
        bool is_error = finding.severity == iceberg::LintSeverity::Error;
        std::string severity = call.terminal.colored(is_error ? "ERROR" : "WARN ",
                                                     is_error ? Color::Red : Color::Yellow);
        call.terminal.print_line(
            fmt::format("{}  {} {}\n       {}\n       {}\n       wanted: {} ({})", severity,
                        static_cast<int>(finding.rule), rule.name, finding.place, finding.what,
                        rule.wanted, rule.readers));
    }
    call.terminal.note(fmt::format("{} snapshots, {} manifests, {} files: {} findings",
                                   report.snapshot_count, report.manifest_count, report.file_count,
                                   report.findings.kept().size()));
}

int lint(Call& call) {
    Places places(call);
    iceberg::OpenLocation open = [&](const std::string& location) {
        storage::FileSystem& root = places.root_of(storage::Uri::parse(location));
        return root.open_reader(root.path_of(location));
    };
    storage::Uri given = storage::Uri::parse(call.typed.value_or("table", ""));
    auto report = iceberg::lint(metadata_file(given, places), open,
                                {.opens_data_files = !call.typed.has("--metadata-only")});
    if (call.wants_json()) {
        json::object page = {{"schema", "tarn.iceberg.lint/1"},
                             {"snapshots", report.snapshot_count},
                             {"manifests", report.manifest_count},
                             {"files", report.file_count},
                             {"findings", json_of(report)}};
        call.terminal.print_line(json::serialize(page));
    } else {
        print(call, report);
    }
    return report.has_errors() ? ExitCheckFailed : ExitOk;
}

}  // namespace

Command iceberg_lint_command() {
    return {.name = "iceberg lint",
            .summary = "check whether every reader takes a table as it is",
            .examples = {"tarn iceberg lint ./lake/db/trades",
                         "tarn iceberg lint 00007-a.metadata.json --json",
                         "tarn iceberg lint s3://lake/db/trades"},
            .options = {{"--metadata-only", "", "do not open data files"}, endpoint_option()},
            .arguments = {{"table", "its folder, or one of its metadata files"}},
            .run = lint};
}

}  // namespace tarn::cli
