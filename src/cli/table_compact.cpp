// `tarn table compact`: small files of a table become large ones, deletes are carried out.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/error.hpp"
#include "base/units.hpp"
#include "cli/catalog_access.hpp"
#include "cli/catalog_words.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/typed_condition.hpp"
#include "cli/typed_numbers.hpp"
#include "iceberg/rewrite/compaction.hpp"
#include "iceberg/rewrite/rewrite_deletes.hpp"
#include "iceberg/rewrite/rewrite_manifests.hpp"

namespace tarn::cli {
namespace {

namespace json = boost::json;
using iceberg::to_text;

bool is_asked_for(const Call& call, std::string_view part) {
    std::string otherwise = call.typed.has("--where") ? "data" : "";
    std::string only = call.typed.value_or("--only", otherwise);
    return only.empty() || only == part;
}

iceberg::CompactionOptions typed_compaction(const Call& call, const iceberg::Schema& schema) {
    iceberg::CompactionOptions options{
        .branch = call.typed.value_or("--branch", std::string(iceberg::MainBranch)),
        .is_sorted = call.typed.has("--sort"),
        .commits_each_group = call.typed.has("--each-group"),
        .is_dry_run = call.typed.has("--dry-run")};
    if (call.typed.has("--where")) {
        if (!is_asked_for(call, "data")) {
            throw Error(ErrorCode::InvalidInput, "--where is about data files, not about --only {}",
                        call.typed.value_or("--only", ""));
        }
        options.where = typed_condition("--where", call.typed.value_or("--where", ""), schema);
    }
    options.groups.takes_all = call.typed.has("--all");
    if (call.typed.has("--target-size")) {
        options.groups.target_bytes = parse_size(call.typed.value_or("--target-size", ""));
    }
    if (call.typed.has("--min-files")) {
        auto count = parse_number("--min-files", call.typed.value_or("--min-files", ""), 1);
        options.groups.files_min = static_cast<size_t>(count);
    }
    return options;
}

struct Compacted {
    iceberg::CompactionResult data = {};
    iceberg::DeleteRewriteResult deletes = {};
    iceberg::ManifestRewriteResult manifests = {};
};

// Data first: deletes that it carries out need no rewriting, and what both leave behind is put
// into few manifests.
Compacted compacted(const Call& call, CatalogAccess& access, const iceberg::TableName& name) {
    iceberg::LoadedTable table = access.catalog().load_table(name);
    iceberg::Committers committers = access.committers_of(table);
    iceberg::CompactionOptions options = typed_compaction(call, table.metadata().schema());
    Compacted done;
    if (is_asked_for(call, "data")) done.data = iceberg::compact(committers, name, options);
    if (is_asked_for(call, "deletes")) {
        done.deletes = iceberg::rewrite_deletes(
            committers, name, {.branch = options.branch, .is_dry_run = options.is_dry_run});
    }
    if (is_asked_for(call, "manifests")) {
        done.manifests = iceberg::rewrite_manifests(
            committers, name, {.branch = options.branch, .is_dry_run = options.is_dry_run});
    }
    return done;
}

json::object page_of(const iceberg::TableName& name, const Compacted& done, bool is_dry_run) {
    json::object page = table_page("compact", name);
    page["dry_run"] = is_dry_run;
    page["rewritten_data_files"] = done.data.rewritten_files;
    page["rewritten_bytes"] = done.data.rewritten_bytes;
    page["added_data_files"] = done.data.added_files;
    page["added_bytes"] = done.data.added_bytes;
    page["failed_groups"] = json::array(done.data.failures.begin(), done.data.failures.end());
    page["removed_delete_files"] = done.data.removed_delete_files + done.deletes.removed_files;
    page["rewritten_delete_files"] = done.deletes.rewritten_files;
    page["added_delete_files"] = done.deletes.added_files;
    page["rewritten_manifests"] = done.manifests.rewritten;
    page["added_manifests"] = done.manifests.added;
    return page;
}

std::string summary_of(const Compacted& done, bool is_dry_run) {
    const auto& data = done.data;
    const auto& deletes = done.deletes;
    if (is_dry_run) {
        return fmt::format(
            "Would rewrite {} data files ({}), {} files of deletes and {} manifests, and remove {} "
            "files of deletes",
            data.rewritten_files, to_human_size(data.rewritten_bytes), deletes.rewritten_files,
            done.manifests.rewritten, data.removed_delete_files + deletes.removed_files);
    }
    return fmt::format(
        "{} data files ({}) became {} ({}), {} files of deletes {}, {} manifests {}; {} files of "
        "deletes were no longer needed",
        data.rewritten_files, to_human_size(data.rewritten_bytes), data.added_files,
        to_human_size(data.added_bytes), deletes.rewritten_files, deletes.added_files,
        done.manifests.rewritten, done.manifests.added,
        data.removed_delete_files + deletes.removed_files);
}

int compact(Call& call, CatalogAccess& access) {
    iceberg::TableName name = typed_table(call);
    bool is_dry_run = call.typed.has("--dry-run");
    Compacted done = compacted(call, access, name);
    if (call.wants_json()) {
        call.terminal.print_line(json::serialize(page_of(name, done, is_dry_run)));
    } else {
        call.terminal.print_line(summary_of(done, is_dry_run));
    }
    for (const std::string& failure : done.data.failures) {
        call.terminal.note("not compacted: " + failure);
    }
    return done.data.failures.empty() ? ExitOk : ExitFailed;
}

}  // namespace

Command table_compact_command() {
    return {.name = "table compact",
            .summary = "make few large files of the many small ones of a table",
            .examples =
                {"tarn table compact lakehouse.trades --dry-run",
                 "tarn table compact lakehouse.trades --sort --target-size 128MiB",
                 "tarn table compact lakehouse.trades --where \"trade_day < DATE '2026-11-20'\"",
                 "tarn table compact lakehouse.trades --only manifests"},
            .options = {catalog_option(),
                        {"--only",
                         "PART",
                         "data, deletes or manifests (default all three)",
                         {},
                         {"data", "deletes", "manifests"}},
                        {"--where", "CONDITION",
                         "only data files that may have such rows, and data files alone"},
                        {"--target-size", "SIZE",
                         "how large files should be (default what the table says, else 512MiB)"},
                        {"--min-files", "N",
                         "so many small files of a partition are worth it (default 5)"},
                        {"--all", "", "rewrite every data file, whatever its size"},
                        {"--sort", "", "sort rows by the table's order"},
                        {"--each-group", "",
                         "commit each partition as it is done, and go on when one fails"},
                        {"--branch", "NAME", "a branch instead of main"},
                        {"--dry-run", "", "only say what would be rewritten"}},
            .arguments = {table_argument()},
            .run = on_catalog(compact)};
}

}  // namespace tarn::cli
