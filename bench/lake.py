#!/usr/bin/env python3
"""The lake of examples/trades: a topic into raw rows and one-minute bars, all committed.

    bench/lake.py [--millions N] [--rounds N] [--flink]

Fills a topic of three partitions with trades of 100 symbols as JSON, then has jobs with one and
with two workers read all of it, in turns in one run: events a second from `tarn run` to the
last commit, CPU time of the process for ten million events, and its memory. The rows of both
tables are counted after each job. With `--flink` a real Flink takes its turn in each round, with
the same file on both cores, over the same topic and catalog; it runs warm, for its first job does
not count (.deps/venv/bin/python runs this then, after `tools/setup engines`). Prints a table for
docs/benchmarks.md.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARN = ROOT / "build" / "release" / "bin" / "tarn"
TICKS = os.sysconf("SC_CLK_TCK")
TRADES = """
CREATE TABLE trades (symbol STRING, price DOUBLE, qty DOUBLE, side STRING, ts BIGINT) WITH (
    'connector' = 'kafka', 'topic' = 'trades', 'properties.bootstrap.servers' = 'kafka:9092',
    'format' = 'json', 'key.format' = 'raw', 'key.fields' = 'symbol');
"""
FILL = TRADES + """
CREATE TABLE made_up (n BIGINT, s INT, price DOUBLE, qty DOUBLE) WITH (
    'connector' = 'datagen', 'rows-per-second' = '100000000', 'number-of-rows' = '{events}',
    'fields.n.kind' = 'sequence', 'fields.n.start' = '0', 'fields.n.end' = '{last}',
    'fields.s.min' = '10', 'fields.s.max' = '109',
    'fields.price.min' = '100', 'fields.price.max' = '200',
    'fields.qty.min' = '1', 'fields.qty.max' = '9');
INSERT INTO trades
SELECT 'S' || CAST(s AS STRING), ROUND(price, 2), ROUND(qty, 1), 'BUY', 1700000000000 + n
FROM made_up;
"""


class Tarn:
    def __init__(self, folder: Path):
        ready = folder / "ready.json"
        self.folder = folder
        self.process = subprocess.Popen(
            [TARN, "up", "--data", folder / "data", "--ports", "auto", "--ready-file", ready,
             "--set", "log.flush=os"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not ready.exists():
            assert time.monotonic() < deadline, "Tarn is not ready in time"
            time.sleep(0.01)
        faces = json.loads(ready.read_text())
        self.kafka = faces["kafka"]
        self.catalog = faces["iceberg"]

    def run(self, *words: str) -> str:
        done = subprocess.run([TARN, *words, "--data", self.folder / "data"], cwd=self.folder,
                              capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run_sql(self, sql: str, name: str):
        (self.folder / f"{name}.sql").write_text(sql)
        self.run("run", f"{name}.sql")

    def records(self, table: str) -> int:
        """As the table's current snapshot tells it."""
        snapshots = json.loads(self.run("table", "snapshots", table, "--json"))["snapshots"]
        return int(snapshots[-1]["summary"]["total-records"]) if snapshots else 0

    def cpu_seconds(self) -> float:
        return cpu_seconds(self.process)

    def peak_mib(self) -> float:
        return peak_mib(self.process)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)


def cpu_seconds(process: subprocess.Popen) -> float:
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def peak_mib(process: subprocess.Popen) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


class Flink:
    """A real one in a process of its own, as fast as its documentation knows how."""

    SETTINGS = {"parallelism.default": "2", "pipeline.object-reuse": "true",
                "table.exec.iceberg.use-v2-sink": "true",
                "classloader.check-leaked-classloader": "false"}

    def __init__(self, folder: Path):
        sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "interop")]
        from interop.iceberg_peers import JAVA_OPENS, JvmEngine, jars_of
        self.engine = JvmEngine(folder / "flink.log", "FlinkStatements.java", jars_of("flink"),
                                java_options=[*JAVA_OPENS, "-Xmx2g", "-XX:-UseSerialGC",
                                              "-XX:+UseG1GC", "-XX:TieredStopAtLevel=4"])
        self.process = self.engine.process

    def begin(self, tarn: Tarn, sql: str):
        """The job of the file runs when this returns."""
        for host, address in (("kafka:9092", tarn.kafka),
                              ("http://iceberg-rest:8181", tarn.catalog)):
            sql = sql.replace(host, address)
        sql = re.sub(r",\n    'warehouse'.*?(?=\n\);)", "", sql, flags=re.DOTALL)
        sql = re.sub(r"^ *--.*\n", "", sql, flags=re.MULTILINE)
        self.engine.sql("STREAMING")
        for key, value in self.SETTINGS.items():
            self.engine.sql(f"SET {key} {value}")
        for each in re.split(r";\n+(?=\S)(?!END)|;\n$", sql):
            setting = re.match(r"SET '(.*)' = '(.*)'$", each)
            if each:
                self.engine.sql(f"SET {setting[1]} {setting[2]}" if setting else each)


