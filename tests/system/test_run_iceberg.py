"""`tarn run` into Iceberg tables of a folder, which PyIceberg reads back."""

import json
import random
import subprocess
import time

import pytest
from pyiceberg.catalog import load_catalog
from pyiceberg.table import StaticTable

from conftest import BIN_DIR, clean_environment, run_tarn

CATALOG = """
CREATE CATALOG lake WITH ('type' = 'iceberg', 'catalog-type' = 'hadoop', 'warehouse' = 'lake');
CREATE DATABASE IF NOT EXISTS lake.db;
"""


def table_in(folder, name: str) -> StaticTable:
    metadata = folder / "lake" / "db" / name / "metadata"
    versions = sorted(metadata.glob("v*.metadata.json"),
                      key=lambda file: int(file.name[1:].split(".")[0]))
    return StaticTable.from_metadata(versions[-1].as_uri())


def rows_of(folder, name: str) -> list[dict]:
    return table_in(folder, name).scan().to_arrow().to_pylist()


def lint(folder, name: str):
    done = run_tarn("iceberg", "lint", folder / "lake" / "db" / name)
    assert done.returncode == 0, done.stdout
    assert "ERROR" not in done.stdout


def run(folder, sql: str):
    (folder / "job.sql").write_text(sql)
    return run_tarn("run", "job.sql", cwd=folder)


def test_writes_files_into_a_table_with_hidden_partitions(tmp_path):
    (tmp_path / "in").mkdir()
    trades = [{"id": i, "symbol": "AB"[i % 2], "price": i / 4,
               "ts": f"2024-01-01 0{i % 3}:00:00.123456"} for i in range(30)]
    (tmp_path / "in" / "a.json").write_text("".join(json.dumps(row) + "\n" for row in trades))
    sql = CATALOG + """
CREATE TABLE trades (id BIGINT, symbol STRING, price DOUBLE, ts TIMESTAMP(6))
WITH ('connector' = 'filesystem', 'path' = 'in', 'format' = 'json');
CREATE TABLE IF NOT EXISTS lake.db.trades (id BIGINT, symbol STRING, price DECIMAL(9, 2),
    ts TIMESTAMP(6)) WITH ('tarn.partition-by' = 'hour(ts), bucket(4, id)');
INSERT INTO lake.db.trades SELECT id, symbol, CAST(price AS DECIMAL(9, 2)), ts FROM trades;
"""
    done = run(tmp_path, sql)

    assert done.returncode == 0, done.stderr
    table = table_in(tmp_path, "trades")
    assert [str(field.transform) for field in table.spec().fields] == ["hour", "bucket[4]"]
    rows = sorted(table.scan().to_arrow().to_pylist(), key=lambda row: row["id"])
    assert [row["id"] for row in rows] == list(range(30))
    assert str(rows[5]["price"]) == "1.25"
    assert rows[5]["ts"].isoformat() == "2024-01-01T02:00:00.123456"
    assert table.current_snapshot().summary.additional_properties["tarn.job"] == "job-1"
    lint(tmp_path, "trades")


def test_a_file_that_is_run_again_adds_nothing(tmp_path):
    sql = CATALOG + """
CREATE TABLE numbers (i BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '3',
    'fields.i.kind' = 'sequence', 'fields.i.start' = '1', 'fields.i.end' = '3');
CREATE TABLE IF NOT EXISTS lake.db.t (i BIGINT);
INSERT INTO lake.db.t SELECT i FROM numbers;
"""
    assert run(tmp_path, sql).returncode == 0
    assert run(tmp_path, sql).returncode == 0

    assert sorted(row["i"] for row in rows_of(tmp_path, "t")) == [1, 2, 3]
    assert len(table_in(tmp_path, "t").snapshots()) == 1


def test_shows_what_a_table_says_of_itself_and_how_it_was(tmp_path):
    catalog = CATALOG + "CREATE TABLE IF NOT EXISTS lake.db.t (i INT);"
    for value in (1, 2):
        (tmp_path / f"add{value}.sql").write_text(
            catalog + f"INSERT INTO lake.db.t VALUES ({value});")
        assert run_tarn("run", f"add{value}.sql", cwd=tmp_path).returncode == 0
    first = table_in(tmp_path, "t").snapshots()[0].snapshot_id

    shown = run(tmp_path, catalog + f"""
SELECT operation, summary['total-records'] FROM lake.db.`t$snapshots`;
SELECT record_count FROM lake.db.`t$files` WHERE content = 0;
SELECT i FROM lake.db.t /*+ OPTIONS('snapshot-id' = '{first}') */;
SELECT i FROM lake.db.t VERSION AS OF {first};
SELECT i FROM lake.db.t TIMESTAMP AS OF '2099-01-01 00:00:00' WHERE i > 1;
""")

    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.splitlines() == [
        "+I['append', '1']", "+I['append', '2']", "+I[1]", "+I[1]", "+I[1]", "+I[1]", "+I[2]"]


