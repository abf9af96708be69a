"""Files of src/columns in the hands of others: pyarrow reads our Parquet, fastavro and we read each
other's Avro. TARN_BIN_DIR says where columns_probe is."""

import datetime
import decimal
import json
import os
import pathlib
import subprocess

import fastavro
import pyarrow.parquet as pq
import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
BIN_DIR = pathlib.Path(os.environ.get("TARN_BIN_DIR", REPOSITORY / "build/release/bin"))

ROWS = """\
{"id":1,"name":"pear","price":-0.5,"at":"2024-01-02T03:04:05.000006Z","day":"2024-02-29",\
"list":[1,null],"map":{"a":1.5}}
{"id":2,"name":"apple","price":1234567.89,"local":"1969-12-31 23:59:59.5","list":[],"map":{}}
{"id":3}
"""


def probe(*arguments, text=""):
    command = [str(BIN_DIR / "columns_probe"), *map(str, arguments)]
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def parquet(tmp_path):
    path = tmp_path / "table.parquet"
    metrics = probe("parquet", path, text=ROWS)
    return path, metrics


def test_pyarrow_reads_the_values_of_our_parquet(parquet):
    rows = pq.read_table(parquet[0]).to_pylist()

    assert [row["id"] for row in rows] == [1, 2, 3]
    assert rows[0]["price"] == decimal.Decimal("-0.50")
    assert rows[0]["at"] == datetime.datetime(2024, 1, 2, 3, 4, 5, 6, tzinfo=datetime.timezone.utc)
    assert rows[0]["day"] == datetime.date(2024, 2, 29)
    assert rows[0]["list"] == [1, None]
    assert rows[0]["map"] == [("a", 1.5)]
    assert rows[1]["local"] == datetime.datetime(1969, 12, 31, 23, 59, 59, 500000)
    assert rows[2] == {name: 3 if name == "id" else None for name in rows[2]}


def test_every_node_of_our_parquet_has_its_field_id(parquet):
    schema = pq.read_schema(parquet[0])

    def field_id(field):
        return int(field.metadata[b"PARQUET:field_id"])

    assert [field_id(field) for field in schema] == [1, 2, 3, 4, 5, 6, 7, 9]
    assert field_id(schema.field("list").type.value_field) == 8
    assert field_id(schema.field("map").type.key_field) == 10
    assert field_id(schema.field("map").type.item_field) == 11


def test_our_parquet_has_the_statistics_and_types_that_readers_insist_on(parquet):
    metadata = pq.read_metadata(parquet[0])
    group = metadata.row_group(0)
    columns = {group.column(i).path_in_schema: group.column(i) for i in range(group.num_columns)}

    assert columns["name"].statistics.min == "apple"
    assert columns["name"].statistics.max == "pear"
    assert columns["name"].statistics.null_count == 1
    assert columns["price"].physical_type == "INT32"
    assert all(column.has_column_index for column in columns.values())
    assert all(column.has_offset_index for column in columns.values())
    assert all(column.compression == "ZSTD" for column in columns.values())
    assert {"list.list.element", "map.key_value.key", "map.key_value.value"} <= set(columns)
    leaves = [metadata.schema.column(i) for i in range(6)]
    types = {leaf.path: str(leaf.logical_type) for leaf in leaves}
    assert "isAdjustedToUTC=true" in types["at"]
    assert "isAdjustedToUTC=false" in types["local"]


def test_the_bounds_we_report_are_those_of_the_file(parquet):
    lines = [line.split() for line in parquet[1].splitlines()]
    metrics = {path: (int(field_id), lower, upper) for path, field_id, lower, upper in lines}

    assert metrics["id"] == (1, "0100000000000000", "0300000000000000")
    assert metrics["name"] == (2, b"apple".hex(), b"pear".hex())
    assert metrics["price"] == (3, "ce", (123456789).to_bytes(4, "big").hex())
    assert metrics["map.key_value.value"][0] == 11


AVRO_SCHEMA = {
    "type": "record",
    "name": "manifest_entry",
    "fields": [
        {"name": "status", "type": "int", "field-id": 0},
        {"name": "snapshot_id", "type": ["null", "long"], "default": None, "field-id": 1},
        {"name": "data_file", "field-id": 2, "type": {"type": "record", "name": "r2", "fields": [
            {"name": "file_path", "type": "string", "field-id": 100},
            {"name": "day", "field-id": 1000,
             "type": ["null", {"type": "int", "logicalType": "date"}]},
            {"name": "price", "field-id": 1001, "type": ["null", {
                "type": "fixed", "name": "decimal_9_2", "size": 4, "logicalType": "decimal",
                "precision": 9, "scale": 2}]},
            {"name": "offsets", "field-id": 132,
             "type": ["null", {"type": "array", "items": "long", "element-id": 133}]},
        ]}},
    ],
}
AVRO_ROWS = [
    {"status": 1, "snapshot_id": 2**62, "data_file": {
        "file_path": "s3://b/é", "day": "2024-02-29", "price": -1.5, "offsets": [4, 1000]}},
    {"status": 0, "snapshot_id": None, "data_file": {
        "file_path": "", "day": None, "price": None, "offsets": None}},
]


def as_json_lines(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def as_python(rows):
    """The rows as fastavro has them."""
    first = json.loads(json.dumps(rows[0]))
    first["data_file"]["day"] = datetime.date(2024, 2, 29)
    first["data_file"]["price"] = decimal.Decimal("-1.50")
    return [first, rows[1]]


def test_fastavro_reads_our_avro_with_schema_and_header_intact(tmp_path):
    schema_path = tmp_path / "entry.avsc"
    schema_path.write_text(json.dumps(AVRO_SCHEMA, indent=1))
    path = tmp_path / "ours.avro"
    probe("avro", schema_path, path, text=as_json_lines(AVRO_ROWS))

    with open(path, "rb") as file:
        reader = fastavro.reader(file)
        assert list(reader) == as_python(AVRO_ROWS)
        assert reader.metadata["avro.schema"] == schema_path.read_text()
        assert reader.metadata["format-version"] == "2"
        assert reader.codec == "deflate"


@pytest.mark.parametrize("codec", ["null", "deflate"])
def test_we_read_the_avro_of_fastavro(tmp_path, codec):
    path = tmp_path / "theirs.avro"
    with open(path, "wb") as file:
        fastavro.writer(file, AVRO_SCHEMA, as_python(AVRO_ROWS) * 5000, codec=codec)

    rows = [json.loads(line) for line in probe("cat", path).splitlines()]

    assert rows == AVRO_ROWS * 5000


def test_we_refuse_a_codec_we_do_not_have(tmp_path):
    path = tmp_path / "bzip2.avro"
    with open(path, "wb") as file:
        fastavro.writer(file, AVRO_SCHEMA, as_python(AVRO_ROWS), codec="bzip2")

    command = [str(BIN_DIR / "columns_probe"), "cat", str(path)]
    done = subprocess.run(command, capture_output=True, text=True)

    assert done.returncode == 1
    assert done.stderr == ("avro: codec 'bzip2' is not supported, only null, deflate, snappy and "
                           "zstandard\n")
