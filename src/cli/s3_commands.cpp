// `tarn s3 …`: buckets and objects, of the running Tarn or of any other S3 server.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/error.hpp"
#include "base/units.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/s3_access.hpp"

namespace tarn::cli {
namespace {

namespace json = boost::json;

storage::Depth depth_of(const Typed& typed) {
    return typed.has("--recursive") ? storage::Depth::AllBelow : storage::Depth::OneFolder;
}

S3Place place_of(const Call& call, std::string_view name = "place") {
    return parse_s3_place(call.typed.value_or(name, ""));
}

int list_buckets(Call& call, S3Access& access) {
    json::array list;
    std::vector<std::vector<std::string>> rows;
    for (const ListedBucket& bucket : access.buckets()) {
        list.push_back({{"name", bucket.name}, {"created", bucket.created}});
        rows.push_back({bucket.name, bucket.created});
    }
    if (call.wants_json()) {
        json::object page = {{"schema", "tarn.s3.buckets/1"}, {"buckets", list}};
        call.terminal.print_line(json::serialize(page));
    } else {
        call.terminal.table({"BUCKET", "CREATED"}, rows);
    }
    return ExitOk;
}

int list(Call& call) {
    S3Access access = S3Access::of_call(call);
    S3Place place = place_of(call);
    if (place.bucket.empty()) return list_buckets(call, access);
    json::array objects;
    std::vector<std::vector<std::string>> rows;
    for (const ListedObject& object : access.list(place, depth_of(call.typed))) {
        const storage::Entry& entry = object.entry;
        std::string modified = entry.is_folder ? "" : to_rfc3339(entry.modified_at);
        std::string size = entry.is_folder ? "" : to_human_size(entry.size);
        objects.push_back({{"path", object.path}, {"size", entry.size}, {"modified", modified}});
        rows.push_back({object.path, size, modified});
    }
    if (call.wants_json()) {
        json::object page = {{"schema", "tarn.s3.objects/1"}, {"objects", objects}};
        call.terminal.print_line(json::serialize(page));
    } else {
        call.terminal.table({"PATH", "SIZE", "MODIFIED"}, rows);
    }
    return ExitOk;
}

int cat(Call& call) {
    S3Access::of_call(call).download(place_of(call), "-");
    return ExitOk;
}

int stat(Call& call) {
    S3Place place = place_of(call);
    storage::Entry entry = S3Access::of_call(call).stat(place);
    std::string modified = to_rfc3339(entry.modified_at);
    if (call.wants_json()) {
        json::object page = {{"schema", "tarn.s3.object/1"},
                             {"bucket", place.bucket},
                             {"path", place.path},
                             {"size", entry.size},
                             {"modified", modified}};
        call.terminal.print_line(json::serialize(page));
        return ExitOk;
    }
    call.terminal.table({"PATH", "SIZE", "MODIFIED"},
                        {{place.path, fmt::format("{} B", entry.size), modified}});
    return ExitOk;
}

bool is_remote(const std::string& text) {
    return text.starts_with("s3://") || text.starts_with("s3a://");
}

int copy(Call& call) {
    std::string from = call.typed.value_or("from", ""), to = call.typed.value_or("to", "");
    if (!is_remote(from) && !is_remote(to)) {
        throw Error(ErrorCode::InvalidInput, "neither {} nor {} is an object", from, to)
            .with_hint("write s3://bucket/key for what lies on the server");
    }
    S3Access access = S3Access::of_call(call);
    // As with cp, a place that ends in a slash is a folder to put the file into.
    if (to.ends_with('/')) to += from.substr(from.rfind('/') + 1);
    if (!is_remote(to)) {
        access.download(parse_s3_place(from), to);
    } else if (is_remote(from)) {
        access.copy(parse_s3_place(from), parse_s3_place(to));
    } else {
        access.upload(from, parse_s3_place(to));
    }
    return ExitOk;
}

int remove(Call& call) {
    S3Access::of_call(call).remove(place_of(call), depth_of(call.typed));
    return ExitOk;
}

int make_bucket(Call& call) {
    S3Access::of_call(call).make_bucket(place_of(call, "bucket").bucket);
    return ExitOk;
}

Option recursive_option() {
    return {"--recursive", "", "everything below it", "-r"};
}

}  // namespace

Command s3_ls_command() {
    return {.name = "s3 ls",
            .summary = "the buckets, or what lies in one",
            .examples = {"tarn s3 ls", "tarn s3 ls warehouse/db --recursive"},
            .options = {endpoint_option(), recursive_option()},
            .arguments = {{.name = "place", .help = "bucket/path", .is_required = false}},
            .run = list};
}

Command s3_cat_command() {
    return {.name = "s3 cat",
            .summary = "print an object",
            .examples = {"tarn s3 cat warehouse/db/t/metadata/v1.metadata.json"},
            .options = {endpoint_option()},
            .arguments = {{.name = "place", .help = "bucket/path"}},
            .run = cat};
}

Command s3_stat_command() {
    return {.name = "s3 stat",
            .summary = "size and age of an object",
            .examples = {"tarn s3 stat warehouse/db/t/data.parquet"},
            .options = {endpoint_option()},
            .arguments = {{.name = "place", .help = "bucket/path"}},
            .run = stat};
}

Command s3_cp_command() {
    return {.name = "s3 cp",
            .summary = "copy an object from, to or on the server",
            .examples = {"tarn s3 cp trades.csv s3://warehouse/in/",
                         "tarn s3 cp s3://warehouse/in/trades.csv -"},
            .options = {endpoint_option()},
            .arguments = {{.name = "from", .help = "a file, - or s3://bucket/path"},
                          {.name = "to", .help = "the same"}},
            .run = copy};
}

Command s3_rm_command() {
    return {.name = "s3 rm",
            .summary = "remove an object",
            .examples = {"tarn s3 rm warehouse/in/trades.csv"},
            .options = {endpoint_option(), recursive_option()},
            .arguments = {{.name = "place", .help = "bucket/path"}},
            .run = remove};
}

Command s3_mb_command() {
    return {.name = "s3 mb",
            .summary = "make a bucket",
            .examples = {"tarn s3 mb lake"},
            .options = {endpoint_option()},
            .arguments = {{.name = "bucket", .help = "its name"}},
            .run = make_bucket};
}

}  // namespace tarn::cli
