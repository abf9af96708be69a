"""The metrics that dashboards for Kafka look at, and those that tell of pressure."""

import re
import struct

import httpx
from confluent_kafka import Consumer, Producer

from conftest import ROOT, Tarn
from interop.differential.conversation import create
from interop.kafka_peers import wait_until
from interop.kafka_socket import Batch, KafkaSocket, produce


def metric(tarn: Tarn, line_start: str) -> float:
    text = httpx.get(f"{tarn.faces['rest']}/metrics", timeout=5).text
    found = [line for line in text.splitlines() if line.startswith(line_start)]
    assert len(found) == 1, f"{line_start} in:\n{text}"
    return float(found[0].split()[-1])


def test_offsets_and_lag_stand_under_the_names_of_kafka_exporter(tarn):
    address = {"bootstrap.servers": tarn.faces["kafka"]}
    producer = Producer(address)
    for i in range(10):
        producer.produce("seen", value=b"x" * 100, partition=0)
    assert producer.flush(20) == 0
    consumer = Consumer({**address, "group.id": "readers", "auto.offset.reset": "earliest",
                         "enable.auto.commit": False})
    consumer.subscribe(["seen"])
    first = consumer.consume(4, timeout=20)
    assert len(first) == 4
    consumer.commit(message=first[-1], asynchronous=False)

    place = '{partition="0",topic="seen"}'
    assert metric(tarn, f"kafka_topic_partition_current_offset{place}") == 10
    assert metric(tarn, f"kafka_topic_partition_oldest_offset{place}") == 0
    assert metric(tarn, f"kafka_log_log_size{place}") > 1000
    assert metric(tarn, 'kafka_topic_partitions{topic="seen"}') == 1
    group = '{consumergroup="readers",partition="0",topic="seen"}'
    assert metric(tarn, f"kafka_consumergroup_current_offset{group}") == 4
    assert metric(tarn, f"kafka_consumergroup_lag{group}") == 6
    assert metric(tarn, 'kafka_consumergroup_members{consumergroup="readers"}') == 1
    kinds = "kafka_server_group_coordinator_metrics_"
    assert metric(tarn, kinds + 'group_count{protocol="classic"}') == 1
    assert metric(tarn, kinds + 'group_count{protocol="consumer"}') == 0
    assert metric(tarn, kinds + 'consumer_group_count{state="stable"}') == 0
    assert metric(tarn, 'kafka_network_requestmetrics_requests_total{request="Produce"}') >= 1
    consumer.close()


def test_what_the_broker_refuses_is_counted_by_its_reason(start_tarn):
    tarn = start_tarn("--set=kafka.connections-max=3")
    address = tarn.faces["kafka"]
    with KafkaSocket(address) as connection, KafkaSocket(address) as stranger:
        create(connection, "seen")
        assert produce(connection, "seen", Batch(crc_change=1).encode())["error_code"] == 2
        assert produce(connection, "seen", Batch().encode(), partition=9)["error_code"] == 3
        refused = "tarn_kafka_batches_refused_total"
        assert metric(tarn, refused + '{error="CORRUPT_MESSAGE"}') == 1
        assert metric(tarn, refused + '{error="UNKNOWN_TOPIC_OR_PARTITION"}') == 1
        assert metric(tarn, "tarn_kafka_batches_refused_on_full_disk_total") == 0

        with KafkaSocket(address) as third:
            third.ask("ListGroups", 4, states_filter=[])
            with KafkaSocket(address) as one_too_many:
                assert one_too_many.is_closed_by_broker()
        assert metric(tarn, "tarn_kafka_connections_refused_total") == 1

        stranger.send_bytes(struct.pack(">i", 1 << 30))
        assert stranger.is_closed_by_broker()
        assert metric(tarn, "tarn_kafka_frames_refused_total") == 1


def test_requests_that_wait_for_the_answers_before_them_are_counted(tarn):
    with KafkaSocket(tarn.faces["kafka"]) as connection:
        create(connection, "seen")

        def some_have_waited():
            for _ in range(200):
                send_produce(connection)
            for _ in range(200):
                connection.frame()
            return metric(tarn, "tarn_kafka_requests_held_back_total") > 0

        wait_until(some_have_waited, "more answers wait than may")


def test_flushes_tell_how_many_share_them_and_how_long_the_disk_takes(tarn):
    with KafkaSocket(tarn.faces["kafka"]) as connection:
        create(connection, "seen")
        for _ in range(50):
            send_produce(connection)
        for _ in range(50):
            connection.frame()

    rounds = metric(tarn, "tarn_log_flush_rounds_total")
    assert 1 <= rounds <= 50
    assert metric(tarn, "tarn_log_flush_round_batches_count") == rounds
    assert metric(tarn, "tarn_log_flush_round_batches_sum") == 50
    # A round finds nothing to do where the one before it took all.
    assert 1 <= metric(tarn, "tarn_log_flush_sync_seconds_count") <= rounds
    assert metric(tarn, "tarn_log_flush_sync_seconds_sum") > 0
    assert metric(tarn, "tarn_log_flush_acknowledgements_waiting") == 0


def test_every_metric_that_the_page_names_is_there(tarn):
    with KafkaSocket(tarn.faces["kafka"]) as connection:
        create(connection, "seen")
        produce(connection, "seen", Batch(crc_change=1).encode())
    page = (ROOT / "docs" / "kafka.md").read_text()
    named = re.findall(r"^\| `(\w+)", page.split("## Metrics")[1].split("\n## ")[0], re.MULTILINE)
    text = httpx.get(f"{tarn.faces['rest']}/metrics", timeout=5).text

    assert len(named) > 8
    assert [name for name in named if f"# TYPE {name} " not in text] == []


def send_produce(connection):
    connection.send("Produce", 9, transactional_id=None, acks=-1, timeout_ms=5000, topic_data=[
        {"name": "seen", "partition_data": [{"index": 0, "records": Batch().encode()}]}])
