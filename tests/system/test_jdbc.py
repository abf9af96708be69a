"""The connector `jdbc` over a real PostgreSQL: read, written, looked up, with failures of both."""

import json
import time

import pytest

from sql_runs import failure, run, start
from system import running_jobs

# A row with and a row without values of every type.
ALL_TYPES = """
CREATE TABLE everything (id integer PRIMARY KEY, b boolean, i2 smallint, i8 bigint, f4 real,
    f8 double precision, d numeric(12, 3), wide numeric, t text, v varchar(20), c char(5),
    bytes bytea, day date, at time(3), ts timestamp(6), tz timestamptz, ints integer[],
    names text[], u uuid, j jsonb);
"""
ALL_VALUES = """
INSERT INTO everything VALUES
    (1, true, -7, 9007199254740993, 1.5, -0.1, -12.345, 123456.789, 'x "y" \\ é', 'v', 'ab',
     '\\x00ff10', '0001-02-03', '12:34:56.789', '1969-12-31 23:59:59.999999',
     '2024-07-01 12:00:00+02', '{1,NULL,-3}', '{"a,b",NULL,"q\\"\\\\"}',
     '6f9619ff-8b86-d011-b42d-00c04fc964ff', '{"a": [1, 2]}');
INSERT INTO everything VALUES (2);
"""
ALL_COLUMNS = """id INT, b BOOLEAN, i2 SMALLINT, i8 BIGINT, f4 FLOAT, f8 DOUBLE, d DECIMAL(12, 3),
    wide DECIMAL(10, 2), t STRING, v VARCHAR(20), c CHAR(5), `bytes` BYTES, `day` DATE,
    `at` TIME(3), ts TIMESTAMP(6), tz TIMESTAMP_LTZ(3), ints ARRAY<INT>, names ARRAY<STRING>,
    u STRING, j STRING, PRIMARY KEY (id) NOT ENFORCED"""
# As a client of the database sees the columns that both tables have.
ALL_SHOWN = "id, b, i2, i8, f4, f8, d, t, v, c, bytes, day, at, ts, tz, ints, names, u, j"


def table(server, name: str, columns: str, options: str = "", there: str | None = None) -> str:
    more = f", {options}" if options else ""
    return (f"CREATE TABLE {name} ({columns}) WITH ({server.options}, "
            f"'table-name' = '{there or name}'{more});\n")


def numbers(rows: int, per_second: int = 100_000) -> str:
    """The table `numbers` with `i` from 1 on, and the time by the clock."""
    return (f"CREATE TABLE numbers (i BIGINT, p AS PROCTIME()) WITH ('connector' = 'datagen', "
            f"'rows-per-second' = '{per_second}', 'fields.i.kind' = 'sequence', "
            f"'fields.i.start' = '1', 'fields.i.end' = '{rows}');\n")


def wait_until(is_so, within_s: float = 20):
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_reads_values_of_all_types(postgres, tmp_path):
    postgres.run(ALL_TYPES + ALL_VALUES)

    shown = run(tmp_path, "SET 'table.local-time-zone' = 'Asia/Tokyo';"
                + table(postgres, "everything", ALL_COLUMNS) + "SELECT * FROM everything;")

    assert shown.stdout.splitlines() == [
        "+I[1, TRUE, -7, 9007199254740993, 1.5, -0.1, -12.345, 123456.79, 'x \"y\" \\\\ é', 'v', "
        "'ab   ', x'00ff10', 0001-02-03, 12:34:56.789, 1969-12-31 23:59:59.999999, "
        "2024-07-01 10:00:00Z, [1, NULL, -3], ['a,b', NULL, 'q\"\\\\'], "
        "'6f9619ff-8b86-d011-b42d-00c04fc964ff', '{\"a\": [1, 2]}']",
        "+I[2" + ", NULL" * 19 + "]"]


