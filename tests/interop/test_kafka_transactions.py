"""Transactions as real clients run them: librdkafka (by confluent-kafka), which speaks the first
protocol, and Java's client, which speaks the second one; over kills and restarts of the broker."""

import pathlib
import queue
import re
import socket
import struct
import subprocess
import threading
import time

import pytest
from confluent_kafka import (Consumer, KafkaError, KafkaException, Producer, TopicPartition,
                             OFFSET_BEGINNING)
from confluent_kafka.admin import AdminClient, NewTopic

import conftest
from conftest import KAFKA_PORT_ONLY
from interop.differential.conversation import id_of
from interop.differential.topics import described_configs
from interop.kafka_socket import KafkaSocket
from interop.test_kafka_tools import TOOLS, run as run_tool

ROOT = pathlib.Path(__file__).resolve().parents[2]
JARS = [ROOT / ".deps/kafka-clients/kafka-clients.jar", ROOT / ".deps/slf4j-api/slf4j-api.jar"]
PARTITIONS = 3
WITHIN_S = 15
END_TXN = 26
PRODUCER_FENCED = 90
# Clients that outlive their broker would say so for ever.
QUIET = {"log_level": 0}


@pytest.fixture
def broker(tarn) -> str:
    create_topics(tarn.faces["kafka"], "trades", "orders")
    return tarn.faces["kafka"]


# --- librdkafka

def test_a_commit_shows_all_records_at_once(broker):
    producer = started_producer(broker, "sink")
    producer.begin_transaction()
    write(producer, "trades", ["a", "b", "c"])

    assert read(broker, "trades", "read_committed") == []
    assert read(broker, "trades", "read_uncommitted") == ["a", "b", "c"]

    producer.commit_transaction(WITHIN_S)
    assert read(broker, "trades", "read_committed") == ["a", "b", "c"]


def test_an_abort_shows_nothing_to_readers_of_committed_data(broker):
    producer = started_producer(broker, "sink")
    producer.begin_transaction()
    write(producer, "trades", ["a", "b", "c"])
    producer.abort_transaction(WITHIN_S)
    producer.begin_transaction()
    write(producer, "trades", ["d"])
    producer.commit_transaction(WITHIN_S)

    assert read(broker, "trades", "read_committed") == ["d"]
    assert read(broker, "trades", "read_uncommitted") == ["a", "b", "c", "d"]


def test_records_and_the_offsets_that_they_come_from_are_committed_together(broker):
    fill(broker, "orders", 30)
    shipped, rounds = 0, 0
    while shipped < 30 and rounds < 40:
        # A new life of the application each time, and each second one fails before its commit.
        rounds += 1
        consumer = started_consumer(broker, "read_committed", group="etl")
        consumer.subscribe(["orders"])
        producer = started_producer(broker, "etl")
        orders = [each for each in consumer.consume(7, timeout=3) if not each.error()]
        if orders:
            producer.begin_transaction()
            write(producer, "trades", ["of " + order.value().decode() for order in orders])
            producer.send_offsets_to_transaction(positions_after(orders),
                                                 consumer.consumer_group_metadata(), WITHIN_S)
            if rounds % 2 == 0:
                producer.commit_transaction(WITHIN_S)
                shipped += len(orders)
            else:
                producer.abort_transaction(WITHIN_S)
        consumer.close()

    assert read(broker, "trades", "read_committed") == sorted(f"of {i}" for i in range(30))


def test_a_producer_that_lost_its_id_is_fenced(broker):
    zombie = started_producer(broker, "sink")
    zombie.begin_transaction()
    write(zombie, "trades", ["zombie"])
    successor = started_producer(broker, "sink")
    successor.begin_transaction()
    write(successor, "trades", ["successor"])

    with pytest.raises(KafkaException) as fenced:
        zombie.commit_transaction(WITHIN_S)
    assert fenced.value.args[0].code() == KafkaError._FENCED
    successor.commit_transaction(WITHIN_S)
    assert read(broker, "trades", "read_committed") == ["successor"]


def test_a_transaction_that_takes_too_long_is_aborted(broker):
    producer = started_producer(broker, "sink", **{"transaction.timeout.ms": 1000,
                                                   "message.timeout.ms": 1000})
    producer.begin_transaction()
    write(producer, "trades", ["a"])
    wait_until_stable(broker, "trades", 0)

    with pytest.raises(KafkaException):
        producer.commit_transaction(WITHIN_S)
    assert read(broker, "trades", "read_committed") == []


