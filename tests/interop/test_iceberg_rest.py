"""The REST catalog as PyIceberg sees it, and what neither it nor the kit asks."""

import datetime
import gzip
import json

import httpx
import pyarrow
import pytest
from pyiceberg.catalog import load_catalog
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import NamespaceNotEmptyError, NoSuchTableError
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import BucketTransform, DayTransform
from pyiceberg.types import DoubleType, LongType, NestedField, StringType, TimestamptzType

from conftest import Tarn

SCHEMA = Schema(NestedField(1, "id", LongType(), required=True),
                NestedField(2, "ts", TimestamptzType()),
                NestedField(3, "name", StringType()))
BY_DAY = PartitionSpec(PartitionField(2, 1000, DayTransform(), "ts_day"))
COLUMNS = pyarrow.schema([pyarrow.field("id", pyarrow.int64(), nullable=False),
                          ("ts", pyarrow.timestamp("us", "UTC")), ("name", pyarrow.string())])
NO_COLUMNS = {"type": "struct", "fields": []}


def rows(*ids: int) -> pyarrow.Table:
    day = [datetime.datetime(2026, 11, 20 + id % 2, tzinfo=datetime.timezone.utc) for id in ids]
    return pyarrow.table({"id": list(ids), "ts": day, "name": [f"n{id}" for id in ids]},
                         schema=COLUMNS)


@pytest.fixture
def catalog(shared_tarn, topic):
    """PyIceberg's, with a namespace that no other test uses."""
    catalog = load_catalog("tarn", type="rest", uri=shared_tarn.faces["iceberg"])
    catalog.create_namespace(topic)
    catalog.space = topic
    return catalog


def make_table(rest, space: str, name: str) -> dict:
    made = rest.post(f"/v1/namespaces/{space}/tables", json={"name": name, "schema": NO_COLUMNS})
    assert made.status_code == 200, made.text
    return made.json()


def set_property(value: str, schema_id: int = 0) -> dict:
    return {"requirements": [{"type": "assert-current-schema-id", "current-schema-id": schema_id}],
            "updates": [{"action": "set-properties", "updates": {"p": value}}]}


def test_pyiceberg_writes_reads_evolves_and_travels(catalog):
    table = catalog.create_table(f"{catalog.space}.t", SCHEMA, partition_spec=BY_DAY)
    table.append(rows(1, 2, 3))
    first = table.current_snapshot().snapshot_id
    with table.update_schema() as change:
        change.add_column("price", DoubleType())
        change.rename_column("name", "label")
    table.append(rows(4).rename_columns(["id", "ts", "label"]).append_column(
        "price", pyarrow.array([1.5])))
    with table.update_spec() as change:
        change.add_field("id", BucketTransform(4), "id_bucket")
    table.delete("id = 2")
    with table.manage_snapshots() as change:
        change.create_tag(first, "before").create_branch(first, "audit")

    again = catalog.load_table(f"{catalog.space}.t")
    found = again.scan().to_arrow().sort_by("id").to_pydict()
    assert found["id"] == [1, 3, 4] and found["price"] == [None, None, 1.5]
    assert found["label"] == ["n1", "n3", "n4"]
    assert sorted(again.scan(snapshot_id=first).to_arrow()["id"].to_pylist()) == [1, 2, 3]
    assert again.refs()["before"].snapshot_id == again.refs()["audit"].snapshot_id == first
    operations = [snapshot.summary.operation.value for snapshot in again.snapshots()]
    assert operations == ["append", "append", "delete"]
    assert len(again.specs()) == 2


