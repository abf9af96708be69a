"""Trino on our catalog, with tables in the S3 face: what it writes PyIceberg, DuckDB and our own
reader read, and the other way round."""

import json
from concurrent.futures import ThreadPoolExecutor

import pyarrow
import pytest
from pyiceberg.catalog import load_catalog
from pyiceberg.exceptions import NoSuchTableError

from conftest import run_tarn
from interop.iceberg_peers import EngineError, Trino, duckdb_at
from interop.linted import assert_clean
from interop.s3_peers import TarnServer

NO_RETENTION = {"lake__expire_snapshots_min_retention": "0s",
                "lake__remove_orphan_files_min_retention": "0s"}


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    lake = TarnServer(tmp_path_factory.mktemp("trino-lake"), "--set", "iceberg.warehouse=s3://lake")
    lake.catalog = lake.tarn.faces["iceberg"]
    yield lake
    lake.stop()


@pytest.fixture(scope="module")
def engine(lake, shared_tarn, tmp_path_factory):
    def settings(faces) -> dict:
        return {"iceberg.rest-catalog.uri": faces["iceberg"], "fs.native-s3.enabled": "true",
                "s3.endpoint": faces["s3"], "s3.region": "us-east-1",
                "s3.path-style-access": "true", "s3.aws-access-key": lake.key,
                "s3.aws-secret-key": lake.secret}

    asking = {"iceberg.rest-catalog.vended-credentials-enabled": "true"}
    engine = Trino(tmp_path_factory.mktemp("trino"), {
        "lake": settings(lake.tarn.faces), "asking": settings(lake.tarn.faces) | asking,
        "plain": settings(shared_tarn.faces)})
    yield engine
    engine.stop()


@pytest.fixture
def sql(engine):
    return engine.sql


class Space:
    """A namespace that no other test uses."""

    def __init__(self, lake, sql, topic: str):
        self.lake, self.sql = lake, sql
        self.pyiceberg = load_catalog("tarn", type="rest", uri=lake.catalog)
        self.name = topic.replace("-", "_")
        self.path = f"lake.{self.name}"

    def table(self, name="t"):
        return self.pyiceberg.load_table(f"{self.name}.{name}")

    def duck(self, question: str):
        connection = duckdb_at(self.lake.catalog)
        try:
            return connection.execute(question.format(f"tarn.{self.name}")).fetchone()
        finally:
            connection.close()

    def tarn(self, *words) -> dict:
        done = run_tarn(*words, "--json", "--data", self.lake.tarn.data)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def figures(self, ids: list) -> tuple:
        return len(ids), sum(ids)

    def found_by_all(self, name="t") -> tuple:
        """How many rows there are and the sum of their ids: each reader finds the same."""
        question = f"SELECT count(*), CAST(sum(id) AS BIGINT) FROM {{}}.{name}"
        table = self.table(name)
        found = {"trino": tuple(self.sql(question.format(self.path))[0]),
                 "duckdb": self.duck(question),
                 "pyiceberg": self.figures(table.scan().to_arrow()["id"].to_pylist()),
                 "tarn": self.figures(
                     self.lake.scanned(table.metadata_location)["id"].to_pylist())}
        assert len(set(found.values())) == 1, found
        return found["tarn"]


@pytest.fixture
def space(lake, sql, topic) -> Space:
    space = Space(lake, sql, topic)
    sql(f"CREATE SCHEMA {space.path}")
    yield space
    if space.pyiceberg.namespace_exists(space.name):
        for name in space.pyiceberg.list_tables(space.name):
            assert_clean(space.pyiceberg.load_table(name).metadata_location, lake.url)