def test_a_timeout_above_an_hour_is_refused(broker):
    producer = Producer({"bootstrap.servers": broker, "transactional.id": "sink",
                         "transaction.timeout.ms": 3_600_001})

    with pytest.raises(KafkaException) as refused:
        producer.init_transactions(WITHIN_S)
    assert refused.value.args[0].code() == KafkaError.INVALID_TRANSACTION_TIMEOUT


def test_the_broker_tells_how_long_idle_ids_are_remembered(start_tarn):
    tarn = start_tarn("--set=kafka.transactional-id-retention=3d")

    with KafkaSocket(tarn.faces["kafka"]) as connection:
        (found,) = [each for each in described_configs(connection, 4, "1").results[0].configs
                    if each.name == "transactional.id.expiration.ms"]

    assert found.value == str(3 * 24 * 3600 * 1000)


def test_a_kill_in_mid_transaction_lets_its_producer_go_on(start_tarn, free_port):
    broker, tarn = start_on(start_tarn, free_port)
    create_topics(broker, "trades")
    producer = started_producer(broker, "sink")
    producer.begin_transaction()
    write(producer, "trades", ["before"])
    tarn.kill()
    start_on(start_tarn, free_port)
    write(producer, "trades", ["after"])

    producer.commit_transaction(WITHIN_S)
    assert read(broker, "trades", "read_committed") == ["after", "before"]


def test_a_kill_in_mid_transaction_leaves_nothing_of_a_producer_that_went_with_it(start_tarn,
                                                                                  free_port):
    broker, tarn = start_on(start_tarn, free_port)
    create_topics(broker, "trades")
    lost = started_producer(broker, "sink")
    lost.begin_transaction()
    write(lost, "trades", ["lost"])
    tarn.kill()
    start_on(start_tarn, free_port)
    successor = started_producer(broker, "sink")
    successor.begin_transaction()
    write(successor, "trades", ["kept"])
    successor.commit_transaction(WITHIN_S)

    assert read(broker, "trades", "read_committed") == ["kept"]


def test_what_was_committed_before_a_kill_is_there_after_it(start_tarn, free_port):
    broker, tarn = start_on(start_tarn, free_port)
    create_topics(broker, "trades")
    producer = started_producer(broker, "sink")
    for i in range(20):
        producer.begin_transaction()
        write(producer, "trades", [f"{i:02}"])
        producer.commit_transaction(WITHIN_S)
    tarn.kill()
    start_on(start_tarn, free_port)

    assert read(broker, "trades", "read_committed") == [f"{i:02}" for i in range(20)]


# --- Java, the second protocol

def test_java_commits_and_aborts_and_each_end_raises_the_epoch(tarn):
    assert run_java(tarn.faces["kafka"], "commit-and-abort") == [
        "committed [committed-1-0, committed-1-1, committed-1-2, "
        "committed-2-0, committed-2-1, committed-2-2]",
        "all [aborted-0, aborted-1, aborted-2, committed-1-0, committed-1-1, committed-1-2, "
        "committed-2-0, committed-2-1, committed-2-2]",
        "epoch 3 CompleteCommit",
    ]


def test_java_is_fenced_by_a_successor(tarn):
    assert run_java(tarn.faces["kafka"], "fence") == ["zombie fenced", "committed [successor]"]


def test_java_moves_records_from_topic_to_topic_exactly_once(tarn):
    assert run_java(tarn.faces["kafka"], "etl") == ["shipped 30 distinct 30"]


def test_java_runs_many_transactions_one_after_the_other(tarn):
    took, committed = run_java(tarn.faces["kafka"], "many", "200")

    print(took)
    assert re.fullmatch(r"took \d+ ms", took)
    assert committed == "committed 200"


# --- an end that comes late: its client has sent another and begun the next transaction