def test_pyiceberg_renames_lists_and_drops(catalog):
    space = catalog.space
    catalog.create_table(f"{space}.a", SCHEMA)
    catalog.rename_table(f"{space}.a", f"{space}.b")
    assert catalog.list_tables(space) == [(space, "b")]
    with pytest.raises(NamespaceNotEmptyError):
        catalog.drop_namespace(space)
    with pytest.raises(NoSuchTableError):
        catalog.load_table(f"{space}.a")
    catalog.drop_table(f"{space}.b")
    catalog.create_namespace((space, "inner"), {"owner": "ada"})
    assert catalog.list_namespaces(space) == [(space, "inner")]
    told = catalog.load_namespace_properties((space, "inner"))
    assert told["owner"] == "ada" and told["location"].endswith(f"/{space}/inner")
    catalog.drop_namespace((space, "inner"))
    catalog.drop_namespace(space)
    assert not catalog.namespace_exists(space)


def test_a_purged_table_leaves_no_file_and_a_dropped_one_all(catalog, shared_tarn):
    def files() -> int:
        below = shared_tarn.data / "warehouse" / "iceberg" / catalog.space
        return sum(path.is_file() for path in below.rglob("*"))

    table = catalog.create_table(f"{catalog.space}.t", SCHEMA, partition_spec=BY_DAY)
    table.append(rows(1, 2))
    table.delete("id = 1")
    table.append(rows(3))
    before = files()
    assert before > 10
    location = catalog.load_table(f"{catalog.space}.t").metadata_location
    catalog.drop_table(f"{catalog.space}.t")
    assert files() == before
    catalog.register_table(f"{catalog.space}.t", location)
    catalog.purge_table(f"{catalog.space}.t")
    assert files() == 0


def test_two_writers_lose_no_row(catalog):
    name = f"{catalog.space}.t"
    catalog.create_table(name, SCHEMA)
    ours, theirs = catalog.load_table(name), catalog.load_table(name)
    ours.append(rows(1))
    theirs.refresh()
    theirs.append(rows(2))
    ours.refresh()
    ours.append(rows(3))
    assert sorted(catalog.load_table(name).scan().to_arrow()["id"].to_pylist()) == [1, 2, 3]


def test_tables_are_there_after_a_kill_and_in_the_jdbc_catalog(tmp_path):
    tarn = Tarn(tmp_path)
    catalog = load_catalog("tarn", type="rest", uri=tarn.faces["iceberg"])
    catalog.create_namespace("db", {"owner": "ada"})
    catalog.create_table("db.t", SCHEMA).append(rows(1, 2))
    tarn.kill()

    # Iceberg's own catalog on a database opens the file.
    sql = SqlCatalog("tarn", uri=f"sqlite:///{tarn.data}/catalog.db", warehouse=f"{tmp_path}")
    assert sql.load_table("db.t").scan().to_arrow().num_rows == 2
    assert sql.load_namespace_properties("db")["owner"] == "ada"
    sql.create_table("db.theirs", SCHEMA,
                     location=f"file://{tarn.data}/warehouse/iceberg/db/theirs")

    tarn = Tarn(tmp_path)
    catalog = load_catalog("tarn", type="rest", uri=tarn.faces["iceberg"])
    assert sorted(catalog.list_tables("db")) == [("db", "t"), ("db", "theirs")]
    catalog.load_table("db.theirs").append(rows(7))
    assert catalog.load_table("db.t").scan().to_arrow().num_rows == 2
    assert tarn.stop() == 0


def test_a_transaction_changes_all_tables_or_none(rest, space):
    for name in ("a", "b"):
        make_table(rest, space, name)

    def transaction(*changes):
        return rest.post("/v1/transactions/commit", json={"table-changes": [
            {"identifier": {"namespace": [space], "name": name}, **change}
            for name, change in changes]})

    def value(name):
        table = rest.get(f"/v1/namespaces/{space}/tables/{name}").json()
        return table["metadata"]["properties"].get("p")

    assert transaction(("a", set_property("1")), ("b", set_property("1"))).status_code == 204
    assert value("a") == value("b") == "1"
    failed = transaction(("a", set_property("2")), ("b", set_property("2", schema_id=9)))
    assert failed.status_code == 409
    assert failed.json()["error"]["type"] == "CommitFailedException"
    assert value("a") == value("b") == "1"
    missing = transaction(("a", set_property("2")), ("none", set_property("2")))
    assert missing.status_code == 404 and value("a") == "1"


