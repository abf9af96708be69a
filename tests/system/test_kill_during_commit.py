"""kill -9 while tables are committed to: each is as before its last commit or as after it, whole,
and the next commit goes on from there."""

import os
import random
import threading
import time
import uuid
from pathlib import Path

import httpx
import pyarrow
from pyiceberg.catalog import load_catalog
from pyiceberg.schema import Schema
from pyiceberg.types import LongType, NestedField

from conftest import Tarn
from interop.linted import assert_clean

ROUNDS = int(os.environ.get("TARN_KILL_ROUNDS", "5"))
COMMITS_A_ROUND = 3
COMMITS_WITHIN_S = 60
SCHEMA = Schema(NestedField(1, "id", LongType(), required=True))
COLUMNS = pyarrow.schema([pyarrow.field("id", pyarrow.int64(), nullable=False)])


class Committer(threading.Thread):
    """Counts up, one commit for each number, until the catalog is gone. Whether the number that it
    was at when that happened is committed it cannot know."""

    def __init__(self, start: int):
        super().__init__(daemon=True)
        self.acknowledged = start
        self.commits = 0

    def run(self):
        try:
            while True:
                self.commit(self.acknowledged + 1)
                self.acknowledged += 1
                self.commits += 1
        except Exception as error:  # every client says "gone" in its own way
            self.end = error

    def commit(self, number: int):
        raise NotImplementedError


class Counter(Committer):
    """Writes the number into a property: all of the commit is Tarn's work."""

    def __init__(self, address: str, start: int):
        super().__init__(start)
        self.client = httpx.Client(base_url=address, timeout=COMMITS_WITHIN_S)

    def commit(self, number: int):
        done = self.client.post("/v1/namespaces/db/tables/counted", json={
            "requirements": [], "updates": [
                {"action": "set-properties", "updates": {"number": str(number)}}]})
        assert done.status_code == 200, done.text


class Appender(Committer):
    """Appends a row with the number, as PyIceberg does it."""

    def __init__(self, address: str, start: int):
        super().__init__(start)
        self.table = catalog_at(address).load_table("db.appended")

    def commit(self, number: int):
        self.table.append(pyarrow.table({"id": [number]}, schema=COLUMNS))


def catalog_at(address: str):
    return load_catalog("tarn", type="rest", uri=address)


def kill_while_they_commit(tarn: Tarn, committers: list[Committer], wait_s: float):
    for committer in committers:
        committer.start()
    deadline = time.monotonic() + COMMITS_WITHIN_S
    while any(committer.commits < COMMITS_A_ROUND for committer in committers):
        assert all(committer.is_alive() for committer in committers), [
            getattr(committer, "end", None) for committer in committers]
        assert time.monotonic() < deadline
        time.sleep(0.001)
    time.sleep(wait_s)
    tarn.kill()
    for committer in committers:
        committer.join(timeout=COMMITS_WITHIN_S)
        assert not committer.is_alive()


def test_a_table_is_as_before_a_commit_or_as_after_it(tmp_path):
    seed = int(os.environ.get("TARN_KILL_SEED", uuid.uuid4().int % 2**32))
    chance = random.Random(seed)
    print("seed", seed)
    tarn = Tarn(tmp_path)
    catalog = catalog_at(tarn.faces["iceberg"])
    catalog.create_namespace("db")
    catalog.create_table("db.appended", SCHEMA)
    catalog.create_table("db.counted", SCHEMA, properties={"number": "0"})
    number = rows = 0
    for _ in range(ROUNDS):
        counter = Counter(tarn.faces["iceberg"], number)
        appender = Appender(tarn.faces["iceberg"], rows)
        kill_while_they_commit(tarn, [counter, appender], chance.uniform(0, 0.1))

        tarn = Tarn(tmp_path)
        catalog = catalog_at(tarn.faces["iceberg"])
        counted, appended = (catalog.load_table(name) for name in ("db.counted", "db.appended"))
        number = int(counted.properties["number"])
        assert number in (counter.acknowledged, counter.acknowledged + 1)
        found = sorted(appended.scan().to_arrow()["id"].to_pylist())
        rows = len(found)
        assert rows in (appender.acknowledged, appender.acknowledged + 1)
        assert found == list(range(1, rows + 1))
        for table in (counted, appended):
            metadata = Path(table.metadata_location.removeprefix("file://"))
            assert_clean(metadata)
    assert tarn.stop() == 0
