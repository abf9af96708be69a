"""The connector `clickhouse` inserts into tables of ClickHouse's own engine, version 26: the same
parser of Arrow, the same conversions to the types of columns, the same memory of tokens. In front
of it is a small HTTP server of ours (peers/clickhouse_server.py), as no registry has one of a
ClickHouse of this decade. TARN_BIN_DIR says where tarn is."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from conftest import free_port
from sql_runs import failure, run, start

PEER = Path(__file__).parent / "peers/clickhouse_server.py"
REMEMBERS = "SETTINGS non_replicated_deduplication_window = 1000"


class ClickHouse:
    def __init__(self, folder: Path):
        self.folder = folder
        self.port = free_port()
        self.failures = 0.0
        self.password = ""
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, PEER, str(self.port), self.folder, str(self.failures)],
            stdout=subprocess.PIPE, text=True,
            env=os.environ | {"CLICKHOUSE_PASSWORD": self.password})
        assert self.process.stdout.readline() == "ready\n"

    def kill(self):
        self.process.kill()
        self.process.communicate()

    def run(self, statement: str) -> list:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/", f"{statement}".encode(), method="POST",
            headers={"X-ClickHouse-Key": self.password})
        with urllib.request.urlopen(request) as answer:
            return [json.loads(line) for line in answer.read().decode().splitlines()]

    def rows(self, query: str) -> list[list]:
        return self.run(f"{query} FORMAT JSONCompactEachRow")

    def table(self, name: str, columns: str, options: str = "", database: str = "shop") -> str:
        more = f", {options}" if options else ""
        return (f"CREATE TABLE {name} ({columns}) WITH ('connector' = 'clickhouse', "
                f"'url' = 'clickhouse://127.0.0.1:{self.port}', 'database-name' = '{database}', "
                f"'table-name' = '{name}'{more});\n")


@pytest.fixture
def server(tmp_path):
    server = ClickHouse(tmp_path / "clickhouse")
    server.start()
    server.run("CREATE DATABASE shop")
    yield server
    server.kill()


def numbers(rows: int, per_second: int = 1_000_000) -> str:
    return (f"CREATE TABLE numbers (i BIGINT) WITH ('connector' = 'datagen', "
            f"'rows-per-second' = '{per_second}', 'fields.i.kind' = 'sequence', "
            f"'fields.i.start' = '1', 'fields.i.end' = '{rows}');\n")


def test_writes_values_of_all_types(server, tmp_path):
    server.run("""CREATE TABLE shop.everything (id Int32, b Nullable(Bool), i1 Nullable(Int8),
        i2 Nullable(Int16), i8 Nullable(Int64), f4 Nullable(Float32), f8 Nullable(Float64),
        d Nullable(Decimal(12, 3)), t Nullable(String), low LowCardinality(Nullable(String)),
        c FixedString(4), u Nullable(UUID), bytes Nullable(String), day Nullable(Date32),
        ts Nullable(DateTime64(6, 'UTC')), seconds Nullable(DateTime('Asia/Tokyo')),
        names Array(Nullable(String)), counts Map(String, Int64),
        pair Tuple(x Int32, y Nullable(String)), note String DEFAULT 'none')
        ENGINE = MergeTree ORDER BY id""")
    columns = """id INT NOT NULL, b BOOLEAN, i1 TINYINT, i2 SMALLINT, i8 BIGINT, f4 FLOAT,
        f8 DOUBLE, d DECIMAL(12, 3), t STRING, low STRING, c CHAR(4) NOT NULL, u STRING,
        `bytes` BYTES, `day` DATE, ts TIMESTAMP(6), seconds TIMESTAMP_LTZ(3),
        names ARRAY<STRING> NOT NULL, counts MAP<STRING NOT NULL, BIGINT NOT NULL> NOT NULL,
        pair ROW<x INT, y STRING> NOT NULL"""

    run(tmp_path, server.table("everything", columns) + """INSERT INTO everything VALUES
        (1, TRUE, CAST(-7 AS TINYINT), CAST(300 AS SMALLINT), 9007199254740993, CAST(1.5 AS FLOAT),
         CAST(-0.1 AS DOUBLE), -12.345, 'x "y" é', 'l', 'abcd',
         '6f9619ff-8b86-d011-b42d-00c04fc964ff', x'00ff10', DATE '1950-02-03',
         TIMESTAMP '1969-12-31 23:59:59.999999', TO_TIMESTAMP_LTZ(1751371200000, 3),
         ARRAY['a,b', CAST(NULL AS STRING)], MAP['k', 1], ROW(7, 'z')),
        (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'efgh', NULL, NULL, NULL, NULL,
         NULL, ARRAY[CAST(NULL AS STRING)], MAP['k', 2], ROW(8, CAST(NULL AS STRING)));""")

    assert server.rows("SELECT * REPLACE(hex(bytes) AS bytes, toString(d) AS d, "
                       "toString(i8) AS i8) FROM shop.everything ORDER BY id") == [
        [1, True, -7, 300, "9007199254740993", 1.5, -0.1, "-12.345", 'x "y" é', "l", "abcd",
         "6f9619ff-8b86-d011-b42d-00c04fc964ff", "00FF10", "1950-02-03",
         "1969-12-31 23:59:59.999999", "2025-07-01 21:00:00", ["a,b", None], {"k": 1},
         {"x": 7, "y": "z"}, "none"],
        [2, *[None] * 9, "efgh", *[None] * 5, [None], {"k": 2}, {"x": 8, "y": None}, "none"]]


def test_keeps_the_last_row_of_each_key(server, tmp_path):
    server.run("CREATE TABLE shop.counts (kind Int64, n Int64) "
               "ENGINE = ReplacingMergeTree ORDER BY kind")

    run(tmp_path, "SET 'execution.checkpointing.interval' = '50 ms';" + numbers(1000, 5000)
        + server.table("counts", "kind BIGINT, n BIGINT, PRIMARY KEY (kind) NOT ENFORCED",
                       "'sink.flush-interval' = '20ms'")
        + "INSERT INTO counts SELECT MOD(i, 3), COUNT(*) FROM numbers GROUP BY MOD(i, 3);")

    assert server.rows("SELECT kind, n FROM shop.counts FINAL ORDER BY kind") == [
        [0, 333], [1, 334], [2, 333]]
    assert server.rows("SELECT count() > 3 FROM shop.counts") == [[1]]


def test_a_row_that_changes_may_be_left_out(server, tmp_path):
    server.run("CREATE TABLE shop.firsts (kind Int64, n Int64) "
               "ENGINE = ReplacingMergeTree ORDER BY kind")

    run(tmp_path, "SET 'parallelism.default' = '1';" + numbers(9)
        + server.table("firsts", "kind BIGINT, n BIGINT, PRIMARY KEY (kind) NOT ENFORCED",
                       "'sink.update-strategy' = 'discard'")
        + "INSERT INTO firsts SELECT MOD(i, 3), COUNT(*) FROM numbers GROUP BY MOD(i, 3);")

    assert server.rows("SELECT count() FROM shop.firsts") == [[3]]


def sums(server) -> list[list]:
    return server.rows("SELECT count(), uniqExact(i), sum(i) FROM shop.log")


def expected(rows: int) -> list[list]:
    return [[rows, rows, rows * (rows + 1) // 2]]


def test_tokens_tell_inserts_that_come_again(server, tmp_path):
    server.run(f"CREATE TABLE shop.log (i Int64) ENGINE = MergeTree ORDER BY i {REMEMBERS}")
    server.kill()
    server.failures = 0.3
    server.start()

    said = run(tmp_path, numbers(20_000) + server.table("log", "i BIGINT", "'sink.batch-size' = "
               "'500', 'sink.max-retries' = '20', 'properties.max_insert_threads' = '1'")
               + "INSERT INTO log SELECT i FROM numbers;")

    assert "closed the connection without an answer" in said.stderr
    assert "Too many parts" in said.stderr
    assert sums(server) == expected(20_000)


def test_the_same_job_run_anew_inserts_its_rows_again(server, tmp_path):
    server.run(f"CREATE TABLE shop.log (i Int64) ENGINE = MergeTree ORDER BY i {REMEMBERS}")
    job = numbers(100) + server.table("log", "i BIGINT") + "INSERT INTO log SELECT i FROM numbers;"

    for folder in (tmp_path / "first", tmp_path / "second"):
        folder.mkdir()
        run(folder, job)

    assert server.rows("SELECT count() FROM shop.log") == [[200]]


@pytest.mark.parametrize("guarantee", ["at-least-once", "exactly-once"])
def test_a_job_that_is_killed_loses_no_row(server, tmp_path, guarantee):
    server.run(f"CREATE TABLE shop.log (i Int64) ENGINE = MergeTree ORDER BY i {REMEMBERS}")
    sql = ("SET 'execution.checkpointing.interval' = '100 ms';" + numbers(3000, 1500)
           + server.table("log", "i BIGINT", f"'sink.delivery-guarantee' = '{guarantee}', "
                          "'sink.batch-size' = '100', 'sink.flush-interval' = '50ms'")
           + "INSERT INTO log SELECT i FROM numbers;")
    for rows in (300, 1200):
        job = start(tmp_path, sql)
        deadline = time.monotonic() + 20
        while sums(server)[0][1] < rows:
            assert time.monotonic() < deadline and job.poll() is None
            time.sleep(0.02)
        job.kill()
        job.communicate()
    # One of them while the server is away, too.
    job = start(tmp_path, sql)
    server.kill()
    time.sleep(0.3)
    job.kill()
    job.communicate()
    server.start()

    run(tmp_path, sql)

    count, unique, total = sums(server)[0]
    assert (unique, count >= unique) == (3000, True)
    if guarantee == "exactly-once":
        assert [[count, unique, total]] == expected(3000)


def test_goes_on_when_the_server_comes_back(server, tmp_path):
    server.run("CREATE TABLE shop.log (i Int64) ENGINE = MergeTree ORDER BY i")
    job = start(tmp_path, numbers(3000, 1500)
                + server.table("log", "i BIGINT", "'sink.flush-interval' = '50ms', "
                               "'sink.max-retries' = '20'")
                + "INSERT INTO log SELECT i FROM numbers;")
    time.sleep(0.7)
    server.kill()
    time.sleep(0.5)
    server.start()

    _, errors = job.communicate(timeout=60)
    assert job.returncode == 0, errors
    assert "is sent again in" in errors
    assert sums(server)[0][1] == 3000


def test_says_what_does_not_fit(server, tmp_path):
    server.run("CREATE TABLE shop.users (id Int64, name String, twice Int64 MATERIALIZED id * 2) "
               "ENGINE = MergeTree ORDER BY id")
    server.run("CREATE TABLE shop.kinds (id Int64, kind String) "
               "ENGINE = ReplacingMergeTree ORDER BY (kind, id)")

    def refused(name, columns, values, options="") -> str:
        return failure(tmp_path, server.table(name, columns, options)
                       + f"INSERT INTO {name} VALUES ({values});")

    assert "has no table shop.people" in refused("people", "id BIGINT", "1")
    assert "shop.users has no column 'nam'\n  did you mean 'name'?" in refused(
        "users", "nam STRING", "'x'")
    assert "'twice' of shop.users is MATERIALIZED" in refused("users", "twice BIGINT", "1")
    assert "no TIME(0) is written to ClickHouse" in refused(
        "users", "id TIME", "TIME '10:00:00'")
    assert "shop.users is a MergeTree, which replaces no rows" in refused(
        "users", "id BIGINT, PRIMARY KEY (id) NOT ENFORCED", "1")
    assert "replaces rows by (kind, id)" in refused(
        "kinds", "id BIGINT, PRIMARY KEY (id) NOT ENFORCED", "1")
    assert "a row of ClickHouse is not deleted" in refused(
        "users", "id BIGINT", "1", "'sink.ignore-delete' = 'false'")
    # Told by ClickHouse itself.
    assert "Cannot parse" in refused("users", "id STRING", "'x'")
    assert "Unknown setting" in refused("users", "id BIGINT", "1", "'properties.no_such' = '1'")
    run(tmp_path, server.table("kinds", "id BIGINT, kind STRING, "
                               "PRIMARY KEY (id, kind) NOT ENFORCED")
        + "INSERT INTO kinds VALUES (1, 'a');")


def test_a_null_where_none_may_be_is_no_default(server, tmp_path):
    server.run("CREATE TABLE shop.users (id Int64) ENGINE = MergeTree ORDER BY id")

    said = failure(tmp_path, server.table("users", "id BIGINT")
                   + "INSERT INTO users VALUES (CAST(NULL AS BIGINT));")

    assert "NULL" in said.upper()
    assert server.rows("SELECT count() FROM shop.users") == [[0]]


def test_says_who_it_is(server, tmp_path):
    server.run("CREATE TABLE shop.log (i Int64) ENGINE = MergeTree ORDER BY i")
    server.kill()
    server.password = "it's secret"
    server.start()
    job = numbers(3) + "{}INSERT INTO log SELECT i FROM numbers;"

    said = failure(tmp_path, job.format(server.table("log", "i BIGINT")))
    assert "Authentication failed" in said
    run(tmp_path, job.format(server.table(
        "log", "i BIGINT", "'username' = 'me', 'password' = 'it''s secret'")))

    assert sums(server) == expected(3)
