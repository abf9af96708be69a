"""`tarn job upgrade`: a job goes on with another file of SQL, and keeps what still fits."""

import json
import time

from conftest import run_tarn
from system.running_jobs import job

TABLES = """
SET 'execution.checkpointing.interval' = '50 ms';
CREATE TABLE events (k STRING, n BIGINT)
WITH ('connector' = 'kafka', 'topic' = 'events', 'properties.bootstrap.servers' = 'kafka:9092',
    'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
CREATE TABLE totals (k STRING, total BIGINT, PRIMARY KEY (k) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'totals',
    'properties.bootstrap.servers' = 'kafka:9092', 'key.format' = 'raw', 'value.format' = 'json');
CREATE TABLE seen (n BIGINT) WITH ('connector' = 'filesystem', 'path' = 'seen', 'format' = 'json');
"""
COUNTED = TABLES + "INSERT INTO totals SELECT k, COUNT(*) FROM events GROUP BY k;"
FILTERED = TABLES + """
INSERT INTO seen SELECT n FROM events;
INSERT INTO totals SELECT k, COUNT(*) FROM events WHERE n > 0 GROUP BY k;
"""
SUMMED = TABLES + "INSERT INTO totals SELECT k, SUM(n) FROM events GROUP BY k;"


def call(tarn, *words, cwd=None, lines=None, code=0) -> str:
    done = run_tarn(*words, "--data", tarn.data, cwd=cwd, lines=lines)
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def send(tarn, *events: tuple[str, int]):
    call(tarn, "topic", "produce", "events",
         lines="".join(json.dumps({"k": k, "n": n}) + "\n" for k, n in events))


def totals(tarn) -> dict[str, int]:
    """The last value of each key."""
    records = call(tarn, "topic", "consume", "totals", "--until-end", "--format", "%v")
    rows = [json.loads(line) for line in records.splitlines() if line.startswith("{")]
    return {row["k"]: row["total"] for row in rows}


def wait_for_totals(tarn, expected: dict[str, int]):
    deadline = time.monotonic() + 20
    while totals(tarn) != expected:
        assert time.monotonic() < deadline, (totals(tarn), job(tarn))
        time.sleep(0.05)


def upgrade(tarn, folder, sql: str, *options: str, code=0) -> str:
    (folder / "next.sql").write_text(sql)
    return call(tarn, "job", "upgrade", "job", "next.sql", *options, cwd=folder, code=code)


def begin(tarn, folder):
    call(tarn, "topic", "create", "events", "--partitions", "1")
    call(tarn, "topic", "create", "totals", "--partitions", "1")
    (folder / "job.sql").write_text(COUNTED)
    call(tarn, "run", "job.sql", "--detach", cwd=folder)
    send(tarn, ("a", 1), ("a", 2), ("b", 3))
    wait_for_totals(tarn, {"a": 2, "b": 1})


def test_a_filter_and_an_insert_more_keep_what_was_counted(start_tarn, tmp_path):
    tarn = start_tarn()
    begin(tarn, tmp_path)
    assert "all that is remembered is kept" in upgrade(tarn, tmp_path, FILTERED, "--look")
    assert job(tarn)["file"] == "job.sql"

    shown = upgrade(tarn, tmp_path, FILTERED)
    assert "all that is remembered is kept" in shown
    assert "job job is RUNNING" in shown
    assert "the plan is the same" in upgrade(tarn, tmp_path, FILTERED, "--look")
    send(tarn, ("a", 4), ("a", -5), ("b", 6))
    wait_for_totals(tarn, {"a": 3, "b": 2})

    # It is the new job from there on, also after a crash.
    tarn.kill()
    tarn = start_tarn()
    send(tarn, ("a", 7))
    wait_for_totals(tarn, {"a": 4, "b": 2})
    assert job(tarn)["file"] == "next.sql"
    call(tarn, "job", "stop", "job")
    seen = sorted(json.loads(line)["n"] for file in (tmp_path / "seen").glob("[!.]*")
                  for line in file.read_text().splitlines())
    assert seen == [-5, 4, 6, 7]


def test_what_does_not_fit_is_only_forgotten_when_it_is_said(tarn, tmp_path):
    begin(tarn, tmp_path)

    refused = upgrade(tarn, tmp_path, SUMMED, code=7)
    assert "does not go on with what these remember: GroupAggregate" in refused
    assert "--forget" in refused
    send(tarn, ("a", 4))
    wait_for_totals(tarn, {"a": 3, "b": 1})
    assert job(tarn)["file"] == "job.sql"

    assert "forgotten: what these remember: GroupAggregate" in upgrade(tarn, tmp_path, SUMMED,
                                                                       "--forget")
    send(tarn, ("a", 10))
    wait_for_totals(tarn, {"a": 10, "b": 1})


def test_what_is_wrong_leaves_the_job_as_it_is(tarn, tmp_path):
    begin(tarn, tmp_path)
    wrong = upgrade(tarn, tmp_path, COUNTED.replace("FROM events GROUP", "FROM event GROUP"),
                    code=2)
    assert "next.sql" in wrong and "'event'" in wrong
    another = upgrade(tarn, tmp_path, "SET 'pipeline.name' = 'other';" + COUNTED, code=2)
    assert "a job keeps its name" in another

    send(tarn, ("b", 4))
    wait_for_totals(tarn, {"a": 2, "b": 2})
    run_again = call(tarn, "run", "next.sql", "--detach", cwd=tmp_path, code=0)
    assert "job other is RUNNING" in run_again
