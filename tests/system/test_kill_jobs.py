"""kill -9 at any moment of two jobs, one that feeds a topic and one with every kind of state and of
sink behind it: in the end all tables hold what they hold where nobody was killed."""

import json
import os
import random
import signal
import time
import uuid

import pytest
from pyiceberg.catalog import load_catalog

from conftest import Tarn, run_tarn
from system.running_jobs import job

ROUNDS = int(os.environ.get("TARN_KILL_ROUNDS", "6"))
SLOWLY = 2_000  # rows a second
# Where an epoch can be cut off, in its order (src/base/crash_point.hpp).
CRASHES = ("epoch-begins", "epoch-captured", "epoch-prepared", "epoch-written",
           "table-commit-begins", "table-committed", "epoch-committed-by-a-sink",
           "epoch-committed", "epoch-gathered")
CRASHES_WITHIN_S = 30
ROUND_S = 0.5   # at most, from the start to the kill
# Enough of them to be killed in each round.
ROWS = int(ROUNDS * ROUND_S * SLOWLY)
WITHIN_S = 60 + ROUNDS

SETTINGS = """
SET 'execution.checkpointing.interval' = '60 ms';
SET 'restart-strategy.type' = 'fixed-delay';
SET 'restart-strategy.fixed-delay.delay' = '50 ms';
SET 'table.exec.source.idle-timeout' = '0';
SET 'table.local-time-zone' = 'UTC';
SET 'parallelism.default' = '2';
"""
EVENTS = """
CREATE TABLE events (n BIGINT, k STRING, g BIGINT, v BIGINT, ms BIGINT{more})
WITH ('connector' = 'kafka', 'topic' = 'events', 'properties.bootstrap.servers' = 'kafka:9092',
    'scan.startup.mode' = 'earliest-offset', 'properties.isolation.level' = 'read_committed',
    'key.format' = 'raw', 'key.fields' = 'k', 'value.format' = 'json',
    'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = 'feed');
"""
# A tenth of a second of event time for each row; what is made of n is the same each time.
FEED = SETTINGS + EVENTS.format(more="") + """
CREATE TABLE numbers (n BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '{speed}',
    'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '{rows}');
INSERT INTO events
SELECT n, 'k' || CAST(MOD(n * 7919, 40) AS STRING), MOD(n, 5), MOD(n * 104729, 1000003), n * 100
FROM numbers;
"""
TABLES = SETTINGS + EVENTS.format(
    more=", ts AS TO_TIMESTAMP_LTZ(ms, 3), WATERMARK FOR ts AS ts - INTERVAL '30' SECOND") + """
CREATE CATALOG lake WITH ('type' = 'iceberg', 'catalog-type' = 'rest',
    'uri' = 'http://iceberg-rest:8181');
CREATE DATABASE IF NOT EXISTS lake.db;
CREATE TABLE IF NOT EXISTS lake.db.added (n BIGINT, k STRING, v BIGINT);
CREATE TABLE IF NOT EXISTS lake.db.tumbled (k STRING, w TIMESTAMP(6), c BIGINT, s BIGINT);
CREATE TABLE IF NOT EXISTS lake.db.hopped (g BIGINT, w TIMESTAMP(6), c BIGINT, m BIGINT);
CREATE TABLE IF NOT EXISTS lake.db.sessions (k STRING, w TIMESTAMP(6), c BIGINT);
CREATE TABLE IF NOT EXISTS lake.db.pairs (a BIGINT, b BIGINT);
CREATE TABLE IF NOT EXISTS lake.db.sums (n BIGINT, s BIGINT);
CREATE TABLE IF NOT EXISTS lake.db.counted (k STRING, c BIGINT, s BIGINT, m BIGINT,
    PRIMARY KEY (k) NOT ENFORCED) WITH ('format-version' = '2', 'write.upsert.enabled' = 'true');
CREATE TABLE IF NOT EXISTS lake.db.tops (g BIGINT, r BIGINT, v BIGINT,
    PRIMARY KEY (g, r) NOT ENFORCED)
WITH ('format-version' = '2', 'write.upsert.enabled' = 'true');
CREATE TABLE IF NOT EXISTS lake.db.newest (k STRING, n BIGINT, c BIGINT,
    PRIMARY KEY (k) NOT ENFORCED) WITH ('format-version' = '2', 'write.upsert.enabled' = 'true');
CREATE TABLE doubled (n BIGINT) WITH ('connector' = 'kafka', 'topic' = 'doubled',
    'properties.bootstrap.servers' = 'kafka:9092', 'format' = 'json',
    'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = 'doubled');
CREATE TABLE filed (n BIGINT)
WITH ('connector' = 'filesystem', 'path' = 'filed', 'format' = 'json');

-- An event of a key comes each four seconds.
CREATE VIEW some_events AS SELECT * FROM events WHERE v < 700000;

EXECUTE STATEMENT SET BEGIN
INSERT INTO lake.db.added SELECT n, k, v FROM events;
INSERT INTO lake.db.tumbled SELECT k, window_start, COUNT(*), SUM(v)
FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY k, window_start, window_end;
INSERT INTO lake.db.hopped SELECT g, window_start, COUNT(DISTINCT k), MAX(v)
FROM TABLE(HOP(TABLE events, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '30' SECOND))
GROUP BY g, window_start, window_end;
INSERT INTO lake.db.sessions SELECT k, window_start, COUNT(*)
FROM TABLE(SESSION(TABLE some_events PARTITION BY k, DESCRIPTOR(ts), INTERVAL '5' SECOND))
GROUP BY k, window_start, window_end;
INSERT INTO lake.db.pairs SELECT a.n, b.n FROM events a JOIN events b
ON a.k = b.k AND a.n < b.n AND b.ts BETWEEN a.ts AND a.ts + INTERVAL '10' SECOND;
INSERT INTO lake.db.sums SELECT n, SUM(v) OVER (PARTITION BY k ORDER BY ts
    ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) FROM events;
INSERT INTO lake.db.counted SELECT k, COUNT(*), SUM(v), MAX(n) FROM events GROUP BY k;
INSERT INTO lake.db.tops SELECT g, r, v FROM
    (SELECT g, v, ROW_NUMBER() OVER (PARTITION BY g ORDER BY v DESC) AS r FROM events)
WHERE r <= 3;
INSERT INTO lake.db.newest SELECT e.k, e.n, d.c FROM events e
JOIN (SELECT k, MAX(n) AS m, COUNT(*) AS c FROM events GROUP BY k) d ON e.n = d.m;
INSERT INTO doubled SELECT n * 2 FROM events;
INSERT INTO filed SELECT n FROM events WHERE g = 0;
END;
"""
ICEBERG = ("added", "tumbled", "hopped", "sessions", "pairs", "sums", "counted", "tops",
           "newest")


