"""Tarn's commands on catalogs and tables that others made, and others on those that Tarn made."""

import importlib.util
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import duckdb
import pyarrow
import pytest
from pyiceberg.catalog import load_catalog
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.table import StaticTable

from conftest import run_tarn

KIT = Path(__file__).parents[2] / ".deps" / "iceberg-kit"
SOURCES = Path(__file__).parent


def rows(*ids: int) -> pyarrow.Table:
    return pyarrow.table({"id": pyarrow.array(ids, pyarrow.int64())})


def command(*words, code: int = 0) -> str:
    done = run_tarn(*words)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout if code == 0 else done.stderr


def answer(*words) -> dict:
    return json.loads(command(*words, "--json"))


@pytest.fixture(scope="session")
def java_classes(tmp_path_factory) -> Path:
    if not shutil.which("javac"):
        pytest.skip("Iceberg's own catalogs need Java")
    folder = tmp_path_factory.mktemp("java")
    subprocess.run(["javac", "-cp", f"{KIT}/*", "-d", folder, SOURCES / "IcebergRestPeer.java",
                    SOURCES / "IcebergFolderPeer.java"], check=True, timeout=300)
    return folder


@pytest.fixture
def java_server(java_classes, tmp_path):
    server = subprocess.Popen(
        ["java", "-cp", f"{java_classes}:{KIT}/*", "org.apache.iceberg.rest.IcebergRestPeer",
         f"file://{tmp_path}/warehouse"], stdout=subprocess.PIPE, text=True,
        stderr=open(tmp_path / "java.log", "w"))
    yield server.stdout.readline().strip()
    server.kill()
    server.wait()


@pytest.fixture
def written(shared_tarn, topic):
    """A table of Tarn's with three snapshots by PyIceberg, and the words that commands get."""
    catalog = load_catalog("tarn", type="rest", uri=shared_tarn.faces["iceberg"])
    catalog.create_namespace(topic)
    table = catalog.create_table(f"{topic}.t", rows().schema)
    for id in (1, 2, 3):
        table.append(rows(id))
        time.sleep(0.01)
    table.name_and_words = (f"{topic}.t", "--data", shared_tarn.data)
    return table


def test_snapshots_and_history_are_those_that_pyiceberg_wrote(written):
    listed = answer("table", "snapshots", *written.name_and_words)["snapshots"]
    assert [int(each["snapshot_id"]) for each in listed] == [
        each.snapshot_id for each in written.snapshots()]
    assert [each["summary"]["total-records"] for each in listed] == ["1", "2", "3"]
    assert [each["current"] for each in listed] == [False, False, True]
    shown = command("table", "snapshots", *written.name_and_words).splitlines()
    assert len(shown) == 4 and shown[3].endswith("current")
    history = answer("table", "history", *written.name_and_words)["history"]
    assert [int(each["snapshot_id"]) for each in history] == [
        each.snapshot_id for each in written.history()]


def test_a_table_is_rolled_back_to_a_snapshot_and_to_a_time(written):
    first, second, third = written.snapshots()
    words = written.name_and_words
    said = command("table", "rollback", words[0], "--to", str(second.snapshot_id), *words[1:])
    assert said == (f"Rolled {words[0]} back from snapshot {third.snapshot_id} to "
                    f"{second.snapshot_id}\n")
    assert written.refresh().scan().to_arrow()["id"].to_pylist() == [2, 1]
    # The third is no ancestor any more.
    refused = command("table", "rollback", words[0], "--to", str(third.snapshot_id), *words[1:],
                      code=2)
    assert "is none that" in refused

    listed = answer("table", "snapshots", *words)["snapshots"]
    command("table", "rollback", words[0], "--to", listed[0]["committed_at"], *words[1:])
    assert written.refresh().scan().to_arrow()["id"].to_pylist() == [1]
    refused = command("table", "rollback", words[0], "--to", "2001-01-01", *words[1:], code=3)
    assert "no snapshot of 2001-01-01 or before" in refused


