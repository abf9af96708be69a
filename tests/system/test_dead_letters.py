"""Records that a job cannot read become dead letters, once, and `tarn dlq` brings them back."""

import json

from conftest import run_tarn
from system.running_jobs import job, run, wait_for

JOB = """
SET 'execution.checkpointing.interval' = '50 ms';
CREATE TABLE trades (price DOUBLE NOT NULL, qty INT)
WITH ('connector' = 'kafka', 'topic' = 'trades', 'properties.bootstrap.servers' = 'kafka:9092',
    'scan.startup.mode' = 'earliest-offset', 'format' = 'json'{options});
CREATE TABLE prices (price DOUBLE)
WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'json');
INSERT INTO prices SELECT price FROM trades;
"""
ROUNDS = 5
ROUND = """{"price":1.5,"qty":1}
nonsense
{"price":"dear","qty":1}
{"price":null,"qty":1}
{"price":2.5,"qty":2}
"""
BAD = ["nonsense", '{"price":"dear","qty":1}', '{"price":null,"qty":1}']


def call(tarn, *words, lines=None) -> str:
    done = run_tarn(*words, "--data", tarn.data, lines=lines)
    assert done.returncode == 0, done.stderr
    return done.stdout


def letters(tarn, topic="trades.dlq") -> list[dict]:
    return [json.loads(line) for line in
            call(tarn, "dlq", "list", topic, "--json").splitlines()]


def header(letter: dict, name: str) -> str:
    [value] = [each["value"] for each in letter["headers"] if each["key"] == f"tarn.dlq.{name}"]
    return value


def submit(tarn, folder, options=""):
    sql = JOB.format(options=options)
    done = run(tarn, folder, "run", "job.sql", "--detach", sql=sql)
    assert done.returncode == 0, done.stderr


def prices(folder) -> list[float]:
    return sorted(json.loads(line)["price"] for file in (folder / "out").glob("[!.]*")
                  for line in file.read_text().splitlines())


def test_each_bad_record_is_a_letter_once_whatever_happens(start_tarn, tmp_path):
    tarn = start_tarn()
    call(tarn, "topic", "create", "trades", "--partitions", "2")
    submit(tarn, tmp_path)
    for count in range(1, ROUNDS + 1):
        call(tarn, "topic", "produce", "trades", lines=ROUND)
        wait_for(tarn, lambda now: now["rows_read"] == 2 * count)
        tarn.kill()
        tarn = start_tarn()
    wait_for(tarn, lambda now: now["records_rejected"] == 3 * ROUNDS)
    assert "15 records that are no rows" in call(tarn, "job", "describe", "job")
    assert run_tarn("job", "stop", "job", "--data", tarn.data).returncode == 0

    assert prices(tmp_path) == [1.5] * ROUNDS + [2.5] * ROUNDS
    found = letters(tarn)
    assert sorted(each["value"] for each in found) == sorted(BAD * ROUNDS)
    places = {(header(each, "partition"), header(each, "offset")) for each in found}
    assert len(places) == 3 * ROUNDS
    assert {header(each, "job") for each in found} == {"job"}
    assert "must not be null" in call(tarn, "dlq", "list", "trades.dlq")


def test_letters_are_replayed_once(tarn, tmp_path):
    call(tarn, "topic", "create", "trades")
    call(tarn, "topic", "create", "repaired")
    call(tarn, "topic", "produce", "trades", lines=ROUND)
    submit(tarn, tmp_path, ", 'tarn.dead-letter-topic' = 'trades-dead'")
    wait_for(tarn, lambda now: now["records_rejected"] == 3 and now["epoch"] > 1)
    call(tarn, "job", "stop", "job")

    replay = ("dlq", "replay", "trades-dead", "--to", "repaired", "--json")
    assert json.loads(call(tarn, *replay))["replayed"] == "3"
    assert json.loads(call(tarn, *replay))["replayed"] == "0"
    records = [json.loads(line) for line in
               call(tarn, "topic", "consume", "repaired", "--until-end", "--committed",
                    "--json").splitlines()]
    assert [each["value"] for each in records] == BAD
    assert not any("headers" in each for each in records)


def test_a_table_may_want_to_fail(tarn, tmp_path):
    call(tarn, "topic", "create", "trades")
    call(tarn, "topic", "produce", "trades", lines=ROUND)
    submit(tarn, tmp_path, ", 'tarn.bad-records' = 'fail'")
    wait_for(tarn, lambda now: now["failures"])
    assert "topic 'trades', partition 0, offset 1" in job(tarn)["failures"][0]["message"]

    query = JOB.format(options="").split("CREATE TABLE prices")[0]
    done = run(tarn, tmp_path, "run", "job.sql", sql=query + "SELECT price FROM trades;")
    assert done.returncode != 0
    assert "topic 'trades', partition 0, offset 1" in done.stderr


def test_rows_that_come_too_late_are_letters_where_the_table_wants_it(tarn, tmp_path):
    call(tarn, "topic", "create", "ticks")
    seconds = [5, 65, 130, 6, 190]
    call(tarn, "topic", "produce", "ticks",
         lines="".join(f'{{"n":{n},"ms":{n}000}}\n' for n in seconds))
    (tmp_path / "job.sql").write_text("""
SET 'execution.checkpointing.interval' = '50 ms';
SET 'parallelism.default' = '2';
CREATE TABLE ticks (n INT, ms BIGINT, ts AS TO_TIMESTAMP_LTZ(ms, 3), WATERMARK FOR ts AS ts)
WITH ('connector' = 'kafka', 'topic' = 'ticks',
    'properties.bootstrap.servers' = 'kafka:9092',
    'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset',
    'format' = 'json', 'tarn.late-rows' = 'dead-letter');
CREATE TABLE minutes (w TIMESTAMP(3), rows_in BIGINT)
WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'json');
INSERT INTO minutes SELECT window_start, COUNT(*)
FROM TABLE(TUMBLE(TABLE ticks, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end;
""")
    done = run_tarn("run", "job.sql", "--data", tarn.data, cwd=tmp_path)
    assert done.returncode == 0, done.stderr

    assert "1 late rows left out" in done.stderr
    [letter] = letters(tarn, "ticks.dlq")
    assert letter["value"].startswith('{"ts":"1970-01-01 00:00:06')
    assert header(letter, "reason").endswith(": the row came too late")
    assert "a row of ticks  job  " in call(tarn, "dlq", "list", "ticks.dlq")
