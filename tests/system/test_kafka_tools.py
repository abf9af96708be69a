"""The tools of Apache Kafka, called by their names as scripts and tutorials call them."""

import json
import re
import signal
import subprocess
import sys
import time

import pytest

from conftest import BIN_DIR, clean_environment, run_tarn, run_tool

TOOLS = ("kafka-topics", "kafka-console-producer", "kafka-console-consumer", "kafka-get-offsets",
         "kafka-consumer-groups", "kafka-configs")


@pytest.fixture
def at(tarn) -> list:
    return ["--bootstrap-server", tarn.faces["kafka"]]


@pytest.fixture
def trades(at) -> list:
    """The words that reach a topic of three partitions with three records."""
    run_tool("kafka-topics.sh", *at, "--create", "--topic", "trades", "--partitions", "3")
    run_tool("kafka-console-producer.sh", *at, "--topic", "trades", "--property", "parse.key=true",
             "--property", "key.separator=:", lines="k1:v1\nk2:v2\nk3:v3\n")
    return at


def start(*words) -> subprocess.Popen:
    return subprocess.Popen([BIN_DIR / words[0], *words[1:]], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, env=clean_environment())


@pytest.mark.parametrize("name", TOOLS)
def test_each_tool_is_there_with_and_without_its_ending_and_as_a_subcommand(name):
    by_name = run_tool(name, "--help").stdout
    assert by_name.startswith(name + ": ")
    assert run_tool(name + ".sh", "--help").stdout == by_name
    assert run_tarn(name, "--help").stdout == by_name


def test_bash_completes_the_options_of_a_tool():
    script = run_tarn("completion", "bash").stdout + """
complete_tool() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tarn_tool "$1"
                  echo "${COMPREPLY[@]}"; }
complete_tool /usr/bin/kafka-topics.sh --list --desc
complete_tool kafka-get-offsets --tim
"""
    shown = subprocess.run(["bash", "-c", script], text=True, capture_output=True, check=True)
    assert shown.stdout.splitlines() == ["--describe", "--time"]


def test_tools_do_not_care_about_the_settings_of_tarn(tmp_path):
    (tmp_path / "tarn.toml").write_text("[rest]\nprot = 1\n")
    shown = subprocess.run([BIN_DIR / "kafka-topics", "--help"], text=True, capture_output=True,
                           cwd=tmp_path, env=clean_environment(TARN_NO_SUCH="1"))
    assert shown.returncode == 0, shown.stderr


def test_the_list_of_topics_is_one_name_a_line(at):
    assert run_tool("kafka-topics.sh", *at, "--list").stdout == "\n"
    for topic in ("trades", "bids"):
        run_tool("kafka-topics.sh", *at, "--create", "--topic", topic)
    assert run_tool("kafka-topics", *at, "--list").stdout == "bids\ntrades\n"
    assert run_tool("kafka-topics", *at, "--list", "--topic", "tr.*").stdout == "trades\n"


def test_the_setup_script_of_the_trades_lab_runs_twice(at):
    words = ["kafka-topics.sh", *at, "--create", "--if-not-exists", "--topic", "trades",
             "--partitions", "3", "--replication-factor", "1", "--config",
             "retention.ms=604800000"]
    assert run_tool(*words).stdout == "Created topic trades.\n"
    assert run_tool(*words).stdout == ""

    described = run_tool("kafka-topics.sh", *at, "--describe", "--topic", "trades").stdout
    lines = described.splitlines()
    assert re.fullmatch(r"Topic: trades\tTopicId: [\w-]{22}\tPartitionCount: 3\t"
                        r"ReplicationFactor: 1\tConfigs: retention.ms=604800000", lines[0])
    assert lines[1:] == [f"\tTopic: trades\tPartition: {id}\tLeader: 1\tReplicas: 1\tIsr: 1\t"
                         "Elr: \tLastKnownElr: " for id in range(3)]


