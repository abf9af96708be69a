"""Questions about consumer groups of the newer protocol (KIP-848)."""

import time

from interop.differential.conversation import create, first_coordinator, id_of, script
from interop.differential.groups import commit, described_group, join

JOIN, LEAVE, AWAY = 0, -1, -2


class Group:
    """Asks as the members of one group, whose ids it makes up as clients do."""

    def __init__(self, connection, group, topic):
        self.connection = connection
        self.group = group
        self.topic = topic
        self.ids = {}

    def beat(self, member, epoch, version=1, **fields):
        if version >= 1:
            fields.setdefault("subscribed_topic_regex", None)
        asked = {"group_id": self.group, "member_id": member, "member_epoch": epoch,
                 "instance_id": None, "rack_id": None, "rebalance_timeout_ms": -1,
                 "subscribed_topic_names": None, "server_assignor": None,
                 "topic_partitions": None} | fields
        return self.answer(self.connection.ask("ConsumerGroupHeartbeat", version, **asked))

    def join(self, member, version=1, **fields):
        asked = {"rebalance_timeout_ms": 60_000, "subscribed_topic_names": [self.topic],
                 "topic_partitions": []} | fields
        return self.beat(member, JOIN, version, **asked)

    def owned(self, partitions):
        topic_id = id_of(self.connection, self.topic)
        return [{"topic_id": topic_id, "partitions": list(partitions)}] if partitions else []

    @staticmethod
    def answer(response):
        """What is assigned in order, and how much of it where the order of members decides."""
        told = response.to_dict(json=False)
        if told["assignment"]:
            told["assignment"] = [sorted(each["partitions"])
                                  for each in told["assignment"]["topic_partitions"]]
        return told

    def described(self, version=1, *others):
        answer = self.connection.ask("ConsumerGroupDescribe", version,
                                     group_ids=[self.group, *others],
                                     include_authorized_operations=True)
        told = answer.to_dict(json=False)
        for group in told["groups"]:
            group["members"].sort(key=lambda member: member["member_id"])
            for member in group["members"]:
                for kind in ("assignment", "target_assignment"):
                    member[kind] = [sorted(each["partitions"])
                                    for each in member[kind]["topic_partitions"]]
        return told


def partitions_of(told) -> list[int]:
    return [partition for each in told["assignment"] or () for partition in each]


def sizes(told):
    """Which of two members gets one more depends on an order that no one promises."""
    return sorted(len(partitions_of(each)) for each in told)


@script()
def a_member_joins_beats_and_leaves(connection, topic):
    create(connection, topic, partitions=3)
    first_coordinator(connection)
    group = Group(connection, f"of-{topic}", topic)
    yield "described before", group.described()
    joined = group.join("m")
    yield "joined", joined
    epoch = joined["member_epoch"]
    yield "nothing new", group.beat("m", epoch)
    yield "a full one", group.beat("m", epoch, rebalance_timeout_ms=60_000,
                                   subscribed_topic_names=[topic],
                                   topic_partitions=group.owned([0, 1, 2]))
    yield "described", group.described()
    yield "described v0", group.described(0, f"of-{topic}-unknown", "")
    yield "described as a classic one", described_group(connection, group.group)
    yield "described as a classic one v6", described_group(connection, group.group, 6)
    for types in (["consumer"], ["Consumer"], ["classic"], []):
        answer = connection.ask("ListGroups", 5, states_filter=[], types_filter=types)
        yield f"listed {types}", {"error": answer.error_code, "groups": [
            each.to_dict() for each in answer.groups if each.group_id == group.group]}
    answer = connection.ask("ListGroups", 5, states_filter=["stable"], types_filter=[])
    yield "listed as stable", [each.to_dict() for each in answer.groups
                               if each.group_id == group.group]
    yield "deleted too early", connection.ask("DeleteGroups", 2, groups_names=[group.group])
    yield "joins again", group.join("m")
    yield "another assignor", group.beat("m", epoch, server_assignor="range")
    yield "described with another assignor", group.described()
    yield "no topics any more", group.beat("m", epoch, subscribed_topic_names=[],
                                           topic_partitions=group.owned([0, 1, 2]))
    yield "not given back yet", group.beat("m", epoch, topic_partitions=group.owned([0]))
    given_back = group.beat("m", epoch, topic_partitions=[])
    yield "given back", given_back
    yield "left", group.beat("m", LEAVE)
    yield "left again", group.beat("m", LEAVE)
    yield "described when empty", group.described()
    yield "comes back", group.join("m")
    yield "leaves for good", group.beat("m", LEAVE)
    yield "deleted", connection.ask("DeleteGroups", 2, groups_names=[group.group])
    yield "described when deleted", group.described()


