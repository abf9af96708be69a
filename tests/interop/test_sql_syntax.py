"""Flink's own parser on the statements of tests/sql/syntax: it takes and refuses what the files
say, and reads what we write of a statement as the tree that the statement was."""

import os
import subprocess
import zipfile
from functools import partial
from pathlib import Path

import pytest

from interop.iceberg_peers import jars_of

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "tests" / "sql" / "syntax").glob("*.test"))
BIN_DIR = Path(os.environ.get("TARN_BIN_DIR", ROOT / "build" / "release" / "bin"))
TAKEN_BY_FLINK = {"accept", "respell", "flink-only"}


def all_lines() -> list[tuple[str, str]]:
    """Verdicts and statements."""
    lines = [tuple(line.split(maxsplit=1)) for file in FILES
             for line in file.read_text().splitlines() if line and not line.startswith("#")]
    assert lines
    return lines


def answers(command: list, statements: list[str]) -> list[str]:
    done = subprocess.run(command, input="".join(f"{each}\n" for each in statements), text=True,
                          capture_output=True, timeout=120)
    found = done.stdout.splitlines()
    assert len(found) == len(statements), done.stdout[-1000:] + done.stderr[-2000:]
    return found


@pytest.fixture(scope="module")
def flink(tmp_path_factory):
    """Its answers to statements."""
    jars = jars_of("flink")
    # The planner is a jar in a jar.
    folder = tmp_path_factory.mktemp("planner")
    with zipfile.ZipFile(next(jars.glob("flink-table-planner-loader-*.jar"))) as loader:
        planner = loader.extract("flink-table-planner.jar", folder)
    source = Path(__file__).parent / "peers" / "FlinkParser.java"
    return partial(answers, ["java", "-cp", f"{planner}:{jars}/*", source])


def test_flink_takes_and_refuses_what_the_files_say(flink):
    found = flink([statement for _, statement in all_lines()])

    wrong = [(verdict, statement, answer)
             for (verdict, statement), answer in zip(all_lines(), found)
             if answer.startswith("+") != (verdict in TAKEN_BY_FLINK)]
    assert not wrong


def test_flink_reads_our_text_as_the_same_tree(flink):
    statements = [statement for verdict, statement in all_lines() if verdict == "accept"]
    ours = [answer[1:] for answer in answers([BIN_DIR / "syntax_probe"], statements)]

    trees = flink(statements + ours)

    half = len(statements)
    wrong = [each for each in zip(statements, ours, trees[:half], trees[half:])
             if each[2] != each[3]]
    assert not wrong