def test_branches_and_tags_are_those_that_pyiceberg_sees(written):
    first, _, third = written.snapshots()
    words = written.name_and_words
    command("table", "tag", words[0], "v1", "--snapshot", str(first.snapshot_id), "--keep", "30d",
            *words[1:])
    command("table", "branch", words[0], "audit", *words[1:])
    refs = written.refresh().refs()
    assert refs["v1"].snapshot_id == first.snapshot_id
    assert refs["v1"].max_ref_age_ms == 30 * 24 * 3600 * 1000
    assert refs["audit"].snapshot_id == third.snapshot_id
    shown = answer("table", "refs", *words)["refs"]
    assert [(each["name"], each["kind"]) for each in shown] == [
        ("audit", "branch"), ("main", "branch"), ("v1", "tag")]
    assert written.scan(snapshot_id=first.snapshot_id).to_arrow()["id"].to_pylist() == [1]

    assert "--replace moves it" in command("table", "tag", words[0], "v1", *words[1:], code=7)
    command("table", "tag", words[0], "v1", "--replace", *words[1:])
    assert written.refresh().refs()["v1"].snapshot_id == third.snapshot_id
    assert "has no tag 'audit'" in command("table", "tag", words[0], "audit", "--delete",
                                           *words[1:], code=3)
    command("table", "branch", words[0], "audit", "--delete", *words[1:])
    command("table", "tag", words[0], "v1", "--delete", *words[1:])
    assert set(written.refresh().refs()) == {"main"}


def test_files_and_partitions_are_those_that_pyiceberg_sees(written):
    name, *words = written.name_and_words
    seen = written.inspect.files().to_pylist()
    listed = answer("table", "files", name, *words)["files"]
    assert [(each["path"], each["records"], each["bytes"]) for each in listed] == [
        (each["file_path"], each["record_count"], each["file_size_in_bytes"]) for each in seen]
    first = written.snapshots()[0]
    assert len(answer("table", "files", name, "--at", str(first.snapshot_id), *words)["files"]) == 1
    shown = command("table", "files", name, *words)
    assert shown.count("data/") == 3 and "file://" not in shown
    assert "no snapshot" in command("table", "files", name, "--at", "7", *words, code=3)

    command("table", "evolve", name, "--partition-by", "bucket(2, id)", *words)
    written.refresh().append(rows(4, 5, 6, 7))
    partitions = answer("table", "partitions", name, *words)["partitions"]
    counts = {each["partition"]: each["records"] for each in partitions}
    assert counts.pop("") == 3
    assert set(counts) <= {"id_bucket_2=0", "id_bucket_2=1"} and sum(counts.values()) == 4
    assert sorted(written.refresh().scan().to_arrow()["id"].to_pylist()) == [1, 2, 3, 4, 5, 6, 7]


def test_columns_change_as_pyiceberg_reads_them(written):
    name, *words = written.name_and_words
    done = answer("table", "evolve", name, "--rename", "id=number", "--add",
                  "venue struct<city: string, floor: int>", "--add", "note string", *words)
    assert done["schema_id"] == 1
    command("table", "evolve", name, "--widen", "venue.floor long", "--drop", "note",
            "--add", "venue.country string", *words)
    schema = written.refresh().schema()
    assert [field.name for field in schema.fields] == ["number", "venue"]
    assert str(schema.find_type("venue.floor")) == "long"
    assert schema.find_field("venue.country").field_id == 6
    assert sorted(written.scan().to_arrow()["number"].to_pylist()) == [1, 2, 3]

    assert "did you mean 'venue'" in command("table", "evolve", name, "--drop", "venu", *words,
                                             code=3)
    assert "what is to change" in command("table", "evolve", name, *words, code=2)
    assert "write OLD=NEW" in command("table", "evolve", name, "--rename", "venue", *words, code=2)
    command("table", "evolve", name, "--widen", "venue.city int", *words, code=2)


def test_old_snapshots_expire_and_orphans_go(written):
    name, *words = written.name_and_words
    folder = Path(written.location().removeprefix("file://"))
    before = set(folder.rglob("*.avro"))
    planned = answer("table", "expire", name, "--older-than", "0", "--keep-last", "2", "--dry-run",
                     *words)
    first = written.snapshots()[0]
    assert planned["dry_run"] and planned["snapshots"] == [str(first.snapshot_id)]
    assert set(folder.rglob("*.avro")) == before
    done = command("table", "expire", name, "--older-than", "0", "--keep-last", "2", *words)
    assert done.startswith(f"Expired 1 snapshots of {name}, 0 branches and tags, ")
    assert not Path(first.manifest_list.removeprefix("file://")).exists()
    assert len(written.refresh().snapshots()) == 2
    assert sorted(written.scan().to_arrow()["id"].to_pylist()) == [1, 2, 3]

    stray = folder / "data" / "stray.parquet"
    stray.write_bytes(b"PAR1")
    assert answer("table", "orphans", name, *words)["files"] == []
    old = time.time() - 4 * 24 * 3600
    os.utime(stray, (old, old))
    assert answer("table", "orphans", name, *words)["files"] == [f"file://{stray}"]
    assert stray.exists()
    assert answer("table", "orphans", name, "--delete", *words)["deleted"] and not stray.exists()
    refused = command("table", "orphans", name, "--older-than", "1h", *words, code=2)
    assert "24 hours" in refused
    assert sorted(written.scan().to_arrow()["id"].to_pylist()) == [1, 2, 3]


