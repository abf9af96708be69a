"""Jobs and queries in a running Tarn: `tarn run` hands them over, `tarn job` looks after them."""

import json
import signal
import subprocess

from conftest import BIN_DIR, clean_environment, run_tarn
from system.running_jobs import job, run, wait_for

ROWS = 6000
JOB = f"""
SET 'execution.checkpointing.interval' = '50 ms';
CREATE TABLE numbers (i BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '2000',
    'fields.i.kind' = 'sequence', 'fields.i.start' = '1', 'fields.i.end' = '{ROWS}');
CREATE TABLE doubles (i BIGINT)
WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'json');
INSERT INTO doubles SELECT i * 2 FROM numbers;
"""


def rows_out(folder) -> list[int]:
    files = (folder / "out").glob("[!.]*")
    return sorted(json.loads(line)["i"] for file in files
                  for line in file.read_text().splitlines())


def test_queries_are_shown(tarn, tmp_path):
    done = run(tarn, tmp_path, "run", "job.sql",
               sql="SELECT COUNT(*) FROM (VALUES (1), (2)) AS t (x); SELECT 'a\nb';")

    assert done.returncode == 0, done.stderr
    assert done.stdout == "+I[1]\n-U[1]\n+U[2]\n+I['a\\nb']\n"


def test_a_query_ends_with_its_watcher(tarn, tmp_path):
    (tmp_path / "job.sql").write_text(JOB.replace("INSERT INTO doubles", ""))
    query = subprocess.Popen([BIN_DIR / "tarn", "run", "job.sql", "--data", tarn.data],
                             cwd=tmp_path, stdout=subprocess.PIPE, text=True,
                             env=clean_environment())
    assert query.stdout.readline() == "+I[2]\n"
    query.send_signal(signal.SIGINT)
    query.stdout.read()

    assert query.wait(timeout=10) == 130
    assert tarn.stop() == 0


def test_what_is_wrong_is_said_in_place(tarn, tmp_path):
    wrong = JOB + "INSERT INTO doubles SELECT j FROM numbers;"
    done = run(tarn, tmp_path, "run", "job.sql", sql=wrong)
    assert done.returncode != 0
    assert "job.sql:8:28: there is no column 'j'" in done.stderr

    done = run(tarn, tmp_path, "run", "job.sql", sql="SELECT nope FROM (VALUES (1)) AS t (x);")
    assert "job.sql:1:8: there is no column 'nope'" in done.stderr


def test_a_job_is_watched_until_its_end(tarn, tmp_path):
    done = run(tarn, tmp_path, "run", "job.sql", sql=JOB)

    assert done.returncode == 0, done.stderr
    assert "job job is FINISHED" in done.stderr
    assert rows_out(tmp_path) == list(range(2, 2 * ROWS + 1, 2))
    listed = run_tarn("job", "list", "--json", "--data", tarn.data)
    assert [(each["name"], each["state"], each["rows_read"])
            for each in json.loads(listed.stdout)["jobs"]] == [("job", "FINISHED", ROWS)]


def test_a_job_goes_on_after_each_crash_without_being_asked(start_tarn, tmp_path):
    tarn = start_tarn()
    assert run(tarn, tmp_path, "run", "job.sql", "--detach", sql=JOB).returncode == 0
    for _ in range(4):
        epoch = job(tarn)["epoch"]
        wait_for(tarn, lambda now: now["epoch"] > epoch + 1)
        tarn.kill()
        tarn = start_tarn()
    wait_for(tarn, lambda now: now["state"] == "FINISHED")

    assert rows_out(tmp_path) == list(range(2, 2 * ROWS + 1, 2))


def test_a_stopped_job_goes_on_when_it_is_run_again(tarn, tmp_path):
    run(tarn, tmp_path, "run", "job.sql", "--detach", sql=JOB)
    again = run(tarn, tmp_path, "run", "job.sql")
    assert again.returncode == 7
    assert "job job is running" in again.stderr

    stopped = run_tarn("job", "stop", "job", "--data", tarn.data)
    assert "job job is FINISHED" in stopped.stderr
    assert len(rows_out(tmp_path)) < ROWS

    assert run(tarn, tmp_path, "run", "job.sql").returncode == 0
    assert rows_out(tmp_path) == list(range(2, 2 * ROWS + 1, 2))


def test_a_cancelled_job_shows_no_more_rows(tarn, tmp_path):
    run(tarn, tmp_path, "run", "job.sql", "--detach", sql=JOB)
    cancelled = run_tarn("job", "cancel", "job", "--json", "--data", tarn.data)
    assert json.loads(cancelled.stdout)["state"] == "CANCELED"
    rows = rows_out(tmp_path)
    assert tarn.stop() == 0

    assert rows_out(tmp_path) == rows
    assert rows == list(range(2, 2 * len(rows) + 1, 2))
