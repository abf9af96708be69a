// `mc`, MinIO's tool, as far as scripts and tutorials use it: ls, cat, stat, cp, rm, mb and alias
// set, with the same words and lines. Aliases are those of the tool itself, in its own file.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/data_folder.hpp"
#include "cli/exit_code.hpp"
#include "cli/s3_access.hpp"
#include "http/target.hpp"
#include "http/url.hpp"

namespace tarn::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

struct Alias {
    std::string url;
    std::string access_key;
    std::string secret_key;
};

struct McCall {
    std::vector<std::string> words;  // without options
    bool is_recursive = false;
    bool ignores_existing = false;
    const Config& config;
    Terminal& terminal;
};

fs::path aliases_file() {
    const char* folder = std::getenv("MC_CONFIG_DIR");
    if (folder && *folder) return fs::path(folder) / "config.json";
    const char* home = std::getenv("HOME");
    return fs::path(home ? home : "/") / ".mc" / "config.json";
}

json::object read_aliases_file() {
    std::ifstream file(aliases_file(), std::ios::binary);
    if (!file) return {{"version", "10"}, {"aliases", json::object()}};
    std::string text(std::istreambuf_iterator<char>(file), {});
    boost::system::error_code failure;
    json::value page = json::parse(text, failure);
    bool is_known = !failure && page.is_object() && page.as_object().contains("aliases") &&
                    page.at("aliases").is_object();
    if (!is_known) {
        throw Error(ErrorCode::InvalidInput, "{} cannot be read", aliases_file().string())
            .with_hint("it should be the JSON that mc keeps its aliases in");
    }
    return page.as_object();
}

std::string text_in(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value && value->is_string() ? std::string(value->as_string()) : "";
}

// "http://key:secret@host:9000", the form of MC_HOST_<alias>.
Alias parse_host(const std::string& text) {
    size_t start = text.find("://"), at = text.rfind('@');
    if (start == std::string::npos) throw Error(ErrorCode::InvalidInput, "MC_HOST_… is no URL");
    start += 3;
    if (at == std::string::npos || at < start)
        return {.url = text, .access_key = {}, .secret_key = {}};
    std::string keys = text.substr(start, at - start);
    size_t colon = std::min(keys.find(':'), keys.size());
    auto decoded = [](const std::string& part) {
        return http::percent_decoded(part).value_or(part);
    };
    return {.url = text.substr(0, start) + text.substr(at + 1),
            .access_key = decoded(keys.substr(0, colon)),
            .secret_key = decoded(keys.substr(std::min(colon + 1, keys.size())))};
}

Alias find_alias(const std::string& name, const Config& config) {
    if (const char* host = std::getenv(("MC_HOST_" + name).c_str())) return parse_host(host);
    json::object page = read_aliases_file();
    const json::object& aliases = page.at("aliases").as_object();
    const json::value* found = aliases.if_contains(name);
    if (found && found->is_object()) {
        const json::object& alias = found->as_object();
        return {.url = text_in(alias, "url"),
                .access_key = text_in(alias, "accessKey"),
                .secret_key = text_in(alias, "secretKey")};
    }
    if (name == "local") {
        return {.url = fmt::format("http://{}:{}", config.text("s3.address"),
                                   config.integer("s3.port")),
                .access_key = config.text("s3.access-key"),
                .secret_key = config.text("s3.secret-key")};
    }
    throw Error(ErrorCode::NotFound, "there is no alias '{}'", name)
        .with_hint(fmt::format("mc alias set {} URL ACCESSKEY SECRETKEY", name));
}

// "local/warehouse/db": an alias, and a place there.
struct Target {
    std::string alias;
    S3Place place;
    bool is_folder = false;  // it ends in a slash
};

Target parse_target(const std::string& word) {
    size_t slash = std::min(word.find('/'), word.size());
    return {
        .alias = word.substr(0, slash),
        .place = parse_s3_place(std::string_view(word).substr(std::min(slash + 1, word.size()))),
        .is_folder = word.ends_with('/')};
}

