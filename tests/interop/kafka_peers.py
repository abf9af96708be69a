"""Real Kafka clients behind one face, so that a test can be run with each and they can be mixed:
write records, read records, be a member of a group. Clients of other languages are small programs
below peers/ that take and give one line a record."""

import asyncio
import atexit
import functools
import json
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

import aiokafka
import confluent_kafka
import kafka
from aiokafka.coordinator.assignors.range import RangePartitionAssignor as AiokafkaRange
from kafka.coordinator.assignors.range import RangePartitionAssignor

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
WITHIN_S = 60


@dataclass(frozen=True)
class Record:
    key: bytes | None
    value: bytes | None
    headers: tuple = ()
    timestamp: int | None = None


@dataclass(frozen=True)
class Found:
    """A record as a consumer saw it."""

    topic: str
    partition: int
    offset: int
    record: Record


def records_of(found: list[Found], topic: str) -> list[Record]:
    """What one topic held, by partition and offset."""
    ours = sorted((f.partition, f.offset, f) for f in found if f.topic == topic)
    return [f.record for _, _, f in ours]


def wait_until(claim, what: str, within_s: float = WITHIN_S):
    deadline = time.monotonic() + within_s
    while not claim():
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        time.sleep(0.05)


class Peer:
    name = ""
    codecs = CODECS
    assigns_by_range = True  # as one of its ways to share out partitions

    def as_sent(self, record: Record) -> Record:
        """What becomes of a record by the limits of the client, before any broker sees it."""
        return record

    def write_to_many(self, address: str, topics: dict[str, str], records: list[Record]):
        """The same records to partition 0 of several topics, each in a codec of its own."""
        for topic, codec in topics.items():
            self.write(address, topic, codec, records, partition=0)

    def __str__(self):
        return self.name


class KafkaPython(Peer):
    name = "kafka-python"

    def write(self, address, topic, codec, records, partition=None):
        producer = kafka.KafkaProducer(
            bootstrap_servers=address, compression_type=None if codec == "none" else codec,
            acks="all", linger_ms=5, request_timeout_ms=15_000)
        sent = [producer.send(topic, key=r.key, value=r.value, headers=list(r.headers),
                              timestamp_ms=r.timestamp, partition=partition) for r in records]
        places = [(future.get(timeout=WITHIN_S).partition, future.get().offset)
                  for future in sent]
        producer.close(timeout=10)
        return places

    def read(self, address, topics, count):
        consumer = kafka.KafkaConsumer(*topics, bootstrap_servers=address,
                                       auto_offset_reset="earliest", group_id=None)
        found = []
        deadline = time.monotonic() + WITHIN_S
        while len(found) < count and time.monotonic() < deadline:
            for polled in consumer.poll(timeout_ms=200).values():
                found += [Found(m.topic, m.partition, m.offset,
                                Record(m.key, m.value, tuple(m.headers), m.timestamp))
                          for m in polled]
        consumer.close()
        return found

    def join(self, address, group, topic):
        return KafkaPythonMember(address, group, topic)


class ThreadMember:
    """A member that has to be polled, by a thread."""

    def __init__(self):
        self.partitions = frozenset()
        self.leaving = threading.Event()
        self.failure = None
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        try:
            self.live()
        except Exception as failure:  # shown by leave()
            self.failure = failure
        self.partitions = frozenset()

    def leave(self):
        self.leaving.set()
        self.thread.join(timeout=WITHIN_S)
        assert not self.thread.is_alive()
        assert self.failure is None, self.failure


class KafkaPythonMember(ThreadMember):
    def __init__(self, address, group, topic):
        self.consumer = kafka.KafkaConsumer(
            topic, bootstrap_servers=address, group_id=group, auto_offset_reset="earliest",
            heartbeat_interval_ms=200, session_timeout_ms=10_000,
            partition_assignment_strategy=[RangePartitionAssignor])
        super().__init__()

    def live(self):
        while not self.leaving.is_set():
            self.consumer.poll(timeout_ms=100)
            self.partitions = frozenset(p.partition for p in self.consumer.assignment())
        self.consumer.close()


