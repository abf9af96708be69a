"""The same SQL over a PostgreSQL in Tarn and in a real Flink with its JDBC connector: both have to
leave the same rows there."""

import pytest

from conftest import run_tarn
from interop.iceberg_peers import EngineError, Flink

TABLES = """
CREATE TABLE things (id integer PRIMARY KEY, b boolean, i2 smallint, i4 integer, i8 bigint, f4 real,
    f8 double precision, d numeric(20, 6), t text, v varchar(20), c char(5), x bytea, day date,
    at time, ts timestamp, tz timestamptz, ints integer[], names text[]);
INSERT INTO things VALUES
    (1, true, -7, 2147483647, 9007199254740993, 1.5, -0.1, -12.345678, 'x', 'v', 'ab', '\\x61c3a9',
     '1970-02-03', '12:34:56.789', '1969-12-31 23:59:59.999', '2024-07-01 12:00:00+02',
     '{1,NULL,-3}', '{"a,b",NULL,""}'),
    (2, false, 0, 0, 0, 'NaN', 'Infinity', 99999999999999.999999, '', ' v ', '', '', '2024-02-29',
     '00:00:00', '2024-02-29 00:00:00.123456', '1999-12-31 23:59:59.5+00', '{}', '{}');
INSERT INTO things (id) VALUES (3);
CREATE TABLE shown (id integer, what text, value text);
CREATE TABLE copy (LIKE things INCLUDING ALL);
INSERT INTO copy (id, t) VALUES (2, 'is replaced'), (9, 'stays');
CREATE TABLE sums (kind integer PRIMARY KEY, n bigint, total numeric(10, 2));
CREATE TABLE joined (id integer PRIMARY KEY, name text, there text);
"""
# Types as PostgreSQL has them, and others that its values are read as.
COLUMNS = {"b": "BOOLEAN", "i2": "SMALLINT", "i4": "INT", "i8": "BIGINT", "f4": "FLOAT",
           "f8": "DOUBLE", "d": "DECIMAL(20, 6)", "t": "STRING", "v": "VARCHAR(20)",
           "c": "CHAR(5)", "x": "BYTES", "day": "DATE", "at": "TIME(0)", "ts": "TIMESTAMP(6)",
           "tz": "TIMESTAMP(3)"}
ARRAYS = {"ints": "ARRAY<INT>", "names": "ARRAY<STRING>"}
OTHER_TYPES = {"d": "DECIMAL(16, 2)", "t": "VARCHAR(1)", "v": "CHAR(2)", "c": "STRING"}


@pytest.fixture(scope="module")
def flink(tmp_path_factory):
    engine = Flink(tmp_path_factory.mktemp("flink"))
    try:
        engine.sql("STREAMING")
        engine.sql("CREATE TABLE t (i INT) WITH ('connector' = 'jdbc', 'table-name' = 't', "
                   "'url' = 'jdbc:postgresql://localhost/none')")
        engine.sql("EXPLAIN SELECT * FROM t")
    except EngineError as error:
        engine.stop()
        pytest.skip(f"no JDBC connector: tools/setup engines ({str(error)[:80]})")
    yield engine
    engine.stop()


def declared(server, name: str, columns: dict, key: str = "", there: str = "") -> str:
    texts = [f"`{column}` {type}" for column, type in columns.items()]
    if key:
        texts.append(f"PRIMARY KEY ({key}) NOT ENFORCED")
    return (f"CREATE TABLE {name} ({', '.join(texts)}) WITH ({server.options}, "
            f"'table-name' = '{there or name}')")


def both_leave(server, flink, tmp_path, statements: list[str], question: str) -> list[str]:
    """The rows that Flink leaves, after it is sure that Tarn leaves the same."""
    setting = "'table.local-time-zone' = 'UTC'"
    server.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public;" + TABLES)
    (tmp_path / "job.sql").write_text(";\n".join([f"SET {setting}", *statements, ""]))
    done = run_tarn("run", "job.sql", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    tarn_left = server.run(question)
    server.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public;" + TABLES)
    flink.sql("STREAMING")
    flink.sql("SET table.local-time-zone UTC")
    for statement in statements:
        flink.sql(statement)
    assert server.run(question) == tarn_left
    return tarn_left


@pytest.mark.parametrize("types", [COLUMNS | ARRAYS, OTHER_TYPES], ids=["same", "other"])
def test_values_are_read_alike(postgres, flink, tmp_path, types):
    texts = " UNION ALL ".join(f"SELECT id, '{column}', CAST(`{column}` AS STRING) FROM things"
                               for column in types)
    left = both_leave(postgres, flink, tmp_path, [
        declared(postgres, "things", {"id": "INT"} | types),
        declared(postgres, "shown", {"id": "INT", "what": "STRING", "value": "STRING"}),
        f"INSERT INTO shown {texts}"], 'SELECT * FROM shown ORDER BY 1, 2')

    assert len(left) == 3 * len(types)


def test_values_are_written_alike(postgres, flink, tmp_path):
    columns = {"id": "INT"} | COLUMNS
    left = both_leave(postgres, flink, tmp_path, [
        declared(postgres, "things", columns, "id"), declared(postgres, "copy", columns, "id"),
        "INSERT INTO copy SELECT * FROM things"], "SELECT * FROM copy ORDER BY id")

    assert len(left) == 4


def test_groups_are_followed_alike(postgres, flink, tmp_path):
    left = both_leave(postgres, flink, tmp_path, [
        declared(postgres, "things", {"id": "INT", "d": "DECIMAL(10, 2)"}),
        declared(postgres, "sums", {"kind": "INT", "n": "BIGINT", "total": "DECIMAL(10, 2)"},
                 "kind"),
        "INSERT INTO sums SELECT MOD(id, 2), COUNT(*), SUM(d) FROM things GROUP BY MOD(id, 2)"],
        "SELECT * FROM sums ORDER BY 1")

    assert [line[:3] for line in left] == ["0|1", "1|2"]


@pytest.mark.parametrize("condition", [
    "n.id = u.id", "n.id = u.id AND u.b", "n.name = u.t", "n.id = u.id AND u.t = 'x'",
    "n.id = u.id AND n.name <> u.t"])
def test_rows_are_looked_up_alike(postgres, flink, tmp_path, condition):
    columns = {"id": "INT", "b": "BOOLEAN", "t": "STRING", "v": "STRING"}
    left = both_leave(postgres, flink, tmp_path, [
        declared(postgres, "things", columns, "id"),
        declared(postgres, "joined", {"id": "INT", "name": "STRING", "there": "STRING"}, "id"),
        "CREATE VIEW names AS SELECT id, name, PROCTIME() AS p FROM (VALUES (1, 'x'), (2, 'y'), "
        "(4, 'x'), (CAST(NULL AS INT), 'z'), (3, CAST(NULL AS STRING))) AS t (id, name) "
        "WHERE id IS NOT NULL OR name <> 'z'",
        "INSERT INTO joined SELECT n.id, n.name, u.v FROM names AS n LEFT JOIN things "
        f"FOR SYSTEM_TIME AS OF n.p AS u ON {condition}"], "SELECT * FROM joined ORDER BY 1")

    assert len(left) == 4
