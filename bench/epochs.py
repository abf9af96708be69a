#!/usr/bin/env python3
"""How long a job with much state stands still for its epochs.

    bench/epochs.py [--millions N] [--rate R] [--seconds S]

A job counts rows by key: first N million keys come at once, then R rows a second for keys among
them. With an epoch each second `tarn job checkpoints` tells for how long all workers stood still,
and how many bytes the epoch has; those of the first epochs, in which the keys come, are told apart.
Prints a table for docs/benchmarks.md.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

from lake import Tarn

JOB = """
SET 'pipeline.name' = 'counts';
SET 'execution.checkpointing.interval' = '1 s';
CREATE TABLE all_keys (k BIGINT, v BIGINT) WITH (
    'connector' = 'datagen', 'rows-per-second' = '100000000', 'number-of-rows' = '{keys}',
    'fields.k.kind' = 'sequence', 'fields.k.start' = '0', 'fields.k.end' = '{last}');
CREATE TABLE some_keys (k BIGINT, v BIGINT) WITH (
    'connector' = 'datagen', 'rows-per-second' = '{rate}',
    'fields.k.min' = '0', 'fields.k.max' = '{last}');
CREATE TABLE counts (k BIGINT, name STRING, n BIGINT, least BIGINT, most BIGINT) WITH (
    'connector' = 'blackhole');
INSERT INTO counts
SELECT k, name, COUNT(*), MIN(v), MAX(v) FROM (
    SELECT k, 'the name of key ' || CAST(k AS STRING) AS name, v
    FROM (SELECT * FROM all_keys UNION ALL SELECT * FROM some_keys))
GROUP BY k, name;
"""


class Epochs:
    """All of a job's, though it keeps but the last ones."""

    def __init__(self, tarn: Tarn):
        self.tarn = tarn
        self.known: dict[int, dict] = {}

    def look(self):
        told = json.loads(self.tarn.run("job", "checkpoints", "counts", "--json"))
        self.known |= {epoch["number"]: epoch for epoch in told["epochs"]}

    def watch(self, until):
        while not until():
            time.sleep(0.5)
            self.look()


def share(values: list[int], part: float) -> int:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def row(name: str, epochs: list[dict]) -> str:
    still = [epoch["stood_still_ms"] for epoch in epochs]
    sizes = [epoch["bytes"] / 2**20 for epoch in epochs]
    return (f"| {name} | {len(epochs)} | {share(still, 0.5)} | {share(still, 0.99)} "
            f"| {max(still)} | {share(sizes, 0.5):.1f} | {max(sizes):.1f} |")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--millions", type=float, default=4)
    options.add_argument("--rate", type=int, default=10_000)
    options.add_argument("--seconds", type=int, default=60)
    typed = options.parse_args()
    keys = int(typed.millions * 1_000_000)
    with tempfile.TemporaryDirectory() as folder:
        tarn = Tarn(Path(folder))
        try:
            job = Path(folder) / "counts.sql"
            job.write_text(JOB.format(keys=keys, last=keys - 1, rate=typed.rate))
            tarn.run("run", "--detach", job.name)
            epochs = Epochs(tarn)

            def state() -> int:
                operators = json.loads(tarn.run("job", "describe", "counts", "--json"))["operators"]
                return sum(each.get("state_bytes", 0) for each in operators)

            def rows() -> int:
                return json.loads(tarn.run("job", "describe", "counts", "--json"))["rows_read"]

            epochs.watch(lambda: rows() >= keys)
            first = max(epochs.known, default=0) + 2
            epochs.watch(lambda: max(epochs.known, default=0) >= first)
            ends = time.monotonic() + typed.seconds
            epochs.watch(lambda: time.monotonic() > ends)
            size = state() / 2**20
            peak = tarn.peak_mib()
        finally:
            tarn.stop()
    steady = [epoch for number, epoch in epochs.known.items() if number > first]
    filling = [epoch for number, epoch in epochs.known.items() if number <= first]
    print(f"{typed.millions:g} M keys, {size:.0f} MiB of state, then {typed.rate} rows/s\n")
    print("| epochs | how many | stood still ms, p50 | p99 | most | MiB, p50 | most |")
    print("|---|---|---|---|---|---|---|")
    print(row("while the keys come", filling))
    print(row("behind it", steady))
    print(f"\npeak memory of the process: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