class Confluent(Peer):
    name = "confluent-kafka"

    def write(self, address, topic, codec, records, partition=None):
        producer = confluent_kafka.Producer({
            "bootstrap.servers": address, "compression.type": codec, "acks": "all",
            "linger.ms": 5, "partitioner": "murmur2_random"})
        places, errors = {}, []

        def delivered(index):
            def on_delivery(error, message):
                errors.append(error) if error else places.update(
                    {index: (message.partition(), message.offset())})
            return on_delivery

        for index, r in enumerate(records):
            place = {} if partition is None else {"partition": partition}
            producer.produce(topic, r.value, r.key, headers=list(r.headers) or None,
                             timestamp=r.timestamp or 0, on_delivery=delivered(index), **place)
        assert producer.flush(WITHIN_S) == 0
        assert not errors, errors
        return [places[index] for index in range(len(records))]

    def read(self, address, topics, count):
        consumer = confluent_kafka.Consumer({
            "bootstrap.servers": address, "group.id": "not-joined", "enable.auto.commit": False})
        known = consumer.list_topics(timeout=10).topics
        consumer.assign([confluent_kafka.TopicPartition(t, p, confluent_kafka.OFFSET_BEGINNING)
                         for t in topics for p in known[t].partitions])
        found = []
        deadline = time.monotonic() + WITHIN_S
        while len(found) < count and time.monotonic() < deadline:
            for m in consumer.consume(100, timeout=0.2):
                assert m.error() is None, m.error()
                found.append(Found(m.topic(), m.partition(), m.offset(),
                                   Record(m.key(), m.value(), tuple(m.headers() or ()),
                                          m.timestamp()[1])))
        consumer.close()
        return found

    def join(self, address, group, topic):
        return ConfluentMember(address, group, topic)


class ConfluentMember(ThreadMember):
    def __init__(self, address, group, topic):
        self.consumer = confluent_kafka.Consumer({
            "bootstrap.servers": address, "group.id": group, "auto.offset.reset": "earliest",
            "heartbeat.interval.ms": 200, "session.timeout.ms": 10_000,
            "partition.assignment.strategy": "range"})
        self.consumer.subscribe([topic])
        super().__init__()

    def live(self):
        while not self.leaving.is_set():
            self.consumer.poll(0.1)
            self.partitions = frozenset(p.partition for p in self.consumer.assignment())
        self.consumer.close()


class Aiokafka(Peer):
    name = "aiokafka"

    def write(self, address, topic, codec, records, partition=None):
        async def work():
            producer = aiokafka.AIOKafkaProducer(
                bootstrap_servers=address, compression_type=None if codec == "none" else codec,
                acks="all", linger_ms=5)
            await producer.start()
            try:
                sent = [await producer.send(topic, r.value, r.key, partition, r.timestamp,
                                            list(r.headers)) for r in records]
                places = [await asyncio.wait_for(future, WITHIN_S) for future in sent]
                return [(place.partition, place.offset) for place in places]
            finally:
                await producer.stop()
        return asyncio.run(work())

    def read(self, address, topics, count):
        async def work():
            consumer = aiokafka.AIOKafkaConsumer(*topics, bootstrap_servers=address,
                                                 auto_offset_reset="earliest", group_id=None)
            await consumer.start()
            found = []
            deadline = time.monotonic() + WITHIN_S
            try:
                while len(found) < count and time.monotonic() < deadline:
                    polled = await consumer.getmany(timeout_ms=200)
                    found += [Found(m.topic, m.partition, m.offset,
                                    Record(m.key, m.value, tuple(m.headers), m.timestamp))
                              for batch in polled.values() for m in batch]
            finally:
                await consumer.stop()
            return found
        return asyncio.run(work())

    def join(self, address, group, topic):
        return AiokafkaMember(address, group, topic)