def test_reads_a_moment_as_the_clock_of_the_session_shows_it(postgres, tmp_path):
    postgres.run("CREATE TABLE moments (at timestamptz);"
                 "INSERT INTO moments VALUES ('2024-07-01 12:00:00+00');")
    for zone, clock in (("Asia/Tokyo", "21:00:00"), ("GMT-03:30", "08:30:00")):
        shown = run(tmp_path, f"SET 'table.local-time-zone' = '{zone}';"
                    + table(postgres, "moments", "`at` TIMESTAMP(3)") + "SELECT * FROM moments;")
        assert shown.stdout == f"+I[2024-07-01 {clock}]\n"


def test_writes_values_of_all_types_back(postgres, tmp_path):
    postgres.run(ALL_TYPES + ALL_VALUES + "CREATE TABLE copy (LIKE everything INCLUDING ALL);"
                 "INSERT INTO copy (id, t) VALUES (2, 'is replaced'), (3, 'stays');")
    columns = ALL_COLUMNS.replace("wide DECIMAL(10, 2), ", "")

    run(tmp_path, table(postgres, "everything", columns) + table(postgres, "copy", columns)
        + "INSERT INTO copy SELECT * FROM everything;")

    assert postgres.run(f"SELECT {ALL_SHOWN} FROM copy WHERE id < 3 ORDER BY id") == postgres.run(
        f"SELECT {ALL_SHOWN} FROM everything ORDER BY id")
    assert postgres.run("SELECT t FROM copy WHERE id = 3") == ["stays"]


def test_reads_in_parts_what_lies_between_the_bounds(postgres, tmp_path):
    postgres.run("CREATE TABLE items AS SELECT i AS id, i % 3 AS kind, 'n' || i AS name "
                 "FROM generate_series(1, 1000) AS s (i);")
    bounds = ("'scan.fetch-size' = '9', 'scan.partition.column' = 'id', "
              "'scan.partition.num' = '7', "
              "'scan.partition.lower-bound' = '11', 'scan.partition.upper-bound' = '990'")

    run(tmp_path, "SET 'parallelism.default' = '3';"
        + table(postgres, "items", "id INT, kind INT, name STRING", bounds)
        + "CREATE TABLE found (name STRING) WITH ('connector' = 'filesystem', 'path' = 'out', "
          "'format' = 'json');"
        + "INSERT INTO found SELECT name FROM items WHERE kind = 1 AND id > 20;")

    lines = [line for file in (tmp_path / "out").glob("[!.]*")
             for line in file.read_text().splitlines()]
    wanted = [f"n{i}" for i in range(21, 991) if i % 3 == 1]
    assert sorted(json.loads(line)["name"] for line in lines) == sorted(wanted)


def test_follows_changes_by_the_key(postgres, tmp_path):
    postgres.run('CREATE TABLE best ("userId" integer, points bigint, PRIMARY KEY ("userId"));'
                 'CREATE TABLE counts (kind integer PRIMARY KEY, n bigint);')
    # The two users with the most points of each step: those who fall behind are deleted.
    run(tmp_path, "SET 'execution.checkpointing.interval' = '50 ms';" + numbers(1000)
        + table(postgres, "best", "userId BIGINT, points BIGINT, PRIMARY KEY (userId) NOT ENFORCED",
                "'sink.buffer-flush.max-rows' = '7'")
        + table(postgres, "counts", "kind BIGINT, n BIGINT, PRIMARY KEY (kind) NOT ENFORCED")
        + """BEGIN STATEMENT SET;
             INSERT INTO best SELECT i, i FROM (SELECT i, ROW_NUMBER() OVER (ORDER BY i DESC) AS r
                 FROM numbers) WHERE r <= 2;
             INSERT INTO counts SELECT MOD(i, 3), COUNT(*) FROM numbers GROUP BY MOD(i, 3);
             END;""")

    assert postgres.run('SELECT * FROM best ORDER BY 1') == ["999|999", "1000|1000"]
    assert postgres.run("SELECT * FROM counts ORDER BY 1") == ["0|333", "1|334", "2|333"]