S3Access access_to(const Target& target, const McCall& call) {
    Alias alias = find_alias(target.alias, call.config);
    storage::S3Settings settings;
    settings.endpoint = alias.url;
    while (settings.endpoint.ends_with('/')) settings.endpoint.pop_back();
    settings.access_key = alias.access_key;
    settings.secret_key = alias.secret_key;
    return S3Access(settings);
}

// The tool takes a word whose start is an alias for an object; files are told here by how they are
// written.
bool is_file(const std::string& word) {
    return word == "-" || word.starts_with('/') || word.starts_with('.') ||
           word.find('/') == std::string::npos;
}

// "1.2KiB", as the tool writes sizes.
std::string short_size(int64_t bytes) {
    constexpr const char* Units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    if (bytes < 10) return fmt::format("{}B", bytes);
    auto size = static_cast<double>(bytes);
    size_t unit = 0;
    while (size >= 1024 && unit + 1 < std::size(Units)) {
        size /= 1024;
        ++unit;
    }
    return fmt::format("{:.{}f}{}", size, size < 10 ? 1 : 0, Units[unit]);
}

std::string line_of(const ListedObject& object) {
    auto seconds = std::chrono::system_clock::to_time_t(object.entry.modified_at);
    std::string time = fmt::format("[{:%Y-%m-%d %H:%M:%S} UTC]", fmt::gmtime(seconds));
    std::string size = short_size(object.entry.size);
    if (object.entry.is_folder) return fmt::format("{} {:>6} {}", time, size, object.path);
    return fmt::format("{} {:>6} STANDARD {}", time, size, object.path);
}

int list(McCall& call) {
    Target target = parse_target(call.words.empty() ? "local" : call.words[0]);
    S3Access access = access_to(target, call);
    if (target.place.bucket.empty()) {
        for (const ListedBucket& bucket : access.buckets()) {
            std::string time = bucket.created.substr(0, 19);
            std::ranges::replace(time, 'T', ' ');
            call.terminal.print_line(fmt::format("[{} UTC] {:>6} {}/", time, "0B", bucket.name));
        }
        return ExitOk;
    }
    auto depth = call.is_recursive ? storage::Depth::AllBelow : storage::Depth::OneFolder;
    for (const ListedObject& object : access.list(target.place, depth)) {
        call.terminal.print_line(line_of(object));
    }
    return ExitOk;
}

int cat(McCall& call) {
    for (const std::string& word : call.words) {
        Target target = parse_target(word);
        access_to(target, call).download(target.place, "-");
    }
    return ExitOk;
}

int stat(McCall& call) {
    for (const std::string& word : call.words) {
        Target target = parse_target(word);
        storage::Entry entry = access_to(target, call).stat(target.place);
        auto seconds = std::chrono::system_clock::to_time_t(entry.modified_at);
        call.terminal.print_line(
            fmt::format("Name      : {}\nDate      : {:%Y-%m-%d %H:%M:%S} UTC\nSize      : "
                        "{}\nType      : file",
                        target.place.name(), fmt::gmtime(seconds), short_size(entry.size)));
    }
    return ExitOk;
}

int copy(McCall& call) {
    if (call.words.size() != 2) throw Error(ErrorCode::InvalidInput, "mc cp takes SOURCE TARGET");
    const std::string &from = call.words[0], &to = call.words[1];
    if (is_file(from) && is_file(to)) {
        throw Error(ErrorCode::InvalidInput, "neither {} nor {} is an object", from, to);
    }
    std::string name = from.substr(from.rfind('/') + 1);
    if (is_file(to)) {
        Target source = parse_target(from);
        std::string file = to != "-" && fs::is_directory(to) ? to + "/" + name : to;
        access_to(source, call).download(source.place, file);
        return ExitOk;
    }
    Target target = parse_target(to);
    if (target.is_folder || target.place.path.empty()) {
        target.place.path += (target.place.path.empty() ? "" : "/") + name;
    }
    if (is_file(from)) {
        access_to(target, call).upload(from, target.place);
        return ExitOk;
    }
    Target source = parse_target(from);
    if (source.alias != target.alias) {
        throw Error(ErrorCode::InvalidInput, "source and target are on different servers")
            .with_hint("copy to a file first");
    }
    access_to(source, call).copy(source.place, target.place);
    return ExitOk;
}

