"""Flink 1.20 with the Iceberg runtime on our catalog, with tables on the disk and in the S3 face.
It writes upserts as equality deletes, which only Flink itself reads here."""

import pyarrow
import pytest
from pyiceberg.catalog import load_catalog

from conftest import Tarn
from interop.iceberg_peers import Flink, duckdb_at


@pytest.fixture(scope="module")
def uris(tmp_path_factory):
    """By the names that Flink has for the catalogs."""
    tarns = {"files": Tarn(tmp_path_factory.mktemp("flink-files")),
             "lake": Tarn(tmp_path_factory.mktemp("flink-lake"), "--set",
                          "iceberg.warehouse=s3://lake")}
    yield {name: tarn.faces["iceberg"] for name, tarn in tarns.items()}
    for tarn in tarns.values():
        assert tarn.stop() == 0


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = Flink(tmp_path_factory.mktemp("flink"))
    yield engine
    engine.stop()


@pytest.mark.parametrize("name", ["files", "lake"])
def test_it_makes_tables_fills_and_reads_them_in_batches(engine, uris, name):
    engine.begin("BATCH", uris)
    sql = engine.sql
    sql(f"CREATE DATABASE {name}.batched")
    sql(f"""CREATE TABLE {name}.batched.t (id BIGINT, ts TIMESTAMP_LTZ(6), place STRING,
            price DECIMAL(9, 2)) PARTITIONED BY (place) WITH ('format-version'='2')""")
    sql(f"""INSERT INTO {name}.batched.t SELECT * FROM (VALUES
            (CAST(1 AS BIGINT), TO_TIMESTAMP_LTZ(1763683200000, 3), 'Oslo', 1.25),
            (2, TO_TIMESTAMP_LTZ(1763683201000, 3), 'Rome', 2.50),
            (3, TO_TIMESTAMP_LTZ(1763683202000, 3), 'Oslo', 3.75))""")
    sql(f"INSERT OVERWRITE {name}.batched.t PARTITION (place='Rome') "
        "SELECT CAST(4 AS BIGINT), TO_TIMESTAMP_LTZ(0, 3), 9.99")
    sql(f"ALTER TABLE {name}.batched.t ADD (note STRING)")

    question = "SELECT COUNT(*), SUM(id), SUM(price) FROM {}.batched.t"
    assert sql(question.format(name)) == [[3, 8, 14.99]]
    found = load_catalog("tarn", type="rest", uri=uris[name]).load_table("batched.t").scan()
    assert sorted(found.to_arrow()["id"].to_pylist()) == [1, 3, 4]
    duck = duckdb_at(uris[name])
    assert duck.execute(question.format("tarn")).fetchone()[:2] == (3, 8)
    first = load_catalog("tarn", type="rest", uri=uris[name]).load_table("batched.t").snapshots()[0]
    assert sql(f"SELECT COUNT(*), SUM(id) FROM {name}.batched.t"
               f" /*+ OPTIONS('snapshot-id'='{first.snapshot_id}') */") == [[3, 6]]


@pytest.mark.parametrize("name", ["files", "lake"])
def test_a_stream_is_committed_by_checkpoints(engine, uris, name):
    engine.begin("STREAMING", uris)
    sql = engine.sql
    sql(f"CREATE DATABASE {name}.streamed")
    sql(f"CREATE TABLE {name}.streamed.t (id BIGINT, name STRING)")
    sql("""CREATE TEMPORARY TABLE numbers (id BIGINT) WITH ('connector'='datagen',
           'rows-per-second'='250', 'fields.id.kind'='sequence', 'fields.id.start'='1',
           'fields.id.end'='500')""")
    sql(f"INSERT INTO {name}.streamed.t SELECT id, CONCAT('n', CAST(id AS STRING)) FROM numbers")

    table = load_catalog("tarn", type="rest", uri=uris[name]).load_table("streamed.t")
    found = table.scan().to_arrow()["id"].to_pylist()
    assert sorted(found) == list(range(1, 501))
    assert len(table.snapshots()) >= 2
    assert all("flink.job-id" in snapshot.summary.additional_properties
               for snapshot in table.snapshots())


@pytest.mark.parametrize("name", ["files", "lake"])
def test_upserts_leave_one_row_for_each_key(engine, uris, name):
    engine.begin("STREAMING", uris)
    sql = engine.sql
    sql(f"CREATE DATABASE {name}.upserted")
    sql(f"""CREATE TABLE {name}.upserted.t (id BIGINT, n BIGINT, PRIMARY KEY (id) NOT ENFORCED)
            WITH ('format-version'='2', 'write.upsert.enabled'='true')""")
    sql(f"INSERT INTO {name}.upserted.t VALUES (1, 10), (2, 20), (3, 30)")
    sql(f"INSERT INTO {name}.upserted.t VALUES (2, 21), (4, 40), (2, 22)")

    engine.begin("BATCH", uris)
    assert sorted(sql(f"SELECT id, n FROM {name}.upserted.t")) == [
        [1, 10], [2, 22], [3, 30], [4, 40]]
    table = load_catalog("tarn", type="rest", uri=uris[name]).load_table("upserted.t")
    assert table.schema().identifier_field_ids == [1]
    summary = table.current_snapshot().summary.additional_properties
    assert int(summary["total-equality-deletes"]) >= 2


def test_it_goes_on_with_a_table_of_pyiceberg(engine, uris):
    catalog = load_catalog("tarn", type="rest", uri=uris["lake"])
    catalog.create_namespace("theirs")
    columns = pyarrow.schema([("id", pyarrow.int64()), ("tags", pyarrow.list_(pyarrow.string()))])
    table = catalog.create_table("theirs.t", columns)
    table.append(pyarrow.table({"id": [1, 2, 3], "tags": [["a"], [], ["b", "c"]]}, schema=columns))
    table.delete("id = 2")

    engine.begin("BATCH", uris)
    assert engine.sql("SELECT SUM(id), SUM(CARDINALITY(tags)) FROM lake.theirs.t") == [[4, 3]]
    engine.sql("INSERT INTO lake.theirs.t VALUES (5, ARRAY['d'])")
    assert sorted(catalog.load_table("theirs.t").scan().to_arrow()["id"].to_pylist()) == [1, 3, 5]