@pytest.mark.parametrize("words, message", [
    (["--create", "--topic", "trades"], "Topic 'trades' already exists."),
    (["--describe", "--topic", "trade"], "Topic 'trade' does not exist as expected"),
    (["--delete", "--topic", "trade"], "Topic 'trade' does not exist as expected"),
    (["--alter", "--topic", "trades", "--partitions", "2"], "2 would not be an increase"),
    (["--create"], 'Missing required argument "--topic"'),
    (["--list", "--describe"], "exactly one action"),
    (["--lst"], "--lst is not a recognized option"),
    (["--zookeeper", "localhost:2181", "--list"], "there is no ZooKeeper any more"),
])
def test_wrong_words_are_refused_with_exit_code_1(trades, words, message):
    refused = run_tool("kafka-topics.sh", *trades, *words, code=1)
    assert message in refused.stderr
    assert refused.stdout == ""


def test_topics_grow_and_go(trades):
    run_tool("kafka-topics.sh", *trades, "--alter", "--topic", "trades", "--partitions", "4")
    assert "PartitionCount: 4" in run_tool("kafka-topics.sh", *trades, "--describe").stdout
    run_tool("kafka-topics.sh", *trades, "--delete", "--topic", "trades")
    run_tool("kafka-topics.sh", *trades, "--delete", "--topic", "trades", "--if-exists")
    assert run_tool("kafka-topics.sh", *trades, "--list").stdout == "\n"


def test_ten_json_lines_are_read_from_the_beginning(at):
    run_tool("kafka-topics.sh", *at, "--create", "--topic", "trades", "--partitions", "3")
    lines = "".join(f'{{"symbol":"BTCUSDT","price":{n}}}\n' for n in range(30))
    run_tool("kafka-console-producer.sh", *at, "--topic", "trades", lines=lines)

    read = run_tool("kafka-console-consumer.sh", *at, "--topic", "trades", "--from-beginning",
                    "--max-messages", "10")

    assert len([json.loads(line) for line in read.stdout.splitlines()]) == 10
    assert read.stderr == "Processed a total of 10 messages\n"


def test_one_message_goes_through_a_pipe_as_pure_json(at):
    run_tool("kafka-console-producer.sh", *at, "--topic", "bid-requests", lines='{"id":1}\n')
    command = (f"{BIN_DIR}/kafka-console-consumer.sh {' '.join(at)} --topic bid-requests "
               f"--from-beginning --max-messages 1 | {sys.executable} -m json.tool")
    shown = subprocess.run(["bash", "-o", "pipefail", "-c", command], text=True,
                           capture_output=True, timeout=30, env=clean_environment())
    assert shown.returncode == 0, shown.stderr
    assert json.loads(shown.stdout) == {"id": 1}


def test_without_from_beginning_only_new_messages_come_until_ctrl_c(trades):
    tail = start("kafka-console-consumer.sh", *trades, "--topic", "trades")
    try:
        time.sleep(1)
        run_tool("kafka-console-producer.sh", *trades, "--topic", "trades", lines="new\n")
        assert tail.stdout.readline() == "new\n"
        tail.send_signal(signal.SIGINT)
        assert tail.wait(timeout=10) == 130
        assert tail.stderr.read() == "Processed a total of 1 messages\n"
    finally:
        tail.kill()


def test_the_fields_of_a_record_are_printed_as_asked(trades):
    shown = run_tool("kafka-console-consumer.sh", *trades, "--topic", "trades", "--partition", "2",
                     "--offset", "0", "--max-messages", "1", "--property", "print.key=true",
                     "--formatter-property", "print.timestamp=true", "--property",
                     "print.partition=true", "--property", "print.offset=true", "--property",
                     "print.headers=true").stdout
    assert re.fullmatch(r"CreateTime:\d{13}\tPartition:2\tOffset:0\tNO_HEADERS\tk1\tv1\n", shown)


def test_headers_and_nulls_come_back(at):
    run_tool("kafka-console-producer.sh", *at, "--topic", "t", "--property", "parse.headers=true",
             "--property", "parse.key=true", "--property", "null.marker=NULL",
             lines="a:1,b:2\tk\tv\nNULL\tk\tNULL\n")
    shown = run_tool("kafka-console-consumer.sh", *at, "--topic", "t", "--from-beginning",
                     "--timeout-ms", "1500", "--property=print.headers=true",
                     "--property=print.key=true", "--property=key.separator=|").stdout
    assert shown == "a:1,b:2|k|v\nNO_HEADERS|k|null\n"


