"""DuckDB's iceberg extension, attached to our catalog and told little more than its address."""

import pyarrow
import pytest
from pyiceberg.catalog import load_catalog
from pyiceberg.types import StringType

from conftest import Tarn
from interop.iceberg_peers import duckdb_at

COLUMNS = pyarrow.schema([("id", pyarrow.int64()), ("name", pyarrow.string()),
                          ("price", pyarrow.float64())])


@pytest.fixture(scope="module", params=["files", "s3"])
def where(request) -> str:
    """Whether the tables lie on the disk, or are reached through the S3 face."""
    return request.param


@pytest.fixture(scope="module")
def uri(where, tmp_path_factory) -> str:
    options = ["--set", "iceberg.warehouse=s3://lake"] if where == "s3" else []
    tarn = Tarn(tmp_path_factory.mktemp("duckdb"), *options)
    yield tarn.faces["iceberg"]
    assert tarn.stop() == 0


@pytest.fixture
def duck(where, uri):
    # It makes no folders for the first manifest of a table that is not there yet.
    connection = duckdb_at(uri, *(["STAGE_CREATE_TABLES false"] if where == "files" else []))
    yield connection
    connection.close()


@pytest.fixture
def catalog(uri, topic):
    catalog = load_catalog("tarn", type="rest", uri=uri)
    # DuckDB takes a name with a dash only in quotes.
    catalog.space = topic.replace("-", "_")
    catalog.create_namespace(catalog.space)
    return catalog


def rows(first: int, count: int) -> pyarrow.Table:
    ids = list(range(first, first + count))
    return pyarrow.table({"id": ids, "name": [f"n{id % 3}" for id in ids],
                          "price": [id / 2 for id in ids]}, schema=COLUMNS)


def test_it_lists_reads_and_travels(duck, catalog):
    name = f"{catalog.space}.t"
    table = catalog.create_table(name, COLUMNS)
    table.append(rows(0, 100))
    first = table.current_snapshot().snapshot_id
    with table.update_schema() as change:
        change.rename_column("price", "cost")
        change.add_column("note", StringType())
    table.append(rows(100, 50).rename_columns(["id", "name", "cost"]).append_column(
        "note", pyarrow.array(["new"] * 50)))
    table.delete("id < 10")

    shown = duck.execute("SHOW ALL TABLES").fetchall()
    assert ("tarn", catalog.space, "t") in [row[:3] for row in shown]
    ask = f"SELECT count(*), sum(id), sum(cost), count(note) FROM tarn.{name}"
    assert duck.execute(ask).fetchone() == (140, sum(range(10, 150)), sum(range(10, 150)) / 2, 50)
    before = f"SELECT count(*), sum(id) FROM tarn.{name} AT (VERSION => {first})"
    assert duck.execute(before).fetchone() == (100, sum(range(100)))



@pytest.mark.parametrize("version", [2, 3])
def test_it_makes_fills_and_changes_a_table(duck, catalog, version):
    name = f"{catalog.space}.made"
    duck.execute(f"CREATE TABLE tarn.{name} (id BIGINT, name VARCHAR)"
                 f" WITH ('format-version' = {version})")
    duck.execute(f"INSERT INTO tarn.{name} SELECT range, 'n' || range % 7 FROM range(1000)")
    duck.execute(f"DELETE FROM tarn.{name} WHERE id % 10 = 3")
    duck.execute(f"UPDATE tarn.{name} SET name = 'changed' WHERE id < 10")
    ask = f"SELECT count(*), sum(id), count(*) FILTER (name = 'changed') FROM tarn.{name}"
    expected = (900, sum(id for id in range(1000) if id % 10 != 3), 9)
    assert duck.execute(ask).fetchone() == expected

    table = catalog.load_table(name)
    assert table.metadata.format_version == version
    found = table.scan().to_arrow().to_pydict()
    assert (len(found["id"]), sum(found["id"]), found["name"].count("changed")) == expected


def test_its_transactions_change_several_tables_or_none(duck, catalog):
    for name in ("a", "b"):
        catalog.create_table(f"{catalog.space}.{name}", COLUMNS)
    duck.execute("BEGIN")
    for name in ("a", "b"):
        duck.execute(f"INSERT INTO tarn.{catalog.space}.{name} VALUES (1, 'x', 0.5)")
    duck.execute("COMMIT")
    duck.execute("BEGIN")
    duck.execute(f"INSERT INTO tarn.{catalog.space}.a VALUES (2, 'x', 0.5)")
    duck.execute("ROLLBACK")
    for name in ("a", "b"):
        assert catalog.load_table(f"{catalog.space}.{name}").scan().to_arrow().num_rows == 1


def test_it_makes_and_drops_schemas_and_tables(duck, catalog):
    space = f"{catalog.space}_more"
    duck.execute(f"CREATE SCHEMA tarn.{space}")
    duck.execute(f"CREATE TABLE tarn.{space}.t AS SELECT 1 AS id")
    assert catalog.list_tables(space) == [(space, "t")]
    duck.execute(f"DROP TABLE tarn.{space}.t")
    duck.execute(f"DROP SCHEMA tarn.{space}")
    assert not catalog.namespace_exists(space)
