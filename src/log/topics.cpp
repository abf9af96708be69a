#include "log/topics.hpp"

#include <boost/asio/post.hpp>
#include <boost/json/object.hpp>

#include <future>

#include "base/error.hpp"
#include "base/log.hpp"
#include "log/parallel.hpp"

namespace tarn::log {
namespace {

namespace json = boost::json;

constexpr size_t NameLengthMax = 249;
constexpr int OpenersAtOnce = 4;

// Runs `work` on a shard and waits for it, from a thread that may wait.
void run_and_wait(const Executor& executor, std::function<void()> work) {
    std::promise<void> done;
    asio::post(executor, [&] {
        try {
            work();
            done.set_value();
        } catch (...) {
            done.set_exception(std::current_exception());
        }
    });
    done.get_future().get();
}

json::object document_of(const Topic& topic) {
    json::object config;
    for (const auto& [name, value] : topic.config.overrides()) config[name] = value;
    return {{"id", topic.id.text()},
            {"partitions", topic.partition_count()},
            {"config", std::move(config)}};
}

TopicConfig config_in(const json::object& document) {
    std::map<std::string, std::string> overrides;
    for (const auto& [name, value] : document.at("config").as_object()) {
        overrides.emplace(name, value.as_string());
    }
    return TopicConfig(std::move(overrides));
}

[[noreturn]] void no_such_topic(std::string_view name) {
    throw Error(ErrorCode::NotFound, "there is no topic '{}'", name);
}

}  // namespace

TopicPtr TopicTable::find(std::string_view name) const {
    auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : found->second;
}

TopicPtr TopicTable::find(const Uuid& id) const {
    auto found = by_id.find(id);
    return found == by_id.end() ? nullptr : found->second;
}

bool is_topic_name(std::string_view name) {
    constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return !name.empty() && name.size() <= NameLengthMax && name != "." && name != ".." &&
           name.find_first_not_of(allowed) == std::string_view::npos;
}

Topics::Topics(Options options, Registry& registry)
    : options_(std::move(options)), registry_(registry) {
    auto table = std::make_shared<TopicTable>();
    for (const auto& [name, document] : registry_.of_kind("topic")) {
        TopicPtr topic = opened_from(name, document);
        table->by_id[topic->id] = topic;
        table->by_name[name] = topic;
    }
    table_.store(std::move(table));
    remove_orphans();
}

TopicPtr Topics::create(const NewTopic& wanted) {
    std::lock_guard lock(changing_);
    check(wanted);
    TopicPtr topic = opened(wanted.name, Uuid::random(options_.random), wanted.config,
                            wanted.partitions, nullptr);
    remember(*topic);
    publish(wanted.name, topic);
    TARN_LOG_INFO("created topic {} with {} partitions", wanted.name, wanted.partitions);
    return topic;
}

void Topics::check(const NewTopic& wanted) const {
    if (!is_topic_name(wanted.name)) {
        throw Error(ErrorCode::InvalidInput, "'{}' cannot be the name of a topic", wanted.name)
            .with_hint("use up to 249 letters, digits, '.', '_' and '-'");
    }
    auto now = table();
    if (now->find(wanted.name)) {
        throw Error(ErrorCode::Conflict, "Topic '{}' already exists.", wanted.name);
    }
    int64_t in_all = wanted.partitions;
    for (const auto& [name, topic] : now->by_name) in_all += topic->partition_count();
    if (wanted.partitions < 1 || in_all > options_.partitions_max) {
        throw Error(ErrorCode::InvalidInput,
                    "{} partitions are not possible: a topic has at least one, all together {}",
                    wanted.partitions, options_.partitions_max);
    }
}

void Topics::remove(std::string_view name) {
    std::lock_guard lock(changing_);
    TopicPtr topic = find(name);
    if (!topic) no_such_topic(name);
    registry_.remove("topic/" + topic->name);
    publish(topic->name, nullptr);
    for (const PartitionHandle& handle : topic->partitions) {
        if (!handle.partition) continue;
        run_and_wait(options_.shards.executor_of(handle.shard),
                     [&handle] { handle.partition->close(); });
        if (options_.after_removal) options_.after_removal(handle);
    }
    options_.disk.remove_folder(folder_of(topic->id));
    for (const auto& listener : removed_listeners_) listener(*topic);
    TARN_LOG_INFO("deleted topic {}", topic->name);
}

TopicPtr Topics::add_partitions(std::string_view name, int count_in_all) {
    std::lock_guard lock(changing_);
    TopicPtr before = find(name);
    if (!before) no_such_topic(name);
    check_growth(*before, count_in_all);
    TopicPtr topic = opened(before->name, before->id, before->config, count_in_all, before);
    remember(*topic);
    publish(topic->name, topic);
    return topic;
}

TopicPtr Topics::change_config(std::string_view name, TopicConfig config) {
    std::lock_guard lock(changing_);
    TopicPtr before = find(name);
    if (!before) no_such_topic(name);
    auto topic = std::make_shared<Topic>(*before);
    topic->config = std::move(config);
    topic->settings = topic->config.partition_settings();
    topic->stored_codec = topic->config.stored_codec();
    remember(*topic);
    publish(topic->name, topic);
    PartitionSettings settings = topic->settings;
    for (const PartitionHandle& handle : topic->partitions) {
        if (!handle.partition) continue;
        asio::post(
            options_.shards.executor_of(handle.shard),
            [partition = handle.partition, settings] { partition->change_settings(settings); });
    }
    return topic;
}

void Topics::check_growth(const Topic& topic, int count_in_all) const {
    int count = topic.partition_count();
    if (count_in_all > count && count_in_all <= options_.partitions_max) return;
    if (count_in_all == count) {
        throw Error(ErrorCode::InvalidInput, "Topic already has {} partition(s).", count);
    }
    throw Error(ErrorCode::InvalidInput,
                "The topic {} currently has {} partition(s); {} would not be an increase.",
                topic.name, count, count_in_all);
}

void Topics::on_removed(std::function<void(const Topic&)> listener) {
    std::lock_guard lock(changing_);
    removed_listeners_.push_back(std::move(listener));
}

void Topics::close() {
    std::lock_guard lock(changing_);
    for (const auto& [name, topic] : table()->by_name) {
        for (const PartitionHandle& handle : topic->partitions) {
            if (!handle.partition) continue;
            try {
                run_and_wait(options_.shards.executor_of(handle.shard),
                             [&handle] { handle.partition->close(); });
            } catch (const std::exception& error) {
                TARN_LOG_WARN("cannot close a partition of {} in order: {}", name, error.what());
            }
        }
    }
}

PartitionHandle Topics::open_partition(const Topic& topic, int index) const {
    // Neighbours go to different shards, and so do the first partitions of different topics. What
    // coordinators keep lies on the first shard, where they live.
    int shard = topic.is_internal() ? 0 : (topic.id.bytes()[0] + index) % options_.shards.count();
    PartitionHandle handle{.shard = runtime::ShardId(shard), .partition = nullptr};
    try {
        handle.partition =
            Partition::open({.disk = options_.disk,
                             .folder = fmt::format("{}/{}", folder_of(topic.id), index),
                             .clock = options_.clock},
                            topic.settings, options_.flush, options_.leader_epoch);
    } catch (const Error& error) {
        TARN_LOG_ERROR("partition {} of topic {} stays away: {}", index, topic.name, error.what());
    }
    return handle;
}

TopicPtr Topics::opened(std::string name, const Uuid& id, TopicConfig config, int partitions,
                        TopicPtr before) const {
    auto topic = std::make_shared<Topic>(Topic{.name = std::move(name),
                                               .id = id,
                                               .config = config,
                                               .settings = config.partition_settings(),
                                               .stored_codec = config.stored_codec()});
    if (before) topic->partitions = before->partitions;
    int already = topic->partition_count();
    topic->partitions.resize(static_cast<size_t>(partitions));
    for_each_in_parallel(already, partitions, OpenersAtOnce, [&](int index) {
        topic->partitions[static_cast<size_t>(index)] = open_partition(*topic, index);
    });
    return topic;
}

TopicPtr Topics::opened_from(const std::string& name, const json::value& document) const {
    const json::object& fields = document.as_object();
    auto id = Uuid::parse(fields.at("id").as_string());
    if (!id) throw Error(ErrorCode::Corrupt, "the registry holds topic {} without an id", name);
    return opened(name, *id, config_in(fields),
                  static_cast<int>(fields.at("partitions").as_int64()), nullptr);
}

std::string Topics::folder_of(const Uuid& topic) const {
    return fmt::format("{}/{}", options_.folder, topic.text());
}

void Topics::remember(const Topic& topic) {
    registry_.put("topic/" + topic.name, document_of(topic));
}

void Topics::publish(std::string_view name, TopicPtr topic) {
    auto next = std::make_shared<TopicTable>(*table());
    if (TopicPtr before = next->find(name)) next->by_id.erase(before->id);
    if (topic) {
        next->by_id[topic->id] = topic;
        next->by_name[topic->name] = topic;
    } else {
        next->by_name.erase(std::string(name));
    }
    table_.store(std::move(next));
}

// A crash between forgetting a topic and removing its files leaves them behind.
void Topics::remove_orphans() {
    auto now = table();
    for (const storage::Entry& entry :
         options_.disk.list(options_.folder, storage::Depth::OneFolder)) {
        std::string folder = entry.path.substr(options_.folder.size() + 1);
        auto id = Uuid::parse(folder);
        if (!entry.is_folder || !id || now->find(*id)) continue;
        TARN_LOG_INFO("removing what is left of a deleted topic: {}", entry.path);
        options_.disk.remove_folder(entry.path);
    }
}

}  // namespace tarn::log
