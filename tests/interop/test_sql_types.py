"""A real Flink on all pairs of types in tests/sql/types: what comes of them is what operators.test
says, it inserts what inserts.test says, and it refuses the others."""

from pathlib import Path

import pytest

from interop.iceberg_peers import EngineError, Flink

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "sql" / "types"
CALLS = {"CASE": "CASE WHEN yes THEN {} ELSE {} END", "||": "{} || {}"}


def rows_of(file: str) -> tuple[list[str], list[tuple[str, str, dict]]]:
    """All types, and for each operator and left type the right ones with what comes of them."""
    lines = [line for line in (FOLDER / file).read_text().splitlines()
             if not line.startswith("#")]
    types = lines[0].removeprefix("types | ").split("; ")
    rows = []
    for line in lines[1:]:
        operator, left, taken = (part.strip() for part in f"{line} ".split(" | "))
        pairs = [pair.split(": ") for pair in taken.split("; ") if pair]
        rows.append((operator, left, {pair[0]: pair[-1] for pair in pairs}))
    return types, rows


def rows_of_operators() -> tuple[list[str], list[tuple[str, str, dict]]]:
    types, rows = rows_of("operators.test")
    assert len(rows) > 200
    return types, rows


def asked(operator: str, left: str, right: str, names: dict) -> str:
    if operator == "CAST":
        return f"CAST({names[left]} AS {right})"
    return CALLS.get(operator, f"{{}} {operator} {{}}").format(names[left], names[right])


@pytest.fixture(scope="module")
def flink(tmp_path_factory):
    engine = Flink(tmp_path_factory.mktemp("flink"))
    engine.begin("BATCH", {})
    yield engine
    engine.stop()


@pytest.fixture(scope="module")
def names(flink) -> dict:
    """What has each type: columns of a table t, for what a column can be."""
    types, _ = rows_of_operators()
    names = {each: f"c{i}" for i, each in enumerate(types) if not each.startswith("INTERVAL")}
    columns = ", ".join(f"{name} {each}" for each, name in names.items())
    flink.sql(f"CREATE TEMPORARY TABLE t (yes BOOLEAN, {columns})"
              " WITH ('connector' = 'datagen', 'number-of-rows' = '1')")
    return names | {each: f"CAST(NULL AS {each})" for each in types if each not in names}


def type_text(described: str) -> str:
    """INTERVAL SECOND(3) is what Flink calls the sum of two intervals of days."""
    return (described.replace("INTERVAL SECOND(3)", "INTERVAL DAY TO SECOND(3)")
            .replace("INTERVAL MONTH", "INTERVAL YEAR TO MONTH"))


def test_flink_finds_the_types_that_the_file_says(flink, names):
    wrong = []
    for i, (operator, left, taken) in enumerate(rows_of_operators()[1]):
        if not taken:
            continue
        fields = ", ".join(f"{asked(operator, left, right, names)} AS f{j}"
                           for j, right in enumerate(taken))
        flink.sql(f"CREATE TEMPORARY VIEW v{i} AS SELECT {fields} FROM t")
        found = [type_text(row[1]) for row in flink.sql(f"DESCRIBE v{i}")]
        expected = ["BOOLEAN"] * len(taken) if operator == "=" else list(taken.values())
        if found != expected:
            wrong.append((operator, left, found, expected))
    assert not wrong


def test_flink_refuses_the_others(flink, names):
    types, rows = rows_of_operators()
    taken_all_the_same = []
    for operator, left, taken in rows:
        for right in types:
            if right in taken:
                continue
            try:
                flink.sql("CREATE TEMPORARY VIEW unexpected AS SELECT "
                          f"{asked(operator, left, right, names)} AS f FROM t")
                flink.sql("DROP TEMPORARY VIEW unexpected")
                taken_all_the_same.append((operator, left, right))
            except EngineError:
                pass
    assert not taken_all_the_same


def test_flink_inserts_what_the_file_says(flink):
    types, rows = rows_of("inserts.test")
    # No column is an interval, but a value may be.
    columns = {each: f"c{i}" for i, each in enumerate(types) if not each.startswith("INTERVAL")}
    described = ", ".join(f"{name} {each}" for each, name in columns.items())
    flink.sql(f"CREATE TEMPORARY TABLE origin ({described})"
              " WITH ('connector' = 'datagen', 'number-of-rows' = '1')")
    for each, name in columns.items():
        flink.sql(f"CREATE TEMPORARY TABLE to_{name} ({name} {each})"
                  " WITH ('connector' = 'blackhole')")

    found = [(left, [right for right in columns
                     if is_inserted(flink, columns.get(left, f"CAST(NULL AS {left})"),
                                    columns[right])])
             for left in types]

    assert found == [(left, list(taken)) for _, left, taken in rows]


def is_inserted(flink, value: str, column: str) -> bool:
    try:
        flink.sql(f"EXPLAIN INSERT INTO to_{column} SELECT {value} FROM origin")
        return True
    except EngineError:
        return False
