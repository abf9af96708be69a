#!/usr/bin/env python3
"""The queries of bench/nexmark: how many events a second a job takes from the generator on.

    bench/nexmark.py [--millions N] [--rounds N] [--rate R] [QUERY...]

Each query is a process of its own, with one and with two workers in turns. Its time goes from the
start of `tarn run` to its end, with the start of the process taken off; events a second for each
core are those for a second of its CPU time. `--rate` is the rate of event time: 100,000 events are
a second, so that four million fill four windows of ten seconds. Some queries keep all bids: the
memory of q9 and q20 grows by nearly a GB for each million. Prints a table for docs/benchmarks.md.
"""

import argparse
import os
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARN = ROOT / "build" / "release" / "bin" / "tarn"
FOLDER = ROOT / "bench" / "nexmark"
# q6 does not run, in Flink neither.
QUERIES = [f"q{number}" for number in range(23) if number != 6]
SIDE_ROWS = 10_000
WORKERS = (1, 2)


def sql(query: str, events: int, rate: int, workers: int) -> str:
    tables = (FOLDER / "tables.sql").read_text()
    tables = re.sub(r"'events.num' = '\d+'", f"'events.num' = '{events}'", tables)
    tables = re.sub(r"'first-event.rate' = '\d+'", f"'first-event.rate' = '{rate}'", tables)
    return (f"SET 'parallelism.default' = '{workers}';\n" + tables
            + (FOLDER / f"{query}.sql").read_text())


class Run:
    """Of one job: its wall and CPU time in seconds, and its memory in MiB."""

    def __init__(self, text: str):
        with tempfile.TemporaryDirectory() as folder:
            side = Path(folder) / "side_input"
            side.mkdir()
            rows = "".join(f'{{"key":{key},"value":"value {key}"}}\n' for key in range(SIDE_ROWS))
            (side / "rows.json").write_text(rows)
            (Path(folder) / "job.sql").write_text(text)
            started = time.monotonic()
            process = subprocess.Popen([TARN, "run", "job.sql"], cwd=folder,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            errors = process.stderr.read()
            _, status, used = os.wait4(process.pid, 0)
            self.wall = time.monotonic() - started
        assert status == 0, errors
        self.cpu = used.ru_utime + used.ru_stime
        self.mib = used.ru_maxrss / 1024


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--millions", type=float, default=4)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--rate", type=int, default=100_000)
    options.add_argument("queries", nargs="*", default=QUERIES)
    typed = options.parse_args()
    events = int(typed.millions * 1_000_000)
    seconds = events / typed.rate
    print(f"{typed.millions:g} M events of {seconds:g} s, medians of {typed.rounds} rounds\n")
    print("| query | M events/s, 1 worker | for each CPU second | 2 workers "
          "| for each CPU second | MiB |")
    print("|---|---|---|---|---|---|")
    for query in typed.queries:
        empty = {workers: Run(sql(query, 1, typed.rate, workers)) for workers in WORKERS}
        runs: dict[int, list[Run]] = {workers: [] for workers in WORKERS}
        for _ in range(typed.rounds):
            for workers in WORKERS:
                runs[workers].append(Run(sql(query, events, typed.rate, workers)))
        cells = []
        for workers in WORKERS:
            walls = [run.wall - empty[workers].wall for run in runs[workers]]
            cpus = [run.cpu - empty[workers].cpu for run in runs[workers]]
            cells += [f"{events / 1e6 / statistics.median(walls):.2f}",
                      f"{events / 1e6 / statistics.median(cpus):.2f}"]
        peak = max(run.mib for run in runs[1])
        print(f"| {query} | {' | '.join(cells)} | {peak:.0f} |", flush=True)


if __name__ == "__main__":
    main()
