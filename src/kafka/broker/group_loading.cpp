// How the groups come back from __consumer_offsets: record by record, each in place of what was
// there before it.

#include "kafka/broker/group_coordinator.hpp"
#include "log/control_record.hpp"
#include "log/records.hpp"

namespace tarn::kafka {

struct GroupCoordinator::Loader {
    GroupCoordinator& coordinator;
    const log::RecordView& record;
    const log::BatchHeader& header;

    void operator()(const OffsetKey& key) const {
        Group& group = *coordinator.find_or_create(key.group);
        if (!record.value) {
            group.offsets.remove(key.partition);
        } else if (header.is_transactional()) {
            group.offsets.stage(header.producer_id, key.partition, decode_offset(*record.value));
        } else {
            group.offsets.commit(key.partition, decode_offset(*record.value));
        }
    }

    void operator()(const GroupKey& key) const {
        if (!record.value) return forget_members<ClassicGroup>(key.group);
        Group& group = *coordinator.find_or_create(key.group);
        coordinator.make_classic(group);
        GroupRecord kept = decode_group(*record.value);
        if (kept.members.empty()) group.empty_since = kept.state_changed_at;
        group.classic()->restore(kept, coordinator.ticks());
    }

    void operator()(const ConsumerGroupKey& key) const {
        if (!record.value) return forget_members<ConsumerGroup>(key.group);
        Group& group = consumer_group(key.group);
        ConsumerGroupRecord kept = decode_consumer_group(*record.value);
        group.empty_since = kept.changed_at;
        group.consumer()->restore(kept);
    }

    void operator()(const ConsumerMemberKey& key) const {
        Group* known = coordinator.find(key.group);
        if (!record.value) {
            if (known && known->consumer()) known->consumer()->forget(key.member_id);
            return;
        }
        consumer_group(key.group).consumer()->restore(
            decode_consumer_member(key.member_id, *record.value),
            coordinator.configs_.times(key.group), coordinator.ticks());
    }

private:
    // After compaction the record of a member may stand before that of its group.
    Group& consumer_group(const std::string& id) const {
        Group& group = *coordinator.find_or_create(id);
        if (!group.consumer()) coordinator.make_consumer(group);
        return group;
    }

    // The offsets stay: those of a group that was deleted are taken back one by one.
    template <typename Members>
    void forget_members(const std::string& id) const {
        Group* group = coordinator.find(id);
        if (!group || !std::holds_alternative<Members>(group->members)) return;
        coordinator.make_classic(*group);
        if (group->is_dead()) coordinator.groups_.erase(id);
    }
};

void GroupCoordinator::load() {
    topic_.read_all(
        [this](BytesView batch, const log::BatchHeader& header) { load_batch(batch, header); });
    // What was read is kept already.
    for (auto& [id, group] : groups_) {
        if (ConsumerGroup* consumer = group->consumer()) consumer->take_changes();
    }
}

void GroupCoordinator::load_batch(BytesView batch, const log::BatchHeader& header) {
    if (header.is_control()) {
        auto marker = log::read_marker(batch);
        if (marker) transaction_ended(header.producer_id, marker->commits);
        return;
    }
    log::RecordReader reader = log::RecordReader::open(batch);
    while (auto record = reader.next()) {
        auto key = record->key ? decode_key(*record->key) : std::nullopt;
        if (key) std::visit(Loader{*this, *record, header}, *key);
    }
}

}  // namespace tarn::kafka
