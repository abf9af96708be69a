// The tables of kafka-consumer-groups, with the columns and widths of Apache's tool: people cut
// fields out of them.
#pragma once

#include <string>
#include <vector>

#include "kafka/client/groups.hpp"

namespace tarn::cli {

// What --list shows besides the names.
struct ListColumns {
    bool type = false;
    bool state = false;
};
std::string group_list(const std::vector<kafka::client::ListedGroup>& groups, ListColumns columns);

std::string group_offsets_table(const kafka::client::GroupInfo& group,
                                const std::vector<kafka::client::GroupProgress>& progress);
std::string group_members_table(const kafka::client::GroupInfo& group, bool is_verbose);
std::string group_state_table(const kafka::client::GroupInfo& group,
                              const std::string& coordinator);

// What --reset-offsets sets, for people and for --export.
std::string new_offsets_table(const std::string& group,
                              const kafka::client::CommittedOffsets& offsets);
std::string new_offsets_csv(const kafka::client::CommittedOffsets& offsets);

}  // namespace tarn::cli
