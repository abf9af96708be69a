"""`tarn table compact` on tables of other engines: they read the same rows before and after, and go
on writing."""

import json
import os
import threading
import time

import pyarrow
import pyarrow.parquet
import pytest
from pyiceberg.catalog import load_catalog
from pyiceberg.exceptions import CommitFailedException, ValidationException
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table.sorting import SortField, SortOrder
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import LongType, NestedField, StringType

from conftest import Tarn, run_tarn
from interop.iceberg_peers import duckdb_at
from interop.linted import assert_clean

SCHEMA = Schema(NestedField(1, "id", LongType()), NestedField(2, "venue", StringType()))
BY_VENUE = PartitionSpec(PartitionField(2, 1000, IdentityTransform(), "venue"))
BY_ID = SortOrder(SortField(1, IdentityTransform()))


def rows(ids, venue: str) -> pyarrow.Table:
    return pyarrow.table({"id": pyarrow.array(ids, pyarrow.int64()),
                          "venue": pyarrow.array([venue] * len(ids), pyarrow.string())})


def found(table) -> list:
    return sorted((row["id"], row["venue"])
                  for row in table.refresh().scan().to_arrow().to_pylist())


def compact(table, *words) -> dict:
    done = run_tarn("table", "compact", table.full_name, *words, "--json", "--data", table.data)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def space(shared_tarn, topic) -> str:
    return topic.replace("-", "_")


@pytest.fixture
def table(shared_tarn, space):
    """Sixteen small files of two venues."""
    catalog = load_catalog("tarn", type="rest", uri=shared_tarn.faces["iceberg"])
    catalog.create_namespace(space)
    table = catalog.create_table(f"{space}.t", SCHEMA, partition_spec=BY_VENUE, sort_order=BY_ID)
    table.full_name, table.data = f"{space}.t", shared_tarn.data
    for id in range(8):
        table.append(rows([id * 2 + 1, id * 2], "XETR"))
        table.append(rows([id * 2 + 101, id * 2 + 100], "XNYS"))
    return table


def test_pyiceberg_and_duckdb_find_the_same_rows_in_fewer_files(shared_tarn, table, space):
    before = found(table)
    told = compact(table)
    assert (told["rewritten_data_files"], told["added_data_files"]) == (16, 2)
    # One manifest names the two, and the others say what went.
    assert told["rewritten_manifests"] == 0

    assert found(table) == before and len(before) == 32
    assert len(list(table.scan().plan_files())) == 2
    kept = table.inspect.files().to_pylist()
    assert sorted(each["record_count"] for each in kept) == [16, 16]
    connection = duckdb_at(shared_tarn.faces["iceberg"])
    assert connection.execute(f"SELECT count(*), sum(id) FROM tarn.{space}.t").fetchone() == (
        32, sum(id for id, _ in before))
    connection.close()
    # Nobody takes it for new rows.
    assert table.current_snapshot().summary.operation.value == "replace"

    table.append(rows([1000], "XETR"))
    table.delete("id < 4")
    assert found(table) == sorted([row for row in before if row[0] >= 4] + [(1000, "XETR")])


def test_what_pyiceberg_deleted_stays_deleted(table):
    with table.transaction() as change:
        change.set_properties({"write.delete.mode": "copy-on-write"})
    table.delete("id = 3")
    expected = found(table)
    compact(table, "--all")
    assert found(table) == expected
    assert 3 not in [id for id, _ in expected]


def test_sorted_files_have_the_order_of_the_table(table):
    compact(table, "--sort")
    for task in table.refresh().scan().plan_files():
        with table.io.new_input(task.file.file_path).open() as file:
            ids = pyarrow.parquet.read_table(file)["id"].to_pylist()
        assert ids == sorted(ids) and len(ids) == 16
        assert task.file.sort_order_id == 1


def test_a_dry_run_changes_nothing(table):
    before = table.refresh().metadata_location
    told = compact(table, "--dry-run")
    assert told["rewritten_data_files"] == 16 and told["added_data_files"] == 0
    assert table.refresh().metadata_location == before


def test_a_condition_chooses_the_partitions(table):
    before = found(table)
    told = compact(table, "--where", "venue = 'XNYS' AND id >= 100")
    assert (told["rewritten_data_files"], told["added_data_files"]) == (8, 1)
    # And nothing but data files.
    assert told["rewritten_manifests"] == 0
    assert found(table) == before
    assert sorted(file["record_count"] for file in table.inspect.files().to_pylist()) == [
        2, 2, 2, 2, 2, 2, 2, 2, 16]
    for words, why in [(["--where", "prise = 5"], "'prise'"),
                       (["--where", "id % 2 = 0"], "--where:1:1: this is nothing that"),
                       (["--where", "id = 5", "--only", "manifests"], "--only manifests")]:
        done = run_tarn("table", "compact", table.full_name, *words, "--data", table.data)
        assert done.returncode == 2 and why in done.stderr, done.stderr


