"""`tarn table compact` beside DuckDB, which deletes rows of the files that are being compacted."""

import json
import threading

import duckdb
import pytest
from pyiceberg.catalog import load_catalog

from conftest import run_tarn
from interop.iceberg_peers import duckdb_at, duckdb_with

ROWS = 400_000
COMPACTIONS = 6


def compact(data, *words) -> dict:
    """It never gives up."""
    done = run_tarn("table", "compact", "n.t", "--all", "--only", "data", *words, "--json",
                    "--data", data)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def ids_of(table) -> set[int]:
    """All of them are told apart: none may come twice."""
    metadata = table.refresh().metadata_location
    ids = duckdb_with("avro", "iceberg").execute(
        f"SELECT id FROM iceberg_scan('{metadata}')").fetchnumpy()["id"].tolist()
    assert len(ids) == len(set(ids))
    return set(ids)


@pytest.mark.parametrize("words", [[], ["--sort"]], ids=["as they came", "sorted"])
@pytest.mark.parametrize("version", [2, 3])
def test_rows_that_are_deleted_meanwhile_stay_deleted(tarn, version, words):
    catalog = load_catalog("tarn", type="rest", uri=tarn.faces["iceberg"])
    catalog.create_namespace("n")
    duck = duckdb_at(tarn.faces["iceberg"], "STAGE_CREATE_TABLES false")
    duck.execute(f"CREATE TABLE tarn.n.t (id BIGINT, name VARCHAR)"
                 f" WITH ('format-version' = {version})")
    for part in range(4):
        duck.execute(f"INSERT INTO tarn.n.t SELECT ({part} + id * 4) * 7919 % {ROWS}, 'n' || id"
                     f" FROM range({ROWS // 4}) AS r(id)")
    table = catalog.load_table("n.t")
    if words:
        with table.update_sort_order() as order:
            order.asc("id", "identity")
    assert ids_of(table) == set(range(ROWS))
    deleted, refused = set(), []
    is_over = threading.Event()

    def delete():
        while not is_over.is_set():
            id = len(deleted) * 1_013 % ROWS
            try:
                duck.execute(f"DELETE FROM tarn.n.t WHERE id = {id}")
                deleted.add(id)
            except duckdb.Error as error:
                # A compaction was first; it begins again.
                refused.append(str(error))

    thread = threading.Thread(target=delete)
    thread.start()
    try:
        for _ in range(COMPACTIONS):
            assert compact(tarn.data, *words)["rewritten_data_files"] > 0
    finally:
        is_over.set()
        thread.join()
        duck.close()

    assert all("onflict" in text for text in refused), refused
    assert len(deleted) >= COMPACTIONS
    assert ids_of(table) == set(range(ROWS)) - deleted
    rewrites = [snapshot.summary for snapshot in table.snapshots()
                if snapshot.summary.operation.value == "replace"]
    assert len(rewrites) == COMPACTIONS
    # Deletes came in the middle of one, and it took them over.
    assert any(int(summary["added-position-deletes"] or 0) for summary in rewrites)
