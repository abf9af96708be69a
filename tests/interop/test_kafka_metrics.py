"""The metrics that dashboards for Kafka look at."""

import httpx
from confluent_kafka import Consumer, Producer

from conftest import Tarn


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
    assert metric(tarn, 'kafka_network_requestmetrics_requests_total{request="Produce"}') >= 1
    consumer.close()