def test_each_part_can_be_asked_for_alone(table):
    told = compact(table, "--only", "manifests")
    assert told["rewritten_data_files"] == 0 and told["rewritten_manifests"] == 16
    assert table.refresh().inspect.manifests().num_rows == 1
    # Once more, and there is nothing left to do.
    location = table.metadata_location
    assert compact(table, "--only", "manifests")["rewritten_manifests"] == 0
    assert table.refresh().metadata_location == location


def test_an_earlier_snapshot_keeps_its_files(table):
    before = table.current_snapshot().snapshot_id
    expected = found(table)
    compact(table)
    travelled = table.refresh().scan(snapshot_id=before).to_arrow().to_pylist()
    assert sorted((row["id"], row["venue"]) for row in travelled) == expected


def test_a_table_without_an_order_is_not_sorted(shared_tarn, table):
    run_tarn("namespace", "create", "unsorted", "--data", shared_tarn.data)
    run_tarn("table", "create", "unsorted.t", "--columns", "id long", "--data", shared_tarn.data)
    done = run_tarn("table", "compact", "unsorted.t", "--sort", "--data", shared_tarn.data)
    assert done.returncode == 2 and "has no sort order" in done.stderr


@pytest.fixture
def keeper(tmp_path):
    """A Tarn that looks after its tables twice a second."""
    tarn = Tarn(tmp_path, "--set", "iceberg.maintenance-interval=500ms")
    yield tarn
    assert tarn.stop() == 0


UPKEEP = {"tarn.maintenance.enabled": "true", "tarn.maintenance.compact-min-files": "8"}


def test_a_running_tarn_keeps_small_files_few(keeper):
    catalog = load_catalog("tarn", type="rest", uri=keeper.faces["iceberg"])
    catalog.create_namespace("kept")
    table = catalog.create_table("kept.t", SCHEMA, properties=UPKEEP)
    for id in range(40):
        append(table, [id])
    deadline = time.monotonic() + 30
    while len(list(table.refresh().scan().plan_files())) > 12:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert found(table) == [(id, "XETR") for id in range(40)]


def append(table, ids):
    """PyIceberg gives up at times: also when the snapshot that it began at has expired."""
    while True:
        try:
            return table.append(rows(ids, "XETR"))
        except (CommitFailedException, ValidationException):
            table.refresh()


def test_writers_compaction_and_expiry_lose_and_double_nothing(keeper):
    """Eight writers, the upkeep of the running Tarn, and commands beside it. TARN_SOAK_SECONDS says
    for how long."""
    uri = keeper.faces["iceberg"]
    catalog = load_catalog("tarn", type="rest", uri=uri)
    catalog.create_namespace("busy")
    # Nine others commit without a pause.
    patience = {"commit.retry.num-retries": "100", "commit.retry.max-wait-ms": "500"}
    table = catalog.create_table("busy.t", SCHEMA, properties=UPKEEP | patience)
    append(table, [0])
    end = time.monotonic() + float(os.environ.get("TARN_SOAK_SECONDS", "10"))
    written, expired, failures = [[] for _ in range(8)], [], []

    def write(number: int):
        own = load_catalog("tarn", type="rest", uri=uri).load_table("busy.t")
        while time.monotonic() < end:
            id = 1 + number + 8 * len(written[number])
            append(own, [id])
            written[number].append(id)

    def maintain():
        while time.monotonic() < end:
            run_tarn("table", "compact", "busy.t", "--min-files", "4", "--each-group",
                     "--data", keeper.data)
            done = run_tarn("table", "expire", "busy.t", "--older-than", "5s", "--keep-last", "5",
                            "--json", "--data", keeper.data)
            # Somebody else may have been first.
            assert done.returncode in (0, 7), done.stderr
            if done.returncode == 0:
                expired.extend(json.loads(done.stdout)["snapshots"])

    def run(work, *arguments):
        try:
            work(*arguments)
        except Exception as error:  # A thread would keep it to itself.
            failures.append(repr(error))

    threads = [threading.Thread(target=run, args=(write, number)) for number in range(8)]
    threads.append(threading.Thread(target=run, args=(maintain,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    ids = [0] + [id for one in written for id in one]
    assert found(table) == sorted((id, "XETR") for id in ids)
    operations = {snapshot.summary.operation.value for snapshot in table.refresh().snapshots()}
    assert operations == {"append", "replace"} and expired
    assert_clean(table.metadata_location.removeprefix("file://"))
