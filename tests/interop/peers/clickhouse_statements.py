"""Answers SQL statements, a JSON list on stdin, by ClickHouse within this process: a list of their
rows, or of the text that says what is wrong."""

import json
import sys

import chdb


def answer(statement: str) -> list | str:
    try:
        return [json.loads(line)
                for line in str(chdb.query(statement, "JSONCompactEachRow")).splitlines()]
    except RuntimeError as error:
        return str(error)


json.dump([answer(statement) for statement in json.load(sys.stdin)], sys.stdout)
