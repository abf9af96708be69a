"""The command line tools of Apache Kafka, unchanged, against Tarn."""

import subprocess

from interop.apache_kafka import JARS
from interop.kafka_peers import Confluent, Record, records_of

TOOLS = "org.apache.kafka.tools"


def run(tool: str, *words: str, lines: str = "") -> str:
    done = subprocess.run(
        ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", JARS, tool, *words],
        text=True, capture_output=True, input=lines, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_kafka_topics_creates_describes_alters_lists_and_deletes(broker, topic):
    def topics(*words):
        return run(f"{TOOLS}.TopicCommand", "--bootstrap-server", broker, *words)

    assert f"Created topic {topic}." in topics(
        "--create", "--topic", topic, "--partitions", "2", "--replication-factor", "1",
        "--config", "retention.ms=12345")
    topics("--alter", "--topic", topic, "--partitions", "3")
    shown = topics("--describe", "--topic", topic).split("\n")
    assert "PartitionCount: 3" in shown[0] and "ReplicationFactor: 1" in shown[0]
    assert "retention.ms=12345" in shown[0]
    assert [line.split("Partition: ")[1].split()[0] for line in shown[1:4]] == ["0", "1", "2"]
    assert all("Leader: 1" in line and "Isr: 1" in line for line in shown[1:4])
    assert topic in topics("--list").split()
    topics("--delete", "--topic", topic)
    assert topic not in topics("--list").split()


def test_console_tools_write_and_read(broker, topic):
    run(f"{TOOLS}.ConsoleProducer", "--bootstrap-server", broker, "--topic", topic,
        "--reader-property", "parse.key=true", "--reader-property", "key.separator=:",
        lines="a:one\nb:two\nc:three\n")

    read = run(f"{TOOLS}.consumer.ConsoleConsumer", "--bootstrap-server", broker, "--topic", topic,
               "--from-beginning", "--max-messages", "3", "--timeout-ms", "20000",
               "--formatter-property", "print.key=true",
               "--formatter-property", "print.offset=true")

    assert read.splitlines() == ["Offset:0\ta\tone", "Offset:1\tb\ttwo", "Offset:2\tc\tthree"]
    ends = run(f"{TOOLS}.GetOffsetShell", "--bootstrap-server", broker, "--topic", topic)
    assert ends.split() == [f"{topic}:0:3"]
    starts = run(f"{TOOLS}.GetOffsetShell", "--bootstrap-server", broker, "--topic", topic,
                 "--time", "earliest")
    assert starts.split() == [f"{topic}:0:0"]


def test_kafka_consumer_groups_shows_and_resets_what_a_group_has_read(broker, topic):
    def groups(*words):
        return run(f"{TOOLS}.consumer.group.ConsumerGroupCommand", "--bootstrap-server", broker,
                   *words)

    group = f"of-{topic}"
    Confluent().write(broker, topic, "none", [Record(None, b"v")] * 10)
    run(f"{TOOLS}.consumer.ConsoleConsumer", "--bootstrap-server", broker, "--topic", topic,
        "--from-beginning", "--max-messages", "4", "--timeout-ms", "20000", "--group", group)

    assert group in groups("--list").split()
    line = next(line for line in groups("--describe", "--group", group).splitlines()
                if line.startswith(group))
    assert line.split()[1:6] == [topic, "0", "4", "10", "6"]
    assert "Empty" in groups("--describe", "--group", group, "--state")
    groups("--reset-offsets", "--group", group, "--topic", topic, "--to-offset", "9", "--execute")
    line = next(line for line in groups("--describe", "--group", group).splitlines()
                if line.startswith(group))
    assert line.split()[1:6] == [topic, "0", "9", "10", "1"]
    groups("--delete", "--group", group)
    assert group not in groups("--list").split()


def test_kafka_configs_describes_and_alters_topics_and_the_broker(broker, topic):
    def configs(*words):
        return run("kafka.admin.ConfigCommand", "--bootstrap-server", broker, *words)

    Confluent().write(broker, topic, "none", [Record(None, b"v")])
    configs("--alter", "--topic", topic, "--add-config", "retention.ms=777,cleanup.policy=compact")
    shown = configs("--describe", "--topic", topic)
    assert "retention.ms=777 " in shown and "cleanup.policy=compact " in shown
    configs("--alter", "--topic", topic, "--delete-config", "retention.ms")
    assert "retention.ms" not in configs("--describe", "--topic", topic)
    assert "segment.bytes=1073741824 " in configs("--describe", "--all", "--topic", topic)
    assert "node.id=1 " in configs("--describe", "--all", "--broker", "1")


def test_performance_tools_write_and_read_as_many_as_they_are_told(broker, topic):
    written = run(f"{TOOLS}.ProducerPerformance", "--topic", topic, "--num-records", "50000",
                  "--record-size", "100", "--throughput", "-1", "--producer-props",
                  f"bootstrap.servers={broker}", "compression.type=lz4")
    read = run(f"{TOOLS}.ConsumerPerformance", "--bootstrap-server", broker, "--topic", topic,
               "--messages", "50000", "--timeout", "20000")

    assert "50000 records sent" in written
    assert read.splitlines()[-1].split(", ")[4] == "50000", read
    found = Confluent().read(broker, [topic], 50_000)
    assert len(records_of(found, topic)) == 50_000
