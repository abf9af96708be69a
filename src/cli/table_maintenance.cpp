// `tarn table expire` and `orphans`: what a table no longer needs goes.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/units.hpp"
#include "cli/catalog_access.hpp"
#include "cli/catalog_words.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/typed_numbers.hpp"
#include "iceberg/maintenance/expiry.hpp"
#include "iceberg/maintenance/orphans.hpp"

namespace tarn::cli {
namespace {

namespace json = boost::json;
using iceberg::to_text;

std::chrono::milliseconds typed_age(const Call& call) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        parse_duration(call.typed.value_or("--older-than", "")));
}

iceberg::MaintainedTable maintained(const Call& call, CatalogAccess& access) {
    iceberg::TableName name = typed_table(call);
    iceberg::TableFiles& files = access.files_of(access.catalog().load_table(name));
    return {access.catalog(), files, access.clock(), name};
}

// Files that could not be deleted are no failure: they are found again as orphans.
void note_failures(Call& call, int64_t failures) {
    if (failures == 0) return;
    call.terminal.note(
        fmt::format("{} files could not be deleted; `tarn table orphans` finds them "
                    "once they are a few days old",
                    failures));
}

iceberg::ExpiryOptions typed_expiry(const Call& call, const Clock& clock) {
    iceberg::ExpiryOptions options{.is_dry_run = call.typed.has("--dry-run")};
    if (call.typed.has("--older-than")) {
        options.older_than_ms = unix_ms(clock.now() - typed_age(call));
    }
    if (call.typed.has("--keep-last")) {
        options.retain_last = parse_int("--keep-last", call.typed.value_or("--keep-last", ""), 1);
    }
    for (const std::string& id : call.typed.all("--snapshot")) {
        options.ids.insert(parse_number("--snapshot", id));
    }
    return options;
}

size_t count_of(const iceberg::ReachableFiles& files) {
    return files.data_files.size() + files.manifests.size() + files.manifest_lists.size() +
           files.statistics_files.size();
}

int expire(Call& call, CatalogAccess& access) {
    iceberg::MaintainedTable table = maintained(call, access);
    iceberg::ExpiryOptions options = typed_expiry(call, table.clock);
    iceberg::ExpiryResult result = iceberg::expire_snapshots(table, options);
    if (call.wants_json()) {
        json::array snapshots;
        for (iceberg::SnapshotId id : result.plan.snapshots) {
            snapshots.push_back(json::string(std::to_string(id)));
        }
        json::object page = table_page("expire", table.name);
        page["dry_run"] = options.is_dry_run;
        page["snapshots"] = std::move(snapshots);
        page["refs"] = json::array(result.plan.refs.begin(), result.plan.refs.end());
        page["data_files"] = result.files.data_files.size();
        page["manifests"] = result.files.manifests.size();
        page["manifest_lists"] = result.files.manifest_lists.size();
        page["statistics_files"] = result.files.statistics_files.size();
        page["failures"] = result.failures;
        call.terminal.print_line(json::serialize(page));
        return ExitOk;
    }
    call.terminal.print_line(fmt::format("{} {} snapshots of {}, {} branches and tags, {} files",
                                         options.is_dry_run ? "Would expire" : "Expired",
                                         result.plan.snapshots.size(), to_text(table.name),
                                         result.plan.refs.size(), count_of(result.files)));
    note_failures(call, result.failures);
    return ExitOk;
}

int orphans(Call& call, CatalogAccess& access) {
    iceberg::MaintainedTable table = maintained(call, access);
    iceberg::OrphanOptions options{.is_dry_run = !call.typed.has("--delete")};
    if (call.typed.has("--older-than")) options.grace = typed_age(call);
    iceberg::OrphanResult result = iceberg::remove_orphans(table, options);
    if (call.wants_json()) {
        json::object page = table_page("orphans", table.name);
        page["deleted"] = !options.is_dry_run;
        page["files"] = json::array(result.files.begin(), result.files.end());
        page["bytes"] = result.bytes;
        page["young_files"] = result.young_files;
        page["failures"] = result.failures;
        call.terminal.print_line(json::serialize(page));
        return ExitOk;
    }
    for (const std::string& file : result.files) call.terminal.print_line(file);
    call.terminal.note(fmt::format(
        "{} orphans of {}, {}{}; {} more are too young to tell", result.files.size(),
        to_text(table.name), to_human_size(result.bytes),
        options.is_dry_run ? "; --delete removes them" : ", removed", result.young_files));
    note_failures(call, result.failures);
    return ExitOk;
}

}  // namespace

Command table_expire_command() {
    return {.name = "table expire",
            .summary = "forget old snapshots of a table, and the files that only they need",
            .examples = {"tarn table expire lakehouse.trades --older-than 7d --dry-run",
                         "tarn table expire lakehouse.trades --older-than 1h --keep-last 10",
                         "tarn table expire lakehouse.trades --snapshot 5937117119577207000"},
            .options = {catalog_option(),
                        {"--older-than", "DURATION",
                         "what is older (default what the table says, else 5d)"},
                        {"--keep-last", "N", "this many of each branch stay in any case"},
                        {"--snapshot", "ID", "this one; may be given often", {}, {}, true},
                        {"--dry-run", "", "only say what would go"}},
            .arguments = {table_argument()},
            .run = on_catalog(expire)};
}

Command table_orphans_command() {
    return {.name = "table orphans",
            .summary = "find files below a table that no version of it names",
            .examples = {"tarn table orphans lakehouse.trades",
                         "tarn table orphans lakehouse.trades --older-than 7d --delete"},
            .options = {catalog_option(),
                        {"--older-than", "DURATION",
                         "only older ones: a writer may be about to name others (default 3d)"},
                        {"--delete", "", "remove them"}},
            .arguments = {table_argument()},
            .run = on_catalog(orphans)};
}

}  // namespace tarn::cli
