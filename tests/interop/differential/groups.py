"""Questions about consumer groups and what they commit."""

import time

from interop.differential.conversation import create, first_coordinator, id_of, script, versions
from interop.differential.records import fetch
from interop.kafka_socket import MESSAGES, Batch, produce


def join(connection, group, member="", version=5, kind="consumer", protocols=("range",),
         session_ms=10_000, instance=None):
    return connection.ask(
        "JoinGroup", version, group_id=group, session_timeout_ms=session_ms,
        rebalance_timeout_ms=10_000, member_id=member, group_instance_id=instance,
        protocol_type=kind,
        protocols=[{"name": name, "metadata": b"\0\1\0\0\0\0\0\0\0\0"} for name in protocols])


def sync(connection, group, generation, member, version=5, kind="consumer", protocol="range",
         **assignments):
    return connection.ask(
        "SyncGroup", version, group_id=group, generation_id=generation, member_id=member,
        group_instance_id=None, protocol_type=kind, protocol_name=protocol,
        assignments=[{"member_id": member, "assignment": b"all"}] if assignments else [])


def heartbeat(connection, group, generation, member):
    return connection.ask("Heartbeat", 3, group_id=group, generation_id=generation,
                          member_id=member, group_instance_id=None)


@script(
    r"(empty|v[123])\.error_message: kafka '<error_message>', tarn None",  # it says 'NONE'
)
def coordinators_are_found(connection, topic):
    first_coordinator(connection)
    for version in versions("FindCoordinator", 0):
        fields = {"coordinator_keys": ["a", "b"]} if version >= 4 else {"key": "a"}
        yield f"v{version}", connection.ask("FindCoordinator", version, key_type=0, **fields)
    yield "unknown kind", connection.ask("FindCoordinator", 3, key_type=9, key="a")
    yield "unknown kind v4", connection.ask("FindCoordinator", 4, key_type=9,
                                            coordinator_keys=["a"])
    yield "empty", connection.ask("FindCoordinator", 3, key_type=0, key="")
    yield "no keys", connection.ask("FindCoordinator", 4, key_type=0, coordinator_keys=[])


@script()
def groups_are_joined_and_refused(connection, topic):
    first_coordinator(connection)
    group = f"of-{topic}"
    yield "empty group", join(connection, "")
    yield "session too short", join(connection, group, session_ms=5_999)
    yield "session too long", join(connection, group, session_ms=1_800_001)
    yield "no protocols", join(connection, group, protocols=())
    yield "no kind", join(connection, group, kind="")
    yield "unknown member", join(connection, group, "somebody")
    yield "heartbeat to nobody", heartbeat(connection, group, 1, "somebody")
    yield "sync with nobody", sync(connection, group, 1, "somebody")
    needs_id = join(connection, group)
    yield "member id required", needs_id
    member = needs_id.member_id
    joined = join(connection, group, member)
    yield "joined", joined
    generation = joined.generation_id
    yield "heartbeat before sync", heartbeat(connection, group, generation, member)
    yield "commit before sync", commit(connection, group, topic, 1, generation, member)
    yield "sync of another kind", sync(connection, group, generation, member, kind="connect")
    yield "sync of another protocol", sync(connection, group, generation, member,
                                           protocol="roundrobin")
    yield "sync of another generation", sync(connection, group, generation + 1, member)
    yield "synced", sync(connection, group, generation, member, to="me")
    yield "synced again", sync(connection, group, generation, member)
    yield "heartbeat", heartbeat(connection, group, generation, member)
    yield "wrong generation", heartbeat(connection, group, generation + 1, member)
    yield "old generation", heartbeat(connection, group, generation - 1, member)
    yield "wrong member", heartbeat(connection, group, generation, "somebody")
    yield "heartbeat to an empty group", heartbeat(connection, "", generation, member)
    yield "inconsistent protocol", join(connection, group, protocols=("other",), version=3)
    yield "inconsistent kind", join(connection, group, kind="connect", version=3)
    yield "describe", described_group(connection, group)
    answer = connection.ask("DeleteGroups", 2, groups_names=[group, f"{group}-unknown", ""])
    answer.results.sort(key=lambda each: each.group_id)
    yield "delete", answer
    yield "rejoin", join(connection, group, member)
    yield "sync after rejoin", sync(connection, group, generation + 1, member, to="me")
    yield "leave of another", connection.ask(
        "LeaveGroup", 4, group_id=group,
        members=[{"member_id": "somebody", "group_instance_id": None},
                 {"member_id": "", "group_instance_id": "unknown"}])
    yield "leave", connection.ask(
        "LeaveGroup", 4, group_id=group,
        members=[{"member_id": member, "group_instance_id": None}])
    yield "leave of an unknown group", connection.ask(
        "LeaveGroup", 4, group_id=f"{group}-unknown",
        members=[{"member_id": member, "group_instance_id": None}])
    yield "leave, the old way", connection.ask("LeaveGroup", 1, group_id=group, member_id=member)
    yield "left", described_group(connection, group)
    for version in versions("JoinGroup", 0):
        needs_id = join(connection, f"{group}-{version}", version=version)
        yield f"v{version}", needs_id
        if version >= 4:
            yield f"v{version} joined", join(connection, f"{group}-{version}", needs_id.member_id,
                                             version=version)


