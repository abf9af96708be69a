// `tarn table rollback`, `branch` and `tag`: what names of a table point at which of its snapshots.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/error.hpp"
#include "base/units.hpp"
#include "cli/catalog_access.hpp"
#include "cli/catalog_words.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/typed_numbers.hpp"

namespace tarn::cli {
namespace {

namespace json = boost::json;
using iceberg::SnapshotId;
using iceberg::SnapshotPtr;
using iceberg::SnapshotRef;
using iceberg::TableMetadata;
using iceberg::TableName;
using iceberg::to_text;

iceberg::LoadedTable commit(CatalogAccess& access, const TableName& name, const TableMetadata& base,
                            json::object update) {
    return commit_updates(access, name, base, {std::move(update)});
}

json::object set_ref(const std::string& name, const SnapshotRef& ref) {
    json::object update = to_json(ref);
    update["action"] = "set-snapshot-ref";
    update["ref-name"] = name;
    return update;
}

SnapshotPtr snapshot_numbered(const TableMetadata& table, SnapshotId id, const TableName& name) {
    if (SnapshotPtr found = table.find_snapshot(id)) return found;
    throw Error(ErrorCode::NotFound, "{} has no snapshot {}", to_text(name), id)
        .with_hint("`tarn table snapshots " + to_text(name) + "` shows those that there are");
}

SnapshotPtr current_of(const TableMetadata& table, const TableName& name) {
    if (SnapshotPtr current = table.current_snapshot()) return current;
    throw Error(ErrorCode::NotFound, "nothing was written to {} yet", to_text(name));
}

// What the main branch went through, the newest first, as far as it was not expired.
std::vector<SnapshotPtr> ancestry_of(const TableMetadata& table, SnapshotPtr snapshot) {
    std::vector<SnapshotPtr> line;
    while (snapshot && line.size() <= table.snapshots.size()) {
        line.push_back(snapshot);
        snapshot = snapshot->parent_id ? table.find_snapshot(*snapshot->parent_id) : nullptr;
    }
    return line;
}

SnapshotPtr ancestor_at(const std::vector<SnapshotPtr>& line, int64_t time_ms,
                        const std::string& typed) {
    auto found = std::ranges::find_if(
        line, [&](const SnapshotPtr& snapshot) { return snapshot->timestamp_ms <= time_ms; });
    if (found != line.end()) return *found;
    throw Error(ErrorCode::NotFound, "there is no snapshot of {} or before", typed)
        .with_hint("`tarn table snapshots` shows those that there are");
}

int rollback(Call& call, CatalogAccess& access) {
    TableName name = typed_table(call);
    std::string typed = call.typed.value_or("--to", "");
    if (typed.empty()) {
        throw Error(ErrorCode::InvalidInput, "it is not said where the table is to go back to")
            .with_hint("say --to SNAPSHOT, or --to a time such as 2026-11-21T09:30:00Z");
    }
    iceberg::LoadedTable table = access.catalog().load_table(name);
    SnapshotPtr before = current_of(table.metadata(), name);
    auto line = ancestry_of(table.metadata(), before);
    SnapshotPtr target;
    if (auto time = parse_time_ms(typed)) {
        target = ancestor_at(line, *time, typed);
    } else {
        target = snapshot_numbered(table.metadata(), parse_number("--to", typed), name);
        if (std::ranges::find(line, target->id, &iceberg::Snapshot::id) == line.end()) {
            throw Error(ErrorCode::InvalidInput, "snapshot {} is none that {} went through",
                        target->id, to_text(name))
                .with_hint("`tarn table history` shows those; for another, `tarn table branch " +
                           to_text(name) + " main --snapshot ID --replace`");
        }
    }
    SnapshotRef main{.snapshot_id = target->id};
    if (const SnapshotRef* ref = table.metadata().find_ref(iceberg::MainBranch)) {
        main = *ref;
        main.snapshot_id = target->id;
    }
    commit(access, name, table.metadata(), set_ref(std::string(iceberg::MainBranch), main));
    say_done(
        call,
        fmt::format("Rolled {} back from snapshot {} to {}", to_text(name), before->id, target->id),
        {{"schema", "tarn.table.rollback/1"},
         {"table", to_text(name)},
         {"before", std::to_string(before->id)},
         {"after", std::to_string(target->id)}});
    return ExitOk;
}

// What branches and tags differ in, as far as the commands do.
struct RefWords {
    iceberg::RefKind kind;
    std::string_view noun;
};
constexpr RefWords BranchWords{iceberg::RefKind::Branch, "branch"};
constexpr RefWords TagWords{iceberg::RefKind::Tag, "tag"};

void say(Call& call, const RefWords& words, std::string_view what, const TableName& name,
         const std::string& ref_name, std::optional<SnapshotId> snapshot) {
    json::value id = snapshot ? json::value(std::to_string(*snapshot)) : json::value();
    std::string at = snapshot ? fmt::format(" at snapshot {}", *snapshot) : "";
    say_done(call, fmt::format("{} {} {} of {}{}", what, words.noun, ref_name, to_text(name), at),
             {{"schema", fmt::format("tarn.table.{}/1", words.noun)},
              {"table", to_text(name)},
              {"name", ref_name},
              {"snapshot_id", std::move(id)}});
}

int remove_ref(Call& call, CatalogAccess& access, const RefWords& words,
               const iceberg::LoadedTable& table) {
    TableName name = typed_table(call);
    std::string ref_name = call.typed.value_or("name", "");
    const SnapshotRef* ref = table.metadata().find_ref(ref_name);
    if (!ref || ref->kind != words.kind) {
        throw Error(ErrorCode::NotFound, "{} has no {} '{}'", to_text(name), words.noun, ref_name)
            .with_hint("`tarn table refs " + to_text(name) + "` shows those that there are");
    }
    commit(access, name, table.metadata(),
           {{"action", "remove-snapshot-ref"}, {"ref-name", ref_name}});
    say(call, words, "Removed", name, ref_name, std::nullopt);
    return ExitOk;
}

int change_ref(Call& call, CatalogAccess& access, const RefWords& words) {
    TableName name = typed_table(call);
    std::string ref_name = call.typed.value_or("name", "");
    iceberg::LoadedTable table = access.catalog().load_table(name);
    const TableMetadata& metadata = table.metadata();
    if (call.typed.has("--delete")) return remove_ref(call, access, words, table);

    if (metadata.find_ref(ref_name) && !call.typed.has("--replace")) {
        throw Error(ErrorCode::Conflict, "{} has a branch or tag '{}'", to_text(name), ref_name)
            .with_hint("--replace moves it");
    }
    SnapshotPtr snapshot =
        call.typed.has("--snapshot")
            ? snapshot_numbered(
                  metadata, parse_number("--snapshot", call.typed.value_or("--snapshot", "")), name)
            : current_of(metadata, name);
    SnapshotRef ref{.snapshot_id = snapshot->id, .kind = words.kind};
    if (call.typed.has("--keep")) {
        auto age = parse_duration(call.typed.value_or("--keep", ""));
        ref.max_ref_age_ms = std::chrono::duration_cast<std::chrono::milliseconds>(age).count();
    }
    commit(access, name, metadata, set_ref(ref_name, ref));
    say(call, words, "Set", name, ref_name, snapshot->id);
    return ExitOk;
}

int change_branch(Call& call, CatalogAccess& access) {
    return change_ref(call, access, BranchWords);
}

int change_tag(Call& call, CatalogAccess& access) {
    return change_ref(call, access, TagWords);
}

Command ref_command(const RefWords& words, CatalogWork work, std::string example) {
    std::string noun(words.noun);
    return {.name = "table " + noun,
            .summary = "set or remove a " + noun + " of a table",
            .examples = {example, example + " --delete"},
            .options = {catalog_option(),
                        {"--snapshot", "ID", "where it points (default the current snapshot)"},
                        {"--keep", "DURATION", "for how long, such as 30d (default for good)"},
                        {"--replace", "", "move one that is there"},
                        {"--delete", "", "remove it"}},
            .arguments = {table_argument(), {"name", "that of the " + noun}},
            .run = on_catalog(work)};
}

}  // namespace

Command table_rollback_command() {
    return {.name = "table rollback",
            .summary = "make an earlier snapshot the current one again",
            .examples = {"tarn table rollback lakehouse.trades --to 5937117119577207000",
                         "tarn table rollback lakehouse.trades --to 2026-11-21T09:30:00Z"},
            .options = {catalog_option(), {"--to", "WHERE", "a snapshot's id, or a time"}},
            .arguments = {table_argument()},
            .run = on_catalog(rollback)};
}

Command table_branch_command() {
    return ref_command(BranchWords, change_branch, "tarn table branch lakehouse.trades audit");
}

Command table_tag_command() {
    return ref_command(TagWords, change_tag, "tarn table tag lakehouse.trades end-of-year");
}

}  // namespace tarn::cli