@script()
def heartbeats_are_refused(connection, topic):
    create(connection, topic, partitions=3)
    first_coordinator(connection)
    group = Group(connection, f"of-{topic}", topic)
    yield "beat of nobody", group.beat("m", 5)
    yield "leave of nobody", group.beat("m", LEAVE)
    yield "away of nobody", group.beat("m", AWAY, instance_id="one")
    for version in (0, 1):
        unnamed = group.join("", version)
        unnamed["member_id"] = bool(unnamed["member_id"])
        yield f"without a member id v{version}", unnamed
        yield f"without a member id later v{version}", group.beat("", 3, version)
    yield "empty group", group.join("m", group_id="")
    yield "blank group", group.join("m", group_id=" ")
    yield "empty instance", group.join("m", instance_id="")
    yield "empty rack", group.join("m", rack_id="")
    yield "without a timeout", group.join("m", rebalance_timeout_ms=-1)
    yield "with partitions", group.join("m", topic_partitions=group.owned([0]))
    yield "without partitions", group.join("m", topic_partitions=None)
    yield "without a subscription", group.join("m", subscribed_topic_names=None)
    yield "without a subscription v0", group.join("m", 0, subscribed_topic_names=None)
    yield "unknown assignor", group.join("m", server_assignor="made-up")
    yield "empty assignor", group.join("m", server_assignor="")
    yield "away without an instance", group.beat("m", AWAY)
    yield "an epoch below all", group.beat("m", -3)
    yield "an empty pattern", group.join("p0", subscribed_topic_names=None,
                                         subscribed_topic_regex="")
    yield "no pattern", group.join("p1", subscribed_topic_names=None, subscribed_topic_regex="(")
    yield "looking around", group.join("p2", subscribed_topic_names=None,
                                       subscribed_topic_regex="a(?=b)")
    yield "a timeout of nothing", group.join("z", rebalance_timeout_ms=0)
    yield "left again", group.beat("z", LEAVE)
    joined = group.join("m")
    epoch = joined["member_epoch"]
    yield "ahead", group.beat("m", epoch + 1)
    yield "behind", group.beat("m", epoch - 1)
    yield "another member", group.beat("n", epoch)
    yield "unknown assignor later", group.beat("m", epoch, server_assignor="made-up")
    yield "no pattern later", group.beat("m", epoch, subscribed_topic_regex="[")
    yield "with an unknown instance", group.beat("m", epoch, instance_id="one")
    yield "still there", group.beat("m", epoch)
    yield "members without a group", connection.ask(
        "ConsumerGroupDescribe", 1, group_ids=[], include_authorized_operations=False)


