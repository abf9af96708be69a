"""INSERT OVERWRITE of jobs in batch mode, whose tables PyIceberg reads."""

import subprocess
import time

from conftest import BIN_DIR, clean_environment
from system.test_run_iceberg import CATALOG, lint, rows_of, run, table_in

TABLES = CATALOG + """
CREATE TABLE IF NOT EXISTS lake.db.sales (id BIGINT, `day` STRING, shop STRING)
PARTITIONED BY (`day`, shop);
CREATE TABLE IF NOT EXISTS lake.db.plain (id BIGINT, `day` STRING);
"""
BATCH = "SET 'execution.runtime-mode' = 'batch';\n"


def run_anew(folder, statements: str) -> subprocess.CompletedProcess:
    """As a job of its own: one that goes on has read all it wants."""
    number = len(list(folder.glob("tarn-data/jobs/*")))
    return run(folder, f"{TABLES} SET 'pipeline.name' = 'job-{number}'; {statements}")


def written(folder, statements: str):
    done = run_anew(folder, statements)
    assert done.returncode == 0, done.stderr


def sales(folder) -> list[tuple]:
    return sorted((row["day"], row["shop"], row["id"]) for row in rows_of(folder, "sales"))


def first_sales(folder):
    written(folder, "INSERT INTO lake.db.sales VALUES (1, 'mon', 'a'), (2, 'mon', 'b'), "
                    "(3, 'tue', 'a');")


def test_the_partitions_that_get_rows_lose_what_they_had(tmp_path):
    first_sales(tmp_path)

    written(tmp_path, BATCH + "INSERT OVERWRITE lake.db.sales "
            "SELECT id, d, s FROM (VALUES (10, 'mon', 'a'), (11, 'mon', 'a'), (12, 'wed', 'a')) "
            "AS v (id, d, s);")

    assert sales(tmp_path) == [("mon", "a", 10), ("mon", "a", 11), ("mon", "b", 2),
                               ("tue", "a", 3), ("wed", "a", 12)]
    assert table_in(tmp_path, "sales").current_snapshot().summary["replace-partitions"] == "true"
    lint(tmp_path, "sales")


def test_a_partition_that_is_named_gives_its_value_to_all_rows(tmp_path):
    first_sales(tmp_path)

    written(tmp_path, BATCH + "INSERT OVERWRITE lake.db.sales PARTITION (`day` = 'mon') "
            "SELECT id, s FROM (VALUES (10, 'b')) AS v (id, s);")

    # As in Flink, of the partitions of that day only those that get rows.
    assert sales(tmp_path) == [("mon", "a", 1), ("mon", "b", 10), ("tue", "a", 3)]


def test_a_table_without_partitions_loses_all(tmp_path):
    written(tmp_path, "INSERT INTO lake.db.plain VALUES (1, 'mon'), (2, 'tue');")

    written(tmp_path, BATCH + "INSERT OVERWRITE lake.db.plain VALUES (7, 'wed');")
    assert [row["id"] for row in rows_of(tmp_path, "plain")] == [7]

    # It reads the rows that it takes the place of.
    written(tmp_path, BATCH + "INSERT OVERWRITE lake.db.plain "
            "SELECT id + n, `day` FROM lake.db.plain CROSS JOIN (VALUES (1), (2)) AS v (n);")
    assert sorted(row["id"] for row in rows_of(tmp_path, "plain")) == [8, 9]

    written(tmp_path, BATCH + "INSERT OVERWRITE lake.db.plain "
            "SELECT id, `day` FROM lake.db.plain WHERE id > 100;")
    assert sorted(row["id"] for row in rows_of(tmp_path, "plain")) == [8, 9]
    lint(tmp_path, "plain")


def test_a_job_that_is_killed_overwrites_once_and_as_a_whole(tmp_path):
    written(tmp_path, "INSERT INTO lake.db.plain VALUES (0, 'old');")
    sql = TABLES + BATCH + """
SET 'execution.checkpointing.interval' = '50 ms';
CREATE TABLE numbers (i BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '2000',
    'number-of-rows' = '3000', 'fields.i.kind' = 'sequence', 'fields.i.start' = '1',
    'fields.i.end' = '3000');
INSERT OVERWRITE lake.db.plain SELECT i, 'new' FROM numbers;
"""
    (tmp_path / "job.sql").write_text(sql)
    for _ in range(2):
        job = subprocess.Popen([BIN_DIR / "tarn", "run", "job.sql"], cwd=tmp_path,
                               env=clean_environment())
        time.sleep(0.6)
        job.kill()
        job.wait()
        assert [row["id"] for row in rows_of(tmp_path, "plain")] == [0]

    assert run(tmp_path, sql).returncode == 0

    assert sorted(row["id"] for row in rows_of(tmp_path, "plain")) == list(range(1, 3001))
    lint(tmp_path, "plain")


def test_a_folder_of_files_has_the_new_rows_alone(tmp_path):
    files = ("CREATE TABLE f (i BIGINT) WITH ('connector' = 'filesystem', 'path' = 'out', "
             "'format' = 'json');")

    def lines() -> list[str]:
        return sorted(line for file in (tmp_path / "out").glob("[!.]*")
                      for line in file.read_text().splitlines())

    written(tmp_path, files + "INSERT INTO f VALUES (1), (2);")
    written(tmp_path, BATCH + files + "INSERT OVERWRITE f SELECT i * 10 FROM f;")
    assert lines() == ['{"i":10}', '{"i":20}']

    written(tmp_path, BATCH + files + "INSERT OVERWRITE f SELECT i FROM f WHERE i > 100;")
    assert lines() == []


def test_says_where_it_cannot_be(tmp_path):
    def refused(statements: str) -> str:
        done = run_anew(tmp_path, statements)
        assert done.returncode != 0
        return done.stdout + done.stderr

    assert "INSERT OVERWRITE is for jobs that end\n" in refused(
        "INSERT OVERWRITE lake.db.plain VALUES (7, 'wed');")
    assert "SET 'execution.runtime-mode' = 'batch'" in refused(
        "INSERT OVERWRITE lake.db.plain VALUES (7, 'wed');")
    endless = "CREATE TABLE n (i BIGINT) WITH ('connector' = 'datagen');\n"
    assert "an endless stream cannot overwrite a table" in refused(
        BATCH + endless + "INSERT OVERWRITE lake.db.plain SELECT i, 'x' FROM n;")
    assert "the table 'p' cannot be overwritten" in refused(
        BATCH + "CREATE TABLE p (i BIGINT) WITH ('connector' = 'print');"
        "INSERT OVERWRITE p VALUES (1);")
