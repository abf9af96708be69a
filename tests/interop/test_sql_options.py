"""A real Flink plans to read or write the tables of tests/sql/options, or refuses to, as the file
says. It looks at options only when a table is used."""

from pathlib import Path

from interop.test_sql_tables import TAKEN_BY_FLINK, answers

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "tests" / "sql" / "options" / "options.test"


def test_flink_takes_and_refuses_the_same_options():
    lines = [line.split(" ", 1) for line in FILE.read_text().splitlines()
             if line and not line.startswith("#")]
    assert len(lines) > 200

    asked = [each for number, (_, statement) in enumerate(lines)
             for each in declared_and_used(f"t{number}", statement)]
    found = answers(["STREAMING", *asked])[1:]

    wrong = []
    for (verdict, statement), *answered in zip(lines, found[::2], found[1::2]):
        is_taken = all("error" not in answer for answer in answered)
        if is_taken != (verdict in TAKEN_BY_FLINK):
            wrong.append((verdict, statement, answered))
    assert not wrong


def declared_and_used(name: str, statement: str) -> list[str]:
    """The files of the tests' Flink can be read, not written; its topics both."""
    made = statement.replace("CREATE TABLE t ", f"CREATE TEMPORARY TABLE {name} ", 1)
    if "'connector' = 'print'" in made or "'connector' = 'blackhole'" in made:
        return [made, f"EXPLAIN INSERT INTO {name} VALUES (1, 'a')"]
    if "kafka'" in made:
        return [made, f"EXPLAIN INSERT INTO {name} SELECT * FROM {name}"]
    return [made, f"EXPLAIN SELECT * FROM {name}"]
