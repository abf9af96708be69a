"""Bytes that no Kafka client sends. Whatever arrives, Tarn answers or closes that one connection,
keeps its memory, and serves everybody else."""

import random
import resource
import socket
import struct
import time

import pytest

from interop.differential.conversation import create
from interop.differential.records import fetch
from interop.kafka_socket import Batch, Closed, KafkaSocket, produce

UNSUPPORTED_VERSION = 35
MEMORY_GROWTH_MAX = 100 << 20


def resident_bytes(tarn) -> int:
    with open(f"/proc/{tarn.process.pid}/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def header(key: int, version: int, client: bytes = b"x") -> bytes:
    return struct.pack(">hhih", key, version, 1, len(client)) + client


def framed(content: bytes, size: int | None = None) -> bytes:
    return struct.pack(">i", len(content) if size is None else size) + content


def is_dropped(address: str, content: bytes) -> bool:
    """Whether the connection that sends this is closed without an answer."""
    with KafkaSocket(address, timeout_s=5) as connection:
        try:
            connection.send_bytes(content)
            connection.frame()
        except Closed:
            return True
    return False


@pytest.fixture
def bystander(broker, topic):
    """A client that has done nothing wrong, and is served before and after."""
    with KafkaSocket(broker) as connection:
        create(connection, topic)
        yield connection
        assert produce(connection, topic, Batch().encode())["error_code"] == 0
    with KafkaSocket(broker) as connection:
        assert fetch(connection, topic).responses[0].partitions[0].error_code == 0


@pytest.mark.parametrize("version", [5, 9, 99, 32767])
def test_api_versions_of_the_future_are_answered_in_the_oldest_form(broker, version):
    with KafkaSocket(broker) as connection:
        connection.send_bytes(framed(header(18, version) + b"\0\2x\2y\0"))
        answer = connection.frame()

    correlation_id, error, count = struct.unpack_from(">ihi", answer)
    ranges = [struct.unpack_from(">hhh", answer, 10 + 6 * i) for i in range(count)]
    assert (correlation_id, error) == (1, UNSUPPORTED_VERSION)
    assert (18, 0, 4) in ranges
    assert len(answer) == 10 + 6 * count


@pytest.mark.parametrize("size", [-1, -(2**31), 2**31 - 1, (100 << 20) + 1])
def test_a_frame_of_an_impossible_size_ends_the_connection(broker, bystander, size):
    assert is_dropped(broker, framed(b"", size))


@pytest.mark.parametrize("request_header", [
    header(-1, 0), header(999, 0), header(4, 0), header(32767, 0), header(3, -1), header(3, 99),
    header(1, 3), header(0, 14), b"", b"\0", header(3, 9)[:-1],
    struct.pack(">hhih", 3, 9, 1, 32000), struct.pack(">hhih", 3, 9, 1, -2)])
def test_unknown_requests_and_broken_headers_end_the_connection(broker, bystander, request_header):
    assert is_dropped(broker, framed(request_header))


def test_counts_that_lie_are_refused_before_memory_is_taken(shared_tarn, broker, bystander):
    before = resident_bytes(shared_tarn)
    huge = b"\xff\xff\xff\xff\x0f"  # the largest count that a compact array can claim
    for key in range(0, 80):
        for version in range(0, 14):
            body = b"\x7f\xff\xff\xff" if version < 3 else b"\0" + huge
            with KafkaSocket(broker, timeout_s=5) as connection:
                connection.send_bytes(framed(header(key, version) + body))
    time.sleep(0.2)
    assert resident_bytes(shared_tarn) - before < MEMORY_GROWTH_MAX


def test_promised_bytes_that_never_come_cost_little(shared_tarn, broker, bystander):
    before = resident_bytes(shared_tarn)
    waiting = [KafkaSocket(broker) for _ in range(100)]
    for each in waiting:
        each.send_bytes(framed(header(0, 9), 50 << 20))
    time.sleep(0.3)
    assert resident_bytes(shared_tarn) - before < MEMORY_GROWTH_MAX
    for each in waiting:
        each.socket.close()


def test_random_bytes_harm_nobody(shared_tarn, broker, bystander):
    chance = random.Random(1)
    before = resident_bytes(shared_tarn)
    for _ in range(300):
        with KafkaSocket(broker) as connection:
            connection.send_bytes(framed(chance.randbytes(chance.randrange(200))))
    for _ in range(100):
        with KafkaSocket(broker) as connection:
            connection.send_bytes(chance.randbytes(chance.randrange(1, 2000)))
    time.sleep(0.2)
    assert resident_bytes(shared_tarn) - before < MEMORY_GROWTH_MAX


def test_requests_cut_or_changed_at_each_byte_harm_nobody(broker, bystander, topic):
    chance = random.Random(2)
    samples = []
    for api, version, fields in (
            ("Metadata", 12, {"topics": [{"name": topic, "topic_id": None}]}),
            ("Produce", 9, {"acks": -1, "timeout_ms": 1, "topic_data": [
                {"name": topic, "partition_data": [{"index": 0, "records": Batch().encode()}]}]}),
            ("JoinGroup", 7, {"group_id": "g", "session_timeout_ms": 10_000, "member_id": "",
                              "protocol_type": "consumer", "rebalance_timeout_ms": 10_000,
                              "protocols": [{"name": "range", "metadata": b"x" * 10}]}),
            ("OffsetCommit", 8, {"group_id": "g", "topics": [{"name": topic, "partitions": [
                {"partition_index": 0, "committed_offset": 1}]}]})):
        recorder = RecordingSocket(broker)
        recorder.send(api, version, **fields)
        samples.append(recorder.content)
    for content in samples:
        body = content[4:]
        variants = [body[:cut] for cut in range(0, len(body), 3)]
        for _ in range(60):
            changed = bytearray(body)
            changed[chance.randrange(2, len(body))] = chance.randrange(256)
            variants.append(bytes(changed))
        for variant in variants:
            with KafkaSocket(broker) as connection:
                connection.send_bytes(framed(variant))


class RecordingSocket(KafkaSocket):
    def send_bytes(self, content):
        self.content = content
        self.socket.close()


def test_five_hundred_connections_at_once_are_served(shared_tarn, broker, bystander, topic):
    before = resident_bytes(shared_tarn)
    crowd = [KafkaSocket(broker, timeout_s=20) for _ in range(500)]
    for each in crowd:
        each.send("Metadata", 12, topics=None)
    assert all(each.response("Metadata", 12).topics for each in crowd)
    assert resident_bytes(shared_tarn) - before < MEMORY_GROWTH_MAX
    for each in crowd:
        each.socket.close()


def test_fetches_that_are_abandoned_leave_nothing_behind(shared_tarn, broker, bystander, topic):
    def abandon(count):
        for _ in range(count):
            with KafkaSocket(broker) as connection:
                connection.send("Fetch", 11, **waiting_fetch(topic))

    abandon(200)
    before = resident_bytes(shared_tarn)
    abandon(1000)
    time.sleep(0.5)
    assert resident_bytes(shared_tarn) - before < 20 << 20

    # One that stays has its answer when its patience ends, not before and not much later.
    began = time.monotonic()
    bystander.ask("Fetch", 11, **waiting_fetch(topic) | {"max_wait_ms": 300})
    assert 0.25 < time.monotonic() - began < 1


def waiting_fetch(topic):
    return {"replica_id": -1, "max_wait_ms": 30_000, "min_bytes": 1, "max_bytes": 1 << 20,
            "isolation_level": 0, "session_id": 0, "session_epoch": -1, "rack_id": "",
            "forgotten_topics_data": [], "topics": [{"topic": topic, "partitions": [
                {"partition": 0, "current_leader_epoch": -1, "fetch_offset": 0,
                 "log_start_offset": -1, "partition_max_bytes": 1 << 20}]}]}


def test_a_client_that_does_not_read_its_answers_holds_up_only_itself(shared_tarn, broker,
                                                                      bystander, topic):
    for _ in range(20):
        produce(bystander, topic, Batch(values=[b"x" * 900_000]).encode())
    before = resident_bytes(shared_tarn)
    deaf = KafkaSocket(broker)
    deaf.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.socket.settimeout(1)
    request = waiting_fetch(topic) | {"max_bytes": 50 << 20}
    request["topics"][0]["partitions"][0]["partition_max_bytes"] = 50 << 20
    for _ in range(50):
        deaf.send("Fetch", 11, **request)
    began = time.monotonic()
    for _ in range(50):
        bystander.ask("Metadata", 9, topics=[{"name": topic}])
    assert time.monotonic() - began < 2
    assert resident_bytes(shared_tarn) - before < MEMORY_GROWTH_MAX
    deaf.socket.close()