def test_adds_rows_where_there_is_no_key(postgres, tmp_path):
    postgres.run("CREATE SCHEMA shop; CREATE TABLE shop.log (i integer, note text DEFAULT 'none');")

    run(tmp_path, numbers(250) + table(postgres, "log", "I BIGINT", there="shop.log")
        + "INSERT INTO log SELECT MOD(i, 2) FROM numbers;")

    assert postgres.run("SELECT i, note, count(*) FROM shop.log GROUP BY 1, 2 ORDER BY 1") == [
        "0|none|125", "1|none|125"]


def test_writes_rows_without_waiting_for_an_epoch(postgres, tmp_path):
    postgres.run("CREATE TABLE log (i bigint PRIMARY KEY);")
    job = start(tmp_path, "SET 'execution.checkpointing.interval' = '1 h';" + numbers(10_000, 20)
                + table(postgres, "log", "i BIGINT, PRIMARY KEY (i) NOT ENFORCED",
                        "'sink.buffer-flush.interval' = '100ms'")
                + "INSERT INTO log SELECT i FROM numbers;")
    try:
        wait_until(lambda: int(postgres.run("SELECT count(*) FROM log")[0]) >= 10)
    finally:
        job.kill()
        job.communicate()


USERS = """
CREATE TABLE users (id bigint PRIMARY KEY, name varchar(10), code uuid);
INSERT INTO users SELECT i, 'u' || i, ('00000000-0000-0000-0000-' || lpad(i::text, 12, '0'))::uuid
FROM generate_series(0, 4) AS s (i);
"""


def enriched(server, options: str = "", sink_options: str = "") -> str:
    return (table(server, "users", "id BIGINT, name STRING, PRIMARY KEY (id) NOT ENFORCED", options)
            + table(server, "results", "i BIGINT, name STRING, PRIMARY KEY (i) NOT ENFORCED",
                    sink_options)
            + "INSERT INTO results SELECT i, name FROM numbers AS n LEFT JOIN users "
              "FOR SYSTEM_TIME AS OF n.p AS u ON MOD(n.i, 7) = u.id;")


@pytest.mark.parametrize("options", ["", "'lookup.cache' = 'PARTIAL', "
                                     "'lookup.partial-cache.max-rows' = '3'"])
def test_looks_rows_up(postgres, tmp_path, options):
    postgres.run(USERS + "CREATE TABLE results (i bigint PRIMARY KEY, name text);")

    run(tmp_path, "SET 'parallelism.default' = '2';" + numbers(70) + enriched(postgres, options))

    assert postgres.run("SELECT i % 7, name, count(*) FROM results GROUP BY 1, 2 ORDER BY 1") == [
        *(f"{i}|u{i}|10" for i in range(5)), "5||10", "6||10"]


def test_asks_by_texts_and_constants_and_leaves_out_rows(postgres, tmp_path):
    postgres.run(USERS + "INSERT INTO users VALUES (10, 'u1', NULL), (11, 'u1', NULL);")

    shown = run(tmp_path, numbers(2)
                + table(postgres, "users", "id BIGINT, name STRING, code STRING")
                + """SELECT n.i, u.id FROM numbers AS n JOIN users FOR SYSTEM_TIME AS OF n.p AS u
                         ON 'u' || CAST(n.i AS STRING) = u.name AND u.id < 11;
                     SELECT n.i, u.name FROM numbers AS n JOIN users FOR SYSTEM_TIME AS OF n.p AS u
                         ON u.code = '00000000-0000-0000-0000-000000000003';""")

    assert sorted(shown.stdout.splitlines()[:3]) == ["+I[1, 10]", "+I[1, 1]", "+I[2, 2]"]
    assert shown.stdout.splitlines()[3:] == ["+I[1, 'u3']", "+I[2, 'u3']"]


