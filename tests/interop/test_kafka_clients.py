"""Real clients of Kafka, unchanged, against Tarn: what one wrote the others read, groups share out
partitions, and administrators find what they ask for."""

import asyncio
import struct
import subprocess

import confluent_kafka
import kafka
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin import NewTopic as AioNewTopic
from confluent_kafka.admin import (AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource,
                                   NewPartitions, NewTopic, OffsetSpec, ResourceType)
from kafka.admin import ConfigResource as PythonConfigResource
from kafka.admin import ConfigResourceType as PythonResourceType

from interop.kafka_peers import (CODECS, PEERS, Confluent, KafkaPython, Record, records_of,
                                 wait_until)
from interop.kafka_socket import KafkaSocket, stored_codecs

LARGE = 900_000
BEGIN = 1_700_000_000_000

SAMPLES = [
    Record(b"first", b"value", (("origin", b"here"), ("origin", b"there"), ("empty", b"")), BEGIN),
    Record(None, b"without a key", (), BEGIN + 1),
    Record(b"deleted", None, (("reason", b"a tombstone"),), BEGIN + 2),
    Record(b"text", "größer als ☂".encode(), (), BEGIN + 3),
    Record(b"long", b"the same again and again " * 2000, (), BEGIN + 5),
    Record(b"earlier", b"times need not rise", (), BEGIN - 1000),
]


def create(broker: str, topic: str, partitions: int = 1, **config: str):
    with KafkaSocket(broker) as connection:
        answer = connection.ask(
            "CreateTopics", 5, timeout_ms=5000, validate_only=False,
            topics=[{"name": topic, "num_partitions": partitions, "replication_factor": 1,
                     "assignments": [],
                     "configs": [{"name": name.replace("_", "."), "value": value}
                                 for name, value in config.items()]}])
    assert answer.topics[0].error_code == 0, answer


@pytest.fixture(params=PEERS, ids=str)
def peer(request):
    return request.param


@pytest.fixture(params=[p for p in PEERS if hasattr(p, "join")], ids=str)
def member_peer(request):
    return request.param


@pytest.fixture
def join(broker, topic):
    """Members that leave when the test ends."""
    members = []

    def join(peer):
        members.append(peer.join(broker, f"group-of-{topic}", topic))
        return members[-1]

    yield join
    for member in members:
        member.leave()


def same(wanted: list[Record], got: list[Record]) -> bool:
    """Equal, but for times that the writer did not choose."""
    return len(wanted) == len(got) and all(
        w.timestamp in (None, g.timestamp) and
        (w.key, w.value, w.headers) == (g.key, g.value, g.headers)
        for w, g in zip(wanted, got))


@pytest.fixture(scope="module")
def written(shared_tarn):
    """One topic for each writer and codec, with the sample records in it."""
    address = shared_tarn.faces["kafka"]
    topics = {}
    for peer in PEERS:
        of_peer = {f"by-{peer.name}-{codec}": codec for codec in peer.codecs}
        for topic, codec in of_peer.items():
            # The samples are from long ago: by their age they would be gone within half a minute.
            create(address, topic, retention_ms="-1")
            topics[peer, codec] = topic
        peer.write_to_many(address, of_peer, SAMPLES)
    return topics


def test_every_client_reads_what_every_client_wrote_with_every_codec(broker, written, peer):
    readable = {topic: writer for (writer, codec), topic in written.items()
                if codec in peer.codecs}
    count = len(readable) * len(SAMPLES)

    found = peer.read(broker, list(readable), count)

    wrong = {topic: records_of(found, topic) for topic, writer in readable.items()
             if not same([writer.as_sent(r) for r in SAMPLES], records_of(found, topic))}
    assert not wrong
    assert len(found) == count


def test_batches_are_kept_in_the_codec_that_the_client_chose(broker, written):
    with KafkaSocket(broker) as connection:
        for (_, codec), topic in written.items():
            # A batch that would grow is sent as it is; the one with the long record never is.
            assert {codec} <= stored_codecs(connection, topic) <= {codec, "none"}, topic


def test_every_client_puts_a_key_on_the_same_partition(broker, topic):
    create(broker, topic, partitions=7)
    keyed = [Record(f"key-{i}".encode(), b"v") for i in range(40)]

    places = {}
    for peer in PEERS:
        peer.write(broker, topic, "none", keyed)
    for found in Confluent().read(broker, [topic], len(PEERS) * len(keyed)):
        places.setdefault(found.record.key, []).append(found.partition)

    assert len(places) == len(keyed)
    assert all(len(each) == len(PEERS) and len(set(each)) == 1 for each in places.values())
    assert len({each[0] for each in places.values()}) == 7