def test_who_has_the_newest_version_is_not_sent_it_again(rest, space):
    make_table(rest, space, "t")
    path = f"/v1/namespaces/{space}/tables/t"
    tag = rest.get(path).headers["ETag"]
    unchanged = rest.get(path, headers={"If-None-Match": tag})
    assert unchanged.status_code == 304 and unchanged.content == b""
    assert rest.get(path, params={"snapshots": "refs"}, headers={"If-None-Match": tag}
                    ).status_code == 200
    assert rest.post(path, json=set_property("1")).status_code == 200
    assert rest.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_lists_come_in_pages(rest, space):
    for name in ("c", "a", "e", "b", "d"):
        make_table(rest, space, name)
    found, token = [], ""
    while token is not None:
        page = rest.get(f"/v1/namespaces/{space}/tables",
                        params={"pageToken": token, "pageSize": 2}).json()
        assert len(page["identifiers"]) <= 2
        found += [entry["name"] for entry in page["identifiers"]]
        token = page["next-page-token"]
    assert found == ["a", "b", "c", "d", "e"]


def test_a_prefix_and_a_warehouse_make_no_difference(rest, space):
    make_table(rest, space, "t")
    config = rest.get("/v1/config", params={"warehouse": "anything"}).json()
    assert "POST /v1/{prefix}/transactions/commit" in config["endpoints"]
    plain = rest.get(f"/v1/namespaces/{space}/tables/t").json()
    assert rest.get(f"/v1/main/namespaces/{space}/tables/t").json() == plain


def test_packed_requests_are_read(rest, space):
    body = gzip.compress(json.dumps({"name": "t", "schema": NO_COLUMNS}).encode())
    made = rest.post(f"/v1/namespaces/{space}/tables", content=body,
                     headers={"Content-Type": "application/json", "Content-Encoding": "gzip"})
    assert made.status_code == 200
    bomb = gzip.compress(b" " * (100 << 20))
    assert rest.post(f"/v1/namespaces/{space}/tables", content=bomb, headers={
        "Content-Encoding": "gzip"}).status_code == 413


def test_answers_without_a_body_have_none(rest, space):
    make_table(rest, space, "t")
    there = rest.head(f"/v1/namespaces/{space}/tables/t")
    assert there.status_code == 204 and there.content == b""
    assert rest.head(f"/v1/namespaces/{space}/tables/none").status_code == 404
    assert rest.head(f"/v1/namespaces/{space}").status_code == 204
    report = {"report-type": "scan-report", "table-name": "t"}
    assert rest.post(f"/v1/namespaces/{space}/tables/t/metrics", json=report).status_code == 204


@pytest.mark.parametrize("path, body, status, kind", [
    ("/v1/namespaces/{space}/tables", {"name": "t"}, 400, "IllegalArgumentException"),
    ("/v1/namespaces/{space}/tables", {"name": "../t", "schema": NO_COLUMNS}, 400,
     "IllegalArgumentException"),
    ("/v1/namespaces/{space}/tables",
     {"name": "t", "schema": NO_COLUMNS, "location": "file:///etc/tarn"}, 403,
     "ForbiddenException"),
    ("/v1/namespaces/{space}/tables",
     {"name": "t", "schema": {"type": "struct", "fields": [
         {"id": 1, "name": "a", "required": False, "type": "varchar"}]}}, 400,
     "IllegalArgumentException"),
    ("/v1/namespaces/none/tables", {"name": "t", "schema": NO_COLUMNS}, 404,
     "NoSuchNamespaceException"),
    ("/v1/namespaces/{space}/tables/none", set_property("1"), 404, "NoSuchTableException"),
    ("/v1/namespaces/{space}/register",
     {"name": "r", "metadata-location": "file:///etc/passwd"}, 403, "ForbiddenException"),
    ("/v1/namespaces/{space}/properties", {"updates": {"a": "1"}, "removals": ["a"]}, 422,
     "BadRequestException"),
    ("/v1/namespaces", {"namespace": []}, 400, "IllegalArgumentException"),
    ("/v1/namespaces", [1, 2], 400, "IllegalArgumentException"),
    ("/v1/transactions/commit", {"table-changes": [{"identifier": 1}]}, 400,
     "IllegalArgumentException"),
])
def test_bad_requests_are_told_what_is_wrong(rest, space, path, body, status, kind):
    answer = rest.post(path.format(space=space), json=body)
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["code"] == status and error["type"] == kind and error["message"]


