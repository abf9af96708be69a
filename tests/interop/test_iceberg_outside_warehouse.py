"""A running Tarn whose warehouse is in an S3 server that is not ours: clients are told the way, and
what Tarn itself writes and keeps goes there too."""

import json
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pyarrow
import pytest
from pyiceberg.catalog import load_catalog
from pyiceberg.types import StringType

from conftest import Tarn, run_tarn
from interop.iceberg_peers import duckdb_at
from interop.linted import assert_clean
from interop.s3_peers import VERSITYGW, VersityServer
from system.test_kill_during_commit import Appender, Counter, kill_while_they_commit
from system.test_kill_during_commit import SCHEMA as COUNTED

COLUMNS = pyarrow.schema([("id", pyarrow.int64()), ("name", pyarrow.string())])
UPKEEP = {"tarn.maintenance.enabled": "true", "tarn.maintenance.compact-min-files": "8"}
KEYS = ("s3.access-key-id", "s3.secret-access-key")


def rows(*ids: int) -> pyarrow.Table:
    return pyarrow.table({"id": ids, "name": [f"n{id}" for id in ids]}, schema=COLUMNS)


def ids_in(table) -> list[int]:
    return sorted(table.refresh().scan().to_arrow()["id"].to_pylist())


class Lake:
    """versitygw with a bucket, and a Tarn that has its warehouse there."""

    def __init__(self, folder, *options: str):
        self.folder, self.options = folder, options
        self.gateway = VersityServer(folder, "lakekey", "lakesecret")
        self.gateway.client().create_bucket(Bucket="lake")
        self.start()

    def settings(self, **changed) -> list[str]:
        values = {"warehouse": "s3://lake/tables", "warehouse-endpoint": self.gateway.url,
                  "warehouse-access-key": self.gateway.key,
                  "warehouse-secret-key": self.gateway.secret}
        values |= {name.replace("_", "-"): value for name, value in changed.items()}
        return [word for name, value in values.items()
                for word in ("--set", f"iceberg.{name}={value}")]

    def start(self):
        self.tarn = Tarn(self.folder, *self.settings(), *self.options)
        self.uri = self.tarn.faces["iceberg"]

    def stop(self):
        assert self.tarn.stop() == 0
        self.gateway.stop()

    def catalog(self):
        return load_catalog("tarn", type="rest", uri=self.uri)

    def table(self, name: str, **properties):
        """A table of a namespace that no other test uses."""
        self.catalog().create_namespace(name)
        return self.catalog().create_table(f"{name}.t", COLUMNS, properties=properties)

    def command(self, *words, code=0) -> subprocess.CompletedProcess:
        """By the data folder alone: nothing says where the tables are."""
        done = run_tarn(*words, "--data", self.tarn.data)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def answer(self, *words) -> dict:
        return json.loads(self.command(*words, "--json").stdout)

    def objects(self, space: str) -> set[str]:
        pages = self.gateway.client().get_paginator("list_objects_v2").paginate(
            Bucket="lake", Prefix=f"tables/{space}/")
        return {entry["Key"] for page in pages for entry in page.get("Contents", [])}


@contextmanager
def lake_in(folder, *options):
    if not VERSITYGW.exists():
        pytest.skip("versitygw is not built")
    lake = Lake(folder, *options)
    yield lake
    lake.stop()


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    with lake_in(tmp_path_factory.mktemp("lake"),
                 "--set", "iceberg.maintenance-interval=500ms") as lake:
        yield lake


@pytest.fixture
def own_lake(tmp_path):
    """For a test that stops its parts."""
    with lake_in(tmp_path) as lake:
        yield lake


@pytest.fixture
def space(topic) -> str:
    # DuckDB takes a name with a dash only in quotes.
    return topic.replace("-", "_")


@pytest.fixture
def as_gateway(lake, monkeypatch):
    """The keys, for `tarn iceberg lint`."""
    for name, value in lake.gateway.environment().items():
        monkeypatch.setenv(name, value)


def test_clients_need_only_the_address(lake, space, as_gateway):
    table = lake.table(space)
    assert table.location() == f"s3://lake/tables/{space}/t"
    table.append(rows(1, 2, 3))
    table.delete("id = 2")
    with table.update_schema() as change:
        change.rename_column("name", "label")
        change.add_column("note", StringType())
    assert ids_in(table) == [1, 3]
    assert lake.objects(space)
    assert not list(lake.tarn.data.rglob("*.metadata.json"))
    assert_clean(table.metadata_location, lake.gateway.url)

    duck = duckdb_at(lake.uri)
    duck.execute(f"INSERT INTO tarn.{space}.t VALUES (4, 'n4', 'by duckdb')")
    assert duck.execute(f"SELECT id, label, note FROM tarn.{space}.t ORDER BY id").fetchall() == [
        (1, "n1", None), (3, "n3", None), (4, "n4", "by duckdb")]
    duck.close()
    assert ids_in(table) == [1, 3, 4]
    lake.catalog().purge_table(f"{space}.t")
    assert lake.objects(space) == set()


