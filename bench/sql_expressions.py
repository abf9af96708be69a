#!/usr/bin/env python3
"""Expressions of SQL on Tarn, DuckDB and Arrow's compute functions, each on one core, in one run.

    bench/sql_expressions.py [--runs 5]

Millions of rows a second, medians. All three compute batches that lie in memory; DuckDB's figure
has the cost of counting the results in it, which is that of `SELECT COUNT(a)` taken off.
"""

import argparse
import json
import statistics
import subprocess
import time
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / "build/release/bin/sql_expressions_bench"
ROWS = 4_000_000
# Arrow's own batches are as large as Tarn's, so that both work in the cache.
BATCH = 8192
STRIDE = 7919

ARROW = {
    "a + b": lambda t: pc.add(t["a"], t["b"]),
    "a * 2e0 + b": lambda t: pc.add(pc.multiply(t["a"], 2.0), t["b"]),
    "a > b": lambda t: pc.greater(t["a"], t["b"]),
    "i * 3 - j": lambda t: pc.subtract(pc.multiply(t["i"], pa.scalar(3, pa.int32())), t["j"]),
    "a > b AND i > 100": lambda t: pc.and_kleene(pc.greater(t["a"], t["b"]),
                                                 pc.greater(t["i"], 100)),
    "CASE WHEN a > b THEN a ELSE b END": lambda t: pc.if_else(pc.greater(t["a"], t["b"]),
                                                              t["a"], t["b"]),
    "COALESCE(a, b)": lambda t: pc.coalesce(t["a"], t["b"]),
    "n * n": lambda t: pc.multiply(t["n"], t["n"]),
    "CAST(i AS STRING)": lambda t: pc.cast(t["i"], pa.string()),
    "UPPER(s)": lambda t: pc.utf8_upper(t["s"]),
    "SUBSTRING(s, 2, 5)": lambda t: pc.utf8_slice_codeunits(t["s"], 1, 6),
    "s LIKE 'Trade-1%'": lambda t: pc.match_like(t["s"], "Trade-1%"),
    "EXTRACT(HOUR FROM ts)": lambda t: pc.hour(t["ts"]),
    "FLOOR(ts TO DAY)": lambda t: pc.floor_temporal(t["ts"], unit="day"),
}
# What DuckDB says otherwise, or not at all.
DUCKDB = {
    "FLOOR(ts TO DAY)": "date_trunc('day', ts)",
    "CAST(i AS STRING)": "CAST(i AS VARCHAR)",
    "DATE_FORMAT(ts, 'yyyy-MM-dd HH:mm')": "strftime(ts, '%Y-%m-%d %H:%M')",
    "TO_TIMESTAMP('2024-02-29 12:30:' || SUBSTRING(s, 7, 2))": None,
    "CHAR_LENGTH(s)": "length(s)",
    "SPLIT_INDEX(s, '-', 1)": "split_part(s, '-', 2)",
    "REGEXP_EXTRACT(s, '([a-z]+)-([0-9]+)', 2)": "regexp_extract(s, '([a-z]+)-([0-9]+)', 2)",
}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--runs", type=int, default=5)
    runs = arguments.parse_args().runs
    pa.set_cpu_count(1)
    ours = of_tarn(runs)
    batch = table_of(BATCH).to_batches()[0]
    duck = duckdb.connect(config={"threads": 1})
    duck.register("arrow_table", table_of(ROWS))
    duck.execute("CREATE TABLE t AS SELECT * FROM arrow_table")
    # Without a NULL it would know what it counts, and compute nothing.
    duck.execute("INSERT INTO t (a) VALUES (NULL)")
    baseline = seconds(counted(duck, "a"), runs)
    print(f"{'million rows/s':56} {'Tarn':>8} {'DuckDB':>8} {'Arrow':>8}")
    for sql, rate in ours.items():
        query, on_arrow = DUCKDB.get(sql, sql), ARROW.get(sql)
        of_duckdb = query and ROWS / (seconds(counted(duck, query), runs) - baseline)
        of_arrow = on_arrow and BATCH / seconds(lambda: on_arrow(batch), runs, repeat=300)
        print(f"{sql:56} {shown(rate)} {shown(of_duckdb)} {shown(of_arrow)}")


def counted(duck: duckdb.DuckDBPyConnection, expression: str):
    return lambda: duck.execute(f"SELECT COUNT({expression}) FROM t").fetchall()


def shown(rate: float | None) -> str:
    return f"{rate / 1e6:8.1f}" if rate else f"{'–':>8}"


def of_tarn(runs: int) -> dict[str, float]:
    done = subprocess.run([BENCH, "--benchmark_format=json", f"--benchmark_repetitions={runs}",
                           "--benchmark_report_aggregates_only=true"], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return {each["run_name"]: each["items_per_second"]
            for each in json.loads(done.stdout)["benchmarks"]
            if each["aggregate_name"] == "median"}


def table_of(rows: int) -> pa.Table:
    numbers = range(rows)
    mixed = [row * STRIDE % rows for row in numbers]
    amounts = pa.array([Decimal(row * 100 + 1) / 100 for row in range(BATCH)],
                       pa.decimal128(10, 2))
    return pa.table({
        "a": pa.array([row * 1.5 for row in numbers]),
        "b": pa.array(mixed, pa.float64()),
        "i": pa.array(numbers, pa.int32()),
        "j": pa.array(mixed, pa.int32()),
        "n": amounts.take(pa.array([row % BATCH for row in numbers])),
        "s": pa.array([f"Trade-{row % BATCH}" for row in numbers]),
        "ts": pa.array([1_700_000_000_000 + row * 1000 for row in numbers],
                       pa.timestamp("ms")),
    })


def seconds(work, runs: int, repeat: int = 1) -> float:
    spent = []
    for _ in range(runs):
        begin = time.perf_counter()
        for _ in range(repeat):
            work()
        spent.append((time.perf_counter() - begin) / repeat)
    return statistics.median(spent)


if __name__ == "__main__":
    main()