def test_keeps_answers_for_as_long_as_it_may(postgres, tmp_path):
    postgres.run("CREATE TABLE users (id bigint PRIMARY KEY, name text);"
                 "INSERT INTO users VALUES (1, 'old');"
                 "CREATE TABLE results (i bigint PRIMARY KEY, name text);")
    job = start(tmp_path, numbers(10_000, 50)
                + table(postgres, "users", "id BIGINT, name STRING", "'lookup.cache' = 'PARTIAL', "
                        "'lookup.partial-cache.expire-after-write' = '2s'")
                + table(postgres, "results", "i BIGINT, name STRING, PRIMARY KEY (i) NOT ENFORCED",
                        "'sink.buffer-flush.max-rows' = '1'")
                + "INSERT INTO results SELECT i, name FROM numbers AS n JOIN users "
                  "FOR SYSTEM_TIME AS OF n.p AS u ON u.id = 1;")
    try:
        wait_until(lambda: postgres.run("SELECT 1 FROM results LIMIT 1"))
        changed = time.monotonic()
        postgres.run("UPDATE users SET name = 'new'")
        wait_until(lambda: postgres.run("SELECT 1 FROM results WHERE name = 'new' LIMIT 1"))
    finally:
        job.kill()
        job.communicate()
    # Its answer was not older than a moment before the change.
    assert time.monotonic() - changed > 1
    assert int(postgres.run("SELECT count(*) FROM results WHERE name = 'old'")[0]) > 20


def test_goes_on_when_the_database_comes_back(postgres, tmp_path):
    postgres.run(USERS + "CREATE TABLE results (i bigint PRIMARY KEY, name text);")
    job = start(tmp_path, numbers(3000, 1000) + enriched(postgres))
    wait_until(lambda: int(postgres.run("SELECT count(*) FROM results")[0]) > 100)

    postgres.stop()
    time.sleep(0.5)
    postgres.start()

    _, errors = job.communicate(timeout=60)
    assert job.returncode == 0, errors
    assert "tried again" in errors
    assert postgres.run("SELECT count(*), count(name) FROM results") == ["3000|2144"]


def test_a_job_starts_again_when_the_database_stayed_away_for_too_long(postgres, tarn, tmp_path):
    postgres.run(USERS + "CREATE TABLE results (i bigint PRIMARY KEY, name text);")
    sql = ("SET 'execution.checkpointing.interval' = '100 ms';" + numbers(2000, 1000)
           + enriched(postgres).replace("'connector' = 'jdbc'", "'connector' = 'jdbc', "
                                        "'connection.max-retry-timeout' = '200ms'"))
    begun = running_jobs.run(tarn, tmp_path, "run", "job.sql", "--detach", sql=sql)
    assert begun.returncode == 0, begun.stderr
    wait_until(lambda: int(postgres.run("SELECT count(*) FROM results")[0]) > 100)

    postgres.stop()
    running_jobs.wait_for(tarn, lambda now: now["state"] == "RESTARTING")
    postgres.start()

    running_jobs.wait_for(tarn, lambda now: now["state"] == "FINISHED")
    assert postgres.run("SELECT count(*), count(name) FROM results") == ["2000|1429"]


def test_loses_no_row_when_it_is_killed(postgres, tmp_path):
    postgres.run(USERS + "CREATE TABLE results (i bigint PRIMARY KEY, name text);")
    sql = ("SET 'execution.checkpointing.interval' = '100 ms';" + numbers(3000, 1500)
           # Only the end of an epoch writes.
           + enriched(postgres, "'lookup.cache' = 'PARTIAL'", "'sink.buffer-flush.interval' = '0', "
                      "'sink.buffer-flush.max-rows' = '0'"))
    for rows in (300, 1200):
        job = start(tmp_path, sql)
        wait_until(lambda: int(postgres.run("SELECT count(*) FROM results")[0]) > rows)
        job.kill()
        job.communicate()

    run(tmp_path, sql)

    assert postgres.run("SELECT count(*), count(name), min(i), max(i) FROM results") == [
        "3000|2144|1|3000"]


