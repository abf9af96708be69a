"""`tarn run` over the topics of a running Tarn, which it reaches as any client of Kafka does."""

import json

from conftest import run_tarn

TRADES = """{"symbol":"A","price":10.5,"qty":2,"ts":1704067201000}
{"symbol":"B","price":20.0,"qty":1,"ts":1704067220000}
{"symbol":"A","price":11.5,"qty":3,"ts":1704067250000}
{"symbol":"A","price":9.5,"qty":1,"ts":1704067270000}
"""
JOB = """
CREATE TABLE trades (symbol STRING, price DOUBLE, qty DOUBLE, ts BIGINT,
    event_time AS TO_TIMESTAMP_LTZ(ts, 3),
    WATERMARK FOR event_time AS event_time - INTERVAL '5' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'trades', 'properties.bootstrap.servers' = '{kafka}',
    'properties.group.id' = 'bars', 'scan.bounded.mode' = 'latest-offset', 'format' = 'json');
CREATE TABLE bars (symbol STRING, window_start TIMESTAMP(3), high DOUBLE)
WITH ('connector' = 'kafka', 'topic' = 'bars', 'properties.bootstrap.servers' = '{kafka}',
    'key.format' = 'raw', 'key.fields' = 'symbol', 'value.format' = 'json',
    'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = 'bars');
INSERT INTO bars
SELECT symbol, window_start, MAX(price)
FROM TABLE(TUMBLE(TABLE trades, DESCRIPTOR(event_time), INTERVAL '1' MINUTE))
GROUP BY symbol, window_start, window_end;
"""


def test_makes_bars_of_a_topic_of_trades(tarn, tmp_path):
    def run(*words, lines=None):
        done = run_tarn(*words, "--data", tarn.data, lines=lines)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("topic", "create", "trades")
    run("topic", "produce", "trades", lines=TRADES)
    (tmp_path / "job.sql").write_text(JOB.format(kafka=tarn.faces["kafka"]))

    done = run_tarn("run", "job.sql", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "has committed no offset for trades-0; it is read from its earliest" in done.stderr
    bars = run("topic", "consume", "bars", "--until-end", "--committed", "--format", "%v")
    assert sorted(json.loads(line)["high"] for line in bars.splitlines()) == [9.5, 11.5, 20]
    assert "trades" in run("group", "describe", "bars")

    # Run again it goes on after its last epoch, where nothing is left to do.
    assert run_tarn("run", "job.sql", cwd=tmp_path).returncode == 0
    again = run("topic", "consume", "bars", "--until-end", "--committed", "--format", "%v")
    assert again == bars