def lake(name: str) -> str:
    """The example, bounded and under names of its own."""
    sql = (ROOT / "examples" / "trades" / "lake.sql").read_text()
    sql = sql.replace("'1 s'", "'5 s'", 1)
    sql = sql.replace("'format' = 'json'",
                      "'format' = 'json', 'scan.bounded.mode' = 'latest-offset'")
    return sql.replace("raw_trades", f"raw_{name}").replace("agg_1m", f"agg_{name}")


def bars(tarn: Tarn, name: str) -> int:
    """How many trades the bars stand for."""
    catalog = re.search(r"CREATE CATALOG.*?;", lake(name), re.S)[0]
    sql = f"{catalog} SELECT SUM(trade_count) FROM iceberg_catalog.lakehouse.agg_{name};"
    (tarn.folder / "bars.sql").write_text(sql)
    return int(re.search(r"\[(\d+)\]\s*$", tarn.run("run", "bars.sql"))[1])


class Turns:
    """What each of those that take turns has done in its rounds."""

    def __init__(self, tarn: Tarn, events: int):
        self.tarn = tarn
        self.events = events
        self.rates: dict[str, list[float]] = {}
        self.cpu: dict[str, list[float]] = {}

    def take(self, who: str, name: str, run, processes: list[subprocess.Popen]):
        before = sum(cpu_seconds(process) for process in processes)
        started = time.monotonic()
        run(name)
        rate = self.events / (time.monotonic() - started) / 1e6
        used = sum(cpu_seconds(process) for process in processes) - before
        assert self.tarn.records(f"lakehouse.raw_{name}") == self.events
        assert bars(self.tarn, name) == self.events
        self.rates.setdefault(who, []).append(rate)
        self.cpu.setdefault(who, []).append(used * 1e7 / self.events)

    def table(self) -> str:
        lines = ["| | M events/s | CPU seconds for 10 M events |", "|---|---|---|"]
        lines += [f"| {who} | {statistics.median(self.rates[who]):.2f} "
                  f"| {statistics.median(self.cpu[who]):.1f} |" for who in self.rates]
        return "\n".join(lines)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--millions", type=int, default=10)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--flink", action="store_true")
    typed = options.parse_args()
    events = typed.millions * 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        tarn = Tarn(Path(folder))
        flink = Flink(Path(folder)) if typed.flink else None
        turns = Turns(tarn, events)

        def in_tarn(workers: int):
            settings = f"SET 'parallelism.default' = '{workers}';\n"
            return lambda name: tarn.run_sql(settings + lake(name), name)

        def in_flink(name: str):
            flink.begin(tarn, lake(name))
            tables = (f"lakehouse.raw_{name}", f"lakehouse.agg_{name}")
            deadline = time.monotonic() + 300
            while tarn.records(tables[0]) < events or bars(tarn, name) < events:
                assert time.monotonic() < deadline, Path(folder, "flink.log").read_text()[-3000:]
                time.sleep(0.2)

        try:
            tarn.run("topic", "create", "trades", "--partitions", "3", "--bootstrap", tarn.kafka)
            tarn.run_sql(FILL.format(events=events, last=events - 1), "fill")
            if flink:
                in_flink("warm")
            for turn in range(typed.rounds):
                for workers in (1, 2):
                    turns.take(f"Tarn, workers: {workers}", f"w{workers}r{turn}", in_tarn(workers),
                               [tarn.process])
                if flink:
                    turns.take("Flink, parallelism 2", f"flink{turn}", in_flink,
                               [flink.process, tarn.process])
            peaks = {"Tarn": tarn.peak_mib()}
            if flink:
                peaks["Flink"] = peak_mib(flink.process)
        finally:
            if flink:
                flink.engine.stop()
            tarn.stop()
    print(turns.table())
    print("\npeak memory, broker and catalog in Tarn's: "
          + ", ".join(f"{who} {peak:.0f} MiB" for who, peak in peaks.items()))


if __name__ == "__main__":
    main()
