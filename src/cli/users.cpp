// `tarn user …`: the first user of a cluster, whose listeners may let nobody in without one. The
// commands work on the data folder itself, so Tarn must not run in it; while it runs, Kafka's own
// tools change users (kafka-configs.sh --entity-type users).

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <boost/json.hpp>

#include <iostream>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/data_folder.hpp"
#include "cli/exit_code.hpp"
#include "cli/kafka_settings.hpp"
#include "storage/local_disk.hpp"

namespace tarn::cli {
namespace {

constexpr size_t SaltSize = 24;

// Nobody reads along while this lives.
class HiddenTyping {
public:
    HiddenTyping() {
        is_terminal_ = tcgetattr(STDIN_FILENO, &before_) == 0;
        if (!is_terminal_) return;
        termios hidden = before_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSANOW, &hidden);
    }
    ~HiddenTyping() {
        if (is_terminal_) tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    }
    HiddenTyping(const HiddenTyping&) = delete;
    HiddenTyping& operator=(const HiddenTyping&) = delete;

private:
    bool is_terminal_;
    termios before_{};
};

DataFolder take(const Config& config) {
    try {
        return DataFolder::take(config.text("data.folder"));
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Conflict) throw;
        throw Error(ErrorCode::Conflict, "{}", error.what())
            .with_hint("stop it with `tarn down`, or change users with kafka-configs.sh");
    }
}

// The users of a data folder, for as long as nobody else may change them.
struct Folder {
    explicit Folder(const Config& config)
        : folder(take(config)),
          disk(storage::LocalDisk::open(storage::Uri::parse(folder.path().string()))),
          registry(*disk, log_settings(config).folder + "/cluster.log"),
          users(registry, random) {}

    SystemRandom random;
    DataFolder folder;
    std::unique_ptr<storage::Disk> disk;
    log::Registry registry;
    kafka::Users users;
};

std::string read_password(Call& call) {
    std::string password;
    {
        HiddenTyping hidden;
        if (isatty(STDIN_FILENO)) call.terminal.note("Password:");
        std::getline(std::cin, password);
    }
    if (password.empty()) {
        throw Error(ErrorCode::InvalidInput, "there is no password on standard input");
    }
    return password;
}

int add(Call& call) {
    std::string name = call.typed.value_or("name", "");
    Folder folder(call.config);
    std::string password = read_password(call);
    for (kafka::Hash hash : {kafka::Hash::Sha256, kafka::Hash::Sha512}) {
        // As many iterations as users have who do not exist, so that nothing tells them apart.
        folder.users.put(
            name, hash,
            kafka::scram_credential(hash, password, kafka::random_bytes(folder.random, SaltSize),
                                    kafka::IterationsMin));
    }
    call.terminal.note(fmt::format("'{}' can come in now, as User:{} in access rules", name, name));
    return ExitOk;
}

int list(Call& call) {
    Folder folder(call.config);
    boost::json::array names;
    for (const auto& [name, credentials] : *folder.users.table()) {
        if (call.wants_json()) {
            names.push_back(boost::json::string(name));
        } else {
            call.terminal.print_line(name);
        }
    }
    if (call.wants_json()) {
        boost::json::object answer = {{"schema", "tarn.user-list/1"}, {"users", names}};
        call.terminal.print_line(boost::json::serialize(answer));
    }
    return ExitOk;
}

int remove(Call& call) {
    std::string name = call.typed.value_or("name", "");
    Folder folder(call.config);
    bool was_there = false;
    for (kafka::Hash hash : {kafka::Hash::Sha256, kafka::Hash::Sha512}) {
        was_there = folder.users.remove(name, hash) || was_there;
    }
    if (!was_there) throw Error(ErrorCode::NotFound, "there is no user '{}'", name);
    return ExitOk;
}

}  // namespace

Command user_add_command() {
    return {.name = "user add",
            .summary = "add a Kafka user, or change the password; reads it from standard input",
            .examples = {"tarn user add admin", "tarn user add alice < password.txt"},
            .options = {},
            .arguments = {{"name", "of the user"}},
            .run = add};
}

Command user_list_command() {
    return {.name = "user list",
            .summary = "list the Kafka users of this folder",
            .examples = {"tarn user list"},
            .options = {},
            .arguments = {},
            .run = list};
}

Command user_remove_command() {
    return {.name = "user remove",
            .summary = "remove a Kafka user",
            .examples = {"tarn user remove alice"},
            .options = {},
            .arguments = {{"name", "of the user"}},
            .run = remove};
}

}  // namespace tarn::cli