def test_it_merges_updates_and_deletes(space, sql):
    t = f"{space.path}.t"
    sql(f"""CREATE TABLE {t} (id BIGINT NOT NULL, ts TIMESTAMP(6), name VARCHAR,
            price DECIMAL(9, 2)) WITH (partitioning = ARRAY['day(ts)', 'bucket(id, 4)'])""")
    sql(f"""INSERT INTO {t} SELECT id, TIMESTAMP '2025-11-21 00:00:00' + id * INTERVAL '1' HOUR,
            'n' || CAST(id % 7 AS VARCHAR), CAST(id AS DECIMAL(9, 2)) / 4
            FROM UNNEST(sequence(0, 199)) AS numbers(id)""")
    sql(f"DELETE FROM {t} WHERE id % 10 = 3")
    sql(f"UPDATE {t} SET name = 'changed' WHERE id BETWEEN 50 AND 59")
    sql(f"""MERGE INTO {t} t USING (
              SELECT id, TIMESTAMP '2025-11-21 00:00:00' + id * INTERVAL '1' HOUR AS ts
              FROM UNNEST(sequence(190, 209)) AS numbers(id)) s ON t.id = s.id
            WHEN MATCHED THEN UPDATE SET name = 'merged'
            WHEN NOT MATCHED THEN INSERT (id, ts, name) VALUES (s.id, s.ts, 'new')""")

    # Of 193 the row was deleted before. New rows have no price.
    ids = sorted({id for id in range(200) if id % 10 != 3} | set(range(190, 210)))
    assert space.found_by_all() == space.figures(ids)
    question = """SELECT count(CASE WHEN name = 'changed' THEN 1 END),
                  count(CASE WHEN name = 'merged' THEN 1 END),
                  count(CASE WHEN name = 'new' THEN 1 END), CAST(sum(price) AS VARCHAR) FROM {}.t"""
    expected = [9, 9, 11, f"{sum(id for id in range(200) if id % 10 != 3) / 4:.2f}"]
    assert sql(question.format(space.path)) == [expected]
    assert list(space.duck(question)) == expected
    summary = space.table().current_snapshot().summary.additional_properties
    assert int(summary["total-position-deletes"]) > 0


def test_it_evolves_schemas_and_partitions(space, sql):
    t = f"{space.path}.t"
    sql(f"CREATE TABLE {t} (id INTEGER, name VARCHAR, place ROW(x REAL))")
    sql(f"INSERT INTO {t} VALUES (1, 'a', ROW(0.5))")
    for change in ("ADD COLUMN price DOUBLE", "RENAME COLUMN name TO label",
                   "ALTER COLUMN id SET DATA TYPE BIGINT", "ADD COLUMN place.y VARCHAR",
                   "ALTER COLUMN place.x SET DATA TYPE DOUBLE", "RENAME COLUMN place.y TO z",
                   "SET PROPERTIES partitioning = ARRAY['bucket(id, 4)']",
                   "SET PROPERTIES sorted_by = ARRAY['label DESC']"):
        sql(f"ALTER TABLE {t} {change}")
    sql(f"INSERT INTO {t} VALUES (5000000000, 'b', ROW(2.5, 'z'), 1.5)")
    sql(f"ALTER TABLE {t} SET PROPERTIES partitioning = ARRAY['truncate(label, 2)']")
    sql(f"INSERT INTO {t} VALUES (3, 'c', NULL, 2.5)")
    sql(f"ALTER TABLE {t} DROP COLUMN price")
    sql(f"COMMENT ON COLUMN {t}.label IS 'what it says'")

    assert sql(f"SELECT id, label, place FROM {t} ORDER BY id") == [
        [1, "a", [0.5, None]], [3, "c", None], [5000000000, "b", [2.5, "z"]]]
    assert space.found_by_all() == (3, 5000000004)
    table = space.table()
    assert [field.name for field in table.schema().fields] == ["id", "label", "place"]
    assert table.schema().find_field("label").doc == "what it says"
    assert len(table.specs()) == 3


def test_nested_values_are_the_same_to_all(space, sql):
    t = f"{space.path}.t"
    sql(f"""CREATE TABLE {t} (id BIGINT, tags ARRAY(VARCHAR), levels MAP(VARCHAR, DOUBLE),
            places ARRAY(ROW(city VARCHAR, floors ARRAY(INTEGER))), raw VARBINARY, day DATE,
            at TIMESTAMP(6) WITH TIME ZONE, noon TIME(6), mark UUID)""")
    sql(f"""INSERT INTO {t} VALUES (1, ARRAY['a', NULL, ''], MAP(ARRAY['k', 'l'], ARRAY[0.5, NULL]),
            ARRAY[ROW('Bonn', ARRAY[1, 2]), ROW(NULL, ARRAY[])], X'0001FF', DATE '1969-12-31',
            TIMESTAMP '2026-11-20 01:02:03.000004 UTC', TIME '12:00:00.000001',
            UUID 'f79c3e09-677c-4bbd-a479-3f349cb785e7'),
            (2, ARRAY[], MAP(), NULL, NULL, NULL, NULL, NULL, NULL)""")

    assert space.found_by_all() == (2, 3)
    table = space.table()
    theirs = table.scan().to_arrow().sort_by("id").to_pylist()
    ours = space.lake.scanned(table.metadata_location).sort_by("id").to_pylist()
    theirs[0]["mark"] = theirs[0]["mark"].bytes
    # PyIceberg takes a list of structs that is null for an empty one.
    theirs[1]["places"] = None
    assert ours == theirs
    assert ours[0]["places"] == [{"city": "Bonn", "floors": [1, 2]}, {"city": None, "floors": []}]
    assert ours[0]["levels"] == [("k", 0.5), ("l", None)] and ours[1]["levels"] == []


