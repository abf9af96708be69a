"""Tables of whole files: what Tarn writes is read by pyarrow, DuckDB, fastavro and Flink, and what
they write is read by Tarn."""

import datetime as dt
import decimal

import duckdb
import fastavro
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conftest import run_tarn
from interop.iceberg_peers import Flink

COLUMNS = """flag BOOLEAN, tiny TINYINT, small SMALLINT, number INT, big BIGINT,
    f FLOAT, d DOUBLE, price DECIMAL(20, 3), txt STRING, data BYTES, on_day DATE, clock TIME(3),
    made TIMESTAMP(3), items ARRAY<INT>, pairs MAP<STRING, BIGINT>,
    nested ROW<x INT, y ARRAY<ROW<z STRING>>>"""
VALUES = """(TRUE, CAST(-1 AS TINYINT), CAST(300 AS SMALLINT), 7, CAST(8 AS BIGINT),
    CAST(1.5 AS FLOAT), 2.5e0, CAST(-12.5 AS DECIMAL(20, 3)), 'x', x'0102', DATE '2024-02-29',
    TIME '10:11:12.345', TIMESTAMP '1969-12-31 23:59:59.999', ARRAY[1, CAST(NULL AS INT)],
    MAP['k', CAST(9 AS BIGINT)], ROW(1, ARRAY[ROW('z')]))"""
MADE = dt.datetime(1969, 12, 31, 23, 59, 59, 999_000)
ROW = {"flag": True, "tiny": -1, "small": 300, "number": 7, "big": 8, "f": 1.5, "d": 2.5,
       "price": decimal.Decimal("-12.500"), "txt": "x", "data": b"\x01\x02",
       "on_day": dt.date(2024, 2, 29), "clock": dt.time(10, 11, 12, 345_000), "made": MADE,
       "items": [1, None], "pairs": {"k": 9}, "nested": {"x": 1, "y": [{"z": "z"}]}}
NOTHING = dict.fromkeys(ROW)
PRINTED = ("+I[TRUE, -1, 300, 7, 8, 1.5, 2.5, -12.500, 'x', x'0102', 2024-02-29, 10:11:12.345, "
           "1969-12-31 23:59:59.999, [1, NULL], {'k'=9}, (1, [('z')])]")


def table(format: str, columns=COLUMNS, more="") -> str:
    return (f"CREATE TABLE t ({columns}) WITH ('connector' = 'filesystem', 'path' = 'files', "
            f"'format' = '{format}'{more});")