@script()
def static_members_keep_their_place(connection, topic):
    first_coordinator(connection)
    group = f"of-{topic}"
    first = join(connection, group, instance="one")
    yield "joined", first
    yield "synced", sync(connection, group, first.generation_id, first.member_id, to="me")
    again = join(connection, group, instance="one")
    yield "joined again", again
    yield "the old one is fenced", connection.ask(
        "Heartbeat", 3, group_id=group, generation_id=again.generation_id,
        member_id=first.member_id, group_instance_id="one")
    yield "unknown instance", connection.ask(
        "Heartbeat", 3, group_id=group, generation_id=again.generation_id,
        member_id=again.member_id, group_instance_id="two")
    yield "describe", described_group(connection, group)
    yield "leave by instance", connection.ask(
        "LeaveGroup", 4, group_id=group, members=[{"member_id": "", "group_instance_id": "one"}])
    yield "left", described_group(connection, group)


def described_group(connection, group, version=5):
    answer = connection.ask("DescribeGroups", version, groups=[group],
                            include_authorized_operations=True)
    for each in answer.groups:
        each.members.sort(key=lambda member: member.member_id)
    return answer


def commit(connection, group, topic, offset, generation=-1, member="", version=7, partition=0,
           metadata="note", instance=None, epoch=-1):
    return connection.ask(
        "OffsetCommit", version, group_id=group, generation_id_or_member_epoch=generation,
        member_id=member, group_instance_id=instance,
        topics=[{"name": topic, "partitions": [
            {"partition_index": partition, "committed_offset": offset,
             "committed_leader_epoch": epoch, "committed_metadata": metadata}]}])


