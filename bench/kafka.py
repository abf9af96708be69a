#!/usr/bin/env python3
"""Kafka's own performance tools against a real Apache Kafka and against Tarn, in turns in one run.

    bench/kafka.py [--megabytes N] [--rounds N]

Prints a table for docs/benchmarks.md: the median of the rounds, with the broker's CPU time and
memory. Both brokers start with empty folders on this machine's disk; Kafka with its own default
heap. Kafka does not flush, so Tarn is shown with `log.flush=os`, which is the same promise, and
with its default, which flushes each batch before it is acknowledged.
"""

import argparse
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "interop"))
from apache_kafka import JARS, ApacheKafka  # noqa: E402

TARN = ROOT / "build" / "release" / "bin" / "tarn"
# What Kafka's own start script gives it.
KAFKA_HEAP = ["-Xmx1G", "-Xms1G", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20"]
TICKS = os.sysconf("SC_CLK_TCK")
SIZES = (100, 1000)
CODECS = ("none", "lz4")
PRODUCERS = (1, 4)
PACE = 10_000  # records/s where latency is measured


class Tarn:
    def __init__(self, folder: Path, flush: str):
        ready = folder / "ready.json"
        self.process = subprocess.Popen(
            [TARN, "up", "--data", folder / "data", "--ports", "auto", "--ready-file", ready,
             "--set", f"log.flush={flush}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not ready.exists():
            assert time.monotonic() < deadline, "Tarn is not ready in time"
            time.sleep(0.01)
        self.address = json.loads(ready.read_text())["kafka"]

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)


SYSTEMS = {
    "Apache Kafka 4.3.1": lambda folder: ApacheKafka(folder, java_options=KAFKA_HEAP),
    "Tarn, flush os": lambda folder: Tarn(folder, "os"),
    "Tarn, flush each-batch": lambda folder: Tarn(folder, "each-batch"),
}


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mib(pid: int) -> float:
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


def tool(name: str, *options: str) -> subprocess.Popen:
    command = ["java", "-Xmx512m", "-cp", JARS, f"org.apache.kafka.tools.{name}", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def produce(broker, topic: str, size: int, codec: str, producers: int, records: int) -> float:
    """MB/s of all producers together."""
    started = time.monotonic()
    running = [
        tool("ProducerPerformance", "--topic", topic, "--num-records", str(records // producers),
             "--record-size", str(size), "--throughput", "-1", "--producer-props",
             f"bootstrap.servers={broker.address}", "acks=all", f"compression.type={codec}",
             "batch.size=131072", "linger.ms=5")
        for _ in range(producers)]
    rates = []
    for each in running:
        output, _ = each.communicate(timeout=300)
        assert each.returncode == 0, output
        rates.append(float(re.findall(r"\(([\d.]+) MB/sec\)", output)[-1]) * 1.048576)
    assert time.monotonic() > started
    return sum(rates)


def consume(broker, topic: str, records: int) -> float:
    running = tool("ConsumerPerformance", "--bootstrap-server", broker.address, "--topic", topic,
                   "--num-records", str(records), "--timeout", "60000")
    output, _ = running.communicate(timeout=300)
    assert running.returncode == 0, output
    header, values = [line.split(", ") for line in output.strip().splitlines()[-2:]]
    assert "fetch.MB.sec" in header, output
    return float(values[header.index("fetch.MB.sec")]) * 1.048576


def latency(broker, topic: str) -> str:
    """Milliseconds from send to acknowledgement at an even pace, as the client sees them."""
    running = tool("ProducerPerformance", "--topic", topic, "--num-records", str(PACE * 15),
                   "--record-size", "100", "--throughput", str(PACE), "--producer-props",
                   f"bootstrap.servers={broker.address}", "acks=all", "linger.ms=0")
    output, _ = running.communicate(timeout=120)
    assert running.returncode == 0, output
    p50, p99 = re.search(r"(\d+) ms 50th.* (\d+) ms 99th", output).groups()
    return f"{p50} / {p99}"


def idle_mib() -> float:
    """What 2,000 partitions and 1,000 connected clients that say nothing cost Tarn."""
    folder = Path(tempfile.mkdtemp(prefix="tarn-bench-"))
    broker = Tarn(folder, "each-batch")
    try:
        subprocess.run([TARN, "topic", "create", "idle", "--partitions", "2000", "--bootstrap",
                        broker.address], check=True, stdout=subprocess.DEVNULL)
        host, port = broker.address.split(":")
        clients = [socket.create_connection((host, int(port))) for _ in range(1000)]
        time.sleep(1)
        assert len(clients) == 1000
        return resident_mib(broker.process.pid)
    finally:
        broker.stop()
        shutil.rmtree(folder, ignore_errors=True)


def first_produce_ms() -> float:
    """From exec until a topic is made and a record acknowledged, each by a command of its own."""
    folder = Path(tempfile.mkdtemp(prefix="tarn-bench-"))
    started = time.monotonic()
    broker = Tarn(folder, "each-batch")
    try:
        for words in (["create", "first"], ["produce", "first"]):
            subprocess.run([TARN, "topic", *words, "--bootstrap", broker.address],
                           input="hello\n", text=True, check=True, capture_output=True)
        return (time.monotonic() - started) * 1000
    finally:
        broker.stop()
        shutil.rmtree(folder, ignore_errors=True)


def measure(broker, work) -> dict:
    before = cpu_seconds(broker.process.pid)
    rate, megabytes = work()
    used = cpu_seconds(broker.process.pid) - before
    return {"rate": rate, "per_cpu": megabytes / used if used else 0.0}


def one_round(name: str, records_of: dict, results: dict, latencies: dict):
    folder = Path(tempfile.mkdtemp(prefix="tarn-bench-", dir=os.environ.get("TARN_BENCH_DIR")))
    broker = SYSTEMS[name](folder)
    try:
        for size in SIZES:
            records = records_of[size]
            megabytes = size * records / 1e6
            for codec in CODECS:
                for producers in PRODUCERS:
                    topic = f"t-{size}-{codec}-{producers}"
                    result = measure(broker, lambda: (
                        produce(broker, topic, size, codec, producers, records), megabytes))
                    work = f"produce {size} B, {codec}, {producers}"
                    results.setdefault((work, name), []).append(result)
            topic = f"t-{size}-none-1"
            result = measure(broker, lambda: (consume(broker, topic, records), megabytes))
            results.setdefault((f"consume {size} B", name), []).append(result)
        latencies.setdefault(name, []).append(latency(broker, "paced"))
        memory = {"rate": resident_mib(broker.process.pid), "per_cpu": 0.0}
        results.setdefault(("resident MiB afterwards", name), []).append(memory)
    finally:
        broker.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--megabytes", type=int, default=300, help="of records each time")
    options.add_argument("--rounds", type=int, default=3)
    options = options.parse_args()
    records_of = {size: options.megabytes * 1_000_000 // size for size in SIZES}
    results: dict = {}
    latencies: dict = {}
    for _ in range(options.rounds):
        for name in SYSTEMS:
            one_round(name, records_of, results, latencies)
    print(f"| work (MB/s; in brackets MB per second of the broker's CPU) | {' | '.join(SYSTEMS)} |")
    print(f"|---|{'---|' * len(SYSTEMS)}")
    for work in dict.fromkeys(work for work, _ in results):
        cells = []
        for name in SYSTEMS:
            runs = results[(work, name)]
            rate = statistics.median(run["rate"] for run in runs)
            per_cpu = statistics.median(run["per_cpu"] for run in runs)
            cells.append(f"{rate:.0f} ({per_cpu:.0f})" if per_cpu else f"{rate:.0f}")
        print(f"| {work} | {' | '.join(cells)} |")
    cells = ["; ".join(latencies[name]) for name in SYSTEMS]
    print(f"| 10,000 records/s: p50 / p99 in ms, each round | {' | '.join(cells)} |")
    print(f"\nTarn with 2,000 partitions and 1,000 idle clients: {idle_mib():.0f} MiB")
    firsts = [first_produce_ms() for _ in range(5)]
    print(f"Tarn from exec to the first acknowledged record: {statistics.median(firsts):.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
