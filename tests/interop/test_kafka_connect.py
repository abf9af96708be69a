"""A real Kafka Connect on our broker, whose Iceberg sink writes to our catalog."""

import json
import time

import confluent_kafka
import pytest
from pyiceberg.catalog import load_catalog
from pyiceberg.exceptions import NoSuchTableError

from interop.connect_peer import Connect
from interop.iceberg_peers import duckdb_at
from interop.kafka_peers import Confluent, wait_until

COMMITTED_WITHIN_S = 120


@pytest.fixture(scope="module")
def connect(shared_tarn, tmp_path_factory):
    connect = Connect(tmp_path_factory.mktemp("connect"), shared_tarn.faces["kafka"])
    connect.start()
    yield connect
    connect.stop()


def test_lines_of_a_file_pass_through_a_topic_into_another(connect, broker, topic, tmp_path):
    source, sink = tmp_path / "source.txt", tmp_path / "sink.txt"
    source.write_text("first\nsecond\n")
    lines = {"key__converter": "org.apache.kafka.connect.storage.StringConverter",
             "value__converter": "org.apache.kafka.connect.storage.StringConverter"}

    connect.put(f"source-{topic}", connector__class="FileStreamSource", file=source, topic=topic,
                **lines)
    connect.put(f"sink-{topic}", connector__class="FileStreamSink", file=sink, topics=topic,
                **lines)
    with source.open("a") as more:
        more.write("third\n")

    wait_until(lambda: sink.exists() and sink.read_text() == "first\nsecond\nthird\n",
               "the lines are in the other file")
    values = [found.record.value for found in Confluent().read(broker, [topic], 3)]
    assert values == [b"first", b"second", b"third"]


def weather(first: int, count: int):
    return [(f"city-{i % 7}", {"id": i, "ts": str(i % 24), "city": f"city-{i % 7}",
                               "temperature": f"{i / 10}"}) for i in range(first, first + count)]


def produce(broker: str, topic: str, rows):
    producer = confluent_kafka.Producer({"bootstrap.servers": broker})
    for key, value in rows:
        producer.produce(topic, key=key, value=json.dumps(value))
    assert producer.flush(30) == 0


def ids_of(catalog, table: str) -> list[int]:
    try:
        return sorted(catalog.load_table(table).scan().to_arrow()["id"].to_pylist())
    except NoSuchTableError:
        return []


def test_the_iceberg_sink_commits_each_record_once_though_it_is_killed(connect, shared_tarn, broker,
                                                                       topic):
    space = topic.replace("-", "_")
    catalog = load_catalog("tarn", type="rest", uri=shared_tarn.faces["iceberg"])
    catalog.create_namespace(space)
    produce(broker, topic, weather(0, 500))
    connect.put(
        f"iceberg-{topic}", connector__class="org.apache.iceberg.connect.IcebergSinkConnector",
        tasks__max=2, topics=topic, iceberg__tables=f"{space}.weather",
        **{"iceberg.tables.auto-create-enabled": "true",
           "iceberg.tables.evolve-schema-enabled": "true",
           "iceberg.tables.default-partition-by": "ts", "iceberg.catalog.type": "rest",
           "iceberg.catalog.uri": shared_tarn.faces["iceberg"],
           "iceberg.control.commit.interval-ms": 1000, "iceberg.control.commit.timeout-ms": 5000,
           "iceberg.control.topic": f"control-{topic}",
           "key.converter": "org.apache.kafka.connect.storage.StringConverter"})
    wait_until(lambda: len(ids_of(catalog, f"{space}.weather")) >= 500,
               "the first rows are committed", COMMITTED_WITHIN_S)

    produce(broker, topic, weather(500, 300))
    time.sleep(0.5)  # into the midst of its next commit
    connect.kill()
    produce(broker, topic, weather(800, 200))
    connect.start()

    wait_until(lambda: len(ids_of(catalog, f"{space}.weather")) >= 1000,
               "the rows of after the kill are committed", COMMITTED_WITHIN_S)
    assert ids_of(catalog, f"{space}.weather") == list(range(1000))
    assert connect.states(f"iceberg-{topic}") == ["RUNNING"] * 3
    question = "SELECT count(*), sum(id), count(DISTINCT ts) FROM tarn.{}.weather".format(space)
    duck = duckdb_at(shared_tarn.faces["iceberg"])
    assert duck.execute(question).fetchone() == (1000, 499500, 24)
