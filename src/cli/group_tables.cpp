#include "cli/group_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/optional_text.hpp"

namespace tarn::cli {
namespace {

namespace client = kafka::client;

// Columns have a least width, grow with what is in them, and stand one space apart; one of width 0
// is the last and not filled up.
struct Column {
    std::string title;
    size_t width_min;
};

std::string table_of(const std::vector<Column>& columns,
                     const std::vector<std::vector<std::string>>& rows) {
    std::vector<size_t> widths;
    for (size_t i = 0; i < columns.size(); ++i) {
        size_t width = columns[i].width_min;
        for (const auto& row : rows) {
            if (width > 0) width = std::max(width, row[i].size());
        }
        widths.push_back(width);
    }
    std::string text;
    auto append = [&](auto cell_of) {
        for (size_t i = 0; i < columns.size(); ++i) {
            std::string cell = cell_of(i);
            text += i == 0 ? "" : " ";
            text += cell;
            if (cell.size() < widths[i]) text.append(widths[i] - cell.size(), ' ');
        }
        text += "\n";
    };
    append([&](size_t i) { return columns[i].title; });
    for (const auto& row : rows) append([&](size_t i) { return row[i]; });
    return text;
}

std::string assignment_text(const client::GroupMemberInfo& member) {
    std::vector<std::string> topics;
    for (const auto& [topic, partitions] : member.assigned) {
        topics.push_back(fmt::format("{}({})", topic, fmt::join(partitions, ",")));
    }
    return topics.empty() ? "-" : fmt::format("{}", fmt::join(topics, ", "));
}

}  // namespace

std::string group_list(const std::vector<client::ListedGroup>& groups, ListColumns wanted) {
    std::vector<Column> columns = {{"GROUP", 25}};
    if (wanted.type) columns.push_back({"TYPE", 20});
    if (wanted.state) columns.push_back({"STATE", 20});
    std::vector<std::vector<std::string>> rows;
    for (const client::ListedGroup& group : groups) {
        rows.push_back({group.id});
        if (wanted.type) rows.back().push_back(group.type == "consumer" ? "Consumer" : "Classic");
        if (wanted.state) rows.back().push_back(group.state);
    }
    return table_of(columns, rows);
}

std::string group_offsets_table(const client::GroupInfo& group,
                                const std::vector<client::GroupProgress>& progress) {
    std::vector<std::vector<std::string>> rows;
    for (const client::GroupProgress& line : progress) {
        rows.push_back({group.id, line.partition.first, std::to_string(line.partition.second),
                        text_or_dash(line.committed), text_or_dash(line.end),
                        text_or_dash(line.lag()), line.member ? line.member->id : "-",
                        line.member ? line.member->host : "-",
                        line.member ? line.member->client_id : "-"});
    }
    if (rows.empty()) return "";
    return "\n" + table_of({{"GROUP", 15},
                            {"TOPIC", 15},
                            {"PARTITION", 10},
                            {"CURRENT-OFFSET", 15},
                            {"LOG-END-OFFSET", 15},
                            {"LAG", 15},
                            {"CONSUMER-ID", 15},
                            {"HOST", 15},
                            {"CLIENT-ID", 0}},
                           rows);
}

std::string group_members_table(const client::GroupInfo& group, bool is_verbose) {
    std::vector<Column> columns = {
        {"GROUP", 15}, {"CONSUMER-ID", 15}, {"HOST", 15}, {"CLIENT-ID", 15}, {"#PARTITIONS", 15}};
    if (is_verbose) columns.push_back({"ASSIGNMENT", 15});
    std::vector<std::vector<std::string>> rows;
    for (const client::GroupMemberInfo& member : group.members) {
        size_t partitions = 0;
        for (const auto& [topic, assigned] : member.assigned) partitions += assigned.size();
        rows.push_back(
            {group.id, member.id, member.host, member.client_id, std::to_string(partitions)});
        if (is_verbose) rows.back().push_back(assignment_text(member));
    }
    return "\n" + table_of(columns, rows);
}

std::string group_state_table(const client::GroupInfo& group, const std::string& coordinator) {
    std::string place = fmt::format("{}  ({})", coordinator, group.coordinator);
    return "\n" + table_of({{"GROUP", 15},
                            {"COORDINATOR (ID)", 25},
                            {"ASSIGNMENT-STRATEGY", 20},
                            {"STATE", 20},
                            {"#MEMBERS", 0}},
                           {{group.id, place, group.assignor.empty() ? "-" : group.assignor,
                             group.state, std::to_string(group.members.size())}});
}

std::string new_offsets_table(const std::string& group, const client::CommittedOffsets& offsets) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& [which, offset] : offsets) {
        rows.push_back({group, which.first, std::to_string(which.second), std::to_string(offset)});
    }
    return "\n" +
           table_of({{"GROUP", 15}, {"TOPIC", 15}, {"PARTITION", 10}, {"NEW-OFFSET", 0}}, rows);
}

std::string new_offsets_csv(const client::CommittedOffsets& offsets) {
    std::string text;
    for (const auto& [which, offset] : offsets) {
        text += fmt::format("{},{},{}\n", which.first, which.second, offset);
    }
    return text;
}

}  // namespace tarn::cli