@script()
def members_share_and_hand_over(connection, topic):
    create(connection, topic, partitions=3)
    first_coordinator(connection)
    group = Group(connection, f"of-{topic}", topic)
    one = group.join("m-1")
    yield "first", one
    two = group.join("m-2")
    yield "second waits", two
    yield "reconciling", {"states": [each["group_state"] for each in group.described()["groups"]]}
    first_epoch = one["member_epoch"]
    keeps = group.beat("m-1", first_epoch)
    yield "first is to give back", {"epoch": keeps["member_epoch"],
                                    "gives": 3 - len(partitions_of(keeps)) in (1, 2)}
    yield "second waits on", group.beat("m-2", two["member_epoch"])
    still = group.beat("m-1", first_epoch, topic_partitions=group.owned([0, 1, 2]))
    yield "first still has it", still
    done = group.beat("m-1", first_epoch, topic_partitions=group.owned(partitions_of(keeps)))
    yield "first has given back", {"epoch": done["member_epoch"], "error": done["error_code"]}
    gets = group.beat("m-2", two["member_epoch"])
    yield "second gets", {"epoch": gets["member_epoch"], "sizes": sizes([keeps, gets]),
                          "all": sorted(partitions_of(keeps) + partitions_of(gets))}
    described = group.described()["groups"][0]
    yield "both are there", {"state": described["group_state"], "epoch": described["group_epoch"],
                             "of": [each["member_epoch"] for each in described["members"]]}

    mine = partitions_of(keeps)
    theirs = partitions_of(gets)
    epoch = done["member_epoch"]
    yield "commit", commit(connection, group.group, topic, 1, epoch, "m-1", version=9,
                           partition=mine[0])
    yield "commit at the epoch before", commit(connection, group.group, topic, 1, epoch - 1, "m-1",
                                               version=9, partition=mine[0])
    yield "commit for another", commit(connection, group.group, topic, 1, epoch, "m-1", version=9,
                                       partition=theirs[0])
    yield "commit for another at the epoch before", commit(
        connection, group.group, topic, 1, epoch - 1, "m-1", version=9, partition=theirs[0])
    yield "commit ahead", commit(connection, group.group, topic, 1, epoch + 1, "m-1", version=9)
    yield "commit of nobody", commit(connection, group.group, topic, 1, epoch, "m-9", version=9)
    yield "commit of no one", commit(connection, group.group, topic, 1, version=9)
    yield "commit the old way", commit(connection, group.group, topic, 1, epoch, "m-1", version=8)
    yield "commit in a group unknown", commit(connection, f"{group.group}-not", topic, 1, epoch,
                                              "m-1", version=9)

    def fetched(member, epoch, of=group.group):
        return connection.ask("OffsetFetch", 9, require_stable=True, groups=[
            {"group_id": of, "member_id": member, "member_epoch": epoch,
             "topics": [{"name": topic, "partition_indexes": [mine[0]]}]}]).groups[0].to_dict()

    for asked in (("m-1", epoch), ("m-1", epoch - 1), ("m-9", epoch), (None, -1), ("", -1),
                  ("m-1", -1)):
        told = fetched(*asked)
        yield f"fetch of {asked[0]}, {asked[1] - epoch}", {
            "error": told["error_code"], "topics": len(told["topics"])}
    told = fetched("m-1", 3, f"{group.group}-not")
    yield "fetch of a group unknown", {
        "error": told["error_code"],
        "offsets": [each["partitions"][0]["committed_offset"] for each in told["topics"]]}
    yield "delete offsets while reading", connection.ask(
        "OffsetDelete", 0, group_id=group.group,
        topics=[{"name": topic, "partitions": [{"partition_index": mine[0]}]}])

    yield "second leaves", group.beat("m-2", LEAVE)
    yield "assigning", {"states": [each["group_state"] for each in group.described()["groups"]]}
    yield "first takes all", group.beat("m-1", epoch)
    yield "it missed the answer and says nothing", group.beat("m-1", epoch)
    yield "it missed the answer", group.beat("m-1", epoch, topic_partitions=group.owned(mine))
    yield "third", group.join("m-3")
    waiting = group.beat("m-1", epoch + 1)
    yield "too late for having missed it", group.beat(
        "m-1", epoch, topic_partitions=group.owned(partitions_of(waiting)))


@script()
def ranges_go_to_members_in_order(connection, topic):
    create(connection, topic, partitions=5)
    first_coordinator(connection)
    group = Group(connection, f"of-{topic}", topic)
    for member in ("m-2", "m-1", "m-3"):
        group.join(member, server_assignor="range")
    # The target of all is known once the last has come.
    yield "ranges", {member["member_id"]: member["target_assignment"]
                     for member in group.described()["groups"][0]["members"]}
    group.beat("m-1", LEAVE)
    group.join("s-9", server_assignor="range", instance_id="one")
    yield "a static one first", {member["member_id"]: member["target_assignment"]
                                 for member in group.described()["groups"][0]["members"]}


@script()
def static_members_of_the_newer_protocol(connection, topic):
    create(connection, topic, partitions=3)
    first_coordinator(connection)
    group = Group(connection, f"of-{topic}", topic)
    one = group.join("m-1", instance_id="one")
    yield "joined", one
    epoch = one["member_epoch"]
    yield "taken", group.join("m-2", instance_id="one")
    yield "taken by itself", group.join("m-1", instance_id="one")
    yield "fenced", group.beat("m-2", epoch, instance_id="one")
    yield "unknown instance", group.beat("m-1", epoch, instance_id="two")
    yield "fenced when leaving", group.beat("m-2", LEAVE, instance_id="one")
    yield "fenced when away", group.beat("m-2", AWAY, instance_id="one")
    yield "away", group.beat("m-1", AWAY, instance_id="one")
    yield "away still", group.described()
    yield "beats when away", group.beat("m-1", epoch, instance_id="one")
    back = group.join("m-2", instance_id="one")
    yield "back", back
    yield "described when back", group.described()
    yield "the old one", group.beat("m-1", epoch, instance_id="one")
    yield "away again", group.beat("m-2", AWAY, instance_id="one")
    yield "back with another subscription", group.join(
        "m-3", instance_id="one", subscribed_topic_names=[topic, f"{topic}-none"])
    yield "left", group.beat("m-3", LEAVE, instance_id="one")
    yield "described when left", group.described()


