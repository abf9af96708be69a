"""Flink 1.20 with its Kafka connector on our broker: it reads topics, writes them exactly once, and
fills a table of our catalog from one."""

import json

import confluent_kafka
import pytest
from confluent_kafka.admin import AdminClient, NewTopic
from pyiceberg.catalog import load_catalog

from interop.iceberg_peers import Flink
from interop.kafka_peers import Confluent

COUNT = 600


@pytest.fixture(scope="module")
def engine(tmp_path_factory, shared_tarn):
    engine = Flink(tmp_path_factory.mktemp("flink-kafka"))
    engine.begin("STREAMING", {"tarn": shared_tarn.faces["iceberg"]})
    yield engine
    engine.stop()


@pytest.fixture
def trades(engine, broker, topic) -> str:
    """A table of Flink's over a topic with trades in it; it ends where the topic ends now."""
    admin = AdminClient({"bootstrap.servers": broker})
    for made in admin.create_topics([NewTopic(topic, 3)]).values():
        made.result()
    producer = confluent_kafka.Producer({"bootstrap.servers": broker})
    for i in range(COUNT):
        producer.produce(topic, key=f"s{i % 5}", value=json.dumps({"symbol": f"s{i % 5}", "n": i}))
    assert producer.flush(30) == 0
    name = "trades_" + topic.replace("-", "_")
    engine.sql(f"""CREATE TEMPORARY TABLE {name} (symbol STRING, n BIGINT,
        place INT METADATA FROM 'partition' VIRTUAL) WITH ('connector' = 'kafka',
        'topic' = '{topic}', 'properties.bootstrap.servers' = '{broker}',
        'properties.group.id' = 'flink-{topic}', 'scan.startup.mode' = 'earliest-offset',
        'scan.bounded.mode' = 'latest-offset', 'format' = 'json')""")
    return name


def test_it_reads_every_record_of_a_topic_once(engine, trades):
    found = engine.sql(f"SELECT symbol, n, place FROM {trades}")

    assert sorted(n for _, n, _ in found) == list(range(COUNT))
    assert {place for _, _, place in found} <= {0, 1, 2}


def test_it_writes_a_topic_in_transactions(engine, trades, broker, topic):
    engine.sql(f"""CREATE TEMPORARY TABLE sink_of_{trades} (symbol STRING, n BIGINT) WITH (
        'connector' = 'kafka', 'topic' = '{topic}-out', 'format' = 'json',
        'properties.bootstrap.servers' = '{broker}',
        'properties.transaction.timeout.ms' = '60000',
        'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = '{topic}')""")

    engine.sql(f"INSERT INTO sink_of_{trades} SELECT symbol, n FROM {trades} WHERE n >= 100")

    # The reader takes what is committed and nothing else.
    found = Confluent().read(broker, [f"{topic}-out"], COUNT - 100)
    assert sorted(json.loads(each.record.value)["n"] for each in found) == list(range(100, COUNT))


def test_it_fills_a_table_of_our_catalog_from_a_topic(engine, trades, shared_tarn):
    engine.sql(f"CREATE DATABASE tarn.{trades}")
    engine.sql(f"CREATE TABLE tarn.{trades}.t (symbol STRING, n BIGINT)")

    engine.sql(f"INSERT INTO tarn.{trades}.t SELECT symbol, n FROM {trades}")

    table = load_catalog("tarn", type="rest", uri=shared_tarn.faces["iceberg"]).load_table(
        f"{trades}.t")
    assert sorted(table.scan().to_arrow()["n"].to_pylist()) == list(range(COUNT))
