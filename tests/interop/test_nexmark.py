"""The queries of bench/nexmark over 20,000 events: what Tarn gives with one and with two workers is
what a real Flink gives that reads the same events from a file."""

import re
from collections import Counter
from pathlib import Path

import pytest

from conftest import ROOT, run_tarn
from interop.iceberg_peers import EngineError, Flink

QUERIES = ROOT / "bench" / "nexmark"
# 100 seconds of events, of which no two have the same time.
OPTIONS = "'connector' = 'nexmark', 'first-event.rate' = '200', 'events.num' = '20000'"
ALL_EVENTS = "event_type, person, auction, bid"
SIDE_ROWS = 10_000
COMPARED = [f"q{number}" for number in range(23) if number not in (6, 12)]


def tables(options: str = OPTIONS) -> str:
    text = (QUERIES / "tables.sql").read_text()
    return re.sub(r"WITH \('connector' = 'nexmark'.*?\)", f"WITH ({options})", text)


def query(name: str, folder: Path) -> str:
    """With rows that are shown wherever they would go."""
    text = (QUERIES / f"{name}.sql").read_text().replace("'side_input'", f"'{folder}/side_input'")
    sink = f"(CREATE TABLE {name} .*?)WITH \\(.*?\\);"
    return re.sub(sink, r"\1WITH ('connector' = 'print');", text, flags=re.DOTALL)


def statements(text: str) -> list[str]:
    text = re.sub(r"^--.*\n", "", text, flags=re.MULTILINE)
    return [each.strip() for each in text.split(";") if each.strip()]


def last_rows(changes: list[str]) -> Counter:
    """The rows that are there in the end, as "[1, 2, abc]", after all changes."""
    rows = Counter()
    for change in changes:
        rows[change[2:]] += 1 if change.startswith("+") else -1
    assert not [row for row, count in rows.items() if count < 0]
    return +rows


def changes_in(text: str) -> list[str]:
    return [line for line in text.splitlines() if re.match(r"(\+I|-U|\+U|-D)\[", line)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where both find the events and the rows that q13 joins."""
    folder = tmp_path_factory.mktemp("nexmark")
    (folder / "side_input").mkdir()
    side = "".join(f'{{"key":{key},"value":"value {key}"}}\n' for key in range(SIDE_ROWS))
    (folder / "side_input" / "rows.json").write_text(side)
    events = (tables() + "CREATE TABLE file WITH ('connector' = 'filesystem', 'path' = 'events', "
              "'format' = 'json') LIKE events (EXCLUDING ALL);"
              f"INSERT INTO file SELECT {ALL_EVENTS} FROM events;")
    (folder / "events.sql").write_text(events)
    done = run_tarn("run", "events.sql", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def tarn_rows(folder: Path, name: str, workers: int) -> Counter:
    sql = f"SET 'parallelism.default' = '{workers}';\n" + tables() + query(name, folder)
    (folder / f"{name}-{workers}.sql").write_text(sql)
    done = run_tarn("run", f"{name}-{workers}.sql", cwd=folder)
    assert done.returncode == 0, done.stderr
    return last_rows(changes_in(done.stdout))


class FlinkRows:
    """A Flink that reads the events from their file; its print sink writes into its log."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.flink = Flink(folder)
        self.log = folder / "flink.log"

    def of(self, name: str) -> Counter:
        self.flink.begin("STREAMING", {})
        read = self.log.stat().st_size
        options = ("'connector' = 'filesystem', 'format' = 'json', "
                   f"'path' = 'file://{self.folder}/events'")
        text = query(name, self.folder).replace(f"'{self.folder}", f"'file://{self.folder}")
        # Flink has no such function, and every row needs it to be the same.
        text = text.replace("COUNT_CHAR(extra, 'c')",
                            "CAST(CHAR_LENGTH(REGEXP_REPLACE(extra, '[^c]', '')) AS BIGINT)")
        for statement in statements(tables(options) + text):
            self.flink.sql(statement)
        return last_rows(changes_in(self.log.read_bytes()[read:].decode()))


@pytest.fixture(scope="module")
def flink(folder):
    flink = FlinkRows(folder)
    yield flink
    flink.flink.stop()


@pytest.mark.parametrize("name", COMPARED)
def test_gives_what_flink_gives(folder, flink, name):
    expected = flink.of(name)

    assert expected
    for workers in (1, 2):
        rows = tarn_rows(folder, name, workers)
        assert rows == expected, (f"{workers} workers: {list((rows - expected).items())[:3]} "
                                  f"for {list((expected - rows).items())[:3]}")


def test_counts_every_bid_by_the_clock_on_the_wall(folder):
    """No two runs of q12 have the same windows."""
    rows = tarn_rows(folder, "q12", 1)

    counts = [int(re.match(r"\[\d+, (\d+), ", row)[1]) for row in rows.elements()]
    assert sum(counts) == 20_000 * 46 // 50


def test_nobody_runs_the_sixth(folder, flink):
    with pytest.raises(EngineError, match="OVER"):
        flink.of("q6")
    (folder / "q6.sql").write_text(tables() + query("q6", folder))
    refused = run_tarn("run", "q6.sql", cwd=folder)
    assert refused.returncode != 0
    assert "OVER of an endless stream is ordered by a time attribute" in refused.stdout
