"""What a script of questions may use, and how its answers become lines that can be compared."""

import socket
import time
import uuid

from interop.kafka_socket import MESSAGES, Closed, KafkaSocket

SCRIPTS = {}
# Values that two brokers cannot share. What is left of them is whether they are there at all.
MASKED = {"topic_id", "cluster_id", "host", "port", "member_id", "leader",
          "error_message", "client_host", "log_dir", "session_id", "group_id", "total_bytes",
          "usable_bytes", "batch_index_error_message", "finalized_features_epoch", "documentation"}
UNKNOWN_ID = uuid.UUID("11111111-2222-3333-4444-555555555555")


def script(*expected: str):
    """A script yields (what was asked, answer). `expected` are the differences that we want, as
    regular expressions of their whole line."""
    def register(function):
        SCRIPTS[function.__name__] = (function, expected)
        return function
    return register


def masked(value, name=""):
    if isinstance(value, dict):
        return {key: masked(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [masked(each, name) for each in value]
    if name == "producer_id":  # the first one is 0
        return value if value == -1 else "<producer_id>"
    if name in MASKED:
        return f"<{name}>" if value not in (None, "", -1, 0, str(uuid.UUID(int=0))) else value
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return value


def lines_of(value, path="") -> dict[str, str]:
    if isinstance(value, dict):
        return {line: leaf for key, each in value.items()
                for line, leaf in lines_of(each, f"{path}.{key}").items()}
    if isinstance(value, list) and value:
        # What has a name is found by it: several answers are in no order.
        names = [each.get("name") if isinstance(each, dict) else None for each in value]
        labels = names if all(names) and len(set(names)) == len(names) else range(len(value))
        return {line: leaf for label, each in zip(labels, value)
                for line, leaf in lines_of(each, f"{path}[{label}]").items()}
    return {path: repr(value)}


class Asking(KafkaSocket):
    """Goes on with a new connection where a broker closes one instead of answering."""

    def ask(self, api, version, **fields):
        try:
            return super().ask(api, version, **fields)
        except Closed:
            self.socket = socket.create_connection(self.socket_address, timeout=10)
            return {"closed": True}


def played(function, address: str, topic: str) -> dict[str, str]:
    lines = {}
    with Asking(address) as connection:
        for asked, answer in function(connection, topic):
            told = answer.to_dict(json=False) if hasattr(answer, "to_dict") else answer
            lines |= lines_of(masked(told), asked)
    return lines


def create(connection, *names, partitions=1, **configs):
    answer = connection.ask(
        "CreateTopics", 5, timeout_ms=5000, validate_only=False,
        topics=[{"name": name, "num_partitions": partitions, "replication_factor": 1,
                 "assignments": [], "configs": [{"name": key.replace("_", "."), "value": value}
                                                for key, value in configs.items()]}
                for name in names])
    assert all(each.error_code in (0, 36) for each in answer.topics), answer
    # Kafka's broker hears of a new topic, and then leads it, a moment after the client was told.
    deadline = time.monotonic() + 10
    while True:
        found = connection.ask(
            "ListOffsets", 5, replica_id=-1, isolation_level=0,
            topics=[{"name": name, "partitions": [
                {"partition_index": index, "timestamp": -1, "current_leader_epoch": -1}
                for index in range(partitions)]} for name in names])
        if all(partition.error_code == 0 for each in found.topics for partition in each.partitions):
            return
        assert time.monotonic() < deadline, found
        time.sleep(0.05)


def id_of(connection, name):
    return connection.ask("Metadata", 12, topics=[{"name": name, "topic_id": None}],
                          allow_auto_topic_creation=False).topics[0].topic_id


def versions(api: str, first: int):
    return range(first, MESSAGES[f"{api}Request"].max_version + 1)


def first_coordinator(connection):
    """Kafka makes its offsets topic when it is first asked for a coordinator."""
    deadline = time.monotonic() + 20
    while True:
        found = connection.ask("FindCoordinator", 4, key_type=0, coordinator_keys=["g"])
        listed = connection.ask("ListGroups", 4, states_filter=[])
        if found.coordinators[0].error_code == 0 and listed.error_code == 0:
            return
        assert time.monotonic() < deadline
        time.sleep(0.1)