int remove(McCall& call) {
    auto depth = call.is_recursive ? storage::Depth::AllBelow : storage::Depth::OneFolder;
    for (const std::string& word : call.words) {
        Target target = parse_target(word);
        access_to(target, call).remove(target.place, depth);
        call.terminal.print_line(fmt::format("Removed `{}`.", word));
    }
    return ExitOk;
}

int make_bucket(McCall& call) {
    for (const std::string& word : call.words) {
        Target target = parse_target(word);
        S3Access access = access_to(target, call);
        auto there = access.buckets();
        bool exists =
            std::ranges::find(there, target.place.bucket, &ListedBucket::name) != there.end();
        if (exists && !call.ignores_existing) {
            throw Error(ErrorCode::Conflict, "the bucket {} is there already", word)
                .with_hint("--ignore-existing lets that be");
        }
        if (!exists) access.make_bucket(target.place.bucket);
        call.terminal.print_line(fmt::format("Bucket created successfully `{}`.", word));
    }
    return ExitOk;
}

int set_alias(McCall& call) {
    if (call.words.size() != 5 || call.words[0] != "set") {
        throw Error(ErrorCode::InvalidInput, "mc alias knows: set NAME URL ACCESSKEY SECRETKEY");
    }
    const std::string &name = call.words[1], &url = call.words[2];
    http::parse_url(url);
    json::object page = read_aliases_file();
    page["aliases"].as_object()[name] = {{"url", url},
                                         {"accessKey", call.words[3]},
                                         {"secretKey", call.words[4]},
                                         {"api", "S3v4"},
                                         {"path", "auto"}};
    fs::path file = aliases_file();
    fs::create_directories(file.parent_path());
    write_whole(file, json::serialize(page));
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    call.terminal.print_line(fmt::format("Added `{}` successfully.", name));
    return ExitOk;
}

int run_mc(Call& call) {
    McCall mc{.words = {}, .config = call.config, .terminal = call.terminal};
    for (const std::string& word : call.typed.all("words")) {
        if (word == "-r" || word == "--recursive") {
            mc.is_recursive = true;
        } else if (word == "-p" || word == "--ignore-existing") {
            mc.ignores_existing = true;
        } else if (word == "--force" || word == "--quiet" || word == "-q") {
            continue;  // nothing is asked or drawn here
        } else if (word.starts_with('-') && word != "-") {
            throw Error(ErrorCode::InvalidInput, "mc does not know {} here", word);
        } else {
            mc.words.push_back(word);
        }
    }
    constexpr std::pair<std::string_view, int (*)(McCall&)> Verbs[] = {
        {"ls", list},   {"cat", cat},        {"stat", stat},      {"cp", copy},
        {"rm", remove}, {"mb", make_bucket}, {"alias", set_alias}};
    std::string verb = mc.words.empty() ? "" : mc.words[0];
    for (const auto& [name, act] : Verbs) {
        if (verb != name) continue;
        mc.words.erase(mc.words.begin());
        return act(mc);
    }
    throw Error(ErrorCode::InvalidInput, "mc knows ls, cat, stat, cp, rm, mb and alias set")
        .with_hint("for example: mc ls --recursive local/warehouse");
}

}  // namespace

Command mc_command() {
    return {.name = "mc",
            .summary = "MinIO's tool: ls, cat, stat, cp, rm, mb, alias set",
            .examples = {"mc ls --recursive local/warehouse/db/",
                         "mc alias set local http://localhost:9000 minioadmin minioadmin"},
            .options = {},
            .arguments = {},
            .run = run_mc,
            .takes_any_words = true};
}

}  // namespace tarn::cli