@script()
def administrators_remove_members_of_the_newer_protocol(connection, topic):
    create(connection, topic)
    first_coordinator(connection)
    group = Group(connection, f"of-{topic}", topic)
    group.join("m-1")
    group.join("m-2", instance_id="one")
    group.join("m-3", instance_id="two")
    answer = connection.ask("LeaveGroup", 5, group_id=group.group, members=[
        {"member_id": "m-1", "group_instance_id": None, "reason": None},
        {"member_id": "m-1", "group_instance_id": None, "reason": None},
        {"member_id": "m-9", "group_instance_id": "one", "reason": None},
        {"member_id": "", "group_instance_id": "one", "reason": None},
        {"member_id": "", "group_instance_id": "three", "reason": None}])
    yield "removed", answer
    yield "described", group.described()


@script()
def groups_change_their_protocol_when_empty(connection, topic):
    create(connection, topic)
    first_coordinator(connection)
    group = Group(connection, f"of-{topic}", topic)
    commit(connection, group.group, topic, 7)
    joined = group.join("m")
    yield "from offsets alone", joined
    yield "heartbeat of a classic member", connection.ask(
        "Heartbeat", 3, group_id=group.group, generation_id=1, member_id="m",
        group_instance_id=None)
    yield "sync of a classic member", connection.ask(
        "SyncGroup", 5, group_id=group.group, generation_id=1, member_id="m",
        group_instance_id=None, protocol_type="consumer", protocol_name="range", assignments=[])
    yield "join of another kind", join(connection, group.group, kind="connect")
    yield "commit of a classic member", commit(connection, group.group, topic, 8, 1, "m",
                                               version=8)
    group.beat("m", LEAVE)
    needs_id = join(connection, group.group)
    yield "to classic", needs_id
    yield "to classic with the id", join(connection, group.group, needs_id.member_id)
    yield "offsets stay", connection.ask("OffsetFetch", 7, group_id=group.group, topics=None,
                                         require_stable=True)
    yield "not found as the newer kind", group.described()
    connection.ask("LeaveGroup", 1, group_id=group.group, member_id=needs_id.member_id)
    yield "and back", group.join("m")
    yield "offsets stay still", connection.ask("OffsetFetch", 7, group_id=group.group,
                                               topics=None, require_stable=True)


@script()
def members_of_another_kind_are_not_taken_for_consumers(connection, topic):
    create(connection, topic)
    first_coordinator(connection)
    group = Group(connection, f"of-{topic}", topic)
    needs_id = join(connection, group.group, kind="connect")
    join(connection, group.group, needs_id.member_id, kind="connect")
    yield "join", group.join("m")
    yield "beat", group.beat("m", 1)
    yield "leave", group.beat("m", LEAVE)


@script()
def topics_come_grow_and_go(connection, topic):
    first_coordinator(connection)
    group = Group(connection, f"of-{topic}", topic)
    joined = group.join("m")
    yield "a topic that is not there", joined

    def until(epoch, claim):
        deadline = time.monotonic() + 20
        while True:
            told = group.beat("m", epoch)
            if claim(told):
                return told
            assert time.monotonic() < deadline, told
            time.sleep(0.1)

    create(connection, topic, partitions=1)
    told = until(joined["member_epoch"], lambda told: told["assignment"])
    yield "it comes", told
    connection.ask("CreatePartitions", 1, timeout_ms=5000, validate_only=False,
                   topics=[{"name": topic, "count": 2, "assignments": None}])
    told = until(told["member_epoch"], lambda told: told["assignment"])
    yield "it grows", told
    connection.ask("DeleteTopics", 5, timeout_ms=5000, topic_names=[topic])
    epoch = told["member_epoch"]
    told = until(epoch, lambda told: told["assignment"] is not None)
    yield "it goes", told
    yield "given back", group.beat("m", epoch, topic_partitions=[])


