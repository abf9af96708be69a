"""`tarn topic` and `tarn group` against a running Tarn, as a person and as a script use them."""

import json
import re
import signal
import subprocess
import time

import pytest

from conftest import BIN_DIR, clean_environment, run_tarn


def feed(tarn, *words, lines: str) -> subprocess.CompletedProcess:
    return subprocess.run([BIN_DIR / "tarn", *words, "--data", tarn.data], input=lines, text=True,
                          capture_output=True, timeout=60, env=clean_environment())


@pytest.fixture
def run(tarn):
    """Runs a command that finds the Tarn by its data folder."""
    def run_in_folder(*words, code: int = 0) -> subprocess.CompletedProcess:
        done = run_tarn(*words, "--data", tarn.data)
        assert done.returncode == code, done.stderr
        return done
    return run_in_folder


@pytest.fixture
def trades(tarn, run):
    """A topic of three partitions with four records in it."""
    run("topic", "create", "trades", "--partitions", "3")
    done = feed(tarn, "topic", "produce", "trades", "--key-separator", ":",
                lines="BTCUSDT:1\nETHUSDT:2\nBTCUSDT:3\n21:4\n")
    assert done.stderr == "4 records to trades\n"
    return tarn


def test_a_topic_is_created_listed_described_and_deleted(run):
    assert run("topic", "create", "trades", "-p", "3", "--config", "retention.ms=604800000") \
        .stdout == "Created topic trades\n"

    listed = run("topic", "list").stdout.splitlines()
    assert [line.split() for line in listed] == [["NAME", "PARTITIONS", "REPLICAS"],
                                                 ["trades", "3", "1"]]
    described = json.loads(run("topic", "describe", "trades", "--json").stdout)
    assert described["schema"] == "tarn.topic.describe/1"
    assert [each["partition"] for each in described["partitions"]] == [0, 1, 2]
    assert described["partitions"][0]["end"] == "0"
    assert described["configs"] == {"retention.ms": "604800000"}

    assert run("topic", "delete", "trades").stdout == "Deleted topic trades\n"
    assert json.loads(run("topic", "list", "--json").stdout)["topics"] == []
    assert "there are no topics yet" in run("topic", "list").stderr


def test_a_topic_that_exists_is_a_conflict_unless_one_says_so(run):
    run("topic", "create", "trades")
    assert "already exists" in run("topic", "create", "trades", code=7).stderr
    again = run("topic", "create", "trades", "--if-not-exists", "--json")
    assert json.loads(again.stdout) == {"schema": "tarn.topic.create/1", "name": "trades",
                                        "created": False}


def test_altering_changes_partitions_and_settings(run):
    run("topic", "create", "trades", "--config", "retention.ms=1000")
    run("topic", "alter", "trades", "--partitions", "4", "--config", "segment.bytes=2000000",
        "--unset", "retention.ms")
    described = json.loads(run("topic", "describe", "trades", "--json").stdout)
    assert len(described["partitions"]) == 4
    assert described["configs"] == {"segment.bytes": "2000000"}
    assert "would not be an increase" in run("topic", "alter", "trades", "--partitions", "2",
                                             code=2).stderr


@pytest.mark.parametrize("words, code, hint", [
    (["topic", "describe", "trade"], 3, "did you mean 'trades'?"),
    (["topic", "delete", "trade"], 3, "did you mean 'trades'?"),
    (["topic", "consume", "trade"], 3, "did you mean 'trades'?"),
    (["topic", "create", "b", "--config", "retention.mss=1"], 2, "did you mean 'retention.ms'?"),
    (["topic", "create", "b", "--config", "retention.ms=soon"], 2, "retention.ms"),
    (["topic", "create", "b", "--partitions", "0"], 2, "too small"),
    (["topic", "create", "a/b"], 2, "topic 'a/b'"),
    (["topic", "alter", "trades"], 2, "say --partitions N"),
    (["topic", "consume", "trades", "--from", "noon"], 2, "write beginning, end"),
    (["topic", "consume", "trades", "--format", "%x"], 2, "%k key"),
    (["topic", "consume", "trades", "--partition", "9"], 3, "its partitions are 0 to 0"),
    (["group", "describe", "nobody"], 3, "there is no group 'nobody'"),
    (["group", "reset", "nobody"], 2, "--to earliest"),
    (["topic", "lst"], 2, "did you mean 'topic list'?"),
])
def test_slips_say_what_to_do(run, words, code, hint):
    run("topic", "create", "trades")
    refused = run(*words, code=code)
    assert hint in refused.stderr
    assert refused.stdout == ""