def test_time_is_travelled_in(space, sql):
    t = f"{space.path}.t"
    sql(f"CREATE TABLE {t} (id BIGINT)")
    sql(f"INSERT INTO {t} VALUES (1)")
    first = space.table().current_snapshot().snapshot_id
    space.tarn("table", "tag", f"{space.name}.t", "start")
    space.tarn("table", "branch", f"{space.name}.t", "audit")
    sql(f"INSERT INTO {t} VALUES (2)")
    committed = sql(f"""SELECT committed_at FROM {space.path}."t$snapshots"
                        WHERE snapshot_id = {first}""")[0][0]

    for version in (f"VERSION AS OF {first}", "VERSION AS OF 'start'", "VERSION AS OF 'audit'",
                    f"TIMESTAMP AS OF TIMESTAMP '{committed}'"):
        assert sql(f"SELECT id FROM {t} FOR {version}") == [[1]], version
    assert sorted(sql(f"SELECT name, type FROM {space.path}.\"t$refs\"")) == [
        ["audit", "BRANCH"], ["main", "BRANCH"], ["start", "TAG"]]
    sql(f"ALTER TABLE {t} EXECUTE rollback_to_snapshot({first})")
    assert space.found_by_all() == (1, 1)


def test_metadata_tables(space, sql):
    t = f"{space.path}.t"
    sql(f"CREATE TABLE {t} (id BIGINT, name VARCHAR) WITH (partitioning = ARRAY['name'])")
    sql(f"INSERT INTO {t} VALUES (1, 'a'), (2, 'b'), (3, 'b')")
    sql(f"DELETE FROM {t} WHERE name = 'a'")
    sql(f"DELETE FROM {t} WHERE id = 2")
    about = space.table().inspect

    def rows(columns: str, of: str) -> list:
        return sorted(sql(f"SELECT {columns} FROM {space.path}.\"t${of}\""))

    assert rows("snapshot_id, operation", "snapshots") == sorted(
        [row["snapshot_id"], row["operation"]] for row in about.snapshots().to_pylist())
    assert rows("snapshot_id", "history") == sorted(
        [row["snapshot_id"]] for row in about.history().to_pylist())
    assert rows("content, file_path, record_count", "files") == sorted(
        [row["content"], row["file_path"], row["record_count"]]
        for row in about.files().to_pylist())
    assert rows("path, length", "manifests") == sorted(
        [row["path"], row["length"]] for row in about.manifests().to_pylist())
    # It takes no deletes off.
    assert rows("partition, record_count, file_count", "partitions") == [[["b"], 2, 1]]
    assert rows("file", "metadata_log_entries") == sorted(
        [row["file"]] for row in about.metadata_log_entries().to_pylist())
    assert space.found_by_all() == (1, 3)


def test_maintenance_procedures(space, sql):
    t = f"{space.path}.t"
    sql(f"CREATE TABLE {t} (id BIGINT, name VARCHAR)")
    for first in range(0, 60, 10):
        sql(f"""INSERT INTO {t} SELECT id, 'n' || CAST(id % 7 AS VARCHAR)
                FROM UNNEST(sequence({first}, {first + 9})) AS numbers(id)""")
    sql(f"DELETE FROM {t} WHERE id % 10 = 3")
    expected = space.figures([id for id in range(60) if id % 10 != 3])

    sql(f"ALTER TABLE {t} EXECUTE optimize")
    sql(f"ALTER TABLE {t} EXECUTE optimize_manifests")
    sql(f"ANALYZE {t}")
    assert space.found_by_all() == expected
    assert space.table().inspect.files().num_rows == 1
    metadata = space.table().metadata
    blobs = [blob.type for statistics in metadata.statistics
             if statistics.snapshot_id == metadata.current_snapshot_id
             for blob in statistics.blob_metadata]
    assert blobs == ["apache-datasketches-theta-v1"] * 2
    distinct = {row[0]: row[2] for row in sql(f"SHOW STATS FOR {t}")}
    assert (distinct["id"], distinct["name"]) == (54, 7)

    # What was told and then gone is no orphan; what nobody told of is one.
    place = space.table().location().removeprefix("s3://lake/")
    space.lake.client().put_object(Bucket="lake", Key=f"{place}/data/stray.parquet", Body=b"PAR1")
    sql(f"ALTER TABLE {t} EXECUTE expire_snapshots(retention_threshold => '0s')", **NO_RETENTION)
    sql(f"ALTER TABLE {t} EXECUTE remove_orphan_files(retention_threshold => '0s')", **NO_RETENTION)
    files = [path.name for path in (space.lake.folder / "lake" / place / "data").rglob("*")]
    assert len(files) == 1 and "stray.parquet" not in files
    assert len(space.table().snapshots()) == 1
    assert space.found_by_all() == expected


