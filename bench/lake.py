#!/usr/bin/env python3
"""The lake of examples/trades: a topic into raw rows and one-minute bars, all committed.

    bench/lake.py [--millions N] [--rounds N]

Fills a topic of three partitions with trades of 100 symbols as JSON, then has jobs with one and
with two workers read all of it, in turns in one run: events a second from `tarn run` to the
last commit, CPU time of the process for ten million events, and its memory. The rows of both
tables are counted after each job. Prints a table for docs/benchmarks.md.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARN = ROOT / "build" / "release" / "bin" / "tarn"
TICKS = os.sysconf("SC_CLK_TCK")
FILL = """
CREATE TABLE made_up (n BIGINT, s INT, price DOUBLE, qty DOUBLE) WITH (
    'connector' = 'datagen', 'rows-per-second' = '100000000', 'number-of-rows' = '{events}',
    'fields.n.kind' = 'sequence', 'fields.n.start' = '0', 'fields.n.end' = '{last}',
    'fields.s.min' = '10', 'fields.s.max' = '109',
    'fields.price.min' = '100', 'fields.price.max' = '200',
    'fields.qty.min' = '1', 'fields.qty.max' = '9');
CREATE TABLE trades (symbol STRING, price DOUBLE, qty DOUBLE, side STRING, ts BIGINT) WITH (
    'connector' = 'kafka', 'topic' = 'trades', 'properties.bootstrap.servers' = 'kafka:9092',
    'format' = 'json', 'key.format' = 'raw', 'key.fields' = 'symbol');
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
        self.kafka = json.loads(ready.read_text())["kafka"]

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
        return int(snapshots[-1]["summary"]["total-records"])

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def peak_mib(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)


def lake(workers: int, name: str) -> str:
    """The example, bounded and under names of its own."""
    sql = (ROOT / "examples" / "trades" / "lake.sql").read_text()
    sql = sql.replace("'1 s'", "'5 s'", 1)
    sql = sql.replace("'format' = 'json'",
                      "'format' = 'json', 'scan.bounded.mode' = 'latest-offset'")
    sql = sql.replace("raw_trades", f"raw_{name}").replace("agg_1m", f"agg_{name}")
    return f"SET 'parallelism.default' = '{workers}';\n" + sql


def bars(tarn: Tarn, name: str) -> int:
    """How many trades the bars stand for."""
    catalog = re.search(r"CREATE CATALOG.*?;", lake(1, name), re.S)[0]
    sql = f"{catalog} SELECT SUM(trade_count) FROM iceberg_catalog.lakehouse.agg_{name};"
    (tarn.folder / "bars.sql").write_text(sql)
    return int(re.search(r"\[(\d+)\]\s*$", tarn.run("run", "bars.sql"))[1])


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--millions", type=int, default=10)
    options.add_argument("--rounds", type=int, default=3)
    typed = options.parse_args()
    events = typed.millions * 1_000_000
    rates: dict[int, list] = {1: [], 2: []}
    cpu: dict[int, list] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as folder:
        tarn = Tarn(Path(folder))
        try:
            tarn.run("topic", "create", "trades", "--partitions", "3", "--bootstrap", tarn.kafka)
            tarn.run_sql(FILL.format(events=events, last=events - 1), "fill")
            for turn in range(typed.rounds):
                for workers in rates:
                    name = f"w{workers}r{turn}"
                    before = tarn.cpu_seconds()
                    started = time.monotonic()
                    tarn.run_sql(lake(workers, name), name)
                    rates[workers].append(events / (time.monotonic() - started) / 1e6)
                    cpu[workers].append((tarn.cpu_seconds() - before) * 1e7 / events)
                    assert tarn.records(f"lakehouse.raw_{name}") == events
                    assert bars(tarn, name) == events
            peak = tarn.peak_mib()
        finally:
            tarn.stop()
    print("| workers | M events/s | CPU seconds for 10 M events |")
    print("|---|---|---|")
    for workers in rates:
        print(f"| {workers} | {statistics.median(rates[workers]):.2f} | "
              f"{statistics.median(cpu[workers]):.1f} |")
    print(f"\npeak memory of the process, broker and catalog in it: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