class HoldingProxy:
    """Stands between clients and a broker, and keeps the first EndTxn back until it is let go."""

    def __init__(self, broker: str):
        host, port = broker.rsplit(":", 1)
        self.broker = host, int(port)
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.server.getsockname()[1]
        self.held = None  # the frame and where it goes
        self.answers_to_held = queue.Queue()
        threading.Thread(target=self._accept, daemon=True).start()

    def let_go(self) -> int:
        """The error that the broker answers to it."""
        frame, upstream = self.held
        upstream.sendall(struct.pack(">i", len(frame)) + frame)
        while (answer := self.answers_to_held.get(timeout=WITHIN_S))[:4] != frame[4:8]:
            pass  # to what was under way before it
        # Behind the correlation id, no tags, and the time of throttling.
        return struct.unpack_from(">h", answer, 9)[0]

    def _accept(self):
        while True:
            client, _ = self.server.accept()
            upstream = socket.create_connection(self.broker)
            for pump in (self._requests, self._answers):
                threading.Thread(target=pump, args=(client, upstream), daemon=True).start()

    def _requests(self, client, upstream):
        while frame := frame_of(client):
            (key,) = struct.unpack_from(">h", frame)
            if key == END_TXN and not self.held:
                self.held = frame, upstream
            else:
                upstream.sendall(struct.pack(">i", len(frame)) + frame)

    def _answers(self, client, upstream):
        while frame := frame_of(upstream):
            if self.held and self.held[1] is upstream:
                self.answers_to_held.put(frame)
            else:
                client.sendall(struct.pack(">i", len(frame)) + frame)


def frame_of(connection) -> bytes:
    """Nothing when the other side has gone."""
    try:
        size = connection.recv(4, socket.MSG_WAITALL)
        return connection.recv(*struct.unpack(">i", size), socket.MSG_WAITALL) if size else b""
    except OSError:
        return b""