def test_reads_each_row_of_a_keyed_table_once_though_it_is_killed(postgres, tmp_path):
    postgres.run("CREATE TABLE items (kind text, id integer, PRIMARY KEY (id, kind));"
                 "INSERT INTO items SELECT 'k' || i % 2, i / 2 FROM generate_series(0, 399999) "
                 "AS s (i);")
    sql = ("SET 'execution.checkpointing.interval' = '20 ms';"
           + table(postgres, "items", "id INT, kind STRING, PRIMARY KEY (id, kind) NOT ENFORCED",
                   "'scan.fetch-size' = '500'")
           + "CREATE TABLE found (id INT, kind STRING) WITH ('connector' = 'filesystem', "
             "'path' = 'out', 'format' = 'json');"
             "INSERT INTO found SELECT id, kind FROM items;")
    for deaths in range(3):
        job = start(tmp_path, sql)
        epochs = tmp_path / "tarn-data" / "jobs" / "job"
        before = set(epochs.glob("epoch-*"))
        wait_until(lambda: set(epochs.glob("epoch-*")) - before or job.poll() is not None)
        time.sleep(0.05)
        job.kill()
        job.communicate()

    def lines() -> list[str]:
        return [line for file in (tmp_path / "out").glob("[!.]*")
                for line in file.read_text().splitlines()]

    assert 0 < len(lines()) < 400_000
    run(tmp_path, sql)

    assert len(lines()) == 400_000
    assert len(set(lines())) == 400_000


def test_says_what_does_not_fit(postgres, tmp_path):
    postgres.run("CREATE TABLE users (id integer, name text, tags integer[][]);"
                 "INSERT INTO users VALUES (1, NULL, '{{1,2},{3,4}}');")
    rows = "INSERT INTO users SELECT CAST(i AS INT), 'x' FROM numbers;"

    def refused(columns, statement="SELECT * FROM users;", there="users", options=""):
        return failure(tmp_path, numbers(3) + table(postgres, "users", columns, options, there)
                       + statement)

    assert "no table 'people'" in refused("id INT", there="people")
    assert "no column 'nam'\n  did you mean 'name'?" in refused("nam STRING")
    assert "no values of the type ROW<`a` INT> of 'id'" in refused("id ROW<a INT>")
    assert "an array of several dimensions" in refused("tags ARRAY<INT>")
    assert "no unique or exclusion constraint" in refused(
        "id INT, name STRING, PRIMARY KEY (id) NOT ENFORCED", rows)
    assert "connection.max-retry-timeout" in failure(
        tmp_path, "CREATE TABLE users (id INT) WITH ('connector' = 'jdbc', 'table-name' = 'users', "
        "'url' = 'jdbc:postgresql://127.0.0.1:1/x', 'connection.max-retry-timeout' = '300ms');"
        "SELECT * FROM users;")
    assert "no 'mysql' databases" in failure(
        tmp_path, "CREATE TABLE users (id INT) WITH ('connector' = 'jdbc', 'table-name' = 'users', "
        "'url' = 'jdbc:mysql://127.0.0.1/x'); SELECT * FROM users;")
    assert 'role "nobody" does not exist' in failure(
        tmp_path, table(postgres, "users", "id INT").replace("'tarn'", "'nobody'")
        + "SELECT * FROM users;")


def test_never_takes_a_value_or_a_name_for_sql(postgres, tmp_path):
    postgres.run("CREATE TABLE \"o'\"\"x; DROP\" (\"a b\" text PRIMARY KEY, \"se\"\"lect\" text);")
    columns = "`a b` STRING, `se\"lect` STRING, PRIMARY KEY (`a b`) NOT ENFORCED"
    odd = "'); DROP TABLE users; --"

    shown = run(tmp_path, table(postgres, "odd", columns, there="o''\"x; DROP")
                + "CREATE VIEW given AS SELECT * FROM (VALUES ('{0}', '\"$1')) AS t (a, b);".format(
                    odd.replace("'", "''"))
                + "INSERT INTO odd SELECT a, b FROM given;")

    assert shown.stdout == ""
    assert postgres.run("SELECT * FROM \"o'\"\"x; DROP\"") == [odd + "|\"$1"]