@script(
    r"empty group\..*error_code: kafka 0, tarn 24",  # a group without a name, of the oldest clients
)
def offsets_are_committed_and_fetched(connection, topic):
    create(connection, topic, partitions=2)
    first_coordinator(connection)
    group = f"of-{topic}"

    def committed(wanted=((topic, [0, 1]),), version=7, of=group):
        topics = None if wanted is None else [
            {"name": name, "partition_indexes": indexes} for name, indexes in wanted]
        if version >= 8:
            return connection.ask("OffsetFetch", version, require_stable=True, groups=[
                {"group_id": of, "member_id": None, "member_epoch": -1, "topics": topics}])
        return connection.ask("OffsetFetch", version, group_id=of, topics=topics,
                              require_stable=True)

    yield "unknown group", committed(of=f"{group}-unknown")
    yield "all of an unknown group", committed(None, of=f"{group}-unknown")
    yield "empty group", commit(connection, "", topic, 1)
    yield "with a member of none", commit(connection, group, topic, 1, 5, "somebody")
    yield "with a generation only", commit(connection, group, topic, 1, 5)
    for version in range(2, 10):
        yield f"v{version}", commit(connection, group, topic, version, version=version)
    yield "unknown topic", commit(connection, group, f"{topic}-unknown", 1)
    yield "unknown partition", commit(connection, group, topic, 1, partition=9)
    yield "negative offset", commit(connection, group, topic, -5, partition=1)
    yield "long metadata", commit(connection, group, topic, 1, metadata="x" * 4097)
    yield "metadata as long as may be", commit(connection, group, topic, 1, metadata="x" * 4096)
    yield "with an epoch", commit(connection, group, topic, 43, epoch=3, partition=1)
    yield "no metadata", commit(connection, group, topic, 42, metadata=None)
    for version in range(1, 10):
        yield f"fetch v{version}", committed(version=version)
    for version in range(2, 10):
        yield f"fetch all v{version}", committed(None, version=version)
    yield "fetch unknown", committed(((f"{topic}-unknown", [0]), (topic, [7])))
    yield "fetch nothing", committed(())
    yield "described", described_group(connection, group)
    answer = connection.ask(
        "OffsetDelete", 0, group_id=group, topics=[{"name": topic, "partitions": [
            {"partition_index": 0}, {"partition_index": 9}]}])
    answer.topics[0].partitions.sort(key=lambda each: each.partition_index)
    yield "delete offsets", answer
    yield "delete offsets of an unknown group", connection.ask(
        "OffsetDelete", 0, group_id=f"{group}-unknown",
        topics=[{"name": topic, "partitions": [{"partition_index": 0}]}])
    yield "deleted", committed()
    yield "delete", connection.ask("DeleteGroups", 2, groups_names=[group])
    yield "delete again", connection.ask("DeleteGroups", 2, groups_names=[group])
    yield "described when gone", described_group(connection, group)
    if MESSAGES["DescribeGroupsRequest"].max_version >= 6:
        yield "described when gone v6", described_group(connection, group, 6)


@script()
def groups_are_listed(connection, topic):
    create(connection, topic)
    first_coordinator(connection)
    group = f"of-{topic}"
    commit(connection, group, topic, 1)
    for version in versions("ListGroups", 0):
        answer = connection.ask("ListGroups", version, states_filter=[], types_filter=[])
        yield f"v{version}", {"error": answer.error_code, "groups": [
            each.to_dict() for each in answer.groups if each.group_id == group]}
    for states in (["Empty"], ["empty"], ["Stable"], ["made up"]):
        answer = connection.ask("ListGroups", 4, states_filter=states)
        yield str(states), {"error": answer.error_code, "groups": [
            each.to_dict() for each in answer.groups if each.group_id == group]}


@script()
def a_topic_made_again_is_another(connection, topic):
    create(connection, topic, partitions=2)
    first_coordinator(connection)
    group = f"of-{topic}"
    produce(connection, topic, Batch().encode())
    yield "committed", commit(connection, group, topic, 1)
    before = id_of(connection, topic)
    connection.ask("DeleteTopics", 5, timeout_ms=5000, topic_names=[topic])
    deadline = time.monotonic() + 10
    while fetch(connection, before, version=13).responses[0].partitions[0].error_code == 0:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield "fetch of a deleted id", fetch(connection, before, version=13)
    yield "commit for a deleted topic", commit(connection, group, topic, 2)
    create(connection, topic)
    yield "another id", {"is": id_of(connection, topic) != before}
    yield "fetch of the old id", fetch(connection, before, version=13)
    yield "it is empty", fetch(connection, topic)
    yield "the partition that is no more", fetch(connection, topic, partition=1)
    yield "the commit is gone", connection.ask(
        "OffsetFetch", 7, group_id=group, require_stable=True,
        topics=[{"name": topic, "partition_indexes": [0]}])
    yield "offsets begin anew", produce(connection, topic, Batch().encode())
