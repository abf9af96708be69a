"""Tables that table_probe changes by src/iceberg/table in the hands of others: after each change
PyIceberg and DuckDB read the rows that are meant to be left, and the counts in the summaries are
those of the files. TARN_BIN_DIR says where table_probe is."""

import importlib.util
import json
import pathlib
import subprocess

import duckdb
import pytest
from pyiceberg.table import StaticTable

from conftest import BIN_DIR


@pytest.fixture(scope="module", params=[2, 3], ids=lambda version: f"v{version}")
def changes(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(f"v{request.param}")
    command = [str(BIN_DIR / "table_probe"), str(folder), str(request.param)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def duck():
    """DuckDB with the extensions that came as Python packages, so that nothing is downloaded."""
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    for name in ("avro", "iceberg"):
        package = importlib.util.find_spec(f"duckdb_extension_{name}")
        folder = pathlib.Path(package.submodule_search_locations[0])
        binary, = folder.glob(f"extensions/*/{name}.duckdb_extension")
        connection.execute(f"LOAD '{binary}'")
    yield connection
    connection.close()


def test_pyiceberg_reads_the_rows_after_each_change(changes):
    for change in changes:
        rows = StaticTable.from_metadata(change["metadata"]).scan().to_arrow()
        assert sorted(rows["id"].to_pylist()) == change["ids"], change["change"]


def test_duckdb_reads_the_rows_after_each_change(changes, duck):
    for change in changes:
        query = f"SELECT id FROM iceberg_scan('{change['metadata']}') ORDER BY id"
        found = [row[0] for row in duck.execute(query).fetchall()]
        assert found == change["ids"], change["change"]


def test_a_condition_on_the_partition_finds_its_rows(changes):
    table = StaticTable.from_metadata(changes[-1]["metadata"])
    assert table.scan(row_filter="day = 5").to_arrow()["id"].to_pylist() == [17]


def test_summaries_count_what_is_there(changes):
    for change in changes:
        table = StaticTable.from_metadata(change["metadata"])
        files = table.inspect.files().to_pylist()
        data = [file for file in files if file["content"] == 0]
        deletes = [file for file in files if file["content"] != 0]
        summary = table.current_snapshot().summary
        assert int(summary["total-data-files"]) == len(data), change["change"]
        assert int(summary["total-delete-files"]) == len(deletes), change["change"]
        assert int(summary["total-records"]) == sum(file["record_count"] for file in data)
        deleted = sum(file["record_count"] for file in deletes)
        assert int(summary["total-position-deletes"]) == deleted


def test_history_branches_and_tags_are_seen(changes):
    table = StaticTable.from_metadata(changes[-1]["metadata"])
    kinds = {name: ref.snapshot_ref_type.value for name, ref in table.metadata.refs.items()}
    assert kinds == {"main": "branch", "dev": "branch", "first": "tag"}
    first = table.snapshot_by_name("first")
    rows = table.scan(snapshot_id=first.snapshot_id).to_arrow()
    assert sorted(rows["id"].to_pylist()) == [1, 2, 3, 4, 5, 6]
    operations = [snapshot.summary.operation.value for snapshot in table.metadata.snapshots]
    assert {"append", "overwrite", "replace", "delete"} >= set(operations)
    numbers = [snapshot.sequence_number for snapshot in table.metadata.snapshots]
    assert numbers == list(range(1, len(numbers) + 1))
    times = [entry.timestamp_ms for entry in table.metadata.snapshot_log]
    assert times == sorted(times)
