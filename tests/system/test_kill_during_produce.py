"""kill -9 while producers write: what was acknowledged is there afterwards, once and in order."""

import os
import random
import threading
import time

import confluent_kafka
import pytest

from conftest import KAFKA_PORT_ONLY, Tarn, free_port
from interop.differential.conversation import create
from interop.kafka_socket import Batch, KafkaSocket, produce

ROUNDS = int(os.environ.get("TARN_KILL_ROUNDS", "5"))
PARTITIONS = 3
TOPIC = "survives"
DELIVERED_WITHIN_S = 60
WAITING_MAX = 10_000  # records on their way; the producer has room for ten times as many


class Writer(threading.Thread):
    """An idempotent producer of numbers, one row a partition, that outlives the broker's deaths."""

    def __init__(self, address: str):
        super().__init__(daemon=True)
        self.producer = confluent_kafka.Producer({
            "bootstrap.servers": address, "acks": "all", "enable.idempotence": True,
            "linger.ms": 1, "batch.num.messages": 50, "message.timeout.ms": 120_000,
            "reconnect.backoff.ms": 20, "reconnect.backoff.max.ms": 100, "retry.backoff.ms": 20})
        self.acknowledged = {partition: [] for partition in range(PARTITIONS)}
        self.errors = []
        self.sent = 0
        self.enough = threading.Event()

    def run(self):
        while not self.enough.is_set():
            for partition in range(PARTITIONS):
                self.producer.produce(TOPIC, b"%d" % self.sent, partition=partition,
                                      on_delivery=self.delivered)
            self.sent += 1
            self.producer.poll(0)
            while len(self.producer) > WAITING_MAX:
                self.producer.poll(0.01)
            if self.sent % 20 == 0:
                time.sleep(0.002)
        self.left = self.producer.flush(DELIVERED_WITHIN_S)

    def delivered(self, error, message):
        if error:
            self.errors.append(error)
        else:
            self.acknowledged[message.partition()].append((message.offset(), int(message.value())))

    def finish(self):
        self.enough.set()
        self.join(timeout=2 * DELIVERED_WITHIN_S)
        assert not self.is_alive() and self.left == 0


@pytest.mark.parametrize("flush", ["each-batch", "os"])
def test_acknowledged_records_survive_kill_9_once_and_in_order(tmp_path, flush):
    # The producer looks for the broker where it was, so the port has to stay the same.
    port = free_port()
    chance = random.Random(port)
    print("seed", port)

    def start():
        return Tarn(tmp_path, *KAFKA_PORT_ONLY, "--set", f"kafka.listeners=127.0.0.1:{port}",
                    "--set", f"log.flush={flush}", "--set", f"kafka.partitions={PARTITIONS}")

    tarn = start()
    writer = Writer(f"127.0.0.1:{port}")
    writer.start()
    for _ in range(ROUNDS):
        before = len(writer.acknowledged[0])
        deadline = time.monotonic() + DELIVERED_WITHIN_S
        while len(writer.acknowledged[0]) < before + 100:
            assert time.monotonic() < deadline and not writer.errors, writer.errors
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.3))
        tarn.kill()
        tarn = start()
    writer.finish()

    found = read_all(f"127.0.0.1:{port}", PARTITIONS * writer.sent)
    assert tarn.stop() == 0
    assert writer.errors == []
    for partition in range(PARTITIONS):
        values = [value for _, value in found[partition]]
        assert values == list(range(writer.sent)), f"partition {partition}"
        missing = set(writer.acknowledged[partition]) - set(found[partition])
        assert not {value for offset, value in missing if offset >= 0}, f"partition {partition}"


def read_all(address: str, count: int) -> dict[int, list[tuple[int, int]]]:
    consumer = confluent_kafka.Consumer({
        "bootstrap.servers": address, "group.id": "reads", "enable.auto.commit": False})
    consumer.assign([confluent_kafka.TopicPartition(TOPIC, partition,
                                                    confluent_kafka.OFFSET_BEGINNING)
                     for partition in range(PARTITIONS)])
    found = {partition: [] for partition in range(PARTITIONS)}
    deadline = time.monotonic() + DELIVERED_WITHIN_S
    # A moment longer than it takes, to see what is there twice.
    quiet_since = time.monotonic()
    while time.monotonic() < min(deadline, quiet_since + 1):
        for message in consumer.consume(1000, timeout=0.1):
            assert message.error() is None, message.error()
            found[message.partition()].append((message.offset(), int(message.value())))
            quiet_since = time.monotonic()
    consumer.close()
    assert sum(map(len, found.values())) >= count
    return found


def test_batches_that_are_sent_again_after_kill_9_have_their_old_offsets(start_tarn):
    tarn = start_tarn()
    with KafkaSocket(tarn.faces["kafka"]) as connection:
        create(connection, TOPIC)
        producer_id = connection.ask("InitProducerId", 4, transactional_id=None,
                                     transaction_timeout_ms=1000, producer_id=-1,
                                     producer_epoch=-1).producer_id
        batches = [Batch(values=[b"a", b"b"], producer_id=producer_id, producer_epoch=0,
                         base_sequence=2 * i).encode() for i in range(6)]
        first = [produce(connection, TOPIC, batch) for batch in batches[:5]]

    tarn.kill()
    with KafkaSocket(start_tarn().faces["kafka"]) as connection:
        again = [produce(connection, TOPIC, batch) for batch in batches]

    assert [each["base_offset"] for each in first] == [0, 2, 4, 6, 8]
    assert [each["base_offset"] for each in again] == [0, 2, 4, 6, 8, 10]
    assert all(each["error_code"] == 0 for each in first + again)