def test_large_records_pass_in_each_codec(broker, topic, peer):
    large = Record(b"k", b"0123456789" * (LARGE // 10))
    topics = {f"{topic}-{codec}": codec for codec in peer.codecs}
    peer.write_to_many(broker, topics, [large])

    found = peer.read(broker, list(topics), len(topics))

    assert {topic: same([peer.as_sent(large)], records_of(found, topic)) for topic in topics} == \
        dict.fromkeys(topics, True)


def test_a_topic_appears_when_a_client_first_writes_to_it(broker, topic, peer):
    peer.write(broker, topic, "none", [Record(b"k", b"v")])

    assert same([Record(b"k", b"v")], records_of(peer.read(broker, [topic], 1), topic))


def test_members_share_the_partitions_and_the_last_one_has_them_all(broker, topic, member_peer,
                                                                    join):
    create(broker, topic, partitions=3)
    everything = frozenset({0, 1, 2})

    first = join(member_peer)
    wait_until(lambda: first.partitions == everything, "a lone member has all partitions")
    second = join(member_peer)
    wait_until(lambda: {len(first.partitions), len(second.partitions)} == {1, 2} and
               first.partitions | second.partitions == everything, "both have their share")
    second.leave()
    wait_until(lambda: first.partitions == everything, "the one that stayed has all again")


def test_members_of_different_clients_share_one_group(broker, topic, join):
    peers = [peer for peer in PEERS if hasattr(peer, "join") and peer.assigns_by_range]
    create(broker, topic, partitions=len(peers))

    members = [join(peer) for peer in peers]

    wait_until(lambda: sorted(p for m in members for p in m.partitions) ==
               list(range(len(peers))) and all(len(m.partitions) == 1 for m in members),
               "one partition for each")


def test_a_member_that_vanishes_gives_its_partitions_back(broker, topic, join):
    create(broker, topic, partitions=2)
    first = join(KafkaPython())
    wait_until(lambda: len(first.partitions) == 2, "a lone member has both partitions")

    # It joins, has its share and is never heard of again.
    with KafkaSocket(broker, timeout_s=20) as connection:
        group = {"group_id": f"group-of-{topic}", "group_instance_id": None}
        wanted = {**group, "session_timeout_ms": 6000, "rebalance_timeout_ms": 6000,
                  "protocol_type": "consumer",
                  "protocols": [{"name": "range", "metadata": subscription(topic)}]}
        member = connection.ask("JoinGroup", 5, member_id="", **wanted).member_id
        joined = connection.ask("JoinGroup", 5, member_id=member, **wanted)
        assert joined.error_code == 0 and joined.leader != member
        synced = connection.ask("SyncGroup", 3, member_id=member, assignments=[],
                                generation_id=joined.generation_id, **group)
        assert synced.error_code == 0 and synced.assignment
    wait_until(lambda: len(first.partitions) == 1, "the two have one each")

    wait_until(lambda: len(first.partitions) == 2, "the one that stayed has both", within_s=15)


def subscription(topic: str) -> bytes:
    """What a consumer tells of itself when it joins: version 0, one topic, nothing else."""
    name = topic.encode()
    return struct.pack(">hih", 0, 1, len(name)) + name + struct.pack(">i", -1)


def test_a_group_goes_on_where_it_had_committed(broker, topic):
    create(broker, topic)
    KafkaPython().write(broker, topic, "none", [Record(None, b"%d" % i) for i in range(10)])

    def read(count):
        consumer = kafka.KafkaConsumer(topic, bootstrap_servers=broker, group_id=f"of-{topic}",
                                       auto_offset_reset="earliest", enable_auto_commit=False,
                                       consumer_timeout_ms=20_000)
        values = [next(consumer).value for _ in range(count)]
        consumer.commit()
        consumer.close()
        return values

    assert read(4) == [b"0", b"1", b"2", b"3"]
    # librdkafka finds what kafka-python committed.
    consumer = confluent_kafka.Consumer({"bootstrap.servers": broker, "group.id": f"of-{topic}"})
    consumer.subscribe([topic])
    message = consumer.poll(20)
    assert (message.offset(), message.value()) == (4, b"4")
    consumer.commit(asynchronous=False)
    consumer.close()
    assert read(1) == [b"5"]


def test_a_time_leads_to_the_first_record_that_is_as_late(broker, topic):
    create(broker, topic, retention_ms="-1")
    timed = [Record(None, b"v", (), BEGIN + 1000 * i) for i in range(10)]
    KafkaPython().write(broker, topic, "lz4", timed)
    wanted = {BEGIN - 5: 0, BEGIN: 0, BEGIN + 1: 1, BEGIN + 4500: 5, BEGIN + 9000: 9}

    python = kafka.KafkaConsumer(bootstrap_servers=broker)
    here = kafka.TopicPartition(topic, 0)
    librdkafka = confluent_kafka.Consumer({"bootstrap.servers": broker, "group.id": "unused"})
    for time_ms, offset in wanted.items():
        assert python.offsets_for_times({here: time_ms})[here].offset == offset
        asked = confluent_kafka.TopicPartition(topic, 0, time_ms)
        assert librdkafka.offsets_for_times([asked], timeout=10)[0].offset == offset
    # Past the last record there is none: null for one client, the end for the other.
    assert python.offsets_for_times({here: BEGIN + 9001})[here] is None
    late = confluent_kafka.TopicPartition(topic, 0, BEGIN + 9001)
    assert librdkafka.offsets_for_times([late], timeout=10)[0].offset == confluent_kafka.OFFSET_END
    python.close()
    librdkafka.close()


def test_idempotent_producers_number_their_batches_and_keep_the_order(broker, topic):
    create(broker, topic)
    values = [b"%d" % i for i in range(2000)]

    librdkafka = confluent_kafka.Producer({"bootstrap.servers": broker, "linger.ms": 0,
                                           "enable.idempotence": True,
                                           "batch.num.messages": 20})
    for value in values:
        librdkafka.produce(topic, value)
        librdkafka.poll(0)
    assert librdkafka.flush(30) == 0
    python = kafka.KafkaProducer(bootstrap_servers=broker, enable_idempotence=True)
    for value in values:
        python.send(topic, value)
    python.close(timeout=30)

    found = records_of(Confluent().read(broker, [topic], 2 * len(values)), topic)
    assert [record.value for record in found] == values + values


def test_kafka_python_administrates(broker, topic):
    admin = kafka.KafkaAdminClient(bootstrap_servers=broker)
    here = kafka.TopicPartition(topic, 0)
    group = f"of-{topic}"

    admin.create_topics({topic: {"num_partitions": 2, "replication_factor": 1,
                                 "configs": {"retention.ms": "1234567"}}})
    assert topic in admin.list_topics()
    assert len(admin.describe_topics([topic])[0]["partitions"]) == 2
    with pytest.raises(kafka.errors.TopicAlreadyExistsError):
        admin.create_topics([topic])
    admin.create_partitions({topic: 5})
    assert len(admin.describe_topics([topic])[0]["partitions"]) == 5

    def retention():
        resource = PythonConfigResource(PythonResourceType.TOPIC, topic)
        described = admin.describe_configs([resource])
        return described["topic"][topic]["retention.ms"]["value"]

    assert retention() == "1234567"
    admin.alter_configs([PythonConfigResource(PythonResourceType.TOPIC, topic,
                                              {"retention.ms": "7654321"})])
    assert retention() == "7654321"

    KafkaPython().write(broker, topic, "none", [Record(None, b"v")] * 10, partition=0)
    admin.delete_records({here: 4})
    ends = admin.list_partition_offsets({here: kafka.admin.OffsetSpec.EARLIEST})
    assert ends[here].offset == 4

    admin.alter_group_offsets(group, {here: kafka.structs.OffsetAndMetadata(7, "note", -1)})
    assert group in [g["group_id"] for g in admin.list_groups()]
    committed = admin.list_group_offsets({group: None})[group][here]
    assert (committed.offset, committed.metadata) == (7, "note")
    assert admin.describe_groups([group])[group]["group_state"] == "Empty"
    admin.delete_group_offsets(group, [here])
    assert here not in admin.list_group_offsets({group: None})[group]
    admin.alter_group_offsets(group, {here: kafka.structs.OffsetAndMetadata(1, "", -1)})
    admin.delete_groups([group])
    assert group not in [g["group_id"] for g in admin.list_groups()]

    assert admin.describe_cluster()["brokers"]
    assert admin.describe_log_dirs()
    admin.delete_topics([topic])
    assert topic not in admin.list_topics()
    admin.close()


def test_librdkafka_administrates(broker, topic):
    admin = AdminClient({"bootstrap.servers": broker})
    here = confluent_kafka.TopicPartition(topic, 0)
    group = f"of-{topic}"

    def the_only(futures):
        (future,) = futures.values()
        return future.result(timeout=10)

    the_only(admin.create_topics([NewTopic(topic, 2, 1, config={"cleanup.policy": "compact"})]))
    assert len(admin.list_topics(topic, timeout=10).topics[topic].partitions) == 2
    with pytest.raises(confluent_kafka.KafkaException) as refused:
        the_only(admin.create_topics([NewTopic(topic, 2, 1)]))
    assert refused.value.args[0].code() == confluent_kafka.KafkaError.TOPIC_ALREADY_EXISTS
    the_only(admin.create_partitions([NewPartitions(topic, 3)]))
    described = the_only(admin.describe_topics(confluent_kafka.TopicCollection([topic])))
    assert len(described.partitions) == 3

    resource = ConfigResource(ResourceType.TOPIC, topic)
    assert the_only(admin.describe_configs([resource]))["cleanup.policy"].value == "compact"
    change = ConfigEntry("cleanup.policy", "delete",
                         incremental_operation=AlterConfigOpType.APPEND)
    the_only(admin.incremental_alter_configs(
        [ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[change])]))
    assert the_only(admin.describe_configs([resource]))["cleanup.policy"].value == "compact,delete"

    Confluent().write(broker, topic, "none", [Record(b"k", b"v")] * 10, partition=0)
    trimmed = confluent_kafka.TopicPartition(topic, 0, 6)
    assert the_only(admin.delete_records([trimmed])).low_watermark == 6
    assert the_only(admin.list_offsets({here: OffsetSpec.earliest()})).offset == 6
    assert the_only(admin.list_offsets({here: OffsetSpec.latest()})).offset == 10

    committed = confluent_kafka._model.ConsumerGroupTopicPartitions(
        group, [confluent_kafka.TopicPartition(topic, 0, 8)])
    the_only(admin.alter_consumer_group_offsets([committed]))
    listed = admin.list_consumer_groups().result(timeout=10)
    assert group in [each.group_id for each in listed.valid] and not listed.errors
    asked = confluent_kafka._model.ConsumerGroupTopicPartitions(group)
    found = the_only(admin.list_consumer_group_offsets([asked]))
    assert [each.offset for each in found.topic_partitions] == [8]
    state = the_only(admin.describe_consumer_groups([group])).state
    assert state == confluent_kafka.ConsumerGroupState.EMPTY
    the_only(admin.delete_consumer_groups([group]))

    cluster = admin.describe_cluster().result(timeout=10)
    assert [f"{node.host}:{node.port}" for node in cluster.nodes] == [broker]
    the_only(admin.delete_topics([topic]))
    wait_until(lambda: topic not in admin.list_topics(timeout=10).topics, "the topic is gone")


def test_aiokafka_administrates(broker, topic):
    async def work():
        admin = AIOKafkaAdminClient(bootstrap_servers=broker)
        await admin.start()
        try:
            await admin.create_topics([AioNewTopic(topic, 2, 1)])
            assert topic in await admin.list_topics()
            assert len((await admin.describe_topics([topic]))[0]["partitions"]) == 2
            assert await admin.describe_cluster()
            assert isinstance(await admin.list_consumer_groups(), list)
            await admin.delete_topics([topic])
            assert topic not in await admin.list_topics()
        finally:
            await admin.close()

    asyncio.run(asyncio.wait_for(work(), 30))


def test_kcat_lists_brokers_topics_and_partitions(broker, topic):
    create(broker, topic, partitions=3)

    shown = subprocess.run(["kcat", "-b", broker, "-L", "-t", topic], text=True,
                           capture_output=True, timeout=30).stdout

    assert f"broker 1 at {broker}" in shown
    assert f'topic "{topic}" with 3 partitions' in shown
    assert shown.count("leader 1, replicas: 1, isrs: 1") == 3


def test_a_client_of_the_second_listener_is_sent_back_to_the_second(shared_tarn, topic):
    second = shared_tarn.faces["kafka-2"]
    assert second != shared_tarn.faces["kafka"]

    metadata = AdminClient({"bootstrap.servers": second}).list_topics(timeout=10)
    assert [f"{b.host}:{b.port}" for b in metadata.brokers.values()] == [second]
    with KafkaSocket(second) as connection:
        found = connection.ask("FindCoordinator", 4, key_type=0, coordinator_keys=["g"])
        assert f"{found.coordinators[0].host}:{found.coordinators[0].port}" == second
        found = connection.ask("FindCoordinator", 2, key_type=0, key="g")
        assert f"{found.host}:{found.port}" == second
    KafkaPython().write(second, topic, "none", [Record(b"k", b"v")])
    found = Confluent().read(shared_tarn.faces["kafka"], [topic], 1)
    assert same([Record(b"k", b"v")], records_of(found, topic))
