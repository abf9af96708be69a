"""`tarn run`: files of SQL whose queries are shown and whose INSERTs are jobs."""

import json
import subprocess
import time

from conftest import BIN_DIR, clean_environment, run_tarn

TRADES = """{"symbol":"A","price":10.5,"qty":2,"at":"2024-01-01 00:00:01"}
{"symbol":"B","price":20.0,"qty":1,"at":"2024-01-01 00:00:20"}
{"symbol":"A","price":11.5,"qty":3,"at":"2024-01-01 00:00:50"}
{"symbol":"A","price":9.5,"qty":1,"at":"2024-01-01 00:01:10"}
"""
TABLES = """
CREATE TABLE trades (symbol STRING, price DOUBLE, qty BIGINT, `at` TIMESTAMP(3),
    WATERMARK FOR `at` AS `at` - INTERVAL '5' SECOND)
WITH ('connector' = 'filesystem', 'path' = 'in', 'format' = 'json');
CREATE TABLE bars (symbol STRING, since TIMESTAMP(3), `open` DOUBLE, high DOUBLE, volume BIGINT)
WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'json');
"""
BARS = """
INSERT INTO bars
SELECT symbol, window_start, FIRST_VALUE(price), MAX(price), SUM(qty)
FROM TABLE(TUMBLE(TABLE trades, DESCRIPTOR(`at`), INTERVAL '1' MINUTE))
GROUP BY symbol, window_start, window_end;
"""


def run(folder, sql: str):
    (folder / "in").mkdir(exist_ok=True)
    (folder / "in" / "trades.json").write_text(TRADES)
    (folder / "job.sql").write_text(sql)
    return run_tarn("run", "job.sql", cwd=folder)


def rows_out(folder) -> list[dict]:
    files = (folder / "out").glob("[!.]*")
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def test_shows_the_changes_of_a_query(tmp_path):
    done = run(tmp_path, TABLES + "SELECT symbol, COUNT(*) FROM trades GROUP BY symbol;")

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "+I['A', 1]", "+I['B', 1]", "-U['A', 1]", "+U['A', 2]", "-U['A', 2]", "+U['A', 3]"]


def test_writes_bars_of_a_minute_once(tmp_path):
    first = run(tmp_path, TABLES + BARS)
    again = run(tmp_path, TABLES + BARS)

    assert first.returncode == 0, first.stderr
    assert "job job with 1 INSERT begins" in first.stderr
    assert "goes on after epoch 1" in again.stderr
    assert sorted(rows_out(tmp_path), key=lambda row: (row["symbol"], row["since"])) == [
        {"symbol": "A", "since": "2024-01-01 00:00:00", "open": 10.5, "high": 11.5, "volume": 5},
        {"symbol": "A", "since": "2024-01-01 00:01:00", "open": 9.5, "high": 9.5, "volume": 1},
        {"symbol": "B", "since": "2024-01-01 00:00:00", "open": 20, "high": 20, "volume": 1}]


def test_refuses_to_go_on_with_another_query(tmp_path):
    run(tmp_path, TABLES + BARS)

    done = run(tmp_path, TABLES + BARS.replace("'1' MINUTE", "'2' MINUTE"))

    assert done.returncode != 0
    assert "what the job computes has changed since its last epoch" in done.stderr


def test_shows_the_place_of_what_is_wrong(tmp_path):
    done = run(tmp_path, "SELECT nope FROM (VALUES (1)) AS t (x);")

    assert done.returncode == 4
    assert "job.sql:1:8:" in done.stdout


def last_epoch(folder) -> str | None:
    files = (folder / "tarn-data" / "jobs" / "job").glob("epoch-*")
    return max((file.name for file in files), default=None)


def test_writes_each_row_once_however_often_it_is_killed(tmp_path):
    rows = 4000
    (tmp_path / "job.sql").write_text(f"""
SET 'execution.checkpointing.interval' = '50 ms';
CREATE TABLE numbers (i BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '2000',
    'fields.i.kind' = 'sequence', 'fields.i.start' = '1', 'fields.i.end' = '{rows}');
CREATE TABLE sums (i BIGINT, so_far BIGINT, p BIGINT)
WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'json');
INSERT INTO sums SELECT i, i * 2, i * 3 FROM numbers WHERE MOD(i, 2) = 0;
""")
    for _ in range(5):
        before = last_epoch(tmp_path)
        job = subprocess.Popen([BIN_DIR / "tarn", "run", "job.sql"], cwd=tmp_path,
                               env=clean_environment(), stderr=subprocess.DEVNULL)
        while last_epoch(tmp_path) == before:
            assert job.poll() is None
            time.sleep(0.01)
        job.kill()
        job.wait()

    done = run_tarn("run", "job.sql", cwd=tmp_path)

    assert "goes on after epoch" in done.stderr
    assert sorted(row["i"] for row in rows_out(tmp_path)) == list(range(2, rows + 1, 2))
