#include "connectors/kafka/open_topics.hpp"

#include "connectors/formats/option_values.hpp"
#include "connectors/kafka/topics_by_client.hpp"

namespace tarn::connectors {

kafka::client::Properties client_properties(const sql::Options& options) {
    constexpr std::string_view Prefix = "properties.";
    kafka::client::Properties properties;
    for (const sql::Option& option : options) {
        if (!option.key.starts_with(Prefix)) continue;
        properties[option.key.substr(Prefix.size())] = option.value;
    }
    return properties;
}

TopicAccessPtr open_topics(const sql::Options& options, const OwnTopics& own) {
    OptionValues values(options, "properties.");
    kafka::client::Properties properties = client_properties(options);
    kafka::client::ClientSettings settings;
    settings.bootstrap = kafka::client::parse_addresses(values.wanted_text("bootstrap.servers"));
    bool only_committed = values.text("isolation.level") == "read_committed";
    auto isolation = only_committed ? log::Isolation::Committed : log::Isolation::Uncommitted;
    if (own) {
        if (auto topics = own(settings.bootstrap, isolation)) return topics;
    }
    settings.client_id = values.text("client.id").value_or(settings.client_id);
    settings.security = kafka::client::security_of(properties);
    return std::make_unique<TopicsByClient>(std::move(settings), isolation);
}

}  // namespace tarn::connectors
