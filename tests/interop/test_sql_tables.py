"""A real Flink declares the tables of tests/sql/tables, or refuses to, as the file says."""

import json
import subprocess
from pathlib import Path

from interop.iceberg_peers import jars_of

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "tests" / "sql" / "tables" / "declarations.test"
TAKEN_BY_FLINK = {"accept", "flink-only"}


def test_flink_takes_and_refuses_the_same_declarations():
    lines = [line.split(" ", 1) for line in FILE.read_text().splitlines()
             if line and not line.startswith("#")]
    assert lines

    found = answers([as_temporary(number, statement)
                     for number, (_, statement) in enumerate(lines)])

    wrong = [(verdict, statement, answer)
             for (verdict, statement), answer in zip(lines, found)
             if ("error" not in answer) != (verdict in TAKEN_BY_FLINK)]
    assert not wrong


def as_temporary(number: int, statement: str) -> str:
    """With a name of its own, in the memory of one Flink."""
    named = statement.removeprefix("CREATE TABLE t ")
    return f"CREATE TEMPORARY TABLE t{number} {named} WITH ('connector' = 'datagen')"


def answers(statements: list[str]) -> list[dict]:
    source = Path(__file__).parent / "peers" / "FlinkStatements.java"
    done = subprocess.run(["java", "-cp", f"{jars_of('flink')}/*", source],
                          input="".join(f"{each}\n" for each in statements), text=True,
                          capture_output=True, timeout=120)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(statements), done.stdout[-1000:] + done.stderr[-2000:]
    return found