def test_a_line_without_a_key_is_named(at):
    refused = run_tool("kafka-console-producer.sh", *at, "--topic", "t", "--property",
                       "parse.key=true", lines="a\tb\nnokey\n", code=1)
    assert "No key separator found on line number 2: 'nokey'" in refused.stderr
    assert run_tool("kafka-get-offsets.sh", *at, "--topic", "t").stdout == "t:0:1\n"


def test_offsets_are_one_line_for_each_partition(trades):
    shown = run_tool("kafka-get-offsets.sh", *trades, "--topic", "trades").stdout
    assert shown == "trades:0:1\ntrades:1:1\ntrades:2:1\n"
    earliest = run_tool("kafka-get-offsets.sh", *trades, "--topic", "trades", "--time", "-2")
    assert earliest.stdout == "trades:0:0\ntrades:1:0\ntrades:2:0\n"
    some = run_tool("kafka-get-offsets", *trades, "--topic-partitions", "trades:1-3",
                    "--time", "latest")
    assert some.stdout == "trades:1:1\ntrades:2:1\n"
    future = run_tool("kafka-get-offsets", *trades, "--topic", "trades", "--time", "9999999999999")
    assert future.stdout == ""
    missing = run_tool("kafka-get-offsets", *trades, "--topic", "nope", code=1)
    assert "Could not match any topic-partitions" in missing.stderr


def test_a_group_goes_on_where_it_stopped(trades):
    words = ["kafka-console-consumer.sh", *trades, "--topic", "trades", "--group", "analytics",
             "--from-beginning", "--timeout-ms", "1500"]
    first = run_tool(*words, "--max-messages", "2").stdout.splitlines()
    second = run_tool(*words).stdout.splitlines()
    assert (len(first), len(second)) == (2, 1)
    assert sorted(first + second) == ["v1", "v2", "v3"]

    assert run_tool("kafka-consumer-groups.sh", *trades, "--list").stdout == "analytics\n"
    described = run_tool("kafka-consumer-groups.sh", *trades, "--describe", "--group", "analytics")
    lines = described.stdout.splitlines()
    assert lines[0] == ""
    assert lines[1] == ("GROUP           TOPIC           PARTITION  CURRENT-OFFSET  "
                        "LOG-END-OFFSET  LAG             CONSUMER-ID     HOST            CLIENT-ID")
    assert [line.split() for line in lines[2:]] == [
        ["analytics", "trades", str(id), "1", "1", "0", "-", "-", "-"] for id in range(3)]
    assert "Consumer group 'analytics' has no active members." in described.stderr


def members(at) -> dict:
    """How many partitions each member of the group has."""
    shown = run_tool("kafka-consumer-groups.sh", *at, "--describe", "--group", "analytics",
                     "--members", "--verbose").stdout
    rows = [line.split(None, 5) for line in shown.splitlines()[2:]]
    return {row[1]: row[5].strip() for row in rows}


def wait_for_members(at, assignments: list):
    deadline = time.monotonic() + 20
    while sorted(members(at).values()) != assignments:
        assert time.monotonic() < deadline, members(at)
        time.sleep(0.2)


def test_two_consumers_of_a_group_share_three_partitions(trades):
    words = ["kafka-console-consumer.sh", *trades, "--topic", "trades", "--group", "analytics",
             "--from-beginning"]
    first, second = start(*words), start(*words)
    try:
        wait_for_members(trades, ["trades(0,1)", "trades(2)"])
        state = run_tool("kafka-consumer-groups.sh", *trades, "--describe", "--group", "analytics",
                         "--state").stdout
        assert state.split()[-3:] == ["range", "Stable", "2"]
        refused = run_tool("kafka-consumer-groups.sh", *trades, "--reset-offsets", "--group",
                           "analytics", "--all-topics", "--to-earliest", "--execute")
        assert "Assignments can only be reset" in refused.stderr

        first.send_signal(signal.SIGINT)
        assert first.wait(timeout=10) == 130
        wait_for_members(trades, ["trades(0,1,2)"])
        second.send_signal(signal.SIGINT)
        assert second.wait(timeout=10) == 130
        # Each record was read once, whoever read it.
        assert sorted(first.stdout.read().split() + second.stdout.read().split()) == \
            ["v1", "v2", "v3"]
    finally:
        first.kill()
        second.kill()


