"""Tables that others made, read by our scan: PyIceberg's and DuckDB's rows are ours, with deletes,
evolved columns, conditions and time travel; and our tables about tables are PyIceberg's.
TARN_BIN_DIR says where scan_probe is."""

import datetime
import json
import subprocess

import pyarrow as pa
import pyarrow.parquet
import pytest
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.expressions import (
    And, EqualTo, GreaterThan, In, IsNull, LessThanOrEqual, Not, NotEqualTo, Or, StartsWith,
)
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import (
    BucketTransform, DayTransform, IdentityTransform, TruncateTransform,
)
from pyiceberg.types import (
    DoubleType, IntegerType, ListType, LongType, MapType, NestedField, StringType, StructType,
    TimestamptzType,
)

from conftest import BIN_DIR
from interop.test_iceberg_format import TYPES, make_table, values_of

UTC = datetime.timezone.utc


def probe(*arguments, **request):
    command = [str(BIN_DIR / "scan_probe"), *map(str, arguments)]
    done = subprocess.run(command, input=json.dumps(request).encode(), capture_output=True,
                          timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def rows_of(metadata, **request):
    return pa.ipc.open_stream(probe("rows", metadata, **request)).read_all()


def metadata_rows(metadata, name):
    return pa.ipc.open_stream(probe("table", metadata, name)).read_all()


def in_order(table):
    return sorted(table.to_pylist(), key=repr)


@pytest.fixture
def catalog(tmp_path):
    (tmp_path / "lake").mkdir()
    made = SqlCatalog("test", uri=f"sqlite:///{tmp_path}/catalog.db",
                      warehouse=f"file://{tmp_path}/lake")
    made.create_namespace("n")
    yield made
    made.close()


TRADES = Schema(
    NestedField(1, "id", LongType(), required=False),
    NestedField(2, "ts", TimestamptzType(), required=False),
    NestedField(3, "symbol", StringType(), required=False),
    NestedField(4, "price", DoubleType(), required=False),
)


def trades(begin, end):
    start = datetime.datetime(2026, 11, 20, tzinfo=UTC)
    rows = range(begin, end)
    return pa.table({
        "id": pa.array(rows, pa.int64()),
        "ts": pa.array([start + datetime.timedelta(hours=i) for i in rows],
                       pa.timestamp("us", "UTC")),
        "symbol": pa.array([None if i % 7 == 0 else f"symbol {i % 5}" for i in rows]),
        "price": pa.array([i / 4 for i in rows], pa.float64()),
    })


SPECS = {
    "none": PartitionSpec(),
    "day": PartitionSpec(PartitionField(2, 1000, DayTransform(), "ts_day")),
    "symbol": PartitionSpec(PartitionField(3, 1000, IdentityTransform(), "symbol")),
    "bucket": PartitionSpec(PartitionField(1, 1000, BucketTransform(4), "id_bucket"),
                            PartitionField(3, 1001, TruncateTransform(8), "symbol_trunc")),
}

CONDITIONS = [
    (EqualTo("id", 17), {"type": "eq", "term": "id", "value": 17}),
    (In("id", [3, 40, 99]), {"type": "in", "term": "id", "values": [3, 40, 99]}),
    (IsNull("symbol"), {"type": "is-null", "term": "symbol"}),
    (StartsWith("symbol", "symbol 1"),
     {"type": "starts-with", "term": "symbol", "value": "symbol 1"}),
    (LessThanOrEqual("ts", "2026-11-21T05:00:00+00:00"),
     {"type": "lt-eq", "term": "ts", "value": "2026-11-21T05:00:00+00:00"}),
    (And(GreaterThan("price", 4.5), Not(EqualTo("symbol", "symbol 3"))),
     {"type": "and", "left": {"type": "gt", "term": "price", "value": 4.5},
      "right": {"type": "not", "child": {"type": "eq", "term": "symbol", "value": "symbol 3"}}}),
    (Or(EqualTo("symbol", "symbol 2"), NotEqualTo("id", 5)),
     {"type": "or", "left": {"type": "eq", "term": "symbol", "value": "symbol 2"},
      "right": {"type": "not-eq", "term": "id", "value": 5}}),
]


@pytest.mark.parametrize("spec", SPECS)
def test_rows_are_those_that_pyiceberg_finds(catalog, spec):
    table = catalog.create_table("n.t", TRADES, partition_spec=SPECS[spec])
    for begin in (0, 30, 60):
        table.append(trades(begin, begin + 30))
    table.delete(EqualTo("id", 33))

    assert in_order(rows_of(table.metadata_location)) == in_order(table.scan().to_arrow())
    for theirs, ours in CONDITIONS:
        expected = in_order(table.scan(row_filter=theirs).to_arrow())
        # PyIceberg takes rows whose column is null for `not` and `!=`, SQL does not.
        assert in_order(rows_of(table.metadata_location, filter=ours)) == [
            row for row in expected if row["symbol"] is not None or "symbol 3" not in str(theirs)]


def test_files_of_other_partitions_are_not_opened(catalog):
    table = catalog.create_table("n.t", TRADES, partition_spec=SPECS["day"])
    for begin in (0, 24, 48):
        table.append(trades(begin, begin + 24))
    condition = {"type": "lt", "term": "ts", "value": "2026-11-21T00:00:00+00:00"}

    counts = json.loads(probe("plan", table.metadata_location, filter=condition))
    assert counts == {"manifests-read": 1, "manifests-skipped": 2, "files-taken": 1,
                      "files-skipped": 0, "delete-files": 0}


def test_columns_come_in_the_order_that_is_asked_for(catalog):
    table = catalog.create_table("n.t", TRADES)
    table.append(trades(0, 3))

    rows = rows_of(table.metadata_location, columns=["price", "_pos", "id", "_file"])
    assert rows.column_names == ["price", "_pos", "id", "_file"]
    assert rows["_pos"].to_pylist() == [0, 1, 2]
    assert set(rows["_file"].to_pylist()) == {
        file.file.file_path for file in table.scan().plan_files()}


def test_an_evolved_table_is_read_by_the_columns_of_today(catalog):
    place = StructType(NestedField(11, "city", StringType(), required=False),
                       NestedField(12, "floor", IntegerType(), required=False))
    schema = Schema(NestedField(1, "small", IntegerType(), required=False),
                    NestedField(2, "gone", StringType(), required=False),
                    NestedField(3, "place", place, required=False),
                    NestedField(4, "tags", ListType(13, place, element_required=False),
                                required=False),
                    NestedField(5, "names", MapType(14, StringType(), 15, IntegerType(),
                                                    value_required=False), required=False))
    table = catalog.create_table("n.t", schema)
    old = {"small": 1, "gone": "x", "place": {"city": "Ulm", "floor": 3},
           "tags": [{"city": "Rom", "floor": None}, None], "names": [("a", 1), ("b", None)]}
    empty = dict.fromkeys(old)
    table.append(pa.Table.from_pylist([old, empty], schema=table.schema().as_arrow()))
    with table.update_schema() as update:
        update.update_column("small", LongType())
        update.update_column(("place", "floor"), LongType())
        update.rename_column("small", "big")
        update.rename_column(("place", "city"), "town")
        update.delete_column("gone")
        update.add_column("gone", LongType())
        update.add_column(("place", "street"), StringType())
        update.move_first("tags")
    new = {"big": 2**40, "gone": 7, "place": {"town": "Bonn", "floor": 2**33, "street": "s"},
           "tags": [], "names": []}
    table.append(pa.Table.from_pylist([new], schema=table.schema().as_arrow()))

    rows = rows_of(table.metadata_location)
    assert in_order(rows) == in_order(table.scan().to_arrow().select(rows.column_names))
    assert rows.column_names == ["tags", "big", "place", "names", "gone"]
    first = table.history()[0].snapshot_id
    assert in_order(rows_of(table.metadata_location, **{"snapshot-id": first})) == in_order(
        table.scan(snapshot_id=first).to_arrow())


def test_time_is_travelled_in(catalog):
    table = catalog.create_table("n.t", TRADES)
    for begin in (0, 10, 20):
        table.append(trades(begin, begin + 10))
    first, second, _ = table.history()
    table.manage_snapshots().create_tag(second.snapshot_id, "second").commit()

    count = lambda **request: rows_of(table.metadata_location, **request).num_rows
    assert count() == 30
    assert count(**{"snapshot-id": first.snapshot_id}) == 10
    assert count(ref="second") == 20
    assert count(**{"as-of-ms": second.timestamp_ms}) == 20


def test_files_without_ids_are_read_by_the_name_mapping(catalog, tmp_path):
    plain = tmp_path / "plain.parquet"
    pa.parquet.write_table(trades(0, 5), plain)
    table = catalog.create_table("n.t", TRADES)
    table.add_files([f"file://{plain}"])
    with table.update_schema() as update:
        update.rename_column("price", "cost")

    assert in_order(rows_of(table.metadata_location)) == in_order(table.scan().to_arrow())


@pytest.mark.parametrize("version", [2, 3])
def test_deleted_rows_are_left_out(tmp_path, version):
    count = 120_000
    deleted = [*range(10, 1000), *range(70_000, 100_000, 2), count - 2]
    metadata = make_table(tmp_path / "t", "long", list(range(count)), None, version, deleted)

    rows = rows_of(f"file://{metadata}", columns=["id", "_pos"])
    assert rows["id"].to_pylist() == sorted(set(range(count)) - set(deleted))
    assert rows["_pos"] == rows["id"]


@pytest.mark.parametrize("kind", TYPES)
def test_values_of_every_type_are_found(tmp_path, kind):
    """By each value of the type, wherever it is partitioned by."""
    given, _, transforms = TYPES[kind]
    for transform in transforms:
        metadata = f"file://{make_table(tmp_path / transform, kind, given, transform)}"
        for number, value in enumerate(given):
            asked = ({"type": "is-null", "term": "x"} if value is None
                     else {"type": "eq", "term": "x", "value": value})
            assert rows_of(metadata, filter=asked)["id"].to_pylist() == [number]
    assert in_order(rows_of(metadata)) == sorted(
        [{"id": number, "x": plain(value)} for number, value in values_of(kind)[1]], key=repr)


def plain(value):
    """As Arrow gives it."""
    return value.bytes if hasattr(value, "bytes") else value


@pytest.fixture
def described(catalog):
    table = catalog.create_table("n.t", TRADES, partition_spec=SPECS["day"])
    table.append(trades(0, 40))
    table.append(trades(40, 60))
    table.delete(LessThanOrEqual("id", 30))
    with table.update_spec() as update:
        update.add_field("symbol", IdentityTransform(), "symbol")
    table.append(trades(60, 70))
    table.manage_snapshots().create_tag(table.history()[0].snapshot_id, "start").commit()
    return table


# Of files, Spark tells these since version 3; PyIceberg does not yet.
OURS_ALONE = ["first_row_id", "referenced_data_file", "content_offset", "content_size_in_bytes"]


@pytest.mark.parametrize("name", [
    "snapshots", "history", "refs", "manifests", "files", "data_files", "delete_files", "entries",
    "partitions", "metadata_log_entries", "all_manifests", "all_files", "all_data_files",
    "all_delete_files",
])
def test_tables_about_the_table_are_those_of_pyiceberg(described, name):
    theirs = getattr(described.inspect, name)()
    ours = metadata_rows(described.metadata_location, name)

    alone = [column for column in ours.column_names if column not in theirs.column_names]
    assert alone == (OURS_ALONE if "files" in name else [])
    assert [column for column in ours.column_names if column not in alone] == theirs.column_names
    assert theirs.num_rows > 0 or "delete" in name
    assert comparable(ours, theirs.schema) == comparable(theirs, theirs.schema)


def comparable(table, columns):
    """The rows of these columns, in any order, with instants without their zone; what is empty is
    as good as not there."""
    def plain_of(value, kind):
        if isinstance(value, datetime.datetime):
            return value.replace(tzinfo=None)
        if isinstance(value, dict):
            members = {field.name: plain_of(value[field.name], field.type) for field in kind}
            return {name: each for name, each in members.items() if each not in (None, [], {})}
        if isinstance(value, list):
            return sorted(map(repr, value)) or None if pa.types.is_map(kind) else [
                plain_of(each, kind.value_type) for each in value]
        return value

    return sorted(repr([plain_of(row[field.name], field.type) for field in columns])
                  for row in table.to_pylist())
