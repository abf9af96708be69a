"""Tables in an S3 server that is not ours: our own writer and commands against versitygw, with
PyIceberg and DuckDB as readers of what they leave there."""

import json
import os
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from pyiceberg.table import StaticTable

from conftest import BIN_DIR, run_tarn
from interop.iceberg_peers import duckdb_with
from interop.linted import assert_clean
from interop.s3_peers import VERSITYGW, VersityServer


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    if not VERSITYGW.exists():
        pytest.skip("versitygw is not built")
    gateway = VersityServer(tmp_path_factory.mktemp("outside"))
    gateway.client().create_bucket(Bucket="lake")
    yield gateway
    gateway.stop()


@pytest.fixture(scope="module")
def duck(gateway):
    connection = duckdb_with("avro", "httpfs", "iceberg")
    connection.execute(f"""CREATE SECRET (TYPE s3, ENDPOINT '{gateway.url.split("//")[1]}',
        KEY_ID '{gateway.key}', SECRET '{gateway.secret}', REGION 'us-east-1', USE_SSL false,
        URL_STYLE 'path')""")
    yield connection
    connection.close()


class Folder:
    """A folder of tables in the bucket, which no other test uses."""

    def __init__(self, gateway, duck, name: str):
        self.gateway, self.duck, self.name = gateway, duck, name
        self.place = f"s3://lake/{name}"

    def command(self, *words, code=0, **variables) -> subprocess.CompletedProcess:
        done = run_tarn(*words, "--catalog", self.place,
                        env=self.gateway.environment() | variables)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def answer(self, *words) -> dict:
        return json.loads(self.command(*words, "--json").stdout)

    def tell_story(self, *words) -> list[dict]:
        """The changes that table_probe makes to a table db.t, with the rows after each."""
        said = self.gateway.probe("table_probe", self.place, *words)
        return [json.loads(line) for line in said.splitlines()]

    def metadata(self) -> str:
        return self.answer("table", "describe", "db.t")["metadata_location"]

    def found_by_all(self, metadata: str) -> list[int]:
        table = StaticTable.from_metadata(metadata, {
            "s3.endpoint": self.gateway.url, "s3.region": "us-east-1",
            "s3.access-key-id": self.gateway.key, "s3.secret-access-key": self.gateway.secret})
        question = f"SELECT id FROM iceberg_scan('{metadata}') ORDER BY id"
        found = {"pyiceberg": sorted(table.scan().to_arrow()["id"].to_pylist()),
                 "duckdb": [row[0] for row in self.duck.execute(question).fetchall()],
                 "tarn": sorted(self.gateway.scanned(metadata)["id"].to_pylist())}
        assert found["pyiceberg"] == found["duckdb"] == found["tarn"], found
        return found["tarn"]

    def objects(self) -> set[str]:
        pages = self.gateway.client().get_paginator("list_objects_v2").paginate(
            Bucket="lake", Prefix=f"{self.name}/db/t/")
        return {entry["Key"] for page in pages for entry in page.get("Contents", [])}


@pytest.fixture
def folder(gateway, duck, topic) -> Folder:
    return Folder(gateway, duck, topic)


@pytest.mark.parametrize("version", [2, 3])
def test_all_find_the_rows_after_each_change(folder, version):
    for change in folder.tell_story(version):
        assert folder.found_by_all(change["metadata"]) == change["ids"], change["change"]
    assert_clean(change["metadata"], folder.gateway.url)


@pytest.mark.parametrize("version", [2, 3])
def test_it_is_compacted_and_rid_of_what_is_old(folder, version):
    ids = folder.tell_story(version)[-1]["ids"]
    folder.command("table", "compact", "db.t", "--all")
    assert folder.found_by_all(folder.metadata()) == ids
    folder.command("table", "tag", "db.t", "first", "--delete")
    folder.command("table", "branch", "db.t", "dev", "--delete")
    expired = folder.answer("table", "expire", "db.t", "--older-than", "0", "--keep-last", "1")
    assert len(expired["snapshots"]) > 10

    stray = f"{folder.name}/db/t/data/stray.parquet"
    folder.gateway.client().put_object(Bucket="lake", Key=stray, Body=b"PAR1")
    assert folder.answer("table", "orphans", "db.t")["files"] == []
    long_ago = time.time() - 4 * 24 * 3600
    os.utime(folder.gateway.folder / "lake" / stray, (long_ago, long_ago))
    assert folder.answer("table", "orphans", "db.t", "--delete")["files"] == [f"s3://lake/{stray}"]

    assert folder.found_by_all(folder.metadata()) == ids
    data = {key for key in folder.objects() if "/data/" in key}
    files = folder.answer("table", "files", "db.t")["files"]
    assert data == {each["path"].removeprefix("s3://lake/") for each in files}
    assert_clean(folder.metadata(), folder.gateway.url)


