"""The files of examples/trades in a real Flink, as they are but for where the hosts are: it writes
and reads the topic and the tables of a Tarn."""

import re

import pytest
from pyiceberg.catalog import load_catalog

from conftest import ROOT, Tarn, run_tarn
from interop.iceberg_peers import Flink
from interop.kafka_peers import wait_until

TRADES = ROOT / "examples" / "trades"
MADE = 1_200  # in six seconds


@pytest.fixture(scope="module")
def tarn(tmp_path_factory):
    tarn = Tarn(tmp_path_factory.mktemp("trades"), "--set", "iceberg.warehouse=s3://warehouse")
    yield tarn
    assert tarn.stop() == 0


@pytest.fixture(scope="module")
def flink(tmp_path_factory):
    engine = Flink(tmp_path_factory.mktemp("flink"))
    yield engine
    engine.stop()


def statements_of(name: str, tarn: Tarn) -> list[str]:
    text = (TRADES / name).read_text()
    for host, face in (("kafka:9092", "kafka"), ("http://iceberg-rest:8181", "iceberg"),
                       ("http://minio:9000", "s3")):
        text = text.replace(host, tarn.faces[face])
    text = text.replace("'3999999'", f"'{MADE - 1}'")
    text = re.sub(r"^ *--.*\n", "", text, flags=re.MULTILINE)
    return [each for each in re.split(r";\n+(?=\S)(?!END)|;\n$", text) if each]


def run(flink: Flink, tarn: Tarn, name: str, mode="STREAMING") -> list[list]:
    flink.sql(mode)
    rows = []
    for each in statements_of(name, tarn):
        setting = re.match(r"SET '(.*)' = '(.*)'$", each)
        answer = flink.sql(f"SET {setting[1]} {setting[2]}" if setting else each)
        if each.startswith("SELECT"):
            rows += answer
    return rows


def test_the_jobs_and_queries_of_the_examples_run(flink, tarn):
    topic = ("topic", "create", "trades", "--partitions", 3, "--data", tarn.data)
    assert run_tarn(*topic).returncode == 0
    run(flink, tarn, "generate.sql")
    run(flink, tarn, "lake.sql")
    catalog = load_catalog("tarn", type="rest", uri=tarn.faces["iceberg"])

    def record_count(name: str) -> int:
        snapshot = catalog.load_table(f"lakehouse.{name}").current_snapshot()
        return int(snapshot.summary["total-records"]) if snapshot else 0

    wait_until(lambda: record_count("raw_trades") == MADE, "every trade is in the table", 40)
    wait_until(lambda: record_count("agg_1m") >= 20, "the bars are written", 20)
    bars = run(flink, tarn, "bars.sql", "BATCH")
    counts = dict(run(flink, tarn, "counts.sql", "BATCH"))

    assert len(bars) == 8
    assert counts["made"] == counts["in raw_trades"] == counts["different ones"] == MADE
    assert counts["in the bars"] == counts["before the end of the newest bar"] >= 1_000