class AiokafkaMember(ThreadMember):
    def __init__(self, *where):
        self.where = where
        super().__init__()

    def live(self):
        asyncio.run(self.be_a_member(*self.where))

    async def be_a_member(self, address, group, topic):
        consumer = aiokafka.AIOKafkaConsumer(
            topic, bootstrap_servers=address, group_id=group, auto_offset_reset="earliest",
            heartbeat_interval_ms=200, session_timeout_ms=10_000,
            partition_assignment_strategy=[AiokafkaRange])
        await consumer.start()
        while not self.leaving.is_set():
            await consumer.getmany(timeout_ms=100)
            self.partitions = frozenset(p.partition for p in consumer.assignment())
        await consumer.stop()


class Kcat(Peer):
    """It takes keys and values as lines of text, and neither headers of one record nor times."""

    name = "kcat"

    def as_sent(self, record):
        return replace(record, value=record.value or None, headers=(), timestamp=None)

    def write(self, address, topic, codec, records, partition=None):
        lines = b"".join((r.key or b"") + b"|" + (r.value or b"") + b"\n" for r in records)
        place = [] if partition is None else ["-p", str(partition)]
        done = subprocess.run(
            ["kcat", "-b", address, "-P", "-t", topic, "-z", codec, "-K|", "-Z", *place,
             "-X", "partitioner=murmur2_random"],
            input=lines, capture_output=True, timeout=WITHIN_S)
        assert done.returncode == 0 and b"ERROR" not in done.stderr, done.stderr

    def read(self, address, topics, count):
        found = []
        for topic in topics:
            done = subprocess.run(
                ["kcat", "-b", address, "-C", "-t", topic, "-o", "beginning", "-e", "-J", "-q",
                 "-X", "fetch.wait.max.ms=20"],
                capture_output=True, text=True, timeout=WITHIN_S)
            assert done.returncode == 0, done.stderr
            found += [self._found(json.loads(line)) for line in done.stdout.splitlines()]
        return found

    def _found(self, told):
        def encoded(text):
            return None if text is None else text.encode()

        headers = told.get("headers", [])
        pairs = tuple((headers[i], encoded(headers[i + 1])) for i in range(0, len(headers), 2))
        return Found(told["topic"], told["partition"], told["offset"],
                     Record(encoded(told["key"]), encoded(told["payload"]), pairs, told["ts"]))


def hexed(content: bytes | None) -> str:
    return "-" if content is None else content.hex()


def unhexed(text: str) -> bytes | None:
    return None if text == "-" else bytes.fromhex(text)


class Program(Peer):
    """A client in another language: a program that speaks lines, as peers/KafkaPeer.java says."""

    def __init__(self, name: str, command, codecs=CODECS, assigns_by_range=True):
        self.name = name
        self.command = command
        self.codecs = codecs
        self.assigns_by_range = assigns_by_range

    def run(self, *words, lines=()):
        done = subprocess.run([*self.command(), *map(str, words)], text=True, capture_output=True,
                              input="".join(line + "\n" for line in lines), timeout=2 * WITHIN_S)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout.splitlines()

    def write(self, address, topic, codec, records, partition=None):
        self.run("write", address, lines=self.lines(topic, codec, records, partition))

    def write_to_many(self, address, topics, records):
        self.run("write", address, lines=[
            line for topic, codec in topics.items()
            for line in self.lines(topic, codec, records, 0)])

    def lines(self, topic, codec, records, partition):
        return ["\t".join([
            topic, codec, "-" if partition is None else str(partition), hexed(r.key),
            hexed(r.value), ",".join(f"{name}={hexed(value)}" for name, value in r.headers),
            "-" if r.timestamp is None else str(r.timestamp)]) for r in records]

    def read(self, address, topics, count):
        found = []
        for line in self.run("read", address, count, *topics):
            topic, partition, offset, key, value, headers, timestamp = line.split("\t")
            pairs = (pair.split("=") for pair in headers.split(",") if pair)
            found.append(Found(topic, int(partition), int(offset), Record(
                unhexed(key), unhexed(value), tuple((n, unhexed(v)) for n, v in pairs),
                int(timestamp))))
        return found

    def join(self, address, group, topic):
        return ProgramMember([*self.command(), "join", address, group, topic])


