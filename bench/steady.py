#!/usr/bin/env python3
"""A job that runs on: the memory and the CPU time of a Tarn with 10,000 events a second.

    bench/steady.py [--rate R] [--minutes N]

One job makes trades and sends them to a topic, the job of examples/trades makes raw rows and
one-minute bars of them, in Iceberg tables that are compacted meanwhile. Prints a line for each
minute, for docs/benchmarks.md.
"""

import argparse
import re
import tempfile
import time
from pathlib import Path

from lake import ROOT, TRADES, Tarn

GENERATE = TRADES + """
SET 'pipeline.name' = 'generate';
CREATE TABLE made_up (s INT, price DOUBLE, qty DOUBLE) WITH (
    'connector' = 'datagen', 'rows-per-second' = '{rate}',
    'fields.s.min' = '10', 'fields.s.max' = '109',
    'fields.price.min' = '100', 'fields.price.max' = '200',
    'fields.qty.min' = '1', 'fields.qty.max' = '9');
INSERT INTO trades
SELECT 'S' || CAST(s AS STRING), ROUND(price, 2), ROUND(qty, 1), 'BUY',
    UNIX_TIMESTAMP() * 1000 FROM made_up;
"""


def resident_mib(tarn: Tarn) -> float:
    status = Path(f"/proc/{tarn.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--rate", type=int, default=10_000)
    options.add_argument("--minutes", type=int, default=20)
    typed = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tarn = Tarn(Path(folder))
        try:
            tarn.run("topic", "create", "trades", "--partitions", "3", "--bootstrap", tarn.kafka)
            (Path(folder) / "generate.sql").write_text(GENERATE.format(rate=typed.rate))
            lake = (ROOT / "examples" / "trades" / "lake.sql").read_text()
            (Path(folder) / "lake.sql").write_text("SET 'pipeline.name' = 'lake';\n" + lake)
            for name in ("generate", "lake"):
                tarn.run("run", "--detach", f"{name}.sql")
            print("| minute | rows in raw_trades | % of one core | MiB |\n|---|---|---|---|")
            used = tarn.cpu_seconds()
            for minute in range(1, typed.minutes + 1):
                time.sleep(60)
                before, used = used, tarn.cpu_seconds()
                print(f"| {minute} | {tarn.records('lakehouse.raw_trades')} "
                      f"| {(used - before) / 0.6:.1f} | {resident_mib(tarn):.0f} |", flush=True)
        finally:
            tarn.stop()


if __name__ == "__main__":
    main()
