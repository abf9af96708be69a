#!/usr/bin/env python3
"""How many tables a second the REST catalog loads, by wrk on the same machine, after `make build`.

    bench/catalog.py [SECONDS]      (8)

The table has 20 columns and five snapshots, as PyIceberg makes them.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow
from pyiceberg.catalog import load_catalog

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from conftest import Tarn  # noqa: E402

SECONDS = int(sys.argv[1]) if len(sys.argv) > 1 else 8
COLUMNS = [f"c{number}" for number in range(20)]

with tempfile.TemporaryDirectory() as folder:
    tarn = Tarn(Path(folder))
    catalog = load_catalog("tarn", type="rest", uri=tarn.faces["iceberg"])
    catalog.create_namespace("bench")
    rows = pyarrow.table({name: pyarrow.array([1], pyarrow.int64()) for name in COLUMNS})
    table = catalog.create_table("bench.t", rows.schema)
    for _ in range(5):
        table.append(rows)
    url = f"{tarn.faces['iceberg']}/v1/namespaces/bench/tables/t"
    wrk = subprocess.run(["wrk", "-t1", "-c16", f"-d{SECONDS}s", "--latency", url], text=True,
                         capture_output=True, check=True, timeout=SECONDS + 30)
    print("\n".join(line.strip() for line in wrk.stdout.splitlines()
                    if line.strip().startswith(("Requests/sec", "50%", "99%"))))
    assert "Non-2xx" not in wrk.stdout, wrk.stdout
    assert tarn.stop() == 0
