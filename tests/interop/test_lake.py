"""From records of a Kafka client to rows and bars of Iceberg tables, through kill -9: what
PyIceberg and DuckDB read of the tables of examples/trades/lake.sql, against bars made in Python."""

import json
import random
import time
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone

import kafka
from pyiceberg.catalog import load_catalog

from conftest import ROOT, Tarn, run_tarn
from interop.iceberg_peers import duckdb_at
from interop.kafka_peers import wait_until
from interop.linted import assert_clean, newest_metadata

LAKE = ROOT / "examples" / "trades" / "lake.sql"
SYMBOLS = ("BTCUSDT", "ETHUSDT", "SOLUSDT", "LTCUSDT")  # each of three partitions gets some
EPOCH = datetime(1970, 1, 1)
MINUTE_MS = 60_000
BEHIND_MS = 5_000  # how far the watermark is
FIRST_MS = 1_704_067_200_000 - 10 * MINUTE_MS + 30_000  # some minutes before a new day
ROUNDS = 5
SECONDS_OF_A_ROUND = 400

chance = random.Random(20240101)


def trade(symbol: str, ts: int) -> dict:
    # Quarters have the same sum in any order.
    return {"symbol": symbol, "ts": ts, "price": chance.randrange(400, 4000) / 4,
            "qty": chance.randrange(1, 100) / 4, "side": chance.choice(["buy", "sell", None])}


def trades_of(round_number: int) -> list[dict]:
    """A trade of each symbol for each second, out of order, but none behind the watermark of its
    own partition: whether it counts does not hang on how partitions are read."""
    first = FIRST_MS + round_number * SECONDS_OF_A_ROUND * 1000
    return [trade(symbol, first + second * 1000 + chance.randrange(1000)
                  - chance.choice([0, 0, chance.randrange(BEHIND_MS - 1000)]))
            for second in range(SECONDS_OF_A_ROUND) for symbol in SYMBOLS]


class Lake:
    """A Tarn that runs lake.sql, and what was sent to it."""

    def __init__(self, start_tarn):
        self.start_tarn = start_tarn
        self.tarn: Tarn = start_tarn()
        self.sent: list[dict] = []
        self.newest_ms = defaultdict(int)  # by partition
        for words in (("topic", "create", "trades", "--partitions", 3), ("run", LAKE, "--detach")):
            done = run_tarn(*words, "--data", self.tarn.data)
            assert done.returncode == 0, done.stderr

    def kill(self):
        self.tarn.kill()
        self.tarn = self.start_tarn()

    def send(self, trades: list[dict]):
        producer = kafka.KafkaProducer(bootstrap_servers=self.tarn.faces["kafka"], acks="all")
        answers = [producer.send("trades", key=each["symbol"].encode(),
                                 value=json.dumps(each).encode()) for each in trades]
        for each, answer in zip(trades, answers):
            partition = answer.get(timeout=20).partition
            self.newest_ms[partition] = max(self.newest_ms[partition], each["ts"])
        producer.close(timeout=10)
        self.sent += trades

    def watermark_ms(self) -> int:
        assert len(self.newest_ms) == 3
        return min(self.newest_ms.values()) - BEHIND_MS

    def job(self) -> dict:
        done = run_tarn("job", "describe", "lake", "--json", "--data", self.tarn.data)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def table(self, name: str):
        uri = self.tarn.faces["iceberg"]
        return load_catalog("tarn", type="rest", uri=uri).load_table(f"lakehouse.{name}")

    def record_count(self, name: str) -> int:
        snapshot = self.table(name).current_snapshot()
        return int(snapshot.summary["total-records"]) if snapshot else 0

    def wait_until_read(self):
        wait_until(lambda: self.record_count("raw_trades") >= len(self.sent),
                   "every trade is in the table", within_s=20)


def time_of(ms: int) -> datetime:
    return EPOCH + timedelta(milliseconds=ms)


def raw_rows(trades: list[dict]) -> Counter:
    return Counter((each["symbol"], each["ts"], each["price"], each["qty"], each["side"],
                    time_of(each["ts"]).replace(tzinfo=timezone.utc), time_of(each["ts"]).date())
                   for each in trades)


def bars_of(trades: list[dict], watermark_ms: int) -> Counter:
    """Those of the minutes that are over."""
    by_bar = defaultdict(list)
    for each in trades:
        by_bar[each["symbol"], each["ts"] // MINUTE_MS * MINUTE_MS].append(each)
    bars = Counter()
    for (symbol, start), of_bar in by_bar.items():
        if start + MINUTE_MS - 1 > watermark_ms:
            continue
        prices = [each["price"] for each in of_bar]
        bars[symbol, time_of(start), time_of(start + MINUTE_MS), prices[0], max(prices),
             min(prices), prices[-1], sum(each["qty"] for each in of_bar), len(of_bar)] += 1
    return bars


def rows_by_pyiceberg(lake: Lake, name: str) -> Counter:
    return Counter(tuple(row.values()) for row in lake.table(name).scan().to_arrow().to_pylist())


def rows_by_duckdb(lake: Lake, name: str) -> Counter:
    duck = duckdb_at(lake.tarn.faces["iceberg"])
    return Counter(duck.execute(f"SELECT * FROM tarn.lakehouse.{name}").fetchall())


def test_each_record_is_a_row_and_in_its_bar_once(start_tarn):
    lake = Lake(start_tarn)
    for number in range(ROUNDS):
        lake.send(trades_of(number))
        # Before, in and after the commit of an epoch, which comes each second.
        time.sleep(chance.random() * 1.2)
        lake.kill()
    lake.wait_until_read()
    bars = bars_of(lake.sent, lake.watermark_ms())
    wait_until(lambda: lake.record_count("agg_1m") >= len(bars), "every bar is written", 20)

    # Their bars are there already, as the job knows also after another crash.
    for killed in (False, True):
        if killed:
            lake.kill()
        lake.send([trade(symbol, FIRST_MS + MINUTE_MS) for symbol in SYMBOLS])
        lake.wait_until_read()
    assert lake.job()["rows_late"] >= len(SYMBOLS)
    assert run_tarn("job", "stop", "lake", "--data", lake.tarn.data).returncode == 0

    assert len(bars) > 4 * 30
    for rows in (rows_by_pyiceberg, rows_by_duckdb):
        assert rows(lake, "raw_trades") == raw_rows(lake.sent)
        assert rows(lake, "agg_1m") == bars
    for metadata in newest_metadata(lake.tarn.data / "warehouse" / "iceberg"):
        assert_clean(metadata)