def duckdb_with_iceberg() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    for name in ("avro", "iceberg"):
        package = importlib.util.find_spec(f"duckdb_extension_{name}")
        folder = Path(package.submodule_search_locations[0])
        binary, = folder.glob(f"extensions/*/{name}.duckdb_extension")
        connection.execute(f"LOAD '{binary}'")
    return connection


def test_a_folder_is_changed_for_all_who_read_it(tmp_path):
    lake = tmp_path / "lake"
    lake.mkdir()
    own = SqlCatalog("own", uri=f"sqlite:///{tmp_path}/own.db", warehouse=f"file://{lake}")
    own.create_namespace("db")
    made = own.create_table("db.t", rows().schema, location=f"file://{lake}/db/t")
    for id in (1, 2, 3):
        made.append(rows(id))
    metadata = lake / "db/t/metadata"
    shutil.copy(made.metadata_location.removeprefix("file://"), metadata / "v1.metadata.json")

    where = ("--catalog", lake)
    assert answer("table", "list", *where)["tables"][0]["name"] == "t"
    first = str(made.snapshots()[0].snapshot_id)
    command("table", "tag", "db.t", "begin", "--snapshot", first, *where)
    command("table", "rollback", "db.t", "--to", str(made.snapshots()[1].snapshot_id), *where)

    newest = metadata / "v3.metadata.json"
    table = StaticTable.from_metadata(str(newest))
    assert sorted(table.scan().to_arrow()["id"].to_pylist()) == [1, 2]
    assert table.refs()["begin"].snapshot_id == int(first)
    assert StaticTable.from_metadata(f"{lake}/db/t").metadata == table.metadata
    found = duckdb_with_iceberg().execute(
        f"SELECT id FROM iceberg_scan('{lake}/db/t') ORDER BY id").fetchall()
    assert found == [(1,), (2,)]


def test_iceberg_itself_shares_a_folder_with_tarn(java_classes, tmp_path):
    def java(*words) -> str:
        done = subprocess.run(["java", "-cp", f"{java_classes}:{KIT}/*", "IcebergFolderPeer",
                               tmp_path, *words], text=True, capture_output=True, timeout=120)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    where = ("--catalog", tmp_path)
    java("create", "theirs")
    assert answer("table", "properties", "db.theirs", *where)["properties"]["made-by"] == "java"
    command("table", "properties", "db.theirs", "--property", "seen-by=tarn", *where)
    java("set", "theirs", "again", "java")
    assert answer("table", "properties", "db.theirs", *where)["properties"]["again"] == "java"

    command("table", "create", "db.ours", "--columns", "id long", *where)
    java("set", "ours", "seen-by", "java")
    assert answer("table", "properties", "db.ours", *where)["properties"]["seen-by"] == "java"
    shown = java("show", "theirs")
    assert "db.ours" in shown and "seen-by=tarn" in shown
    hint = (tmp_path / "db/theirs/metadata/version-hint.text").read_text()
    assert hint == "3"


def test_commands_work_on_iceberg_s_own_server(java_server):
    where = ("--catalog", java_server, "--set", "catalog.credential=ada:lovelace")
    command("namespace", "create", "prod", "--property", "owner=ada", *where)
    command("namespace", "create", "prod.sales", *where)
    assert answer("namespace", "list", *where)["namespaces"] == [["prod"], ["prod", "sales"]]
    command("namespace", "properties", "prod", "--property", "team=data", "--unset", "owner",
            *where)
    assert "owner" not in answer("namespace", "describe", "prod", *where)["properties"]
    refused = command("namespace", "drop", "gone", *where, code=3)
    assert "gone" in refused

    command("table", "create", "prod.sales.orders", "--columns",
            "id long required, ts timestamptz", "--partition-by", "day(ts)", *where)
    assert "already exists" in command("table", "create", "prod.sales.orders", "--columns",
                                       "id long", *where, code=7)
    described = answer("table", "describe", "prod.sales.orders", *where)
    assert described["partition_by"] == "day(ts)"
    changed = answer("table", "properties", "prod.sales.orders", "--property", "a=1", *where)
    assert changed["properties"]["a"] == "1"
    assert "did you mean 'prod.sales.orders'?" in command("table", "describe", "prod.sales.order",
                                                          *where, code=3)
    command("table", "rename", "prod.sales.orders", "prod.sold", *where)
    assert [each["name"] for each in answer("table", "list", *where)["tables"]] == ["sold"]
    command("table", "drop", "prod.sold", *where)
    assert answer("catalog", "describe", *where)["tables"] == 0
