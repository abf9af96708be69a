"""Spark 4 with the Iceberg runtime on our catalog, with tables on the disk and in the S3 face: what
it writes PyIceberg and DuckDB read, and the other way round."""

import pyarrow
import pytest
from pyiceberg.catalog import load_catalog

from conftest import Tarn
from interop.iceberg_peers import duckdb_at, spark


@pytest.fixture(scope="module")
def uris(tmp_path_factory):
    """By the names that Spark has for the catalogs."""
    tarns = {"files": Tarn(tmp_path_factory.mktemp("spark-files")),
             "lake": Tarn(tmp_path_factory.mktemp("spark-lake"), "--set",
                          "iceberg.warehouse=s3://lake")}
    yield {name: tarn.faces["iceberg"] for name, tarn in tarns.items()}
    for tarn in tarns.values():
        assert tarn.stop() == 0


@pytest.fixture(scope="module")
def engine(uris, tmp_path_factory):
    engine = spark(tmp_path_factory.mktemp("spark"), uris)
    yield engine
    engine.stop()


@pytest.fixture
def sql(engine):
    return engine.sql


class Space:
    """A namespace of one catalog that no other test uses."""

    def __init__(self, name: str, uri: str, topic: str):
        self.uri = uri
        self.pyiceberg = load_catalog("tarn", type="rest", uri=uri)
        self.name = topic.replace("-", "_")
        self.path = f"{name}.{self.name}"

    def table(self, name: str):
        return self.pyiceberg.load_table(f"{self.name}.{name}")

    def duck(self, question: str):
        connection = duckdb_at(self.uri)
        try:
            return connection.execute(question.format(f"tarn.{self.name}")).fetchone()
        finally:
            connection.close()


@pytest.fixture(params=["files", "lake"])
def space(request, uris, topic, sql) -> Space:
    space = Space(request.param, uris[request.param], topic)
    sql(f"CREATE NAMESPACE {space.path}")
    return space


@pytest.fixture
def on_disk(uris, topic, sql) -> Space:
    """For what makes no difference between the two."""
    space = Space("files", uris["files"], topic)
    sql(f"CREATE NAMESPACE {space.path}")
    return space


def figures(table) -> tuple:
    found = table.scan().to_arrow()
    return found.num_rows, sum(found["id"].to_pylist())


MODES = ["copy-on-write", "merge-on-read"]


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("mode", MODES)
def test_it_merges_updates_and_deletes(space, sql, mode, version):
    t = f"{space.path}.t"
    sql(f"""CREATE TABLE {t} (id BIGINT NOT NULL, ts TIMESTAMP, name STRING, price DECIMAL(9, 2))
            USING iceberg PARTITIONED BY (days(ts), bucket(4, id)) TBLPROPERTIES (
            'format-version'='{version}', 'write.delete.mode'='{mode}',
            'write.update.mode'='{mode}', 'write.merge.mode'='{mode}')""")
    sql(f"""INSERT INTO {t} SELECT id, timestamp_seconds(1763683200 + id * 3600),
            concat('n', id % 7), CAST(id / 4 AS DECIMAL(9, 2)) FROM range(200)""")
    sql(f"DELETE FROM {t} WHERE id % 10 = 3")
    sql(f"UPDATE {t} SET name = 'changed' WHERE id BETWEEN 50 AND 59")
    sql(f"""MERGE INTO {t} USING (SELECT id, timestamp_seconds(1763683200 + id * 3600) AS ts
            FROM range(190, 210)) AS s ON {t}.id = s.id WHEN MATCHED THEN UPDATE SET name = 'merged'
            WHEN NOT MATCHED THEN INSERT (id, ts, name) VALUES (s.id, s.ts, 'new')""")

    # Of 193 the row was deleted before.
    ids = sorted({id for id in range(200) if id % 10 != 3} | set(range(190, 210)))
    expected = {"n": len(ids), "s": sum(ids), "changed": 9, "merged": 9, "fresh": 11}
    question = ("SELECT count(*) AS n, CAST(sum(id) AS BIGINT) AS s,"
                " count(CASE WHEN name = 'changed' THEN 1 END) AS changed,"
                " count(CASE WHEN name = 'merged' THEN 1 END) AS merged,"
                " count(CASE WHEN name = 'new' THEN 1 END) AS fresh FROM {}.t")
    assert sql(question.format(space.path)) == [expected]
    assert space.duck(question) == tuple(expected.values())
    assert figures(space.table("t")) == (len(ids), sum(ids))
    assert space.table("t").metadata.format_version == version
    deletes = sum(manifest.content == 1 for manifest in
                  space.table("t").current_snapshot().manifests(space.table("t").io))
    assert (deletes > 0) == (mode == "merge-on-read")


