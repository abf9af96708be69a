#include "sql/stream/table_traits.hpp"

#include <algorithm>

#include "sql/options/connector.hpp"
#include "sql/plan/walk.hpp"
#include "sql/stream/contains.hpp"

namespace tarn::sql {
namespace {

std::string_view option_value(const Options& options, std::string_view key) {
    auto found = std::ranges::find(options, key, &Option::key);
    return found == options.end() ? std::string_view{} : std::string_view(found->value);
}

bool has_role(const Connector& connector, std::string_view role) {
    return contains(connector.roles, role);
}

bool has_format_of_changes(const Connector& connector, const Options& options) {
    return std::ranges::any_of(connector.formats, [&](const FormatSlot& slot) {
        const Format* format = find_format(option_value(options, slot.key));
        return format && format->has_changes;
    });
}

// Rows that change find the rows that they change by the key.
TableTraits of_iceberg(const StoredTable& table) {
    bool has_key = !table.table.primary_key.empty();
    return {.brings = InsertsOnly,
            .takes = has_key ? Upserts : InsertsOnly,
            .can_look_up = true,
            .can_overwrite = true};
}

}  // namespace

bool is_endless(const Options& options) {
    auto has = [&](std::string_view key) { return !option_value(options, key).empty(); };
    std::string_view name = option_value(options, "connector");
    if (name == "kafka" || name == "upsert-kafka") return !has("scan.bounded.mode");
    if (name == "datagen" || name == "faker") return !has("number-of-rows");
    if (name == "nexmark") {
        bool has_end = has("events.num") && option_value(options, "events.num") != "0";
        return !has_end || option_value(options, "keep-alive") == "true";
    }
    if (name == "filesystem") return has("source.monitor-interval");
    return option_value(options, "streaming") == "true";
}

bool has_endless_source(const Plan& plan) {
    const auto* scan = std::get_if<Scan>(&plan.node);
    if (scan) return is_endless(scan->options);
    return std::ranges::any_of(inputs_of(plan),
                               [](const PlanPtr& input) { return has_endless_source(*input); });
}

TableTraits traits_by_connector(const StoredTable& table, const Options& options) {
    std::string_view name = option_value(options, "connector");
    if (name.empty() || name == "iceberg") return of_iceberg(table);
    const Connector* connector = find_connector(name);
    if (!connector) return {};
    bool has_key = !table.table.primary_key.empty();
    bool is_upserts = name == "upsert-kafka";
    bool is_all = has_format_of_changes(*connector, options);
    bool is_database = name == "jdbc" || name == "clickhouse";
    // Who shows rows or throws them away takes any.
    bool is_console = name == "print" || name == "blackhole";
    TableTraits traits{.can_look_up = has_role(*connector, "lookup"),
                       .can_overwrite = name == "filesystem"};
    if (has_role(*connector, "source")) {
        traits.brings = is_all ? AllChanges : is_upserts ? Upserts : InsertsOnly;
    }
    if (has_role(*connector, "sink")) {
        bool takes_upserts = is_upserts || (is_database && has_key);
        traits.takes = is_all || is_console ? AllChanges : takes_upserts ? Upserts : InsertsOnly;
    }
    return traits;
}

}  // namespace tarn::sql
