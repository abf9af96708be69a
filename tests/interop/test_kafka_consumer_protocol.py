"""Real clients as members of groups of the newer protocol (group.protocol=consumer, KIP-848): they
share partitions, come and go, and lose nothing when Tarn is killed under them."""

import json
import subprocess

import confluent_kafka
import pytest

from conftest import KAFKA_PORT_ONLY, run_tarn
from interop.apache_kafka import JARS, free_ports
from interop.kafka_peers import (NEWER_PEERS, Confluent, KafkaPython, NewerConfluent, NewerJava,
                                 Record, wait_until)
from interop.kafka_socket import KafkaSocket
from interop.test_kafka_clients import create

ALL = frozenset({0, 1, 2})


@pytest.fixture(params=NEWER_PEERS, ids=str)
def peer(request):
    return request.param


@pytest.fixture
def join(broker, topic):
    """Members that leave when the test ends."""
    members = []

    def join(peer, *more, of=topic):
        members.append(peer.join(broker, f"group-of-{topic}", of, *more))
        return members[-1]

    yield join
    for member in members:
        member.leave()


def shared(*members) -> bool:
    """Whether all partitions are with one of the members each."""
    held = [partition for member in members for partition in member.partitions]
    return sorted(held) == sorted(ALL) and all(member.partitions for member in members)


def group_epoch(broker, group) -> int:
    with KafkaSocket(broker) as connection:
        return connection.ask("ConsumerGroupDescribe", 1, group_ids=[group],
                              include_authorized_operations=False).groups[0].group_epoch


def test_two_members_share_three_partitions_and_the_last_has_them_all(broker, topic, peer, join):
    create(broker, topic, partitions=3)

    first = join(peer)
    wait_until(lambda: first.partitions == ALL, "the first has all")
    second = join(peer)
    wait_until(lambda: shared(first, second), "they share")
    first.leave()

    wait_until(lambda: second.partitions == ALL, "the second has all")


def test_members_of_all_clients_share_one_group(broker, topic, join):
    create(broker, topic, partitions=3)

    members = [join(peer) for peer in NEWER_PEERS]

    wait_until(lambda: shared(*members), "each has one")


@pytest.mark.parametrize("peer", [NewerJava(), NewerConfluent()], ids=str)
def test_a_static_member_returns_to_what_it_had(broker, topic, peer, join):
    create(broker, topic, partitions=3)
    static = join(peer, "one")
    other = join(peer, "two")
    wait_until(lambda: shared(static, other), "they share")
    before = static.partitions
    others = other.partitions
    epoch = group_epoch(broker, f"group-of-{topic}")

    static.leave()
    back = join(peer, "one")

    wait_until(lambda: back.partitions == before, "it has what it had")
    assert other.partitions == others
    assert group_epoch(broker, f"group-of-{topic}") == epoch


def test_java_follows_a_pattern_to_topics_that_come_later(broker, topic, join):
    create(broker, f"{topic}-a", partitions=1)

    member = join(NewerJava(), of=f"^{topic}-[ab]$")
    wait_until(lambda: member.partitions == {0}, "the first topic")
    create(broker, f"{topic}-b", partitions=2)
    create(broker, f"{topic}-c", partitions=5)

    wait_until(lambda: member.partitions == {0, 1}, "the second one")


def test_members_go_on_when_tarn_is_killed_and_nothing_is_read_twice(start_tarn):
    port, = free_ports(1)  # the same for each start, so that the client finds it again
    fixed = (*KAFKA_PORT_ONLY, "--set", f"kafka.listeners=127.0.0.1:{port}")
    tarn = start_tarn(*fixed)
    address = tarn.faces["kafka"]
    create(address, "trades", partitions=3)
    # Keys spread them: without, the client may put all into one partition.
    records = [Record(b"%d" % i, b"%d" % i) for i in range(300)]
    Confluent().write(address, "trades", "none", records)
    consumer = confluent_kafka.Consumer({
        "bootstrap.servers": address, "group.id": "readers", "group.protocol": "consumer",
        "auto.offset.reset": "earliest", "enable.auto.commit": False,
        "reconnect.backoff.max.ms": 200})
    consumer.subscribe(["trades"])
    read = []

    def read_until(count):
        def claim():
            for message in consumer.consume(20, timeout=0.2):
                if message.error() is None:
                    read.append(message.value())
            return len(read) >= count
        wait_until(claim, f"{count} records")

    read_until(100)
    consumer.commit(asynchronous=False)
    epoch = group_epoch(address, "readers")
    member = consumer.memberid()
    tarn.kill()
    start_tarn(*fixed)
    read_until(300)

    assert sorted(read) == sorted(record.value for record in records)
    assert group_epoch(address, "readers") == epoch, "the group had to begin anew"
    assert consumer.memberid() == member
    wait_until(lambda: committed(consumer) == 300, "the commit of all")
    consumer.close()
    assert committed_by_group(address, "readers") == 300


def committed(consumer) -> int:
    try:
        consumer.commit(asynchronous=False)
    except confluent_kafka.KafkaException:
        pass  # asked again
    return sum(each.offset for each in consumer.committed(consumer.assignment(), timeout=5))


def committed_by_group(address, group) -> int:
    with KafkaSocket(address) as connection:
        answer = connection.ask("OffsetFetch", 7, group_id=group, topics=None, require_stable=True)
    return sum(partition.committed_offset for each in answer.topics
               for partition in each.partitions)


def test_a_group_may_change_its_protocol_while_nobody_is_in_it(broker, topic, join):
    create(broker, topic, partitions=3)
    classic = join(KafkaPython())
    wait_until(lambda: classic.partitions == ALL, "the classic member has all")
    classic.leave()

    newer = join(NewerConfluent())
    wait_until(lambda: newer.partitions == ALL, "the newer one has all")
    newer.leave()

    again = join(KafkaPython())
    wait_until(lambda: again.partitions == ALL, "a classic one has all again")


def test_tools_show_groups_of_the_newer_protocol(broker, topic, join):
    def apache(*words):
        done = subprocess.run(
            ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", JARS,
             "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", "--bootstrap-server",
             broker, *words], text=True, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ours(*words):
        done = run_tarn(*words, "--bootstrap", broker)
        assert done.returncode == 0, done.stderr
        return done.stdout

    create(broker, topic, partitions=3)
    group = f"group-of-{topic}"
    member = join(NewerConfluent())
    wait_until(lambda: member.partitions == ALL, "it has all")

    assert f"{group} Consumer" in " ".join(apache("--list", "--type").split())
    assert group not in apache("--list", "--type", "classic")
    epoch = str(group_epoch(broker, group))
    state = apache("--describe", "--group", group, "--state", "--verbose").split()
    assert state[-5:] == ["uniform", "Stable", epoch, epoch, "1"]
    members = apache("--describe", "--group", group, "--members", "--verbose")
    assert f"{topic}:0,1,2" in members

    listed = json.loads(ours("group", "list", "--json"))["groups"]
    assert {"id": group, "state": "Stable", "type": "consumer"} in listed
    described = json.loads(ours("group", "describe", group, "--json"))
    assert (described["type"], described["state"], described["assignor"]) == \
        ("consumer", "Stable", "uniform")
    assert [each["member"] for each in described["partitions"]] == \
        [described["members"][0]["id"]] * 3
