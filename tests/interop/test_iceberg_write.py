"""Files that src/iceberg/write makes, in the hands of others: PyIceberg and DuckDB read columns of
every type, nested ones too, with their nulls, NaN and bounds; PyIceberg names and fills partitions
as we do. TARN_BIN_DIR says where iceberg_probe is."""

import datetime
import decimal
import json
import math
import pathlib
import urllib.parse
import uuid

import pyarrow.parquet
import pytest
from pyiceberg.conversions import from_bytes
from pyiceberg.io.pyarrow import PyArrowFileIO
from pyiceberg.table import StaticTable
from pyiceberg.table.locations import ObjectStoreLocationProvider

from interop.test_iceberg_format import (  # noqa: F401
    CASES, duck, field, make_table, probe, values_of,
)

TIMES = ["2026-11-20T01:02:03.000004", "1969-12-31T23:59:59.999999"]
UUID = "f79c3e09-677c-4bbd-a479-3f349cb785e7"

VENUE = {"type": "struct", "fields": [field(20, "city", "string", required=True),
                                      field(21, "code", "int")]}
FIELDS = [
    field(1, "id", "long", required=True), field(2, "flag", "boolean"), field(3, "n", "int"),
    field(4, "f", "float"), field(5, "d", "double"), field(6, "small", "decimal(9, 2)"),
    field(7, "medium", "decimal(18, 4)"), field(8, "large", "decimal(38, 10)"),
    field(9, "day", "date"), field(10, "at_time", "time"), field(11, "ts", "timestamp"),
    field(12, "tz", "timestamptz"), field(13, "name", "string"), field(14, "raw", "binary"),
    field(15, "venue", VENUE),
    field(16, "tags", {"type": "list", "element-id": 22, "element": "string",
                       "element-required": False}),
    field(17, "levels", {"type": "map", "key-id": 23, "key": "string", "value-id": 24,
                         "value": "double", "value-required": False}),
]
RECORDS = [
    {"id": 1, "flag": True, "n": -5, "f": 1.5, "d": "NaN", "small": 14.20, "medium": -1,
     "large": "1234567890123456789012345678.0000000001", "day": "1969-12-31",
     "at_time": "23:59:59.999999", "ts": TIMES[0], "tz": TIMES[1] + "Z", "name": "naïve 🙂",
     "raw": "AAEC/w==", "venue": {"city": "Bonn", "code": None}, "tags": ["a", None, ""],
     "levels": {"k": 0.5, "l": None}},
    {"id": 2},
    {"id": 3, "flag": False, "n": 7, "f": "NaN", "d": -0.5, "small": -0.01, "medium": 2.5,
     "large": -1, "day": "2026-11-20", "at_time": "00:00:00", "ts": TIMES[1], "tz": TIMES[0] + "Z",
     "name": "", "raw": "", "venue": {"city": "", "code": 9}, "tags": [], "levels": {}},
]


def write(folder, fields, records, version=2, spec=(), **more):
    description = {"format-version": version, "partition-spec": list(spec), "records": records,
                   "schema": {"type": "struct", "schema-id": 0, "identifier-field-ids": [],
                              "fields": fields}, **more}
    return probe("write", folder, text=json.dumps(description)).strip()


def data_files(table):
    io = PyArrowFileIO()
    return [entry.data_file for manifest in table.current_snapshot().manifests(io)
            for entry in manifest.fetch_manifest_entry(io)]


def expected_rows():
    utc = datetime.timezone.utc
    times = [datetime.datetime.fromisoformat(time) for time in TIMES]
    D = decimal.Decimal
    return [
        {"id": 1, "flag": True, "n": -5, "f": 1.5, "d": math.nan, "small": D("14.20"),
         "medium": D("-1.0000"), "large": D("1234567890123456789012345678.0000000001"),
         "day": datetime.date(1969, 12, 31), "at_time": datetime.time(23, 59, 59, 999999),
         "ts": times[0], "tz": times[1].replace(tzinfo=utc), "name": "naïve 🙂",
         "raw": b"\x00\x01\x02\xff", "venue": {"city": "Bonn", "code": None},
         "tags": ["a", None, ""], "levels": {"k": 0.5, "l": None}},
        {"id": 2, **{each["name"]: None for each in FIELDS[1:]}},
        {"id": 3, "flag": False, "n": 7, "f": math.nan, "d": -0.5, "small": D("-0.01"),
         "medium": D("2.5000"), "large": D("-1.0000000000"), "day": datetime.date(2026, 11, 20),
         "at_time": datetime.time(0), "ts": times[1], "tz": times[0].replace(tzinfo=utc),
         "name": "", "raw": b"", "venue": {"city": "", "code": 9}, "tags": [], "levels": {}},
    ]


def comparable(rows):
    """NaN is no equal of itself, and maps come as pairs from some."""
    def of(value):
        if isinstance(value, float) and math.isnan(value):
            return "NaN"
        if isinstance(value, list) and value and isinstance(value[0], tuple):
            return dict(value)
        return value
    return [{name: of(value) for name, value in row.items()} for row in rows]


@pytest.mark.parametrize("version", [2, 3])
def test_pyiceberg_reads_columns_of_every_type(tmp_path, version):
    metadata = write(tmp_path / "t", FIELDS, RECORDS, version)

    rows = StaticTable.from_metadata(metadata).scan().to_arrow().to_pylist(maps_as_pydicts="strict")

    assert comparable(rows) == comparable(expected_rows())


@pytest.mark.parametrize("version", [2, 3])
def test_duckdb_reads_columns_of_every_type(tmp_path, duck, version):  # noqa: F811
    metadata = write(tmp_path / "t", FIELDS, RECORDS, version)

    found = duck.execute(f"SELECT * FROM iceberg_scan('{metadata}') ORDER BY id")
    names = [column[0] for column in found.description]
    rows = [dict(zip(names, row)) for row in found.fetchall()]

    assert comparable(rows) == comparable(expected_rows())


