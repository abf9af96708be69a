"""`tarn iceberg lint` on tables of PyIceberg, good ones and spoiled ones."""

import json
from pathlib import Path

import pyarrow
import pytest
from pyiceberg.catalog.sql import SqlCatalog

from conftest import run_tarn


@pytest.fixture
def table(tmp_path):
    catalog = SqlCatalog("c", uri="sqlite:///:memory:", warehouse=f"file://{tmp_path}")
    catalog.create_namespace("db")
    columns = pyarrow.schema([("id", pyarrow.int64()), ("name", pyarrow.string())])
    table = catalog.create_table("db.t", columns)
    table.append(pyarrow.table({"id": [1, 2], "name": ["a", "b"]}, schema=columns))
    return table


def folder_of(table) -> Path:
    return Path(table.location().removeprefix("file://"))


def test_a_table_that_readers_take_passes(table):
    done = run_tarn("iceberg", "lint", folder_of(table))
    assert done.returncode == 0, done.stdout
    assert "1 snapshots, 1 manifests, 1 files" in done.stderr
    assert "WARN" in done.stdout and "ERROR" not in done.stdout


def test_a_missing_data_file_is_found_and_named(table):
    data, = folder_of(table).glob("data/*.parquet")
    data.unlink()
    done = run_tarn("iceberg", "lint", table.metadata_location.removeprefix("file://"), "--json")
    assert done.returncode == 8
    errors = [one for one in json.loads(done.stdout)["findings"] if one["severity"] == "error"]
    assert [one["rule"] for one in errors] == ["readable"] and data.name in errors[0]["place"]
    assert run_tarn("iceberg", "lint", folder_of(table), "--metadata-only").returncode == 0


def test_what_is_no_table_is_not_found(tmp_path):
    assert run_tarn("iceberg", "lint", tmp_path).returncode == 3
    assert run_tarn("iceberg", "lint", tmp_path / "gone").returncode == 3