@script()
def patterns_are_followed(connection, topic):
    create(connection, topic, f"{topic}-b", partitions=2)
    first_coordinator(connection)
    group = Group(connection, f"of-{topic}", topic)
    joined = group.join("m", subscribed_topic_names=None, subscribed_topic_regex=f"{topic}-.*")
    yield "joined", {"error": joined["error_code"]}
    deadline = time.monotonic() + 20
    while not (found := group.described()["groups"][0])["members"][0]["assignment"]:
        group.beat("m", found["members"][0]["member_epoch"])
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    yield "found", {"state": found["group_state"], "member": found["members"][0]
                    | {"member_epoch": None}}


@script()
def patterns_match_topics_of_the_broker_too(connection, topic):
    create(connection, topic)
    first_coordinator(connection)
    group = Group(connection, f"of-{topic}", topic)
    group.join("m", subscribed_topic_names=None,
               subscribed_topic_regex=f"{topic}|__consumer_offsets")
    deadline = time.monotonic() + 20
    while not (found := group.described()["groups"][0])["members"][0]["assignment"]:
        group.beat("m", found["members"][0]["member_epoch"])
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    member = found["members"][0]
    yield "found", {"state": found["group_state"], "topics": len(member["assignment"]),
                    "names": member["subscribed_topic_names"], "type": member["member_type"]}


@script()
def groups_have_settings(connection, topic):
    create(connection, topic)
    first_coordinator(connection)
    group = Group(connection, f"of-{topic}", topic)

    def described(name, keys=("consumer.heartbeat.interval.ms", "consumer.session.timeout.ms")):
        return connection.ask("DescribeConfigs", 4, include_synonyms=True,
                              include_documentation=False, resources=[
                                  {"resource_type": 32, "resource_name": name,
                                   "configuration_keys": list(keys)}])

    def altered(name, operation=0, **values):
        return connection.ask("IncrementalAlterConfigs", 1, validate_only=False, resources=[
            {"resource_type": 32, "resource_name": name, "configs": [
                {"name": key.replace("_", "."), "config_operation": operation, "value": value}
                for key, value in values.items()]}])

    def settled(claim):
        deadline = time.monotonic() + 10
        while not claim(told := described(group.group)):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        told.results[0].configs.sort(key=lambda each: each.name)
        return told

    yield "defaults", settled(lambda told: True)
    yield "without a name", described("")
    yield "alter", altered(group.group, consumer_heartbeat_interval_ms="6000")
    yield "altered", settled(lambda told: "6000" in [e.value for e in told.results[0].configs])
    yield "it is told", group.join("m")
    yield "too short", altered(group.group, consumer_session_timeout_ms="10")
    yield "too long", altered(group.group, consumer_session_timeout_ms="600000")
    yield "no number", altered(group.group, consumer_session_timeout_ms="often")
    yield "unknown", altered(group.group, made_up="1")
    yield "alter without a name", altered("", consumer_heartbeat_interval_ms="6000")
    yield "take back", altered(group.group, 1, consumer_heartbeat_interval_ms=None)
    yield "taken back", settled(
        lambda told: "6000" not in [e.value for e in told.results[0].configs])


@script()
def members_commit_in_transactions(connection, topic):
    create(connection, topic, partitions=2)
    first_coordinator(connection)
    group = Group(connection, f"of-{topic}", topic)
    epoch = group.join("m")["member_epoch"]
    transactional = f"by-{topic}"
    deadline = time.monotonic() + 20
    while True:  # Kafka makes its topic of transactions when it is first asked for it
        connection.ask("FindCoordinator", 4, key_type=1, coordinator_keys=[transactional])
        producer = connection.ask("InitProducerId", 4, transactional_id=transactional,
                                  transaction_timeout_ms=60_000, producer_id=-1,
                                  producer_epoch=-1)
        if producer.error_code == 0:
            break
        assert time.monotonic() < deadline
        time.sleep(0.1)
    who = {"transactional_id": transactional, "producer_id": producer.producer_id,
           "producer_epoch": producer.producer_epoch}
    yield "group added", connection.ask("AddOffsetsToTxn", 3, group_id=group.group, **who)
    for member, at in (("m", epoch), ("m", epoch + 1), ("m", epoch - 1), ("nobody", epoch),
                       ("", -1), ("m", -1)):
        yield f"{member} at {at - epoch}", connection.ask(
            "TxnOffsetCommit", 3, group_id=group.group, generation_id=at, member_id=member,
            group_instance_id=None, topics=[{"name": topic, "partitions": [
                {"partition_index": 0, "committed_offset": 5, "committed_leader_epoch": -1,
                 "committed_metadata": ""}]}], **who)
    yield "committed", connection.ask("EndTxn", 3, committed=True, **who)