def test_what_clients_are_told(lake, space):
    table = lake.table(space)
    told = httpx.get(f"{lake.uri}/v1/config").json()["defaults"]
    assert told == {
        "s3.endpoint": lake.gateway.url, "s3.path-style-access": "true",
        "s3.region": "us-east-1", "client.region": "us-east-1",
        "s3.access-key-id": lake.gateway.key, "s3.secret-access-key": lake.gateway.secret}
    assert httpx.get(f"{lake.uri}/v1/namespaces/{space}/tables/t").json()["config"] == told
    assert table.io.properties["s3.endpoint"] == lake.gateway.url


def test_the_own_face_serves_the_data_folder_as_before(lake, tmp_path):
    assert lake.tarn.faces["warehouse"] == lake.gateway.url
    file = tmp_path / "file"
    file.write_text("mine")
    lake.command("s3", "cp", file, "s3://warehouse/file")
    assert (lake.tarn.data / "warehouse" / "warehouse" / "file").read_text() == "mine"


def test_commands_find_the_way_by_the_catalog(lake, space, as_gateway, monkeypatch):
    # Also without the variables that lint wants.
    with monkeypatch.context() as unset:
        for name in ("AWS_ENDPOINT_URL_S3", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            unset.delenv(name)
        table = lake.table(space)
        for id in range(10):
            table.append(rows(id))
        name = f"{space}.t"
        assert len(lake.answer("table", "snapshots", name)["snapshots"]) == 10
        assert lake.answer("table", "compact", name)["rewritten_data_files"] == 10
        lake.command("table", "files", name)
        assert lake.answer("table", "expire", name, "--older-than", "0", "--keep-last",
                           "1")["snapshots"]
        assert lake.answer("table", "orphans", name)["files"] == []
        elsewhere = run_tarn("table", "files", name, "--catalog", lake.uri, "--json")
        assert len(json.loads(elsewhere.stdout)["files"]) == 1
    assert ids_in(table) == list(range(10))
    assert_clean(table.metadata_location, lake.gateway.url)


def test_commands_go_there_while_tarn_does_not_run(own_lake):
    table = own_lake.table("db")
    for id in range(6):
        table.append(rows(id))
    assert own_lake.tarn.stop() == 0
    done = own_lake.command("table", "compact", "db.t", "--json", *own_lake.settings())
    assert json.loads(done.stdout)["rewritten_data_files"] == 6
    own_lake.start()
    table = own_lake.catalog().load_table("db.t")
    assert ids_in(table) == list(range(6)) and len(list(table.scan().plan_files())) == 1


def test_commands_have_keys_that_are_not_told_from_their_settings(lake, tmp_path):
    settings = lake.settings(warehouse=f"s3://lake/{tmp_path.name}")
    tarn = Tarn(tmp_path, *settings, "--set", "iceberg.s3-keys=never")
    for words in (["namespace", "create", "db"],
                  ["table", "create", "db.t", "--columns", "id long"]):
        assert run_tarn(*words, "--data", tarn.data).returncode == 0
    compact = ("table", "compact", "db.t", "--data", tarn.data)
    # To who has no key of it versitygw says that there is no bucket.
    assert run_tarn(*compact).returncode != 0
    assert run_tarn(*compact, *settings).returncode == 0
    assert tarn.stop() == 0


def test_upkeep_compacts_there(lake, space, as_gateway):
    table = lake.table(space, **UPKEEP)
    for id in range(16):
        table.refresh().append(rows(id))
    deadline = time.monotonic() + 30
    while len(list(table.refresh().scan().plan_files())) > 9:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert ids_in(table) == list(range(16))
    assert_clean(table.metadata_location, lake.gateway.url)


def test_a_kill_amid_commits_loses_nothing(own_lake, monkeypatch):
    for name, value in own_lake.gateway.environment().items():
        monkeypatch.setenv(name, value)
    catalog = own_lake.catalog()
    catalog.create_namespace("db")
    catalog.create_table("db.appended", COUNTED)
    catalog.create_table("db.counted", COUNTED, properties={"number": "0"})
    number = count = 0
    for wait_s in (0, 0.02, 0.05):
        counter, appender = Counter(own_lake.uri, number), Appender(own_lake.uri, count)
        kill_while_they_commit(own_lake.tarn, [counter, appender], wait_s)
        own_lake.start()
        catalog = own_lake.catalog()
        counted, appended = (catalog.load_table(name) for name in ("db.counted", "db.appended"))
        number, found = int(counted.properties["number"]), ids_in(appended)
        count = len(found)
        assert number in (counter.acknowledged, counter.acknowledged + 1)
        assert count in (appender.acknowledged, appender.acknowledged + 1)
        assert found == list(range(1, count + 1))
        for table in (counted, appended):
            assert_clean(table.metadata_location, own_lake.gateway.url)


def test_tables_of_the_own_face_move_with_their_objects(lake, tmp_path):
    tarn = Tarn(tmp_path, "--set", "iceberg.warehouse=s3://lake/moved")
    catalog = load_catalog("tarn", type="rest", uri=tarn.faces["iceberg"])
    catalog.create_namespace("db")
    catalog.create_table("db.t", COLUMNS).append(rows(1))
    assert tarn.stop() == 0
    bucket = tarn.data / "warehouse" / "lake"
    for file in filter(Path.is_file, bucket.rglob("*")):
        lake.gateway.client().upload_file(file, "lake", str(file.relative_to(bucket)))
    shutil.rmtree(bucket)

    tarn = Tarn(tmp_path, *lake.settings(warehouse="s3://lake/moved"))
    table = load_catalog("tarn", type="rest", uri=tarn.faces["iceberg"]).load_table("db.t")
    table.append(rows(2))
    assert ids_in(table) == [1, 2]
    assert tarn.stop() == 0


def set_property(uri: str, name: str) -> httpx.Response:
    return httpx.post(f"{uri}/v1/namespaces/db/tables/t", timeout=60, json={
        "requirements": [], "updates": [{"action": "set-properties", "updates": {name: "x"}}]})


def test_while_the_server_is_away_requests_say_so_and_later_go_on(own_lake):
    own_lake.table("db").append(rows(1))
    own_lake.gateway.kill()
    for _ in range(3):
        refused = set_property(own_lake.uri, "lost")
        assert refused.status_code == 503, refused.text
        message = refused.json()["error"]["message"]
        assert f"port {own_lake.gateway.url.split(':')[-1]}" in message
        assert "nothing was created; check the S3 endpoint" in message
    # What needs no file there is served.
    assert httpx.get(f"{own_lake.uri}/v1/namespaces").json()["namespaces"] == [["db"]]
    compaction = own_lake.command("table", "compact", "db.t", "--all", code=5)
    assert f"no answer from {own_lake.gateway.url}" in compaction.stderr

    own_lake.gateway.start()
    assert set_property(own_lake.uri, "kept").status_code == 200
    table = own_lake.catalog().load_table("db.t")
    assert "kept" in table.properties and "lost" not in table.properties
    table.append(rows(2))
    assert ids_in(table) == [1, 2]


def test_the_region_comes_from_a_setting_or_the_environment(lake, tmp_path, monkeypatch):
    # versitygw knows one.
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    wrong = refused_start(lake, tmp_path, 2)
    assert "check iceberg.warehouse-region, or AWS_REGION: it is eu-central-1" in wrong
    tarn = Tarn(tmp_path, *lake.settings(warehouse_region="us-east-1"))
    assert tarn.stop() == 0


def refused_start(lake, tmp_path, code: int, **settings) -> str:
    done = run_tarn("up", "--data", tmp_path / "data", "--ports", "auto",
                    *lake.settings(**settings))
    assert done.returncode == code, done.stderr
    return done.stderr


def test_a_start_that_cannot_be_says_what_to_do(lake, tmp_path):
    away = refused_start(lake, tmp_path, 5, warehouse_endpoint="http://127.0.0.1:1")
    assert "iceberg.warehouse has s3://lake/tables at http://127.0.0.1:1: no answer" in away
    assert "check iceberg.warehouse-endpoint" in away
    wrong = refused_start(lake, tmp_path, 1, warehouse_secret_key="wrong")
    assert f"at {lake.gateway.url}: cannot use the bucket s3://lake: status 403" in wrong
    assert "check iceberg.warehouse-access-key" in wrong
    missing = refused_start(lake, tmp_path, 3, warehouse="s3://none")
    assert "there is no bucket 'none'" in missing
    assert f"tarn s3 mb s3://none --endpoint {lake.gateway.url}" in missing
    assert "set iceberg.warehouse to s3://BUCKET" in refused_start(lake, tmp_path, 2, warehouse="")
    half = refused_start(lake, tmp_path, 2, warehouse_access_key="")
    assert "both an access key and a secret key" in half
    no_url = refused_start(lake, tmp_path, 2, warehouse_endpoint="minio")
    assert "'minio' is no usable S3 endpoint" in no_url


@pytest.mark.parametrize("options, endpoint, are_given", [
    ([], None, True),
    (["iceberg.s3-keys=never"], None, False),
    (["iceberg.s3-endpoint=http://lake.example:9000", "s3.enabled=false"],
     "http://lake.example:9000", True),
])
def test_keys_of_the_environment_and_other_names(lake, tmp_path, as_gateway, options, endpoint,
                                                 are_given):
    sets = [word for option in options for word in ("--set", option)]
    tarn = Tarn(tmp_path, *lake.settings(warehouse_access_key="", warehouse_secret_key=""), *sets)
    told = httpx.get(f"{tarn.faces['iceberg']}/v1/config").json()["defaults"]
    assert tarn.stop() == 0
    assert told["s3.endpoint"] == (endpoint or lake.gateway.url)
    assert [told.get(key) for key in KEYS] == (
        [lake.gateway.key, lake.gateway.secret] if are_given else [None, None])