def test_offsets_of_a_group_are_reset_and_the_group_deleted(trades):
    groups = ["kafka-consumer-groups.sh", *trades]
    run_tool("kafka-console-consumer.sh", *trades, "--topic", "trades", "--group", "g",
             "--from-beginning", "--max-messages", "3")

    plan = run_tool(*groups, "--reset-offsets", "--group", "g", "--topic", "trades:0,1",
                    "--to-earliest", "--dry-run").stdout.splitlines()
    assert plan[1] == "GROUP           TOPIC           PARTITION  NEW-OFFSET"
    assert [line.split() for line in plan[2:]] == [["g", "trades", "0", "0"],
                                                   ["g", "trades", "1", "0"]]
    exported = run_tool(*groups, "--reset-offsets", "--group", "g", "--all-topics", "--shift-by",
                        "-1", "--execute", "--export").stdout
    assert exported == "trades,0,0\ntrades,1,0\ntrades,2,0\n"
    assert "without --execute" in run_tool(*groups, "--reset-offsets", "--group", "g",
                                           "--all-topics", "--to-latest").stderr

    assert "Request succeed" in run_tool(*groups, "--delete-offsets", "--group", "g", "--topic",
                                         "trades").stdout
    run_tool(*groups, "--reset-offsets", "--group", "g", "--topic", "trades", "--to-datetime",
             "2020-01-01T00:00:00.000", "--execute")
    assert run_tool(*groups, "--list", "--state").stdout.split() == ["GROUP", "STATE", "g", "Empty"]
    assert run_tool(*groups, "--delete", "--group", "g").stdout == \
        "Deletion of requested consumer groups ('g') was successful.\n"
    assert "Group g not found." in run_tool(*groups, "--describe", "--group", "g").stderr


def test_settings_of_a_topic_are_changed_and_shown(trades):
    configs = ["kafka-configs.sh", *trades]
    assert run_tool(*configs, "--alter", "--entity-type", "topics", "--entity-name", "trades",
                    "--add-config", "retention.ms=1000,cleanup.policy=[delete,compact]").stdout \
        == "Completed updating config for topic trades.\n"
    shown = run_tool(*configs, "--describe", "--topic", "trades").stdout.splitlines()
    assert shown[0] == "Dynamic configs for topic trades are:"
    assert shown[1].startswith("  cleanup.policy=delete,compact sensitive=false "
                               "synonyms={DYNAMIC_TOPIC_CONFIG:cleanup.policy=delete,compact, ")
    assert shown[2].startswith("  retention.ms=1000 sensitive=false ")

    run_tool(*configs, "--alter", "--topic", "trades", "--delete-config", "cleanup.policy")
    assert len(run_tool(*configs, "--describe", "--topic", "trades").stdout.splitlines()) == 2
    assert len(run_tool(*configs, "--describe", "--topic", "trades", "--all").stdout) > 1000
    assert run_tool(*configs, "--describe", "--topic", "nope").stdout == \
        "The topic 'nope' doesn't exist and doesn't have dynamic config.\n"
    assert "--describe, --alter" in run_tool(*configs, code=1).stderr


def test_a_broker_that_does_not_answer_is_exit_code_1(tmp_path):
    for words in (["kafka-topics.sh", "--list"], ["kafka-consumer-groups.sh", "--list"],
                  ["kafka-console-consumer.sh", "--topic", "trades"]):
        refused = run_tool(*words, "--bootstrap-server", "127.0.0.1:1", code=1)
        assert "no Kafka broker answers at 127.0.0.1:1" in refused.stderr