def test_an_end_that_comes_late_does_not_touch_the_next_transaction(start_tarn, free_port):
    proxy = HoldingProxy(f"127.0.0.1:{free_port}")
    start_tarn(*KAFKA_PORT_ONLY, "--set", f"kafka.listeners=127.0.0.1:{free_port}",
               "--set", f"kafka.advertised-listeners={proxy.address}")

    with subprocess.Popen(java_command(proxy.address, "late-end"), text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as client:
        assert client.stdout.readline() == "second is open\n"
        assert proxy.held, "no EndTxn has come by"
        assert proxy.let_go() == PRODUCER_FENCED
        told, _ = client.communicate("go on\n", timeout=60)

    assert told == "committed [first]\n"


# --- transactions that hang: their partition has them open, and no coordinator knows them

@pytest.fixture
def hanging(start_tarn, free_port) -> str:
    """A broker whose coordinator has lost its memory while a transaction was open in trades-0;
    what was committed behind it waits."""
    broker, tarn = start_on(start_tarn, free_port)
    create_topics(broker, "trades")
    lost = started_producer(broker, "lost")
    lost.begin_transaction()
    write(lost, "trades", ["lost"])
    with KafkaSocket(broker) as connection:
        memory = tarn.data / "log/topics" / str(id_of(connection, "__transaction_state")) / "0"
    tarn.kill()
    for segment in memory.glob("*.log"):
        segment.unlink()
    broker, _ = start_on(start_tarn, free_port)
    sink = started_producer(broker, "sink")
    sink.begin_transaction()
    write(sink, "trades", ["kept"])
    sink.commit_transaction(WITHIN_S)
    assert read(broker, "trades", "read_committed") == []
    return broker


def test_java_aborts_a_transaction_that_hangs(hanging):
    assert run_java(hanging, "abort-hanging") == [
        "open 1", "TransactionCoordinatorFencedException", "committed [kept]"]


def test_kafka_transactions_finds_a_transaction_that_hangs_and_aborts_it(hanging):
    found = transactions_tool(hanging, "find-hanging", "--broker-id", "1",
                              "--max-transaction-timeout", "0")
    assert [line.split()[:2] for line in found] == [["trades", "0"]]
    open_producers = [line.split() for line in transactions_tool(
        hanging, "describe-producers", "--topic", "trades", "--partition", "0")]
    starts = {producer[-1] for producer in open_producers}
    assert starts == {"0", "None"}

    transactions_tool(hanging, "abort", "--topic", "trades", "--partition", "0",
                      "--start-offset", "0")

    assert read(hanging, "trades", "read_committed") == ["kept"]
    assert transactions_tool(hanging, "find-hanging", "--broker-id", "1",
                             "--max-transaction-timeout", "0") == []


def test_kafka_transactions_lists_describes_and_ends_a_transaction_that_is_open(broker):
    producer = started_producer(broker, "sink")
    producer.begin_transaction()
    write(producer, "trades", ["a"])

    (listed,) = transactions_tool(broker, "list")
    assert listed.split()[0] == "sink" and listed.split()[-1] == "Ongoing"
    (described,) = transactions_tool(broker, "describe", "--transactional-id", "sink")
    assert "Ongoing" in described and "trades-0" in described
    transactions_tool(broker, "forceTerminateTransaction", "--transactionalId", "sink")

    wait_until_stable(broker, "trades", 0)
    assert read(broker, "trades", "read_committed") == []
    with pytest.raises(KafkaException) as fenced:
        producer.commit_transaction(WITHIN_S)
    assert fenced.value.args[0].code() == KafkaError._FENCED


def transactions_tool(broker: str, *words: str) -> list[str]:
    """The lines of what it prints, without the one that names the columns."""
    return run_tool(f"{TOOLS}.TransactionsCommand", "--bootstrap-server", broker,
                    *words).splitlines()[1:]


# --- the language of these tests

def started_producer(broker: str, transactional_id: str, **settings) -> Producer:
    producer = Producer({"bootstrap.servers": broker, "transactional.id": transactional_id,
                         **QUIET, **settings})
    producer.init_transactions(WITHIN_S)
    return producer


def write(producer: Producer, topic: str, values: list[str]):
    for i, value in enumerate(values):
        producer.produce(topic, value, partition=i % PARTITIONS)
    assert producer.flush(WITHIN_S) == 0


def fill(broker: str, topic: str, count: int):
    producer = Producer({"bootstrap.servers": broker, **QUIET})
    write(producer, topic, [str(i) for i in range(count)])


def started_consumer(broker: str, isolation: str, group: str) -> Consumer:
    return Consumer({"bootstrap.servers": broker, "group.id": group, "isolation.level": isolation,
                     "auto.offset.reset": "earliest", "enable.auto.commit": False,
                     "enable.partition.eof": True, **QUIET})


def positions_after(messages) -> list[TopicPartition]:
    ends = {}
    for message in messages:
        ends[message.topic(), message.partition()] = message.offset() + 1
    return [TopicPartition(topic, partition, end) for (topic, partition), end in ends.items()]


def read(broker: str, topic: str, isolation: str) -> list[str]:
    """All that a reader gets up to the end that it may see, sorted."""
    consumer = started_consumer(broker, isolation, group="reader")
    values = []
    for i in range(PARTITIONS):
        consumer.assign([TopicPartition(topic, i, OFFSET_BEGINNING)])
        deadline = time.monotonic() + WITHIN_S
        is_at_end = False
        while not is_at_end:
            assert time.monotonic() < deadline, f"the end of {topic}-{i} does not come"
            message = consumer.poll(0.1)
            if message and not message.error():
                values.append(message.value().decode())
            is_at_end = bool(message and message.error()
                             and message.error().code() == KafkaError._PARTITION_EOF)
    consumer.close()
    return sorted(values)


def wait_until_stable(broker: str, topic: str, partition: int):
    """Until no transaction is open: readers of committed data get as far as all others."""
    consumers = [started_consumer(broker, isolation, group="reader")
                 for isolation in ("read_committed", "read_uncommitted")]
    deadline = time.monotonic() + WITHIN_S
    while len({consumer.get_watermark_offsets(TopicPartition(topic, partition), WITHIN_S)
               for consumer in consumers}) > 1:
        assert time.monotonic() < deadline, "the transaction is not aborted"
        time.sleep(0.1)
    for consumer in consumers:
        consumer.close()


def create_topics(broker: str, *names: str):
    admin = AdminClient({"bootstrap.servers": broker})
    for created in admin.create_topics([NewTopic(name, PARTITIONS) for name in names]).values():
        created.result(WITHIN_S)


@pytest.fixture
def free_port() -> int:
    """The same for each start, so that a client finds the broker again."""
    return conftest.free_port()


def start_on(start_tarn, port: int):
    tarn = start_tarn(*KAFKA_PORT_ONLY, "--set", f"kafka.listeners=127.0.0.1:{port}")
    return tarn.faces["kafka"], tarn


def java_command(broker: str, *words: str) -> list:
    return ["java", "-cp", ":".join(map(str, JARS)),
            ROOT / "tests/interop/KafkaTransactions.java", broker, *words]


def run_java(broker: str, *words: str) -> list[str]:
    done = subprocess.run(java_command(broker, *words), text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=120)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
    return done.stdout.splitlines()