def test_bounds_and_counts_are_what_pyiceberg_finds_in_the_rows(tmp_path):
    metadata = write(tmp_path / "t", FIELDS, RECORDS)
    table = StaticTable.from_metadata(metadata)
    file, = data_files(table)

    def bounds(name):
        found = table.schema().find_field(name)
        return tuple(from_bytes(found.field_type, each[found.field_id])
                     for each in (file.lower_bounds, file.upper_bounds))

    D = decimal.Decimal
    assert bounds("id") == (1, 3)
    assert bounds("d") == (-0.5, -0.5) and bounds("f") == (1.5, 1.5)
    assert bounds("small") == (D("-0.01"), D("14.20"))
    assert bounds("large") == (D("-1"), D("1234567890123456789012345678.0000000001"))
    assert bounds("day") == (-1, 20777)
    assert bounds("name") == ("", "naïve 🙂")
    assert bounds("venue.code") == (9, 9)
    assert file.null_value_counts[4] == 1 and file.nan_value_counts == {4: 1, 5: 1, 24: 0}
    assert file.value_counts[1] == file.record_count == 3
    assert 22 not in file.lower_bounds, "many values a row have no bounds"
    size = pathlib.Path(file.file_path.removeprefix("file://")).stat().st_size
    assert file.file_size_in_bytes == size


def test_uuid_and_fixed_columns_carry_what_readers_tell_them_by(tmp_path, duck):  # noqa: F811
    cases = (("uuid", UUID, uuid.UUID(UUID)), ("fixed[3]", "0001ff", b"\0\1\xff"))
    for kind, given, value in cases:
        metadata = make_table(tmp_path / kind, kind, [given, None])
        file, = data_files(StaticTable.from_metadata(metadata))

        schema = pyarrow.parquet.ParquetFile(file.file_path.removeprefix("file://")).schema
        logical = schema.column(1).logical_type.type
        assert logical == ("UUID" if kind == "uuid" else "NONE")
        rows = duck.execute(f"SELECT x FROM iceberg_scan('{metadata}') ORDER BY id").fetchall()
        assert rows == [(value,), (None,)]


def test_timestamps_of_nanoseconds_keep_them(tmp_path):
    fields = [field(1, "id", "long", required=True), field(2, "t", "timestamp_ns"),
              field(3, "z", "timestamptz_ns")]
    text = "2026-11-20T01:02:03.000000001"
    metadata = write(tmp_path / "t", fields, [{"id": 1, "t": text, "z": text + "Z"}, {"id": 2}], 3)

    file, = (tmp_path / "t" / "data").glob("*.parquet")
    table = pyarrow.parquet.read_table(file)

    assert str(table.schema.field("t").type) == "timestamp[ns]"
    assert table["t"].cast("int64").to_pylist() == [1795136523000000001, None]
    assert table["z"].cast("int64").to_pylist() == [1795136523000000001, None]
    assert StaticTable.from_metadata(metadata).scan().count() == 2


# PyIceberg 0.12 reads a double of a partition as a float, and prints small decimals as 1E-10.
NAMED_OTHERWISE = ("double", "decimal(38, 10)")


@pytest.mark.parametrize("kind, transform", [case for case in CASES if case[1]])
def test_pyiceberg_names_partitions_as_we_do(tmp_path, kind, transform):
    if kind in NAMED_OTHERWISE and transform != "void":
        pytest.skip("named otherwise")
    given, _ = values_of(kind)
    metadata = make_table(tmp_path / "t", kind, given, transform)
    table = StaticTable.from_metadata(metadata)

    for file in data_files(table):
        theirs = table.spec().partition_to_path(file.partition, table.schema())
        ours = file.file_path.removeprefix(f"file://{tmp_path}/t/data/").rpartition("/")[0]
        assert urllib.parse.unquote_plus(ours) == urllib.parse.unquote_plus(theirs)


PLAIN = [(kind, transform) for kind, transform in CASES if transform not in (None, "void")
         and kind in ("int", "long", "string", "binary", "uuid", "fixed[3]", "decimal(9, 2)",
                      "decimal(18, 4)", "decimal(38, 10)")]


@pytest.mark.parametrize("kind, transform", PLAIN)
def test_pyiceberg_computes_the_partition_values_that_we_do(tmp_path, kind, transform):
    given, rows = values_of(kind)
    metadata = make_table(tmp_path / "t", kind, given, transform)
    table = StaticTable.from_metadata(metadata)
    source = table.schema().find_field("x").field_type
    compute = table.spec().fields[0].transform.transform(source)

    def internal(value):
        return value.bytes if isinstance(value, uuid.UUID) else value

    expected = {}
    for _, value in rows:
        of_value = None if value is None else internal(compute(value))
        expected[of_value] = expected.get(of_value, 0) + 1
    found = {internal(file.partition[0]): file.record_count for file in data_files(table)}
    assert found == expected


def test_pyiceberg_spreads_files_as_we_do(tmp_path):
    properties = {"write.object-storage.enabled": "true"}
    metadata = write(tmp_path / "t", FIELDS, RECORDS, properties=properties,
                     spec=[{"source-id": 3, "field-id": 1000, "transform": "bucket[4]",
                            "name": "n_bucket"}])
    table = StaticTable.from_metadata(metadata)
    provider = ObjectStoreLocationProvider(table.location(), properties)

    files = data_files(table)
    assert len(files) == 3
    for file in files:
        below = "/".join(file.file_path.split("/")[-2:])
        assert provider.new_data_location(below) == file.file_path
