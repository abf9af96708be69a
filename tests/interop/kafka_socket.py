"""One connection to a Kafka broker for tests that say exactly what goes over it: requests out of
kafka-python's message classes, bytes of the test's own, record batches with every field open."""

import importlib
import socket
import struct
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import crc32c
from kafka.protocol.api_message import ApiMessage

FAMILIES = ("admin", "consumer", "metadata", "producer")
# Messages that kafka-python has no classes of; it makes them of Kafka's own descriptions.
DESCRIPTIONS = Path(__file__).resolve().parents[2] / ".deps" / "kafka-messages"
DESCRIBED = ("ConsumerGroupHeartbeat", "ConsumerGroupDescribe")
CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
# The same for two brokers that are compared. Records of long ago would be deleted for their age.
NOW_MS = int(time.time() * 1000)


def _messages() -> dict[str, type]:
    found = {}
    for family in FAMILIES:
        module = importlib.import_module(f"kafka.protocol.{family}")
        for name in dir(module):
            thing = getattr(module, name)
            if isinstance(thing, type) and issubclass(thing, ApiMessage):
                found[name] = thing
    sys.path.append(str(DESCRIPTIONS))
    for name in (f"{api}{end}" for api in DESCRIBED for end in ("Request", "Response")):
        found[name] = type(ApiMessage)(name, (ApiMessage,), {}, load_json="messages")
    return found


MESSAGES = _messages()


class Closed(Exception):
    """The broker closed the connection instead of answering."""


class KafkaSocket:
    def __init__(self, address: str, timeout_s: float = 10):
        host, port = address.rsplit(":", 1)
        self.socket_address = (host, int(port))
        self.socket = socket.create_connection(self.socket_address, timeout=timeout_s)
        self.correlation_id = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def ask(self, api: str, version: int, **fields):
        """The response to one request, as kafka-python's message."""
        self.send(api, version, **fields)
        return self.response(api, version)

    def send(self, api: str, version: int, **fields):
        request_class = MESSAGES[f"{api}Request"]
        request = filled(request_class, request_class, version, fields)
        self.correlation_id += 1
        request.with_header(correlation_id=self.correlation_id, client_id="tests")
        self.send_bytes(request.encode(version=version, header=True, framed=True))

    def response(self, api: str, version: int):
        response = MESSAGES[f"{api}Response"].decode(self.frame(), version=version, header=True)
        assert response.header.correlation_id == self.correlation_id
        return response

    def send_bytes(self, content: bytes):
        try:
            self.socket.sendall(content)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise Closed from error

    def frame(self) -> bytes:
        (size,) = struct.unpack(">i", self._exactly(4))
        return self._exactly(size)

    def is_closed_by_broker(self) -> bool:
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False

    def _exactly(self, size: int) -> bytes:
        content = bytearray()
        while len(content) < size:
            try:
                piece = self.socket.recv(size - len(content))
            except ConnectionResetError as error:
                raise Closed from error
            if not piece:
                raise Closed
            content += piece
        return bytes(content)


def filled(message: type, container: type, version: int, fields: dict):
    """Dicts and lists of dicts become the classes that the message wants in their place."""
    made = {}
    for name, value in fields.items():
        described = container.fields[name]
        is_struct = described.is_struct() or described.is_struct_array()
        if is_struct and isinstance(value, list):
            value = [filled(message, described.data_class, version, each) for each in value]
        elif is_struct and isinstance(value, dict):
            value = filled(message, described.data_class, version, value)
        made[name] = value
    return container(version=version, **made)


def varint(number: int) -> bytes:
    zigzag = (number << 1) ^ (number >> 63)
    out = bytearray()
    while zigzag >= 0x80:
        out.append(zigzag & 0x7F | 0x80)
        zigzag >>= 7
    return bytes(out) + bytes([zigzag])


def record(value: bytes | None, key: bytes | None = None, delta: int = 0, time_delta: int = 0):
    def with_size(content):
        return varint(-1) if content is None else varint(len(content)) + content

    body = (b"\0" + varint(time_delta) + varint(delta) + with_size(key) + with_size(value)
            + varint(0))
    return varint(len(body)) + body


@dataclass
class Batch:
    """A record batch whose every field can be a lie."""

    values: list[bytes] = field(default_factory=lambda: [b"value"])
    key: bytes | None = None
    base_offset: int = 0
    magic: int = 2
    attributes: int = 0
    timestamp: int = NOW_MS
    max_timestamp: int | None = None
    time_step: int = 0
    producer_id: int = -1
    producer_epoch: int = -1
    base_sequence: int = -1
    last_offset_delta: int | None = None
    record_count: int | None = None
    records: bytes | None = None
    crc_change: int = 0
    size_change: int = 0

    def encode(self) -> bytes:
        records = self.records
        if records is None:
            records = b"".join(record(value, self.key, i, i * self.time_step)
                               for i, value in enumerate(self.values))
        last = len(self.values) - 1
        count = len(self.values) if self.record_count is None else self.record_count
        delta = last if self.last_offset_delta is None else self.last_offset_delta
        max_timestamp = self.timestamp + last * self.time_step
        checked = struct.pack(
            ">hiqqqhii", self.attributes, delta, self.timestamp,
            max_timestamp if self.max_timestamp is None else self.max_timestamp,
            self.producer_id, self.producer_epoch, self.base_sequence, count) + records
        crc = crc32c.crc32c(checked) ^ self.crc_change
        rest = struct.pack(">iBI", 0, self.magic, crc) + checked
        return struct.pack(">qi", self.base_offset, len(rest) + self.size_change) + rest


def produce(connection: KafkaSocket, topic: str, content: bytes | None, partition: int = 0,
            acks: int = -1, version: int = 9) -> dict:
    """The answer for the one partition that was written to."""
    response = connection.ask(
        "Produce", version, transactional_id=None, acks=acks, timeout_ms=5000,
        topic_data=[{"name": topic,
                     "partition_data": [{"index": partition, "records": content}]}])
    if not hasattr(response, "to_dict"):
        return response
    return response.to_dict()["responses"][0]["partition_responses"][0]


def stored_batches(connection: KafkaSocket, topic: str, partition: int = 0,
                   offset: int = 0) -> bytes:
    """What the log holds from `offset` on, as far as one answer goes."""
    response = connection.ask(
        "Fetch", 12, replica_id=-1, max_wait_ms=100, min_bytes=0, max_bytes=50 << 20,
        isolation_level=0, session_id=0, session_epoch=-1, forgotten_topics_data=[], rack_id="",
        topics=[{"topic": topic,
                 "partitions": [{"partition": partition, "current_leader_epoch": -1,
                                 "fetch_offset": offset, "last_fetched_epoch": -1,
                                 "log_start_offset": -1, "partition_max_bytes": 50 << 20}]}])
    data = response.responses[0].partitions[0]
    assert data.error_code == 0, data
    return bytes(data.records or b"")


def stored_codecs(connection: KafkaSocket, topic: str, partition: int = 0) -> set[str]:
    """The codecs in the headers of the stored batches."""
    content = stored_batches(connection, topic, partition)
    codecs, at = set(), 0
    while at + 61 <= len(content):
        (size,) = struct.unpack_from(">i", content, at + 8)
        (attributes,) = struct.unpack_from(">h", content, at + 21)
        codecs.add(CODECS[attributes & 7])
        at += 12 + size
    return codecs