def call(tarn: Tarn, *words, cwd=None) -> str:
    done = run_tarn(*words, "--data", tarn.data, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout


def begin(tarn: Tarn, folder, speed: int):
    call(tarn, "topic", "create", "events", "--partitions", "3")
    for name, sql in (("feed", FEED.format(speed=speed, rows=ROWS)), ("tables", TABLES)):
        (folder / f"{name}.sql").write_text(sql)
        call(tarn, "run", f"{name}.sql", "--detach", cwd=folder)


def finish(tarn: Tarn):
    deadline = time.monotonic() + WITHIN_S
    while job(tarn, "feed")["state"] != "FINISHED" or job(tarn, "tables")["rows_read"] < ROWS:
        assert time.monotonic() < deadline, (job(tarn, "feed"), job(tarn, "tables"))
        time.sleep(0.1)
    call(tarn, "job", "stop", "tables")


def tables_of(tarn: Tarn, folder) -> dict[str, list]:
    catalog = load_catalog("tarn", type="rest", uri=tarn.faces["iceberg"])
    found = {name: sorted(tuple(row.values()) for row in
                          catalog.load_table(f"db.{name}").scan().to_arrow().to_pylist())
             for name in ICEBERG}
    for topic in ("events", "doubled"):
        records = call(tarn, "topic", "consume", topic, "--until-end", "--committed",
                       "--format", "%v")
        found[topic] = sorted(json.loads(line)["n"] for line in records.splitlines())
    found["filed"] = sorted(json.loads(line)["n"] for file in (folder / "filed").glob("[!.]*")
                            for line in file.read_text().splitlines())
    return found


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> dict[str, list]:
    folder = tmp_path_factory.mktemp("undisturbed")
    tarn = Tarn(folder)
    try:
        begin(tarn, folder, 1_000_000)
        finish(tarn)
        return tables_of(tarn, folder)
    finally:
        assert tarn.stop() == 0


def assert_equal(found: dict[str, list], undisturbed: dict[str, list]):
    assert found["events"] == list(range(1, ROWS + 1))
    for name, rows in undisturbed.items():
        assert rows and found[name] == rows, name


def test_nothing_shows_that_it_was_killed(start_tarn, tmp_path, undisturbed):
    seed = int(os.environ.get("TARN_KILL_SEED", uuid.uuid4().int % 2**32))
    print("seed", seed)
    chance = random.Random(seed)
    tarn = start_tarn()
    begin(tarn, tmp_path, SLOWLY)
    for _ in range(ROUNDS):
        time.sleep(chance.uniform(0, ROUND_S))
        tarn.kill()
        tarn = start_tarn()
    finish(tarn)
    found = tables_of(tarn, tmp_path)
    assert tarn.stop() == 0

    assert_equal(found, undisturbed)


def test_nothing_shows_that_epochs_were_cut_off(start_tarn, tmp_path, undisturbed):
    tarn = start_tarn()
    begin(tarn, tmp_path, ROWS // len(CRASHES) // 2)
    for point in CRASHES:
        for nth in (1, 4):
            tarn.kill()
            tarn = start_tarn(crash_at=f"{point}:{nth}")
            assert tarn.process.wait(timeout=CRASHES_WITHIN_S) == -signal.SIGKILL
    tarn = start_tarn()
    finish(tarn)
    found = tables_of(tarn, tmp_path)
    assert tarn.stop() == 0

    assert_equal(found, undisturbed)
