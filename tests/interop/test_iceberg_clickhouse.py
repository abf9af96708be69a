"""ClickHouse reads our tables from their folder: after every change to a table the rows that are
meant to be left, position and equality deletes applied, and columns of every type. TARN_BIN_DIR
says where table_probe and iceberg_probe are."""

import json
import subprocess
from pathlib import Path

import pytest

from conftest import BIN_DIR
from interop.iceberg_peers import clickhouse
from interop.test_iceberg_write import FIELDS, RECORDS, write


def table_at(metadata: str) -> str:
    path = Path(metadata.removeprefix("file://"))
    return (f"icebergLocal('{path.parents[1]}',"
            f" SETTINGS iceberg_metadata_file_path = 'metadata/{path.name}')")


def changes_of(folder: Path, *words: str) -> list[dict]:
    done = subprocess.run([BIN_DIR / "table_probe", folder, *words], capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def counted(changes: list[dict]) -> list:
    return clickhouse(*(f"SELECT count(), sum(id) FROM {table_at(change['metadata'])}"
                        for change in changes))


def expected(change: dict) -> list:
    return [[len(change["ids"]), sum(change["ids"])]]


def test_it_reads_the_rows_after_each_change(tmp_path):
    changes = changes_of(tmp_path, "2", "equality-deletes")
    assert changes[-1]["change"] == "equality deletes"
    for change, rows in zip(changes, counted(changes), strict=True):
        assert rows == expected(change), change["change"]


def test_it_refuses_deletion_vectors_and_reads_version_3_without_them(tmp_path):
    changes = changes_of(tmp_path, "3")
    refused = []
    for change, answer in zip(changes, counted(changes), strict=True):
        if "Position deletes are supported only for parquet" in answer:
            refused.append(change["change"])
        else:
            assert answer == expected(change), change["change"]
    # From the first vector on until its file is gone.
    assert refused[0] == "row delta" and refused[-1] == "delete files"


def test_a_condition_on_the_partition_finds_its_rows(tmp_path):
    last = changes_of(tmp_path, "2")[-1]
    rows, = clickhouse(f"SELECT id FROM {table_at(last['metadata'])} WHERE day = 5")
    assert rows == [[17]]


@pytest.mark.parametrize("version", [2, 3])
def test_it_reads_columns_of_every_type(tmp_path, version):
    table = table_at(write(tmp_path / "t", FIELDS, RECORDS, version))
    plain, nested = clickhouse(
        "SELECT id, flag, n, toString(f), toString(d), toString(small), toString(medium),"
        " toString(large), toString(day), toString(ts), toString(tz), name, hex(raw)"
        f" FROM {table} ORDER BY id SETTINGS session_timezone = 'UTC'",
        f"SELECT id, venue.city, venue.code, tags, levels['k'] FROM {table} ORDER BY id")
    assert plain == [
        [1, True, -5, "1.5", "nan", "14.2", "-1", "1234567890123456789012345678.0000000001",
         "1969-12-31", "2026-11-20 01:02:03.000004", "1969-12-31 23:59:59.999999", "naïve 🙂",
         "000102FF"],
        [2] + [None] * 12,
        [3, False, 7, "nan", "-0.5", "-0.01", "2.5", "-1", "2026-11-20",
         "1969-12-31 23:59:59.999999", "2026-11-20 01:02:03.000004", "", ""]]
    # It has no tuple and no list that is null.
    assert nested == [[1, "Bonn", None, ["a", None, ""], 0.5], [2, "", None, [], None],
                      [3, "", 9, [], None]]
