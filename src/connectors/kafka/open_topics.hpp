// From the options of a table to the topics that it is about.
#pragma once

#include <functional>

#include "connectors/kafka/topic_access.hpp"
#include "kafka/client/properties.hpp"
#include "sql/syntax/statement.hpp"

namespace tarn::connectors {

// Opens the topics of the Tarn that asks when it is reached at one of these addresses; null when
// they are others'.
using OwnTopics = std::function<TopicAccessPtr(const std::vector<kafka::client::Address>& bootstrap,
                                               log::Isolation isolation)>;

// `own` may be empty: then all topics are reached as a client. Throws InvalidInput for properties
// that are wrong.
TopicAccessPtr open_topics(const sql::Options& options, const OwnTopics& own);

// What the options that begin with "properties." say to Kafka's clients.
kafka::client::Properties client_properties(const sql::Options& options);

}  // namespace tarn::connectors