def run(folder, sql: str) -> list[str]:
    (folder / "job.sql").write_text(sql)
    done = run_tarn("run", "job.sql", cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def written(folder, format: str, more=""):
    """The one file with a row of all types and a row of nothing."""
    nulls = ", ".join(f"CAST(NULL AS {each})" for each in TYPES)
    run(folder, table(format, more=more) + f"INSERT INTO t VALUES {VALUES}, ({nulls});")
    file, = (folder / "files").glob("[!.]*")
    assert file.suffix == f".{format}"
    return file


TYPES = ["BOOLEAN", "TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL(20, 3)",
         "STRING", "BYTES", "DATE", "TIME(3)", "TIMESTAMP(3)", "ARRAY<INT>", "MAP<STRING, BIGINT>",
         "ROW<x INT, y ARRAY<ROW<z STRING>>>"]


@pytest.mark.parametrize("more", ["", ", 'parquet.write.int64.timestamp' = 'true'",
                                  ", 'parquet.compression' = 'ZSTD'"])
def test_pyarrow_and_duckdb_read_our_parquet(tmp_path, more):
    file = written(tmp_path, "parquet", more)

    rows = pq.read_table(file, coerce_int96_timestamp_unit="us").to_pylist(
        maps_as_pydicts="strict")
    by_duckdb = duckdb.connect().execute(f"FROM '{file}'").to_arrow_table().to_pylist(
        maps_as_pydicts="strict")

    assert rows == [ROW, NOTHING]
    assert by_duckdb == [ROW, NOTHING]


@pytest.mark.parametrize("codec", ["null", "deflate", "snappy", "zstandard"])
def test_fastavro_reads_our_avro(tmp_path, codec):
    if codec == "zstandard":
        pytest.importorskip("backports.zstd")
    file = written(tmp_path, "avro", f", 'avro.codec' = '{codec}'")

    with open(file, "rb") as stream:
        reader = fastavro.reader(stream)
        rows = list(reader)

    # The kind of Avro's timestamps that Flink takes means an instant.
    assert rows == [ROW | {"made": MADE.replace(tzinfo=dt.timezone.utc)}, NOTHING]
    assert reader.codec == codec
    assert reader.writer_schema["name"] == "org.apache.flink.avro.generated.record"


ARROW = pa.schema({
    "flag": pa.bool_(), "tiny": pa.int8(), "small": pa.int16(), "number": pa.int32(),
    "big": pa.int64(), "f": pa.float32(), "d": pa.float64(), "price": pa.decimal128(20, 3),
    "txt": pa.string(), "data": pa.binary(), "on_day": pa.date32(), "clock": pa.time64("us"),
    "made": pa.timestamp("ns"), "items": pa.list_(pa.int32()),
    "pairs": pa.map_(pa.string(), pa.int64()),
    "nested": pa.struct({"x": pa.int32(), "y": pa.list_(pa.struct({"z": pa.string()}))})})


@pytest.mark.parametrize("options", [
    {}, {"use_deprecated_int96_timestamps": True, "compression": "zstd"},
    {"version": "1.0", "use_dictionary": False, "row_group_size": 1},
    {"data_page_version": "2.0", "coerce_timestamps": "ms", "allow_truncated_timestamps": True}])
def test_we_read_the_parquet_of_pyarrow(tmp_path, options):
    (tmp_path / "files").mkdir()
    rows = [ROW | {"pairs": [("k", 9)]}, NOTHING] * 2
    pq.write_table(pa.Table.from_pylist(rows, ARROW), tmp_path / "files" / "a.parquet", **options)

    nulls = "+I[" + ", ".join(["NULL"] * len(TYPES)) + "]"
    assert run(tmp_path, table("parquet") + "SELECT * FROM t;") == [PRINTED, nulls] * 2
    columns = "nested ROW<y ARRAY<ROW<z STRING>>>, absent STRING, number BIGINT"
    assert run(tmp_path, table("parquet", columns) + "SELECT * FROM t WHERE number = 7;") == [
        "+I[([('z')]), NULL, 7]"] * 2
    assert run(tmp_path, table("parquet") + "SELECT COUNT(*) FROM t;")[-1] == "+U[4]"


def test_we_read_the_parquet_of_duckdb(tmp_path):
    (tmp_path / "files").mkdir()
    duckdb.connect().execute(
        f"""COPY (SELECT i::INT AS i, 's' || i AS s, [i::DOUBLE] AS l, (i / 8)::DECIMAL(10, 3) AS d,
            TIMESTAMP '2024-01-01' + INTERVAL (i) SECOND AS t FROM range(100000) r(i))
            TO '{tmp_path}/files/a.parquet' (ROW_GROUP_SIZE 10000)""")

    columns = "i INT, s STRING, l ARRAY<DOUBLE>, d DECIMAL(10, 3), t TIMESTAMP(6)"
    assert run(tmp_path, table("parquet", columns) + "SELECT * FROM t WHERE i = 77777;") == [
        "+I[77777, 's77777', [77777.0], 9722.125, 2024-01-01 21:36:17]"]
    assert run(tmp_path, table("parquet", columns) + "SELECT COUNT(*), SUM(i) FROM t;")[-1] == (
        f"+U[100000, {sum(range(100_000)) - 2**32}]")


@pytest.mark.parametrize("codec", ["null", "deflate", "snappy", "zstandard"])
def test_we_read_the_avro_of_fastavro(tmp_path, codec):
    if codec == "zstandard":
        pytest.importorskip("backports.zstd")
    (tmp_path / "files").mkdir()
    # In another order, with more fields, narrower numbers and finer times.
    schema = {"type": "record", "name": "theirs", "fields": [
        {"name": "made", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "more", "type": {"type": "map", "values": "bytes"}},
        {"name": "kind", "type": {"type": "enum", "name": "kind", "symbols": ["buy", "sell"]}},
        {"name": "number", "type": ["int", "null"]},
        {"name": "price", "type": {"type": "fixed", "name": "dec", "size": 9,
                                   "logicalType": "decimal", "precision": 20, "scale": 3}}]}
    rows = [{"made": MADE.replace(tzinfo=dt.timezone.utc) + dt.timedelta(microseconds=i),
             "more": {"k": b"x"}, "kind": "sell", "number": i or None,
             "price": decimal.Decimal(-i) / 8} for i in range(3000)]
    with open(tmp_path / "files" / "a.avro", "wb") as stream:
        fastavro.writer(stream, schema, rows, codec=codec, sync_interval=1000)

    columns = ("number BIGINT, kind STRING, absent STRING, price DECIMAL(20, 3), "
               "made TIMESTAMP(3)")
    assert run(tmp_path, table("avro", columns) + "SELECT * FROM t WHERE number = 2999 OR number "
               "IS NULL;") == ["+I[NULL, 'sell', NULL, 0.000, 1969-12-31 23:59:59.999]",
                               "+I[2999, 'sell', NULL, -374.875, 1970-01-01 00:00:00.001]"]
    assert run(tmp_path, table("avro", columns) + "SELECT COUNT(*) FROM t;")[-1] == "+U[3000]"


@pytest.fixture(scope="module")
def flink(tmp_path_factory):
    engine = Flink(tmp_path_factory.mktemp("flink-files"))
    engine.begin("BATCH", {})
    yield engine
    engine.stop()


# Times before 1970 are off in Flink's INT96.
FLINK_COLUMNS = """flag BOOLEAN, tiny TINYINT, small SMALLINT, number INT, big BIGINT, f FLOAT,
    d DOUBLE, price DECIMAL(20, 3), txt STRING, on_day DATE, clock TIME(3), made TIMESTAMP(3),
    items ARRAY<INT>, pairs MAP<STRING, BIGINT>, nested ROW<x INT, y ARRAY<STRING>>"""
FLINK_VALUES = """TRUE, CAST(-1 AS TINYINT), CAST(300 AS SMALLINT), 7, CAST(8 AS BIGINT),
    CAST(1.5 AS FLOAT), 2.5e0, CAST(-12.5 AS DECIMAL(20, 3)), 'x', DATE '2024-02-29',
    TIME '10:11:12.345', TIMESTAMP '2024-02-29 10:11:12.999', ARRAY[1, CAST(NULL AS INT)],
    MAP['k', CAST(9 AS BIGINT)], CAST(ROW(1, ARRAY['z']) AS ROW<x INT, y ARRAY<STRING>>)"""
FLINK_PRINTED = ("+I[TRUE, -1, 300, 7, 8, 1.5, 2.5, -12.500, 'x', 2024-02-29, 10:11:12.345, "
                 "2024-02-29 10:11:12.999, [1, NULL], {'k'=9}, (1, ['z'])]")


@pytest.mark.parametrize("format", ["parquet", "avro"])
def test_flink_and_we_read_each_other(tmp_path, flink, format):
    name = f"{format}_files"
    flink.sql(table(format, FLINK_COLUMNS).replace("TABLE t", f"TEMPORARY TABLE {name}").replace(
        "'files'", f"'{tmp_path}/files'").rstrip(";"))

    flink.sql(f"INSERT INTO {name} SELECT {FLINK_VALUES}")
    assert run(tmp_path, table(format, FLINK_COLUMNS) + "SELECT * FROM t;") == [FLINK_PRINTED]

    run(tmp_path, table(format, FLINK_COLUMNS) + f"INSERT INTO t SELECT {FLINK_VALUES};")
    theirs = flink.sql("SELECT flag, tiny, small, number, big, f, d, price, txt, on_day, clock, "
                       "CAST(made AS STRING), items[1], items[2], pairs['k'], nested.y[1] "
                       f"FROM {name}")
    assert len(theirs) == 2
    assert theirs[0] == theirs[1]
    assert theirs[0][-5:] == ["2024-02-29 10:11:12.999", 1, None, 9, "z"]