def test_tables_and_views_are_made_of_queries_renamed_and_dropped(space, sql):
    here = space.path
    sql(f"CREATE TABLE {here}.t AS SELECT id FROM UNNEST(sequence(0, 9)) AS numbers(id)")
    sql(f"""CREATE OR REPLACE TABLE {here}.t AS SELECT id, 'x' AS name
            FROM UNNEST(sequence(0, 19)) AS numbers(id)""")
    assert space.found_by_all() == (20, 190)
    sql(f"TRUNCATE TABLE {here}.t")
    sql(f"INSERT INTO {here}.t SELECT id, 'y' FROM UNNEST(sequence(0, 4)) AS numbers(id)")
    sql(f"CREATE SCHEMA {here}_other")
    sql(f"ALTER TABLE {here}.t RENAME TO {here}_other.u")
    sql(f"CREATE VIEW {here}.v AS SELECT count(*) AS n FROM {here}_other.u")
    assert sql(f"SELECT n FROM {here}.v") == [[5]]
    sql(f"CREATE OR REPLACE VIEW {here}.v AS SELECT sum(id) AS n FROM {here}_other.u")
    sql(f"ALTER VIEW {here}.v RENAME TO {here}.w")
    assert sql(f"SELECT n FROM {here}.w") == [[10]]
    assert space.tarn("namespace", "describe", space.name)["views"] == ["w"]
    sql(f"DROP VIEW {here}.w")
    assert sql(f"SHOW TABLES FROM {here}_other") == [["u"]]

    place = space.pyiceberg.load_table(f"{space.name}_other.u").location()
    sql(f"DROP TABLE {here}_other.u")
    with pytest.raises(NoSuchTableError):
        space.pyiceberg.load_table(f"{space.name}_other.u")
    folder = space.lake.folder / place.removeprefix("s3://")
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    sql(f"DROP SCHEMA {here}_other")
    sql(f"DROP SCHEMA {here}")
    assert not space.pyiceberg.namespace_exists(space.name)


def test_it_reads_what_pyiceberg_wrote_and_goes_on_with_it(space, sql):
    columns = pyarrow.schema([("id", pyarrow.int64()), ("tags", pyarrow.list_(pyarrow.string())),
                              ("at", pyarrow.timestamp("us", "UTC"))])
    table = space.pyiceberg.create_table(f"{space.name}.t", columns)
    rows = [{"id": id, "tags": ["x"] * (id % 3), "at": 1_763_683_200_000_000 + id}
            for id in range(50)]
    table.append(pyarrow.Table.from_pylist(rows, columns))
    table.delete("id < 5")
    t = f"{space.path}.t"
    assert sql(f"SELECT count(*), sum(id), sum(cardinality(tags)), max(at) FROM {t}") == [
        [45, 1215, sum(id % 3 for id in range(5, 50)), "2025-11-21 00:00:00.000049 UTC"]]

    sql(f"INSERT INTO {t} VALUES (50, ARRAY['y'], TIMESTAMP '2026-11-22 00:00:00 UTC')")
    space.table().append(pyarrow.Table.from_pylist([{"id": 51, "tags": [], "at": 0}], columns))
    sql(f"DELETE FROM {t} WHERE id = 49")
    assert space.found_by_all() == (46, 1215 + 101 - 49)


def registered(space, *words):
    """A table that our own writer made, and the ids of its rows."""
    said = space.lake.probe("table_probe", f"s3://lake/{space.name}", *words)
    last = json.loads(said.splitlines()[-1])
    space.pyiceberg.register_table(f"{space.name}.t", last["metadata"])
    return last["ids"]


def test_it_reads_what_our_own_writer_deleted_by_position(space, sql):
    ids = registered(space, 2)
    assert space.found_by_all() == space.figures(ids)
    # The deletes are in snapshots from before the table was rolled back.
    for snapshot in space.table().snapshots():
        travelled = sql(f"""SELECT id FROM {space.path}.t FOR VERSION AS OF
                            {snapshot.snapshot_id} ORDER BY id""")
        ours = space.lake.scanned(space.table().metadata_location, columns=["id"],
                                  **{"snapshot-id": snapshot.snapshot_id})
        assert [row[0] for row in travelled] == sorted(ours["id"].to_pylist())
    sql(f"INSERT INTO {space.path}.t VALUES (18, 5)")
    assert space.found_by_all() == space.figures([*ids, 18])


