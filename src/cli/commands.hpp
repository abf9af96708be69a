// All commands, each made in the file of its name. To add one: write its file, name it here.
#pragma once

#include <vector>

#include "cli/command.hpp"

namespace tarn::cli {

Command bench_command();
Command catalog_describe_command();
Command catalog_list_command();
Command check_command();
Command completion_command();
Command config_show_command();
Command dlq_list_command();
Command dlq_replay_command();
Command doctor_command();
Command down_command();
Command explain_command();
Command job_list_command();
Command job_describe_command();
Command job_checkpoints_command();
Command job_stop_command();
Command job_upgrade_command();
Command job_cancel_command();
Command run_file_command();
Command fmt_command();
Command function_describe_command();
Command connector_list_command();
Command connector_describe_command();
Command function_list_command();
Command group_delete_command();
Command group_describe_command();
Command group_lag_command();
Command group_list_command();
Command group_reset_command();
Command kafka_configs_command();
Command kafka_console_consumer_command();
Command kafka_console_producer_command();
Command kafka_consumer_groups_command();
Command kafka_get_offsets_command();
Command kafka_topics_command();
Command logs_command();
Command mc_command();
Command namespace_create_command();
Command namespace_describe_command();
Command namespace_drop_command();
Command namespace_list_command();
Command namespace_properties_command();
Command s3_cat_command();
Command s3_cp_command();
Command s3_ls_command();
Command s3_mb_command();
Command s3_rm_command();
Command s3_stat_command();
Command status_command();
Command table_branch_command();
Command table_compact_command();
Command table_create_command();
Command table_describe_command();
Command table_drop_command();
Command table_evolve_command();
Command table_expire_command();
Command table_files_command();
Command table_history_command();
Command table_list_command();
Command table_location_command();
Command table_orphans_command();
Command table_partitions_command();
Command table_properties_command();
Command table_refs_command();
Command table_register_command();
Command table_rename_command();
Command table_rollback_command();
Command table_snapshots_command();
Command table_tag_command();
Command topic_alter_command();
Command topic_consume_command();
Command topic_create_command();
Command topic_delete_command();
Command topic_describe_command();
Command topic_list_command();
Command topic_offsets_command();
Command topic_produce_command();
Command topic_trim_command();
Command up_command();
Command user_add_command();
Command user_list_command();
Command user_remove_command();
Command version_command();

// In the order in which help shows them.
const std::vector<Command>& all_commands();

// Runs the process: parses, calls the command, prints what went wrong. Gives the exit code.
int run(int count, char** words, char** environment);

}  // namespace tarn::cli
