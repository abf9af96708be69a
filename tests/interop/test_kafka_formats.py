"""Records in formats that others have written, and ours as others read them: Avro with a schema
registry by Confluent's client, changes in Debezium's JSON by Flink."""

import json

import confluent_kafka
import fastavro
import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

from conftest import run_tarn
from interop.iceberg_peers import Flink
from interop.kafka_peers import Confluent
from interop.schema_registry import SchemaRegistry


@pytest.fixture
def registry():
    registry = SchemaRegistry()
    yield registry
    registry.stop()


@pytest.fixture(scope="module")
def flink(tmp_path_factory):
    engine = Flink(tmp_path_factory.mktemp("flink-formats"))
    engine.begin("STREAMING", {})
    yield engine
    engine.stop()


def run(folder, sql: str) -> list[str]:
    (folder / "job.sql").write_text(sql)
    done = run_tarn("run", "job.sql", cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def table(name: str, columns: str, topic: str, broker: str, options: str) -> str:
    return f"""CREATE TABLE {name} ({columns}) WITH ('connector' = 'kafka', 'topic' = '{topic}',
        'properties.bootstrap.servers' = '{broker}', 'properties.group.id' = '{topic}',
        'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset',
        {options})"""


def produce(broker: str, topic: str, values: list):
    producer = confluent_kafka.Producer({"bootstrap.servers": broker})
    for value in values:
        producer.produce(topic, value=value)
    assert producer.flush(30) == 0


def values_in(broker: str, topic: str, count: int) -> list:
    return [each.record.value for each in Confluent().read(broker, [topic], count)]


def confluent_avro(registry, key="format") -> str:
    return f"'{key}' = 'avro-confluent', 'avro-confluent.url' = '{registry.url}'"


def test_we_read_what_confluents_client_writes_as_its_schema_changes(
        tmp_path, broker, topic, registry):
    def written(fields: list, row: dict) -> bytes:
        schema = {"type": "record", "name": "trade", "namespace": "them", "fields": fields}
        write = AvroSerializer(SchemaRegistryClient({"url": registry.url}), json.dumps(schema))
        return write(row, SerializationContext(topic, MessageField.VALUE))

    old = [{"name": "symbol", "type": "string"}, {"name": "qty", "type": "int"}]
    new = [{"name": "qty", "type": "long"}, {"name": "price", "type": ["null", "double"]},
           {"name": "symbol", "type": ["null", "string"]}]
    produce(broker, topic, [written(old, {"symbol": "A", "qty": 1}),
                            written(new, {"symbol": "B", "qty": 2**40, "price": 1.5}),
                            written(old, {"symbol": "C", "qty": -3})])

    rows = run(tmp_path, table("t", "price DOUBLE, symbol STRING, qty BIGINT", topic, broker,
                               confluent_avro(registry)) + "; SELECT * FROM t;")

    assert rows == ["+I[NULL, 'A', 1]", "+I[1.5, 'B', 1099511627776]", "+I[NULL, 'C', -3]"]
    assert len(registry.schemas) == 2


def test_confluents_client_reads_what_we_write(tmp_path, broker, topic, registry):
    columns = "symbol STRING NOT NULL, price DECIMAL(10, 2), tags ARRAY<STRING>, more ROW<x INT>"
    run(tmp_path, table("t", columns, topic, broker, confluent_avro(registry)) + """;
        INSERT INTO t VALUES ('A', 10.25, ARRAY['x', 'y'], ROW(1)),
            ('B', CAST(NULL AS DECIMAL(10, 2)), CAST(NULL AS ARRAY<STRING>),
             CAST(NULL AS ROW<x INT>));""")

    read = AvroDeserializer(SchemaRegistryClient({"url": registry.url}))
    found = [read(value, SerializationContext(topic, MessageField.VALUE))
             for value in values_in(broker, topic, 2)]

    assert [(each["symbol"], str(each["price"]), each["tags"], each["more"]) for each in found] == [
        ("A", "10.25", ["x", "y"], {"x": 1}), ("B", "None", None, None)]
    (schema, subject), = registry.schemas
    assert subject == f"{topic}-value"
    assert fastavro.parse_schema(json.loads(schema))["name"] == (
        "org.apache.flink.avro.generated.record")


CHANGES = [
    {"before": None, "after": {"id": 1, "name": "a", "price": 1.5}, "op": "r"},
    {"before": None, "after": {"id": 2, "name": "b", "price": None}, "op": "c"},
    {"before": {"id": 1, "name": "a", "price": 1.5}, "after": {"id": 1, "name": "c"}, "op": "u"},
    {"before": {"id": 2, "name": "b"}, "after": None, "op": "d"}]
SOURCE = {"db": "inventory", "table": "products", "ts_ms": 1_589_362_330_000, "schema": None}
COLUMNS = "id BIGINT, name STRING, price DECIMAL(10, 2)"
METADATA = """, origin STRING METADATA FROM 'value.source.table' VIRTUAL,
    at_ms TIMESTAMP(3) METADATA FROM 'value.ingestion-timestamp' VIRTUAL,
    db STRING METADATA FROM 'value.source.database' VIRTUAL"""


@pytest.mark.parametrize("with_schema", [False, True])
def test_we_read_changes_as_flink_does(tmp_path, broker, topic, flink, with_schema):
    records = [each | {"source": SOURCE, "ts_ms": 1_589_362_330_904} for each in CHANGES]
    if with_schema:
        records = [{"schema": {"type": "struct"}, "payload": each} for each in records]
    values = [json.dumps(each) for each in records]
    produce(broker, topic, [*values[:2], None, *values[2:]])
    option = f"""'format' = 'debezium-json',
        'debezium-json.schema-include' = '{str(with_schema).lower()}'"""

    # Flink adds up what Tarn has to add up to.
    name = "changes_" + topic.replace("-", "_")
    flink.sql(table(name, COLUMNS + METADATA, topic, broker, option).replace(
        "CREATE", "CREATE TEMPORARY", 1))
    ours = run(tmp_path, table("t", COLUMNS + METADATA, topic, broker, option)
               + "; SELECT * FROM t;")

    assert ours == [f"{kind}[{row}, 'products', 2020-05-13 09:32:10.904, 'inventory']"
                    for kind, row in (("+I", "1, 'a', 1.50"), ("+I", "2, 'b', NULL"),
                                      ("-U", "1, 'a', 1.50"), ("+U", "1, 'c', NULL"),
                                      ("-D", "2, 'b', NULL"))]
    theirs = flink.sql(f"SELECT id, name, price, origin, CAST(at_ms AS STRING), db FROM {name}")
    assert [row[0] for row in theirs] == [1, 2, 1, 1, 2]
    assert {tuple(row[3:]) for row in theirs} == {
        ("products", "2020-05-13 09:32:10.904", "inventory")}


def test_we_write_changes_as_flink_does(tmp_path, broker, topic, flink):
    option = "'format' = 'debezium-json'"
    rows = "(VALUES (1, 'a'), (2, 'b'), (1, 'c')) AS v (id, name)"
    insert = f"SELECT id, COUNT(*), LAST_VALUE(CAST(name AS STRING)) FROM {rows} GROUP BY id"
    columns = "id INT, times BIGINT, name STRING"

    name = "sink_" + topic.replace("-", "_")
    flink.sql(table(name, columns, f"{topic}-flink", broker, option).replace(
        "CREATE", "CREATE TEMPORARY", 1))
    flink.sql(f"INSERT INTO {name} {insert}")
    run(tmp_path, table("t", columns, topic, broker, option) + f"; INSERT INTO t {insert};")

    ours = values_in(broker, topic, 4)
    theirs = values_in(broker, f"{topic}-flink", 4)
    assert ours == theirs