def test_commands_make_change_and_drop_a_table(folder):
    folder.command("namespace", "create", "db", "--property", "team=data")
    folder.command("table", "create", "db.t", "--columns", "id long required, tags list<string>",
                   "--partition-by", "bucket(4, id)")
    assert [each["name"] for each in folder.answer("table", "list", "db")["tables"]] == ["t"]
    folder.command("table", "evolve", "db.t", "--rename", "tags=labels", "--add", "note string")
    folder.command("table", "properties", "db.t", "--property", "a=b")
    assert folder.answer("namespace", "properties", "db")["properties"] == {"team": "data"}
    assert folder.metadata().endswith("/v3.metadata.json")
    folder.command("table", "drop", "db.t", "--purge")
    assert folder.objects() == set()
    folder.command("namespace", "drop", "db")
    folder.command("table", "describe", "db.t", code=3)


def test_of_many_that_change_it_at_once_none_is_lost(folder):
    folder.tell_story(2)
    words = ("--catalog", folder.place)

    def tag(number: int) -> int:
        return run_tarn("table", "tag", "db.t", f"tag-{number}", *words,
                        env=folder.gateway.environment()).returncode

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(tag, range(16)))
    # Who comes second is told so.
    assert set(codes) <= {0, 7} and 0 in codes
    refs = {each["name"] for each in folder.answer("table", "refs", "db.t")["refs"]}
    assert refs - {"main", "dev", "first"} == {
        f"tag-{number}" for number, code in enumerate(codes) if code == 0}


def test_whoever_may_not_come_in_is_told_why(folder):
    folder.tell_story(2)
    refused = folder.command("table", "describe", "db.t", code=1, AWS_SECRET_ACCESS_KEY="wrong")
    assert "status 403" in refused.stderr and "check the S3 keys" in refused.stderr
    absent = folder.command("table", "describe", "db.t", code=5,
                            AWS_ENDPOINT_URL_S3="http://127.0.0.1:1")
    assert "no answer from http://127.0.0.1:1" in absent.stderr
    folder.place = "s3://no-such-bucket/x"
    missing = folder.command("table", "describe", "db.t", code=3)
    assert "there is no bucket 'no-such-bucket'" in missing.stderr


@pytest.fixture
def own_gateway(tmp_path):
    """For a test that stops it."""
    if not VERSITYGW.exists():
        pytest.skip("versitygw is not built")
    gateway = VersityServer(tmp_path)
    gateway.client().create_bucket(Bucket="lake")
    yield gateway
    gateway.stop()


def story_with_outage(folder, after: int, seconds: float) -> tuple[list[dict], str]:
    """What table_probe says, and what it complains of, when the server is away for so long after
    that many changes."""
    gateway, told = folder.gateway, []
    writer = subprocess.Popen([BIN_DIR / "table_probe", folder.place, "2"], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=gateway.environment())
    patience = threading.Timer(60, writer.kill)
    patience.start()
    for line in writer.stdout:
        told.append(json.loads(line))
        if len(told) == after:
            gateway.kill()
            time.sleep(seconds)
            gateway.start()
    complaint = writer.stderr.read()
    writer.wait()
    patience.cancel()
    assert (writer.returncode == 0) == (complaint == "")
    return told, complaint


@pytest.mark.parametrize("seconds", [0, 2])
def test_a_server_that_dies_and_comes_back_loses_nothing(own_gateway, folder, seconds):
    story = folder.tell_story(2)
    for after in range(1, len(story), 3):
        folder = Folder(own_gateway, folder.duck, f"after-{after}")
        told, complaint = story_with_outage(folder, after, seconds)
        if complaint:
            assert f"no answer from {own_gateway.url}" in complaint
        else:
            assert len(told) == len(story)

        # The change that was on its way may have come through, and nobody heard of it.
        possible = [step["ids"] for step in story[len(told) - 1:len(told) + 1]]
        found = sorted(own_gateway.scanned(folder.metadata())["id"].to_pylist())
        assert found in possible, (after, complaint)
        folder.command("table", "compact", "db.t", "--all")
        assert sorted(own_gateway.scanned(folder.metadata())["id"].to_pylist()) == found
        assert_clean(folder.metadata(), own_gateway.url)


def test_a_compaction_during_which_the_server_dies_changes_no_rows(own_gateway, folder):
    folder = Folder(own_gateway, folder.duck, "compacted")
    ids = folder.tell_story(2)[-1]["ids"]
    for pause in (0.02, 0.05, 0.1, 0.15, 0.2, 0.3):
        compaction = subprocess.Popen(
            [BIN_DIR / "tarn", "table", "compact", "db.t", "--all", "--catalog", folder.place],
            env=own_gateway.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        time.sleep(pause)
        own_gateway.kill()
        _, complaint = compaction.communicate(timeout=60)
        own_gateway.start()
        assert compaction.returncode == 0 or b"error: " in complaint
        assert sorted(own_gateway.scanned(folder.metadata())["id"].to_pylist()) == ids
    folder.command("table", "compact", "db.t", "--all")
    assert sorted(own_gateway.scanned(folder.metadata())["id"].to_pylist()) == ids
    assert_clean(folder.metadata(), own_gateway.url)
