"""`tarn catalog`, `tarn namespace` and `tarn table`, wherever the catalog is."""

import json

import pytest

from conftest import Tarn, run_tarn

COLUMNS = "id long required, ts timestamptz, price decimal(18, 4), tags list<string>"


class Catalog:
    """Runs commands on one catalog, found by the words that every command gets."""

    def __init__(self, *words):
        self.words = words

    def __call__(self, *words, code: int = 0):
        done = run_tarn(*words, *self.words)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def json(self, *words) -> dict:
        return json.loads(self(*words, "--json").stdout)


@pytest.fixture(params=["running", "stopped", "elsewhere", "folder"])
def catalog(request, start_tarn, tmp_path):
    if request.param == "folder":
        (tmp_path / "lake").mkdir()
        return Catalog("--catalog", tmp_path / "lake")
    if request.param == "elsewhere":
        (tmp_path / "elsewhere").mkdir()
        other = Tarn(tmp_path / "elsewhere")
        request.addfinalizer(other.stop)
        return Catalog("--catalog", other.faces["iceberg"], "--data", tmp_path / "none")
    tarn = start_tarn()
    if request.param == "stopped":
        tarn.stop()
    return Catalog("--data", tarn.data)


@pytest.fixture
def own(tarn) -> Catalog:
    return Catalog("--data", tarn.data)


def rows_of(done) -> list[list[str]]:
    return [line.split() for line in done.stdout.splitlines()]


def test_namespaces_are_made_listed_changed_and_dropped(catalog):
    assert "the catalog is empty" in catalog("catalog", "list").stderr
    made = catalog("namespace", "create", "prod", "--property", "owner=ada")
    assert made.stdout == "Created namespace prod\n"
    catalog("namespace", "create", "prod.sales")
    assert rows_of(catalog("namespace", "list")) == [["NAMESPACE"], ["prod"], ["prod.sales"]]
    assert catalog.json("namespace", "list", "prod") == {
        "schema": "tarn.namespace.list/1", "namespaces": [["prod", "sales"]]}
    assert rows_of(catalog("catalog", "list")) == [["NAMESPACE", "TABLES", "VIEWS"],
                                                   ["prod", "0", "0"], ["prod.sales", "0", "0"]]

    changed = catalog.json("namespace", "properties", "prod", "--property", "team=data",
                           "--unset", "owner")
    # A folder needs no word for where it is.
    assert changed["properties"].pop("location", "/prod").endswith("/prod")
    assert changed["properties"] == {"team": "data"}
    described = catalog.json("namespace", "describe", "prod")
    assert described["properties"]["team"] == "data"
    assert described["namespaces"] == [["prod", "sales"]] and described["tables"] == []

    refused = catalog("namespace", "drop", "prod", code=7)
    assert "not empty" in refused.stderr and "tarn namespace describe prod" in refused.stderr
    catalog("namespace", "drop", "prod.sales")
    assert catalog("namespace", "drop", "prod").stdout == "Dropped namespace prod\n"
    assert catalog.json("catalog", "list")["namespaces"] == []


def test_a_table_is_made_listed_described_changed_and_dropped(catalog):
    catalog("namespace", "create", "db")
    made = catalog("table", "create", "db.trades", "--columns", COLUMNS,
                   "--partition-by", "day(ts), bucket(16, id)", "--property", "owner=ada")
    assert made.stdout.startswith("Created table db.trades at file:///")
    assert rows_of(catalog("table", "list")) == [["TABLE", "KIND"], ["db.trades", "table"]]
    assert catalog.json("table", "list", "db")["tables"] == [
        {"namespace": ["db"], "name": "trades", "kind": "table"}]

    described = catalog.json("table", "describe", "db.trades")
    assert described["schema"] == "tarn.table.describe/1"
    assert [(each["id"], each["name"], each["required"]) for each in described["columns"]] == [
        (1, "id", True), (2, "ts", False), (3, "price", False), (4, "tags", False)]
    assert described["columns"][2]["type"] == "decimal(18, 4)"
    assert described["columns"][3]["type"]["element"] == "string"
    assert described["partition_by"] == "day(ts), bucket(16, id)"
    assert described["current_snapshot_id"] is None
    shown = catalog("table", "describe", "db.trades").stdout
    assert "table db.trades  format 2" in shown and "day(ts), bucket(16, id)" in shown
    assert "list<string>" in shown and "owner" in shown

    changed = catalog.json("table", "properties", "db.trades", "--property", "team=data",
                           "--unset", "owner")
    assert changed["properties"] == {"team": "data"}
    assert rows_of(catalog("table", "properties", "db.trades")) == [["PROPERTY", "VALUE"],
                                                                   ["team", "data"]]
    assert catalog("table", "location", "db.trades").stdout.strip() == described["location"]
    for empty in ("snapshots", "history", "refs"):
        assert "nothing was written" in catalog("table", empty, "db.trades").stderr
        assert catalog.json("table", empty, "db.trades")[empty] == []
    assert "nothing was written" in catalog("table", "tag", "db.trades", "t", code=3).stderr

    dropped = catalog("table", "drop", "db.trades", "--purge")
    assert dropped.stdout == "Dropped table db.trades and its files\n"
    assert "there are no tables" in catalog("table", "list").stderr


