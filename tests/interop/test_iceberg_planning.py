"""Scans that the catalog plans: PyIceberg's and Java's clients get the files, deletes and
conditions that they would have found themselves."""

import shutil
import subprocess
from pathlib import Path

import httpx
import pyarrow
import pytest
from pyiceberg.catalog import load_catalog
from pyiceberg.expressions import And, GreaterThanOrEqual, In, IsNull, LessThan, Not, Or, StartsWith

from conftest import Tarn
from interop.iceberg_peers import duckdb_at

KIT = Path(__file__).parents[2] / ".deps" / "iceberg-kit"


@pytest.fixture(scope="module")
def uri(tmp_path_factory) -> str:
    tarn = Tarn(tmp_path_factory.mktemp("planning"))
    yield tarn.faces["iceberg"]
    assert tarn.stop() == 0


@pytest.fixture(params=[2, 3])
def table(request, uri, topic) -> str:
    """Ten files of two years with deleted rows, by DuckDB, in a table with partitions."""
    space = topic.replace("-", "_")
    load_catalog("tarn", type="rest", uri=uri).create_namespace(space)
    duck = duckdb_at(uri, "STAGE_CREATE_TABLES false")
    duck.execute(f"CREATE TABLE tarn.{space}.t (id BIGINT, year INTEGER, name VARCHAR)"
                 f" PARTITIONED BY (year) WITH ('format-version' = {request.param})")
    for part in range(5):
        duck.execute(f"INSERT INTO tarn.{space}.t SELECT id, 2025 + id % 2,"
                     f" CASE WHEN id % 10 = 9 THEN NULL ELSE 'n' || id % 7 END"
                     f" FROM range({part * 100}, {part * 100 + 100}) AS r(id)")
    duck.execute(f"DELETE FROM tarn.{space}.t WHERE id % 50 = 3")
    duck.close()
    return f"{space}.t"


def planned(uri: str, mode: str, name: str):
    return load_catalog("tarn", type="rest", uri=uri, **{"scan-planning-mode": mode}
                        ).load_table(name)


FILTERS = [
    None,
    LessThan("id", 120),
    And(GreaterThanOrEqual("id", 50), LessThan("year", 2026)),
    Or(In("year", (2025, 2030)), IsNull("name")),
    Not(StartsWith("name", "n1")),
    LessThan("id", -1),
]


@pytest.mark.parametrize("condition", FILTERS, ids=str)
def test_pyiceberg_finds_the_same_rows(uri, table, condition):
    found = []
    for mode in ("client", "server"):
        options = {"row_filter": condition} if condition is not None else {}
        scan = planned(uri, mode, table).scan(**options)
        # Its own plan gives a file the deletion vectors of its whole partition.
        files = sorted(task.file.file_path for task in scan.plan_files())
        rows = sorted(scan.to_arrow().to_pylist(), key=repr)
        found.append((files, rows))
    assert found[0] == found[1]
    assert condition is not None or len(found[1][1]) == 490


@pytest.fixture(scope="session")
def plan_peer(tmp_path_factory) -> Path:
    if not shutil.which("javac"):
        pytest.skip("Iceberg's own client needs Java")
    folder = tmp_path_factory.mktemp("java")
    subprocess.run(["javac", "-cp", f"{KIT}/*", "-d", folder,
                    Path(__file__).parent / "IcebergPlanPeer.java"], check=True, timeout=300)
    return folder


def java_plan(classes: Path, *words) -> tuple[str, str]:
    java = ["java", "-cp", f"{classes}:{KIT}/*", "IcebergPlanPeer"]
    done = subprocess.run([*java, *map(str, words)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr.splitlines()[-1]


def test_java_finds_the_same_plan(uri, table, plan_peer):
    first = planned(uri, "client", table).snapshots()[1].snapshot_id
    for words in (["none"], ["none", "id", 120], ["none", "year", 2026], ["none", "id", 120, first],
                  ["id,name"], ["name", "id", 120]):
        alone, how_alone = java_plan(plan_peer, uri, "client", table, *words)
        by_us, how_by_us = java_plan(plan_peer, uri, "server", table, *words)
        assert (how_alone, how_by_us) == ("DataTableScan", "RESTTableScan")
        assert by_us == alone and alone
        assert (words[0] == "none") == ("[{}, {}, {}, {}, {}, {}]" in by_us)


@pytest.fixture
def ask(uri, table):
    space, name = table.split(".")
    path = f"/v1/namespaces/{space}/tables/{name}/plan"

    def ask(**body):
        with httpx.Client(base_url=uri) as client:
            return client.post(path, json=body)

    return ask


def test_a_plan_between_two_snapshots_has_what_was_appended(uri, table, ask):
    snapshots = [snapshot.snapshot_id for snapshot in planned(uri, "client", table).snapshots()]
    plan = ask(**{"start-snapshot-id": snapshots[0], "end-snapshot-id": snapshots[2]}).json()
    assert plan["status"] == "completed"
    assert sum(task["data-file"]["record-count"] for task in plan["file-scan-tasks"]) == 200
    refused = ask(**{"start-snapshot-id": snapshots[0]})
    assert refused.status_code == 400 and "end-snapshot-id" in refused.json()["error"]["message"]


def test_statistics_come_of_the_columns_that_are_asked_for(uri, table, ask):
    assert "lower-bounds" not in ask().json()["file-scan-tasks"][0]["data-file"]
    of_one_year = {"type": "lt", "term": "year", "value": 2026}
    plan = ask(filter=of_one_year, **{"stats-fields": ["name", "id"]}).json()
    files = [task["data-file"] for task in plan["file-scan-tasks"]]
    assert len(files) == 5
    for file in files:
        # DuckDB, which wrote them, counts nulls and no values.
        nulls = file["null-value-counts"]
        assert nulls["keys"] == [1, 3] and nulls["values"][0] == 0
        lowest, highest = (bytes.fromhex(file[bound]["values"][0])
                           for bound in ("lower-bounds", "upper-bounds"))
        assert 0 <= int.from_bytes(lowest, "little") < int.from_bytes(highest, "little") < 500
    first, second = (snapshot.snapshot_id
                     for snapshot in planned(uri, "client", table).snapshots()[:2])
    between = ask(**{"start-snapshot-id": first, "end-snapshot-id": second, "stats-fields": ["id"]})
    for task in between.json()["file-scan-tasks"]:
        assert task["data-file"]["lower-bounds"]["keys"] == [1]


def test_what_cannot_be_planned_is_refused(ask, uri):
    for body, word in [({"filter": {"type": "eq", "term": "price", "value": 1}}, "price"),
                       ({"filter": {"type": "eq"}}, "filter"),
                       ({"case-sensitive": "no"}, "case-sensitive"),
                       ({"stats-fields": ["id", "prise"]}, "prise"),
                       ({"stats-fields": "id"}, "stats-fields"),
                       ({"snapshot-id": 7}, "7")]:
        refused = ask(**body)
        assert refused.status_code in (400, 404), body
        assert word in refused.json()["error"]["message"]
    with httpx.Client(base_url=uri) as client:
        assert client.post("/v1/namespaces/none/tables/t/plan", json={}).status_code == 404


def test_columns_may_be_named_in_any_case(ask):
    condition = {"type": "lt", "term": "ID", "value": 100}
    assert ask(filter=condition).status_code == 400
    plan = ask(filter=condition, **{"case-sensitive": False}).json()
    assert len(plan["file-scan-tasks"]) == 2
