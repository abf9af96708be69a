// The topics of the log: which there are, how they are set, where their partitions live. Anyone on
// any shard looks topics up in an immutable table; whoever changes something gives the next table
// out.
//
// A partition belongs to one shard for good and may be touched only there: run_on(its shard, ...).
// On the disk a topic lies under its id, never its name, so that a topic which is deleted and made
// anew cannot meet the files of the old one.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "log/partition.hpp"
#include "log/registry.hpp"
#include "log/topic_config.hpp"
#include "runtime/shards.hpp"

namespace tarn::log {

struct PartitionHandle {
    runtime::ShardId shard;
    // Null when the partition's files are damaged; the log told of it when it opened.
    std::shared_ptr<Partition> partition;
};

struct Topic {
    std::string name;
    Uuid id;
    TopicConfig config = {};
    // What follows from the config, at hand for each batch.
    PartitionSettings settings = {};
    StoredCodec stored_codec = {};
    std::vector<PartitionHandle> partitions = {};

    // Topics of the broker's own, which clients see but should not touch.
    bool is_internal() const { return name.starts_with("__"); }
    int partition_count() const { return static_cast<int>(partitions.size()); }
    bool has_partition(int index) const { return index >= 0 && index < partition_count(); }
};

using TopicPtr = std::shared_ptr<const Topic>;

// One state of the catalogue.
struct TopicTable {
    std::map<std::string, TopicPtr, std::less<>> by_name;
    std::map<Uuid, TopicPtr> by_id;

    TopicPtr find(std::string_view name) const;
    TopicPtr find(const Uuid& id) const;
};

struct NewTopic {
    std::string name;
    int partitions = 1;
    TopicConfig config = {};
};

// Letters, digits, '.', '_' and '-', at most 249 of them; not "." or "..".
bool is_topic_name(std::string_view name);

class Topics {
public:
    struct Options {
        storage::Disk& disk;
        std::string folder;  // below it one folder for each topic
        const Clock& clock;
        Random& random;
        const runtime::Shards& shards;
        FlushPolicy flush = FlushPolicy::EachBatch;
        int32_t leader_epoch = 0;
        int partitions_max = 100'000;
        // Called on a thread that may wait, once a partition that is to be removed is closed:
        // whoever works on its files has ended when this returns.
        std::function<void(const PartitionHandle&)> after_removal = {};
    };

    // Opens every topic of the registry, several partitions at a time. Blocks.
    Topics(Options options, Registry& registry);

    std::shared_ptr<const TopicTable> table() const { return table_.load(); }
    TopicPtr find(std::string_view name) const { return table()->find(name); }

    // These block, may come from several threads but never from a shard, and are durable when they
    // return. They throw Conflict for a topic that exists, NotFound for one that does not,
    // InvalidInput for a name or number that cannot be.
    TopicPtr create(const NewTopic& wanted);
    void remove(std::string_view name);
    TopicPtr add_partitions(std::string_view name, int count_in_all);
    TopicPtr change_config(std::string_view name, TopicConfig config);

    // What create() and add_partitions() would throw.
    void check(const NewTopic& wanted) const;
    void check_growth(const Topic& topic, int count_in_all) const;

    // Called on the thread of a change, after the new table can be seen.
    void on_removed(std::function<void(const Topic&)> listener);

    // Flushes and closes every partition, each on its shard. Blocks; nothing is appended
    // afterwards.
    void close();

private:
    PartitionHandle open_partition(const Topic& topic, int index) const;
    TopicPtr opened(std::string name, const Uuid& id, TopicConfig config, int partitions,
                    TopicPtr before) const;
    TopicPtr opened_from(const std::string& name, const boost::json::value& document) const;
    std::string folder_of(const Uuid& topic) const;
    void remember(const Topic& topic);
    void publish(std::string_view name, TopicPtr topic);
    void remove_orphans();

    Options options_;
    Registry& registry_;
    std::mutex changing_;  // one change at a time; readers never wait
    std::atomic<std::shared_ptr<const TopicTable>> table_;
    std::vector<std::function<void(const Topic&)>> removed_listeners_;
};

}  // namespace tarn::log
