"""Tables that lie in a bucket of the S3 face: clients read and write them by S3, Tarn as files of
its disk, and whoever asks the catalog is told how to get there."""

import os
from urllib.parse import urlparse

import httpx
import pyarrow
import pytest
from pyiceberg.catalog import load_catalog

from conftest import Tarn, run_tarn
from interop.s3_peers import TarnServer

ROWS = pyarrow.table({"id": pyarrow.array([1, 2, 3], pyarrow.int64()), "name": ["a", "b", "c"]})
KEYS = ("s3.access-key-id", "s3.secret-access-key")


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    server = TarnServer(tmp_path_factory.mktemp("lake"),
                        "--set", "iceberg.warehouse=s3://lake/tables")
    server.catalog = server.tarn.faces["iceberg"]
    yield server
    server.stop()


@pytest.fixture
def catalog(lake, topic):
    """PyIceberg's, which is told nothing but the address."""
    catalog = load_catalog("tarn", type="rest", uri=lake.catalog)
    catalog.create_namespace(topic)
    catalog.space = topic
    return catalog


def objects(lake, prefix: str) -> set[str]:
    pages = lake.client().get_paginator("list_objects_v2").paginate(Bucket="lake", Prefix=prefix)
    return {entry["Key"] for page in pages for entry in page.get("Contents", [])}


def files(lake, prefix: str) -> set[str]:
    below = lake.folder / "lake"
    return {str(path.relative_to(below)) for path in (below / prefix).rglob("*") if path.is_file()}


def test_pyiceberg_writes_and_reads_by_s3_what_are_files_here(catalog, lake):
    table = catalog.create_table(f"{catalog.space}.t", ROWS.schema)
    assert table.location() == f"s3://lake/tables/{catalog.space}/t"
    table.append(ROWS)
    table.delete("id = 2")

    table = catalog.load_table(f"{catalog.space}.t")
    assert sorted(table.scan().to_arrow()["id"].to_pylist()) == [1, 3]
    assert all(task.file.file_path.startswith("s3://lake/") for task in table.scan().plan_files())
    prefix = f"tables/{catalog.space}/t/"
    assert objects(lake, prefix) == files(lake, prefix) != set()


def test_lint_opens_objects(catalog, lake):
    table = catalog.create_table(f"{catalog.space}.t", ROWS.schema)
    table.append(ROWS)
    for name in (table.location(), table.metadata_location):
        done = run_tarn("iceberg", "lint", name, "--endpoint", lake.url)
        assert done.returncode == 0 and "1 snapshots, 1 manifests, 1 files" in done.stderr
    gone, = (lake.folder / "lake" / "tables" / catalog.space / "t" / "data").iterdir()
    gone.unlink()
    done = run_tarn("iceberg", "lint", table.location(), "--endpoint", lake.url)
    assert done.returncode == 8 and gone.name in done.stdout
    missing = run_tarn("iceberg", "lint", f"s3://lake/tables/{catalog.space}/none", "--endpoint",
                       lake.url)
    assert missing.returncode == 3


def test_a_purge_takes_the_objects_away(catalog, lake):
    catalog.create_table(f"{catalog.space}.t", ROWS.schema).append(ROWS)
    assert objects(lake, f"tables/{catalog.space}/")
    catalog.purge_table(f"{catalog.space}.t")
    assert objects(lake, f"tables/{catalog.space}/") == set()


def test_how_to_get_there_is_told_with_the_table_and_on_request(catalog, lake):
    catalog.create_table(f"{catalog.space}.t", ROWS.schema)
    path = f"{lake.catalog}/v1/namespaces/{catalog.space}/tables/t"
    told = httpx.get(path).json()["config"]
    assert told["s3.endpoint"] == lake.url and told["s3.path-style-access"] == "true"
    assert [told[key] for key in KEYS] == [lake.key, lake.secret]
    credential, = httpx.get(f"{path}/credentials").json()["storage-credentials"]
    assert credential == {"prefix": f"s3://lake/tables/{catalog.space}/t", "config": told}
    assert httpx.get(f"{lake.catalog}/v1/config").json()["defaults"] == told


def test_one_folder_has_tables_of_either_name(shared_tarn, topic):
    # The warehouse that nobody set is a bucket too, but its tables are files unless told otherwise.
    catalog = load_catalog("tarn", type="rest", uri=shared_tarn.faces["iceberg"])
    catalog.create_namespace(topic)
    ours = catalog.create_table(f"{topic}.ours", ROWS.schema)
    assert urlparse(ours.location()).scheme == "file"
    path = f"{shared_tarn.faces['iceberg']}/v1/namespaces/{topic}/tables/ours"
    assert httpx.get(path).json()["config"] == {}
    assert httpx.get(f"{path}/credentials").json() == {"storage-credentials": []}

    theirs = catalog.create_table(f"{topic}.theirs", ROWS.schema,
                                  location=f"s3://iceberg/{topic}/theirs")
    theirs.append(ROWS)
    assert theirs.scan().to_arrow().num_rows == 3
    assert os.listdir(shared_tarn.data / "warehouse" / "iceberg" / topic / "theirs" / "data")


@pytest.mark.parametrize("options, are_given", [
    (["iceberg.s3-keys=never"], False),
    (["iceberg.address=0.0.0.0"], False),
    (["iceberg.address=0.0.0.0", "iceberg.s3-keys=always"], True),
    (["iceberg.address=0.0.0.0", "iceberg.token=t"], True),
])
def test_keys_are_given_on_loopback_and_to_who_has_the_token(tmp_path, options, are_given):
    sets = [word for option in (*options, "iceberg.s3-endpoint=http://tarn.example:9000")
            for word in ("--set", option)]
    tarn = Tarn(tmp_path, *sets)
    port = urlparse(tarn.faces["iceberg"]).port
    told = httpx.get(f"http://127.0.0.1:{port}/v1/config",
                     headers={"Authorization": "Bearer t"}).json()["defaults"]
    assert tarn.stop() == 0
    assert told["s3.endpoint"] == "http://tarn.example:9000"
    assert [key in told for key in KEYS] == [are_given, are_given]


def test_a_bucket_without_the_s3_face_is_refused(tmp_path):
    done = run_tarn("up", "--data", tmp_path / "data", "--ports", "auto", "--set",
                    "s3.enabled=false", "--set", "iceberg.warehouse=s3://lake")
    assert done.returncode != 0 and "s3.enabled is false" in done.stderr