def test_it_reads_what_our_own_writer_deleted_by_value(space, sql):
    ids = registered(space, 2, "equality-deletes")
    assert sql(f"SELECT id FROM {space.path}.t ORDER BY id") == [[id] for id in ids]
    # Its compaction carries them out, so that PyIceberg reads the table too.
    sql(f"ALTER TABLE {space.path}.t EXECUTE optimize")
    assert space.found_by_all() == space.figures(ids)


def test_of_version_3_it_takes_all_but_deletion_vectors(space, sql):
    ids = registered(space, 3)
    t = f"{space.path}.t"
    sql(f"INSERT INTO {t} VALUES (18, 5)")
    assert space.found_by_all() == space.figures([*ids, 18])
    before = next(snapshot for snapshot in space.table().snapshots()
                  if snapshot.summary.additional_properties.get("added-dvs"))
    with pytest.raises(EngineError, match="Unexpected PUFFIN file format"):
        sql(f"SELECT id FROM {t} FOR VERSION AS OF {before.snapshot_id}")
    with pytest.raises(EngineError, match="Must use DVs for position deletes in V3"):
        sql(f"DELETE FROM {t} WHERE id = 4")
    assert space.found_by_all() == space.figures([*ids, 18])


def test_a_table_of_our_commands_is_filled_here_and_compacted_there(space, sql):
    name, t = f"{space.name}.t", f"{space.path}.t"
    space.tarn("table", "create", name, "--columns", "id long required, ts timestamptz, v string",
               "--partition-by", "day(ts), bucket(2, id)")
    for first in range(0, 60, 10):
        sql(f"""INSERT INTO {t} SELECT id, TIMESTAMP '2026-11-22 00:00:00 UTC', 'v'
                FROM UNNEST(sequence({first}, {first + 9})) AS numbers(id)""")
    sql(f"DELETE FROM {t} WHERE id % 10 = 3")
    told = space.tarn("table", "compact", name)
    assert told["added_data_files"] == 2
    assert space.found_by_all() == space.figures([id for id in range(60) if id % 10 != 3])
    space.tarn("table", "evolve", name, "--rename", "v=value", "--add", "note string")
    sql(f"INSERT INTO {t} VALUES (60, NULL, 'w', 'new')")
    assert sql(f"SELECT value, note FROM {t} WHERE id >= 59 ORDER BY id") == [
        ["v", None], ["w", "new"]]
    space.tarn("table", "expire", name, "--older-than", "0", "--keep-last", "1")
    assert sql(f"SELECT count(*) FROM {t}") == [[55]]


def test_inserts_that_come_at_once_are_all_kept(space, sql):
    t = f"{space.path}.t"
    sql(f"CREATE TABLE {t} (id BIGINT) WITH (max_commit_retry = 50)")

    def insert(writer: int):
        for number in range(4):
            sql(f"INSERT INTO {t} VALUES ({writer * 4 + number})")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(insert, range(4)))
    assert space.found_by_all() == (16, sum(range(16)))


def test_it_asks_for_keys_of_the_table(space, sql):
    sql(f"CREATE TABLE asking.{space.name}.t AS SELECT 7 AS id")
    assert sql(f"SELECT id FROM asking.{space.name}.t") == [[7]]
    assert space.found_by_all() == (1, 7)


def test_in_a_warehouse_of_folders_a_schema_with_a_place_in_s3_will_do(shared_tarn, sql, topic):
    name = topic.replace("-", "_")
    sql(f"CREATE SCHEMA plain.{name}_folder")
    with pytest.raises(EngineError, match="No factory for location: file:"):
        sql(f"CREATE TABLE plain.{name}_folder.t AS SELECT 7 AS id")
    sql(f"CREATE SCHEMA plain.{name} WITH (location = 's3://iceberg/{name}')")
    sql(f"CREATE TABLE plain.{name}.t AS SELECT 7 AS id")
    assert sql(f"SELECT id FROM plain.{name}.t") == [[7]]
    catalog = load_catalog("tarn", type="rest", uri=shared_tarn.faces["iceberg"])
    assert catalog.load_table(f"{name}.t").scan().to_arrow()["id"].to_pylist() == [7]
    assert list((shared_tarn.data / "warehouse" / "iceberg" / name).glob("t-*/data/*.parquet"))