def snapshot_count(folder, name: str) -> int:
    return len(table_in(folder, name).snapshots())


def run_and_kill(folder, rounds: int, name: str):
    """kill -9 in the middle of the work, again and again, then to the end."""
    chance = random.Random(7)
    for _ in range(rounds):
        job = subprocess.Popen([BIN_DIR / "tarn", "run", "job.sql"], cwd=folder,
                               env=clean_environment(), stderr=subprocess.DEVNULL)
        before = snapshot_count(folder, name)
        while snapshot_count(folder, name) < before + 2 and job.poll() is None:
            time.sleep(0.01)
        time.sleep(chance.random() * 0.1)
        job.kill()
        job.wait()
    done = run_tarn("run", "job.sql", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "goes on after epoch" in done.stderr


@pytest.mark.parametrize("version", ["2", "3"])
def test_writes_each_row_once_however_often_it_is_killed(tmp_path, version):
    rows = 4000
    tables = CATALOG + f"""
CREATE TABLE numbers (i BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '2000',
    'fields.i.kind' = 'sequence', 'fields.i.start' = '1', 'fields.i.end' = '{rows}');
CREATE TABLE IF NOT EXISTS lake.db.added (i BIGINT, twice BIGINT)
    WITH ('format-version' = '{version}');
CREATE TABLE IF NOT EXISTS lake.db.counted (k BIGINT, n BIGINT, PRIMARY KEY (k) NOT ENFORCED)
    WITH ('format-version' = '{version}');
"""
    assert run(tmp_path, tables).returncode == 0
    (tmp_path / "job.sql").write_text(f"""
SET 'execution.checkpointing.interval' = '50 ms';
{tables}
INSERT INTO lake.db.added SELECT i, i * 2 FROM numbers;
INSERT INTO lake.db.counted SELECT MOD(i, 10), COUNT(*) FROM numbers GROUP BY MOD(i, 10);
""")
    run_and_kill(tmp_path, 4, "added")

    assert sorted(row["i"] for row in rows_of(tmp_path, "added")) == list(range(1, rows + 1))
    counted = sorted((row["k"], row["n"]) for row in rows_of(tmp_path, "counted"))
    assert counted == [(k, rows // 10) for k in range(10)]
    lint(tmp_path, "added")
    lint(tmp_path, "counted")


def start(folder, name: str) -> subprocess.Popen:
    return subprocess.Popen([BIN_DIR / "tarn", "run", f"{name}.sql"], cwd=folder,
                            env=clean_environment(TARN_DATA_FOLDER=str(folder / f"data-{name}")),
                            stderr=subprocess.DEVNULL)


def test_follows_a_table_of_a_running_tarn_and_copies_each_row_once(tarn, tmp_path):
    rows = 3000
    uri = tarn.faces["iceberg"]
    catalog = f"""
SET 'execution.checkpointing.interval' = '100 ms';
CREATE CATALOG lake WITH ('type' = 'iceberg', 'catalog-type' = 'rest', 'uri' = '{uri}');
CREATE DATABASE IF NOT EXISTS lake.db;
CREATE TABLE IF NOT EXISTS lake.db.made (i BIGINT, text STRING);
CREATE TABLE IF NOT EXISTS lake.db.copied (i BIGINT, text STRING);
"""
    (tmp_path / "make.sql").write_text(catalog + f"""
CREATE TABLE numbers (i BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000',
    'fields.i.kind' = 'sequence', 'fields.i.start' = '1', 'fields.i.end' = '{rows}');
INSERT INTO lake.db.made SELECT i, CAST(i AS STRING) FROM numbers;
""")
    (tmp_path / "copy.sql").write_text(catalog + """
INSERT INTO lake.db.copied SELECT i, text
FROM lake.db.made /*+ OPTIONS('streaming' = 'true', 'monitor-interval' = '50 ms') */;
""")
    making = start(tmp_path, "make")
    chance = random.Random(7)
    for _ in range(4):
        copying = start(tmp_path, "copy")
        time.sleep(0.4 + chance.random() * 0.3)
        assert copying.poll() is None
        copying.kill()
        copying.wait()
    assert making.wait(timeout=30) == 0

    copying = start(tmp_path, "copy")
    table = load_catalog("tarn", type="rest", uri=uri).load_table("db.copied")
    deadline = time.monotonic() + 30
    while table.scan().count() < rows and time.monotonic() < deadline:
        time.sleep(0.1)
        table.refresh()
    copying.terminate()
    assert copying.wait(timeout=20) == 0

    table.refresh()
    copied = sorted((row["i"], row["text"]) for row in table.scan().to_arrow().to_pylist())
    assert copied == [(i, str(i)) for i in range(1, rows + 1)]


def test_keeps_one_row_for_each_key_in_s3(tarn, tmp_path):
    bucket = run_tarn("s3", "mb", "lake", "--endpoint", tarn.faces["s3"])
    assert bucket.returncode == 0, bucket.stderr
    catalog = f"""
CREATE CATALOG lake WITH ('type' = 'iceberg', 'catalog-type' = 'hadoop',
    'warehouse' = 's3://lake/warehouse', 's3.endpoint' = '{tarn.faces["s3"]}');
CREATE DATABASE IF NOT EXISTS lake.db;
CREATE TABLE IF NOT EXISTS lake.db.last (k STRING, v INT, PRIMARY KEY (k) NOT ENFORCED)
    WITH ('write.upsert.enabled' = 'true');
"""
    first = run(tmp_path, catalog + "INSERT INTO lake.db.last VALUES ('a', 1), ('b', 2), ('a', 3);")
    assert first.returncode == 0, first.stderr
    (tmp_path / "more.sql").write_text(catalog + "INSERT INTO lake.db.last VALUES ('b', 4);")
    assert run_tarn("run", "more.sql", cwd=tmp_path).returncode == 0

    (tmp_path / "shown.sql").write_text(catalog + "SELECT k, v FROM lake.db.last;")
    shown = run_tarn("run", "shown.sql", cwd=tmp_path)
    assert sorted(shown.stdout.splitlines()) == ["+I['a', 3]", "+I['b', 4]"]


def test_looks_rows_up_in_a_table(tmp_path):
    dimension = CATALOG + """
CREATE TABLE IF NOT EXISTS lake.db.users (id BIGINT, name STRING, age INT);
"""
    done = run(tmp_path, dimension
               + "INSERT INTO lake.db.users VALUES (1, 'a', 30), (2, 'b', 40), (2, 'c', 50);")
    assert done.returncode == 0, done.stderr

    shown = run(tmp_path, dimension + """
CREATE TABLE numbers (i BIGINT, p AS PROCTIME()) WITH ('connector' = 'datagen',
    'rows-per-second' = '1000', 'fields.i.kind' = 'sequence', 'fields.i.start' = '1',
    'fields.i.end' = '3');
SELECT i, name FROM numbers AS n LEFT JOIN lake.db.users /*+ OPTIONS('streaming' = 'true') */
    FOR SYSTEM_TIME AS OF n.p AS u ON n.i = u.id AND age < 45;
""")

    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.splitlines() == ["+I[1, 'a']", "+I[2, 'b']", "+I[3, NULL]"]


def test_looks_rows_up_as_others_change_them(tmp_path):
    dimension = CATALOG + """
CREATE TABLE IF NOT EXISTS lake.db.users (id BIGINT, name STRING)
WITH ('monitor-interval' = '200ms');
"""
    assert run(tmp_path, dimension + "INSERT INTO lake.db.users VALUES (1, 'a');").returncode == 0
    (tmp_path / "query.sql").write_text(dimension + """
CREATE TABLE numbers (i BIGINT, p AS PROCTIME()) WITH ('connector' = 'datagen',
    'rows-per-second' = '20', 'fields.i.kind' = 'sequence', 'fields.i.start' = '1',
    'fields.i.end' = '10000');
SELECT name FROM numbers AS n JOIN lake.db.users FOR SYSTEM_TIME AS OF n.p AS u ON u.id = 1;
""")
    query = subprocess.Popen([BIN_DIR / "tarn", "run", "query.sql"], cwd=tmp_path, text=True,
                             stdout=subprocess.PIPE, env=clean_environment())
    try:
        assert query.stdout.readline() == "+I['a']\n"
        (tmp_path / "job.sql").write_text(
            dimension + "INSERT INTO lake.db.users VALUES (1, 'b');")
        added = run_tarn("run", "job.sql", "--data", "other-data", cwd=tmp_path)
        assert added.returncode == 0, added.stderr
        assert "+I['b']\n" in (query.stdout.readline() for _ in range(400))
    finally:
        query.kill()
        query.communicate()