def test_one_key_lies_in_one_partition(trades, run):
    lines = run("topic", "consume", "trades", "--until-end").stdout.splitlines()
    records = [json.loads(line) for line in lines]
    assert sorted(record["value"] for record in records) == ["1", "2", "3", "4"]
    # What the Java client's murmur2 says for these keys and three partitions.
    assert {record["key"]: record["partition"] for record in records} == \
        {"BTCUSDT": 2, "ETHUSDT": 2, "21": 0}
    assert [record["value"] for record in records if record["key"] == "BTCUSDT"] == ["1", "3"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", records[0]["timestamp"])


@pytest.mark.parametrize("words, shown", [
    (["--from", "-1", "--partition", "2", "--until-end", "--format", "%p:%o %k=%v"],
     "2:2 BTCUSDT=3\n"),
    (["--from", "1", "--partition", "2", "--max", "1", "--format", "%t %v"], "trades 2\n"),
    (["--from", "end", "--until-end"], ""),
    (["--from", "2020-01-01", "--partition", "0", "--max", "1", "-f", r"%v\t%h|"], "4\t|\n"),
])
def test_reading_starts_where_one_says(trades, run, words, shown):
    assert run("topic", "consume", "trades", *words).stdout == shown


@pytest.mark.parametrize("codec", ["none", "gzip", "snappy", "lz4", "zstd"])
def test_records_of_every_codec_come_back(tarn, run, codec):
    run("topic", "create", "trades")
    lines = "".join(f'{{"n":{n}}}\n' for n in range(1000))
    feed(tarn, "topic", "produce", "trades", "--compression", codec, lines=lines)
    assert run("topic", "consume", "trades", "--until-end", "--format", "%v").stdout == lines


def test_following_prints_new_records_until_it_is_interrupted(trades):
    follower = subprocess.Popen(
        [BIN_DIR / "tarn", "topic", "consume", "trades", "--from", "end", "--format", "%v",
         "--data", trades.data], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=clean_environment())
    try:
        time.sleep(1)
        feed(trades, "topic", "produce", "trades", "--partition", "1", lines="new\n")
        assert follower.stdout.readline() == "new\n"
        follower.send_signal(signal.SIGINT)
        assert follower.wait(timeout=10) == 130
        assert "1 records from trades" in follower.stderr.read()
    finally:
        follower.kill()


def test_offsets_and_trimming(trades, run):
    offsets = json.loads(run("topic", "offsets", "trades", "--json").stdout)
    assert offsets["records"] == "4"
    assert {each["partition"]: each["end"] for each in offsets["partitions"]} == \
        {0: "1", 1: "0", 2: "3"}
    assert run("topic", "offsets", "trades", "--at-time", "2020-01-01").stdout.count("\n") == 4

    run("topic", "trim", "trades", "--before", "2", "--partition", "2")
    trimmed = json.loads(run("topic", "offsets", "trades", "--json").stdout)
    assert trimmed["partitions"][2] == {"partition": 2, "start": "2", "end": "3", "records": "1"}
    assert "PARTITION  START" in run("topic", "trim", "trades").stdout


def test_a_group_is_planned_reset_shown_and_deleted(trades, run):
    plan = run("group", "reset", "analytics", "--topic", "trades", "--to", "earliest")
    assert "nothing was changed" in plan.stderr and "WOULD BE" in plan.stdout
    assert json.loads(run("group", "list", "--json").stdout)["groups"] == []

    run("group", "reset", "analytics", "--topic", "trades", "--to", "earliest", "--execute")
    lag = json.loads(run("group", "lag", "analytics", "--json").stdout)
    assert lag["lag"] == "4"
    assert run("group", "lag", "analytics").stdout.split() == ["TOPIC", "LAG", "trades", "4"]
    described = run("group", "describe", "analytics").stdout
    assert described.startswith("group analytics  classic, Empty, 0 members, lag 4\n")
    assert run("group", "list").stdout.split()[3:] == ["analytics", "Empty", "classic"]

    assert run("group", "delete", "analytics").stdout == "Deleted group analytics\n"
    assert "there is no group" in run("group", "lag", "analytics", code=3).stderr


def test_a_line_without_a_key_ends_the_sending_after_those_before_it(trades, run):
    refused = feed(trades, "topic", "produce", "trades", "--key-separator", ":",
                   lines="a:1\nnokey\nb:2\n")
    assert refused.returncode == 2
    assert "line 2 has no ':'" in refused.stderr
    assert json.loads(run("topic", "offsets", "trades", "--json").stdout)["records"] == "5"


def test_a_broker_that_does_not_answer_is_named_within_seconds(tmp_path):
    began = time.monotonic()
    refused = run_tarn("topic", "list", "--bootstrap", "127.0.0.1:1", cwd=tmp_path)
    assert refused.returncode == 5
    assert "no Kafka broker answers at 127.0.0.1:1" in refused.stderr
    assert "`tarn up`" in refused.stderr
    assert time.monotonic() - began < 10