def test_unknown_updates_and_broken_json_change_nothing(rest, space):
    before = make_table(rest, space, "t")
    path = f"/v1/namespaces/{space}/tables/t"
    change = {"requirements": [], "updates": [
        {"action": "set-properties", "updates": {"a": "b"}}, {"action": "paint"}]}
    assert rest.post(path, json=change).status_code == 400
    assert rest.post(path, content=b'{"updates": [').status_code == 400
    assert rest.get(path).json()["metadata-location"] == before["metadata-location"]


def test_statistics_are_kept_with_the_table(rest, catalog):
    table = catalog.create_table(f"{catalog.space}.t", SCHEMA)
    table.append(rows(1))
    snapshot = table.current_snapshot().snapshot_id
    file = {"snapshot-id": snapshot, "statistics-path": "file:///s.puffin",
            "file-size-in-bytes": 413, "file-footer-size-in-bytes": 42, "blob-metadata": []}
    path = f"/v1/namespaces/{catalog.space}/tables/t"

    def commit(*updates):
        answer = rest.post(path, json={"requirements": [], "updates": list(updates)})
        assert answer.status_code == 200, answer.text
        return answer.json()["metadata"]

    with_file = commit({"action": "set-statistics", "snapshot-id": snapshot, "statistics": file})
    assert with_file["statistics"] == [file]
    partition_file = {"snapshot-id": snapshot, "statistics-path": "file:///p.parquet",
                      "file-size-in-bytes": 7}
    commit({"action": "set-partition-statistics", "partition-statistics": partition_file})
    without = commit({"action": "remove-statistics", "snapshot-id": snapshot})
    assert without["statistics"] == [] and without["partition-statistics"] == [partition_file]


def test_a_token_is_given_for_the_credential_and_asked_for(tmp_path):
    tarn = Tarn(tmp_path, "--set", "iceberg.token=s3cret", "--set", "iceberg.credential=ada:pw")
    uri = tarn.faces["iceberg"]
    assert httpx.get(f"{uri}/v1/namespaces").status_code == 401
    form = {"grant_type": "client_credentials", "client_id": "ada", "client_secret": "pw"}
    given = httpx.post(f"{uri}/v1/oauth/tokens", data=form).json()
    assert given["token_type"] == "bearer"
    header = {"Authorization": f"Bearer {given['access_token']}"}
    assert httpx.get(f"{uri}/v1/namespaces", headers=header).status_code == 200
    wrong = httpx.post(f"{uri}/v1/oauth/tokens", data={**form, "client_secret": "no"})
    assert wrong.status_code == 401 and wrong.json()["error"] == "invalid_client"
    odd = httpx.post(f"{uri}/v1/oauth/tokens", data={"grant_type": "password"})
    assert odd.status_code == 400 and odd.json()["error"] == "unsupported_grant_type"

    catalog = load_catalog("tarn", type="rest", uri=uri, credential="ada:pw",
                           **{"oauth2-server-uri": f"{uri}/v1/oauth/tokens"})
    catalog.create_namespace("db")
    assert catalog.list_namespaces() == [("db",)]
    assert tarn.stop() == 0