def test_it_evolves_schemas_and_partitions(on_disk, sql):
    t = f"{on_disk.path}.t"
    sql(f"CREATE TABLE {t} (id INT, name STRING, place STRUCT<x: FLOAT>) USING iceberg")
    sql(f"INSERT INTO {t} VALUES (1, 'a', named_struct('x', 0.5f))")
    for change in ("ADD COLUMN price DOUBLE AFTER id", "RENAME COLUMN name TO label",
                   "ALTER COLUMN id TYPE BIGINT", "ADD COLUMN place.y STRING",
                   "ALTER COLUMN place.x TYPE DOUBLE", "ADD PARTITION FIELD bucket(4, id)",
                   "WRITE ORDERED BY label DESC", "SET TBLPROPERTIES ('a'='b')",
                   "UNSET TBLPROPERTIES ('a')"):
        sql(f"ALTER TABLE {t} {change}")
    sql(f"INSERT INTO {t} VALUES (5000000000, 1.5, 'b', named_struct('x', 2.5d, 'y', 'z'))")
    sql(f"ALTER TABLE {t} REPLACE PARTITION FIELD bucket(4, id) WITH truncate(2, label)")
    sql(f"INSERT INTO {t} VALUES (3, 2.5, 'c', NULL)")
    sql(f"ALTER TABLE {t} DROP COLUMN price")

    assert sql(f"SELECT id, label, place.y AS y FROM {t} ORDER BY id") == [
        {"id": 1, "label": "a", "y": None}, {"id": 3, "label": "c", "y": None},
        {"id": 5000000000, "label": "b", "y": "z"}]
    table = on_disk.table("t")
    assert figures(table) == (3, 5000000004)
    assert [field.name for field in table.schema().fields] == ["id", "label", "place"]
    assert len(table.specs()) == 3 and "a" not in table.properties


def test_branches_tags_and_time_travel(on_disk, sql):
    t = f"{on_disk.path}.t"
    sql(f"CREATE TABLE {t} (id BIGINT) USING iceberg")
    sql(f"INSERT INTO {t} VALUES (1)")
    first = on_disk.table("t").current_snapshot().snapshot_id
    sql(f"ALTER TABLE {t} CREATE TAG start RETAIN 7 DAYS")
    sql(f"ALTER TABLE {t} CREATE BRANCH audit WITH SNAPSHOT RETENTION 3 SNAPSHOTS")
    sql(f"INSERT INTO {t}.branch_audit VALUES (2)")
    sql(f"INSERT INTO {t} VALUES (3)")

    def ids(version) -> list:
        return [row["id"] for row in sql(f"SELECT id FROM {t} VERSION AS OF {version} ORDER BY id")]

    assert ids("'audit'") == [1, 2] and ids("'main'") == [1, 3]
    assert ids("'start'") == ids(first) == [1]
    refs = on_disk.table("t").refs()
    assert refs["start"].max_ref_age_ms == 7 * 86400_000
    assert refs["audit"].min_snapshots_to_keep == 3

    sql(f"CALL files.system.rollback_to_snapshot('{on_disk.name}.t', {first})")
    sql(f"CALL files.system.fast_forward('{on_disk.name}.t', 'main', 'audit')")
    assert ids("'main'") == [1, 2]
    sql(f"ALTER TABLE {t} DROP BRANCH audit")
    sql(f"ALTER TABLE {t} DROP TAG start")
    assert list(on_disk.table("t").refs()) == ["main"]


def test_maintenance_procedures(space, sql):
    t, catalog = f"{space.path}.t", space.path.split(".")[0]
    sql(f"""CREATE TABLE {t} (id BIGINT, name STRING) USING iceberg
            TBLPROPERTIES ('write.delete.mode'='merge-on-read')""")
    for first in range(0, 60, 10):
        sql(f"INSERT INTO {t} SELECT id, 'x' FROM range({first}, {first + 10}, 1, 1)")
    sql(f"DELETE FROM {t} WHERE id % 10 = 3")

    done, = sql(f"CALL {catalog}.system.rewrite_data_files(table => '{space.name}.t',"
                " options => map('min-input-files', '2', 'delete-file-threshold', '1'))")
    assert done["rewritten_data_files_count"] == 6 and done["added_data_files_count"] == 1
    sql(f"CALL {catalog}.system.rewrite_manifests('{space.name}.t')")
    done, = sql(f"CALL {catalog}.system.expire_snapshots(table => '{space.name}.t',"
                " older_than => TIMESTAMP '2100-01-01', retain_last => 1)")
    assert done["deleted_data_files_count"] == 6 and done["deleted_manifest_lists_count"] > 6
    if catalog == "files":
        # In S3 it looks for orphans through Hadoop's client, which is not here.
        sql(f"CALL files.system.remove_orphan_files(table => '{space.name}.t', dry_run => true)")

    expected = (54, sum(id for id in range(60) if id % 10 != 3))
    assert sql(f"SELECT count(*) AS n, sum(id) AS s FROM {t}") == [
        dict(zip(("n", "s"), expected))]
    assert figures(space.table("t")) == expected
    assert space.duck("SELECT count(*), sum(id) FROM {}.t") == expected
    assert len(space.table("t").snapshots()) == 1