class ProgramMember:
    """It tells each assignment in a line, and leaves when it is told anything or its input ends."""

    def __init__(self, command):
        self.partitions = frozenset()
        self.process = subprocess.Popen(command, text=True, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self):
        for line in self.process.stdout:
            self.partitions = frozenset(int(each) for each in line.strip().split(",") if each)
        self.partitions = frozenset()

    def leave(self):
        if not self.process.stdin.closed:
            self.process.stdin.write("leave\n")
            self.process.stdin.close()
        try:
            assert self.process.wait(timeout=WITHIN_S) == 0
        finally:
            self.process.kill()
            self.thread.join(timeout=WITHIN_S)


DEPS = Path(__file__).resolve().parents[2] / ".deps"
SOURCES = Path(__file__).resolve().parent / "peers"


@functools.cache
def compiled_java(name: str, clients: str) -> str:
    """The folder of the classes of a program below peers/."""
    folder = tempfile.TemporaryDirectory(prefix="kafka-peer-")
    atexit.register(folder.cleanup)
    subprocess.run(["javac", "-cp", DEPS / clients / "kafka-clients.jar", "-d", folder.name,
                    SOURCES / f"{name}.java"], check=True, timeout=60)
    return folder.name


def java(name: str, classes: str, clients: str) -> list:
    # The codecs of the clients are jars of their own.
    parts = [classes, DEPS / clients / "kafka-clients.jar",
             *(DEPS / "apache-kafka").glob("slf4j-api-*.jar"),
             *(DEPS / "apache-kafka").glob("zstd-jni-*.jar"),
             *(DEPS / "apache-kafka").glob("snappy-java-*.jar"),
             *(DEPS / "apache-kafka").glob("lz4-java-*.jar"),
             *(DEPS / "apache-kafka").glob("jackson-*.jar")]
    return ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto",
            "-cp", ":".join(map(str, parts)), name]


def java_with(clients: str):
    # Compiled for the older clients, it runs with both.
    return lambda: java("KafkaPeer", compiled_java("KafkaPeer", "kafka-clients-3"), clients)


class NewerJava:
    """Kafka's own client as a member of the newer protocol. `topic` may be a pattern: ^…"""

    def join(self, address, group, topic, instance=None):
        command = java("NewerMember", compiled_java("NewerMember", "kafka-clients"),
                       "kafka-clients")
        return ProgramMember([*command, address, group, topic, *([instance] if instance else [])])

    def __str__(self):
        return "java-4"


class NewerConfluent:
    def join(self, address, group, topic, instance=None):
        return NewerConfluentMember(address, group, topic, instance)

    def __str__(self):
        return "confluent-kafka"


class NewerConfluentMember(ConfluentMember):
    def __init__(self, address, group, topic, instance):
        static = {"group.instance.id": instance} if instance else {}
        self.consumer = confluent_kafka.Consumer({
            "bootstrap.servers": address, "group.id": group, "auto.offset.reset": "earliest",
            "group.protocol": "consumer", **static})
        self.consumer.subscribe([topic])
        ThreadMember.__init__(self)


class NewerFranzGo:
    def join(self, address, group, topic):
        return ProgramMember([DEPS / "franz-go" / "bin" / "franz_go", "join", address, group, topic,
                              "consumer"])

    def __str__(self):
        return "franz-go"


def kafkajs():
    return ["env", f"KAFKAJS={DEPS / 'kafkajs'}", "node", SOURCES / "kafkajs_peer.js"]


PEERS = [KafkaPython(), Confluent(), Aiokafka(), Kcat(),
         Program("java-4", java_with("kafka-clients")),
         Program("java-3", java_with("kafka-clients-3")),
         Program("franz-go", lambda: [DEPS / "franz-go" / "bin" / "franz_go"]),
         # The other codecs are packages of their own, made of C.
         Program("kafkajs", kafkajs, codecs=("none", "gzip"), assigns_by_range=False)]

# Members of groups of the newer protocol (KIP-848).
NEWER_PEERS = [NewerJava(), NewerConfluent(), NewerFranzGo()]
