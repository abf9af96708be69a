"""The connector `http`: rows arrive at a server that fails, is slow, goes away or comes back, and
from jobs that are killed or cancelled."""

import time

import pytest

from sql_runs import start
from system import running_jobs
from system.rows_server import RowsServer
from system.test_jdbc import wait_until

ROWS = 3000


def sql(server: RowsServer, options: str = "", rows: int = ROWS, per_second: int = 1500) -> str:
    return f"""
SET 'execution.checkpointing.interval' = '100 ms';
CREATE TABLE numbers (i BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '{per_second}',
    'fields.i.kind' = 'sequence', 'fields.i.start' = '1', 'fields.i.end' = '{rows}');
CREATE TABLE sent (i BIGINT, square BIGINT) WITH ('connector' = 'http',
    'url' = 'http://127.0.0.1:{server.port}/rows', 'format' = 'json',
    'sink.batch.max-size' = '50', 'sink.flush-buffer.timeout' = '50ms',
    'sink.retry.wait' = '10ms'{options});
INSERT INTO sent SELECT i, i * i FROM numbers;
"""


def finish(folder, text: str) -> str:
    job = start(folder, text)
    _, errors = job.communicate(timeout=60)
    assert job.returncode == 0, errors
    return errors


def killed_twice(folder, server: RowsServer, text: str):
    for rows in (300, 1200):
        job = start(folder, text)
        wait_until(lambda: len(server.rows()) > rows)
        job.kill()
        job.communicate()
    finish(folder, text)


def numbers_of(server: RowsServer) -> list[int]:
    rows = server.rows()
    assert all(row["square"] == row["i"] ** 2 for row in rows)
    return sorted(row["i"] for row in rows)


def test_a_server_that_fails_gets_every_row(tmp_path):
    with RowsServer(failures=0.3) as server:
        errors = finish(tmp_path, sql(server))

        # The key of a batch tells those that were sent again though they had been taken.
        assert numbers_of(server) == list(range(1, ROWS + 1))
        assert server.repeated > 0
        assert "503" in errors


def test_a_job_that_is_killed_loses_no_row(tmp_path):
    with RowsServer(failures=0.1) as server:
        killed_twice(tmp_path, server, sql(server))

        assert sorted(set(numbers_of(server))) == list(range(1, ROWS + 1))


def test_a_job_that_is_killed_sends_the_same_batches_again(tmp_path):
    with RowsServer(failures=0.1) as server:
        killed_twice(tmp_path, server,
                     sql(server, ", 'sink.delivery-guarantee' = 'exactly-once'"))

        assert numbers_of(server) == list(range(1, ROWS + 1))


def test_a_job_goes_on_when_the_server_comes_back(tmp_path):
    with RowsServer() as server:
        job = start(tmp_path, sql(server))
        wait_until(lambda: len(server.rows()) > 300)
    time.sleep(0.5)
    with RowsServer(server.port, server.taken) as again:
        _, errors = job.communicate(timeout=60)

        assert job.returncode == 0, errors
        assert "is sent again in" in errors
        assert numbers_of(again) == list(range(1, ROWS + 1))


@pytest.mark.parametrize("delay_s", [20, None])
def test_a_job_is_cancelled_while_it_waits_for_its_server(tarn, tmp_path, delay_s):
    """One that does not answer, or one that is not there."""
    with RowsServer(delay_s=delay_s or 0) as server:
        if delay_s is None:
            server.close()
        text = sql(server, ", 'sink.retry.wait-max' = '1 min', 'sink.max-retries' = '1000'")
        begun = running_jobs.run(tarn, tmp_path, "run", "job.sql", "--detach", sql=text)
        assert begun.returncode == 0, begun.stderr
        time.sleep(1)

        began = time.monotonic()
        done = running_jobs.run(tarn, tmp_path, "job", "cancel", "job")
        assert done.returncode == 0, done.stderr
        running_jobs.wait_for(tarn, lambda now: now["state"] == "CANCELED")
        assert time.monotonic() - began < 5


def test_a_slow_server_slows_the_job_down(tarn, tmp_path):
    with RowsServer(delay_s=0.2) as server:
        text = sql(server, rows=1_000_000, per_second=1_000_000)
        begun = running_jobs.run(tarn, tmp_path, "run", "job.sql", "--detach", sql=text)
        assert begun.returncode == 0, begun.stderr
        running_jobs.wait_for(tarn, lambda now: len(server.rows()) > 100)

        # It has read no more than a few batches ahead of what the server has taken.
        assert running_jobs.job(tarn)["rows_read"] < 100_000
        running_jobs.run(tarn, tmp_path, "job", "cancel", "job")