def test_metadata_tables(on_disk, sql):
    t = f"{on_disk.path}.t"
    sql(f"CREATE TABLE {t} (id BIGINT, name STRING) USING iceberg PARTITIONED BY (name)")
    sql(f"INSERT INTO {t} VALUES (1, 'a'), (2, 'b')")
    sql(f"DELETE FROM {t} WHERE name = 'a'")
    table = on_disk.table("t")
    counts = {name: sql(f"SELECT count(*) AS n FROM {t}.{name}")[0]["n"] for name in (
        "snapshots", "history", "files", "manifests", "partitions", "refs", "entries",
        "metadata_log_entries", "all_data_files")}
    assert counts["snapshots"] == counts["history"] == len(table.snapshots()) == 2
    assert counts["files"] == counts["partitions"] == counts["refs"] == 1
    assert counts["metadata_log_entries"] == 3
    operations = sql(f"SELECT operation FROM {t}.snapshots ORDER BY committed_at")
    assert [row["operation"] for row in operations] == ["append", "delete"]


def test_it_reads_what_pyiceberg_wrote_and_goes_on_with_it(space, sql):
    columns = pyarrow.schema([("id", pyarrow.int64()), ("tags", pyarrow.list_(pyarrow.string())),
                              ("at", pyarrow.timestamp("us", "UTC"))])
    table = space.pyiceberg.create_table(f"{space.name}.t", columns)
    rows = [{"id": id, "tags": ["x"] * (id % 3), "at": 1_763_683_200_000_000 + id}
            for id in range(50)]
    table.append(pyarrow.Table.from_pylist(rows, columns))
    table.delete("id < 5")
    t = f"{space.path}.t"
    question = f"SELECT count(*) AS n, sum(id) AS s, sum(size(tags)) AS tags FROM {t}"
    found, = sql(question)
    assert found == {"n": 45, "s": 1215, "tags": sum(id % 3 for id in range(5, 50))}

    sql(f"INSERT INTO {t} VALUES (50, array('y'), TIMESTAMP '2026-11-22 00:00:00')")
    space.table("t").append(pyarrow.Table.from_pylist([{"id": 51, "tags": [], "at": 0}], columns))
    assert figures(space.table("t")) == (47, 1215 + 101)
    assert sql(f"SELECT count(*) AS n, sum(id) AS s FROM {t}") == [{"n": 47, "s": 1316}]


def test_tables_and_views_are_made_of_queries_renamed_and_dropped(on_disk, sql):
    here = on_disk.path
    sql(f"CREATE TABLE {here}.t USING iceberg AS SELECT id FROM range(10)")
    sql(f"CREATE OR REPLACE TABLE {here}.t USING iceberg AS SELECT id, 'x' AS name FROM range(20)")
    assert figures(on_disk.table("t")) == (20, 190) and len(on_disk.table("t").snapshots()) == 2
    sql(f"INSERT OVERWRITE {here}.t SELECT id, 'y' FROM range(5)")
    sql(f"ALTER TABLE {here}.t RENAME TO {on_disk.name}.u")
    sql(f"CREATE VIEW {here}.v (n) AS SELECT count(*) FROM {here}.u")
    assert sql(f"SELECT n FROM {here}.v") == [{"n": 5}]
    sql(f"CREATE OR REPLACE VIEW {here}.v (n) AS SELECT sum(id) FROM {here}.u")
    assert sql(f"SELECT n FROM {here}.v") == [{"n": 10}]
    assert [row["viewName"] for row in sql(f"SHOW VIEWS IN {here}")] == ["v"]
    sql(f"DROP VIEW {here}.v")
    assert [row["tableName"] for row in sql(f"SHOW TABLES IN {here}")] == ["u"]
    sql(f"DROP TABLE {here}.u PURGE")
    sql(f"DROP NAMESPACE {here}")
    assert not on_disk.pyiceberg.namespace_exists(on_disk.name)
