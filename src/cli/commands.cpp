#include "cli/commands.hpp"

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/command_line.hpp"
#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/iceberg_commands.hpp"
#include "cli/settings.hpp"

namespace tarn::cli {
namespace {

// What of the typed words is for the settings: a command may have an option of its own by the name
// of a common one.
Typed typed_for_settings(const ParsedCommand& parsed) {
    Typed typed = parsed.typed;
    for (const Option& option : common_options()) {
        if (redeclares(*parsed.command, option)) typed.values.erase(option.name);
    }
    return typed;
}

// Under which name the process was called: "kafka-topics" for a link kafka-topics.sh to the binary.
std::vector<std::string> words_of(int count, char** words) {
    std::vector<std::string> typed(words + 1, words + count);
    std::string name = std::filesystem::path(words[0]).filename();
    if (name.ends_with(".sh")) name.resize(name.size() - 3);
    auto tool = std::ranges::find(all_commands(), name, &Command::name);
    if (tool != all_commands().end() && tool->takes_any_words) typed.insert(typed.begin(), name);
    return typed;
}

int run_command(const ParsedCommand& parsed, Terminal& terminal, char** environment) {
    // Tools of others know nothing of our settings, and do not fail for their sake.
    Config config = parsed.command->takes_any_words
                        ? Config(all_settings())
                        : gather_config(typed_for_settings(parsed), environment);
    logging::configure(logging::format_named(config.text("log.format")), config.text("log.level"));
    Call call{parsed.typed, config, terminal};
    return parsed.command->run(call);
}

}  // namespace

const std::vector<Command>& all_commands() {
    static const std::vector<Command> commands = {
        up_command(),
        status_command(),
        logs_command(),
        down_command(),
        topic_list_command(),
        topic_describe_command(),
        topic_create_command(),
        topic_alter_command(),
        topic_delete_command(),
        topic_produce_command(),
        topic_consume_command(),
        topic_offsets_command(),
        topic_trim_command(),
        group_list_command(),
        group_describe_command(),
        group_lag_command(),
        group_reset_command(),
        group_delete_command(),
        dlq_list_command(),
        dlq_replay_command(),
        catalog_list_command(),
        catalog_describe_command(),
        connector_list_command(),
        connector_describe_command(),
        function_list_command(),
        function_describe_command(),
        namespace_list_command(),
        namespace_create_command(),
        namespace_describe_command(),
        namespace_drop_command(),
        namespace_properties_command(),
        table_list_command(),
        table_describe_command(),
        table_create_command(),
        table_drop_command(),
        table_rename_command(),
        table_register_command(),
        table_snapshots_command(),
        table_history_command(),
        table_refs_command(),
        table_files_command(),
        table_partitions_command(),
        table_properties_command(),
        table_location_command(),
        table_rollback_command(),
        table_branch_command(),
        table_tag_command(),
        table_evolve_command(),
        table_compact_command(),
        table_expire_command(),
        table_orphans_command(),
        s3_ls_command(),
        s3_cat_command(),
        s3_stat_command(),
        s3_cp_command(),
        s3_rm_command(),
        s3_mb_command(),
        iceberg_lint_command(),
        check_command(),
        explain_command(),
        run_file_command(),
        job_list_command(),
        job_describe_command(),
        job_checkpoints_command(),
        job_upgrade_command(),
        job_stop_command(),
        job_cancel_command(),
        fmt_command(),
        user_add_command(),
        user_list_command(),
        user_remove_command(),
        doctor_command(),
        bench_command(),
        config_show_command(),
        completion_command(),
        version_command(),
        kafka_topics_command(),
        kafka_console_producer_command(),
        kafka_console_consumer_command(),
        kafka_get_offsets_command(),
        kafka_consumer_groups_command(),
        kafka_configs_command(),
        mc_command(),
    };
    return commands;
}

int run(int count, char** words, char** environment) {
    Terminal terminal;
    try {
        auto parsed = parse_command_line(all_commands(), words_of(count, words));
        if (auto* help = std::get_if<HelpRequest>(&parsed)) {
            terminal.print(help_on(help->topic, all_commands(), terminal));
            return ExitOk;
        }
        auto& command = std::get<ParsedCommand>(parsed);
        terminal = Terminal(command.typed.value_or("--color", "auto"));
        return run_command(command, terminal, environment);
    } catch (const Error& error) {
        terminal.error(error.what(), error.hint());
        return exit_code_of(error.code());
    } catch (const std::exception& error) {
        terminal.error(error.what(), "this is a fault of Tarn's own; please report it");
        return ExitFailed;
    }
}

}  // namespace tarn::cli