def test_what_is_wrong_is_said_with_a_way_out(catalog):
    catalog("namespace", "create", "lakehouse")
    catalog("table", "create", "lakehouse.trades", "--columns", "id long")

    def refusal(*words, code: int) -> str:
        return catalog(*words, code=code).stderr

    assert "did you mean 'lakehouse.trades'?" in refusal("table", "describe", "lakehouse.trade",
                                                         code=3)
    assert "did you mean 'lakehouse'?" in refusal("namespace", "describe", "lakehose", code=3)
    assert "did you mean 'lakehouse'?" in refusal("table", "list", "lakehose", code=3)
    assert "write NAMESPACE.TABLE" in refusal("table", "describe", "trades", code=2)
    assert "--if-not-exists" in refusal("table", "create", "lakehouse.trades", "--columns",
                                        "id long", code=7)
    assert "--if-not-exists" in refusal("namespace", "create", "lakehouse", code=7)
    assert "a table needs columns" in refusal("table", "create", "lakehouse.t", code=2)
    assert "did you mean 'ts'" in refusal("table", "create", "lakehouse.t", "--columns", "ts date",
                                          "--partition-by", "day(tss)", code=2)
    assert "is no transform" in refusal("table", "create", "lakehouse.t", "--columns", "ts date",
                                        "--partition-by", "week(ts)", code=2)
    assert "has no snapshot 7" in refusal("table", "tag", "lakehouse.trades", "x", "--snapshot",
                                          "7", code=3)
    catalog("namespace", "create", "lakehouse", "--if-not-exists")
    again = catalog.json("table", "create", "lakehouse.trades", "--columns", "id long",
                         "--if-not-exists")
    assert again["created"] is False


def test_tables_are_renamed_and_registered(own):
    own("namespace", "create", "db")
    own("namespace", "create", "other")
    own("table", "create", "db.a", "--columns", "id long")
    assert own("table", "rename", "db.a", "other.b").stdout == \
        "Renamed table db.a to other.b\n"
    assert "did you mean 'other'?" in own("table", "rename", "other.b", "othr.c", code=3).stderr

    metadata = own.json("table", "describe", "other.b")["metadata_location"]
    assert own("table", "drop", "other.b").stdout == "Dropped table other.b; its files stay\n"
    assert own("table", "register", "db.a", metadata).stdout == "Registered table db.a\n"
    assert "--replace" in own("table", "register", "db.a", metadata, code=7).stderr
    own("table", "register", "db.a", metadata, "--replace")
    assert own.json("table", "describe", "db.a")["metadata_location"] == metadata


def test_a_folder_cannot_rename_or_keep_the_files_of_what_is_dropped(tmp_path):
    folder = Catalog("--catalog", tmp_path)
    folder("namespace", "create", "db")
    folder("table", "create", "db.a", "--columns", "id long")
    assert "cannot be renamed" in folder("table", "rename", "db.a", "db.b", code=2).stderr
    assert "cannot stay" in folder("table", "drop", "db.a", code=2).stderr
    assert (tmp_path / "db/a/metadata/version-hint.text").read_text() == "1"
    folder("table", "properties", "db.a", "--property", "p=1")
    assert (tmp_path / "db/a/metadata/v2.metadata.json").exists()


def test_which_catalog_is_meant_can_be_asked(tarn, own, tmp_path):
    described = own.json("catalog", "describe")
    assert (described["kind"], described["place"]) == ("rest", tarn.faces["iceberg"])
    tarn.stop()
    assert own.json("catalog", "describe")["kind"] == "data folder"
    (tmp_path / "lake").mkdir()
    assert Catalog("--catalog", tmp_path / "lake").json("catalog", "describe") == {
        "schema": "tarn.catalog.describe/1", "kind": "folder",
        "place": f"file://{tmp_path}/lake", "namespaces": 0, "tables": 0, "views": 0}
    assert "there is no folder" in run_tarn("catalog", "list", "--catalog", "/none").stderr
    away = run_tarn("catalog", "list", "--catalog", "http://127.0.0.1:1")
    assert away.returncode == 5 and "no catalog answers at http://127.0.0.1:1" in away.stderr


def test_a_catalog_that_wants_a_token_gets_it(start_tarn, tmp_path):
    tarn = start_tarn("--set", "iceberg.token=secret-token", "--set", "iceberg.credential=ada:pw")
    outside = Catalog("--catalog", tarn.faces["iceberg"], "--data", tmp_path / "none")
    assert "token" in outside("catalog", "list", code=1).stderr
    outside("catalog", "list", "--set", "catalog.token=secret-token")
    outside("catalog", "list", "--set", "catalog.credential=ada:pw")
    refused = outside("catalog", "list", "--set", "catalog.credential=ada:wrong", code=1)
    assert "gives no token" in refused.stderr and "wrong" not in refused.stderr
    Catalog("--data", tarn.data, "--set", "iceberg.token=secret-token")("catalog", "list")
