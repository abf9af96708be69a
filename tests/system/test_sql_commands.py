"""`tarn check` finds all that is wrong in a file of SQL, `tarn fmt` lays it out."""

import json

from conftest import ROOT, run_tarn

JOB = """create table trades(symbol string,price double)
with ('connector'='print','print-identifier'='trades');
-- prices of today
insert into prices select symbol,price from trades where price>0;
"""
LAID_OUT = """CREATE TABLE trades(
    symbol STRING,
    price DOUBLE
) WITH (
    'connector' = 'print',
    'print-identifier' = 'trades'
);
-- prices of today
INSERT INTO prices SELECT symbol, price FROM trades WHERE price > 0;
"""
FAULTY = """SELECT symbol FORM trades;
INSERT INTO prices SELECT * FROM trades;
CREATE FUNCTION f AS 'com.example.F';
"""


def written(folder, text: str):
    file = folder / "job.sql"
    file.write_text(text)
    return file


def test_check_shows_each_fault_with_its_place(tmp_path):
    file = written(tmp_path, FAULTY)

    done = run_tarn("check", file)

    assert done.returncode == 4
    assert done.stdout == f"""\
{file}:1:15: 'FORM' was read as a name, then 'trades' was not expected here
    SELECT symbol FORM trades;
                  ^^^^
  did you mean FROM?
{file}:2:13: there is no table 'prices'
    INSERT INTO prices SELECT * FROM trades;
                ^^^^^^
  the database 'default_database' is empty
{file}:3:1: CREATE FUNCTION is not for Tarn
    CREATE FUNCTION f AS 'com.example.F';
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  functions in Java need a JVM
"""
    assert done.stderr.endswith("3 statements, 3 problems, 0 notes\n")


def test_check_tells_programs_as_much(tmp_path):
    done = run_tarn("check", written(tmp_path, FAULTY), "--json")

    found = json.loads(done.stdout)
    assert found["schema"] == "tarn.check/1"
    assert [(each["line"], each["column"]) for each in found["problems"]] == [
        (1, 15), (2, 13), (3, 1)]
    assert found["notes"] == []


def test_a_good_file_passes(tmp_path):
    prices = "CREATE TABLE prices (symbol STRING, price DOUBLE) WITH ('connector' = 'print');\n"

    done = run_tarn("check", written(tmp_path, prices + JOB))

    assert (done.returncode, done.stdout) == (0, "")


def test_check_knows_what_statements_before_have_made(tmp_path):
    job = """CREATE TABLE trades (symbol STRING, size INT) WITH ('connector' = 'datagen');
CREATE VIEW means AS SELECT symbol, AVG(size) AS average FROM trades GROUP BY symbol;
SELECT symbl FROM means;
"""

    done = run_tarn("check", written(tmp_path, job))

    assert done.returncode == 4
    assert "job.sql:3:8: there is no column 'symbl'" in done.stdout
    assert "did you mean 'symbol'?" in done.stdout
    assert "job.sql:2:37: note: AVG of integers is an integer" in done.stdout


def test_a_file_that_is_not_there_is_named(tmp_path):
    done = run_tarn("check", tmp_path / "none.sql")

    assert done.returncode == 3
    assert f"cannot read {tmp_path / 'none.sql'}" in done.stderr


def test_fmt_lays_a_file_out_once(tmp_path):
    file = written(tmp_path, JOB)
    assert run_tarn("fmt", file, "--check").returncode == 8
    assert file.read_text() == JOB

    assert run_tarn("fmt", file).returncode == 0

    assert file.read_text() == LAID_OUT
    assert run_tarn("fmt", file, "--check").returncode == 0
    assert sorted(tmp_path.iterdir()) == [file]


def test_fmt_leaves_alone_what_it_cannot_read(tmp_path):
    file = written(tmp_path, FAULTY)

    done = run_tarn("fmt", file)

    assert done.returncode == 2
    assert "did you mean FROM?" in done.stderr
    assert file.read_text() == FAULTY


def test_check_tells_what_is_wrong_with_options(tmp_path):
    file = written(tmp_path, "CREATE TABLE t (a INT) WITH ('connector' = 'datagen',"
                             " 'row-per-second' = '5');\n"
                             "CREATE CATALOG c WITH ('type' = 'icberg');\n")

    done = run_tarn("check", file, "--json")

    found = json.loads(done.stdout)["problems"]
    assert [(each["line"], each["column"], each["hint"]) for each in found] == [
        (1, 55, "did you mean 'rows-per-second'?"), (2, 33, "did you mean 'iceberg'?")]


def test_the_page_of_connectors_is_what_the_registry_says():
    done = run_tarn("connector", "list", "--markdown")

    assert done.stdout == (ROOT / "docs/connectors.md").read_text()


def test_a_connector_is_described_as_in_the_page():
    done = run_tarn("connector", "describe", "print")

    assert done.stdout in (ROOT / "docs/connectors.md").read_text()
    assert "`standard-error`" in done.stdout


def test_a_connector_that_is_not_there_is_refused_with_the_nearest():
    done = run_tarn("connector", "describe", "kafak")

    assert done.returncode != 0
    assert "did you mean 'kafka'?" in done.stderr


def test_the_page_of_functions_is_what_the_registry_says():
    done = run_tarn("function", "list", "--markdown")

    assert done.stdout == (ROOT / "docs/sql-functions.md").read_text()


def test_a_function_is_described_in_any_case():
    done = run_tarn("function", "describe", "split_index", "--json")

    page = json.loads(done.stdout)
    assert page["name"] == "SPLIT_INDEX"
    assert page["usage"] == "SPLIT_INDEX(text, separator, index)"


def test_a_function_that_is_not_there_is_refused_with_the_nearest():
    done = run_tarn("function", "describe", "splitindex")

    assert done.returncode != 0
    assert "did you mean 'SPLIT_INDEX'?" in done.stderr


def test_explain_shows_the_operators_and_what_grows(tmp_path):
    job = """CREATE TABLE trades (symbol STRING, price DOUBLE) WITH ('connector' = 'datagen');
SELECT symbol, COUNT(*) AS n FROM trades WHERE price > 10 GROUP BY symbol;
"""

    done = run_tarn("explain", written(tmp_path, job))

    assert done.returncode == 0
    assert done.stdout == f"""\
-- {tmp_path / "job.sql"}:2
== Abstract Syntax Tree ==
LogicalProject(symbol=[$0], n=[$1])
+- LogicalAggregate(group=[{{0}}], $f1=[COUNT()])
   +- LogicalProject(symbol=[$0])
      +- LogicalFilter(condition=[>($1, 10.0)])
         +- LogicalTableScan(table=[[default_catalog, default_database, trades]])

== Optimized Physical Plan ==
Calc(select=[$0 AS symbol, $1 AS n], changelogMode=[I,UA])
+- GroupAggregate(groupBy=[symbol], changelogMode=[I,UA], state=[one row of each key])
   +- Calc(select=[$0 AS symbol], where=[>($1, 10.0)], changelogMode=[I])
      +- Source(table=[default_catalog.default_database.trades], \
fields=[symbol, price], filter=[>($1, 10.0)], changelogMode=[I])

== State that grows without end ==
GroupAggregate keeps one row of each key
table.exec.state.ttl lets go of what has not changed for that long

"""


SET_OF_TWO = """CREATE TABLE trades (symbol STRING, price DOUBLE, note STRING, ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts) WITH ('connector' = 'kafka', 'topic' = 'trades', 'format' = 'json',
  'properties.bootstrap.servers' = 'localhost:9092');
CREATE TABLE dear (symbol STRING, price DOUBLE) WITH ('connector' = 'print');
CREATE TABLE cheap (symbol STRING, ts TIMESTAMP(3)) WITH ('connector' = 'print');
EXECUTE STATEMENT SET BEGIN
  INSERT INTO dear SELECT symbol, price FROM trades WHERE price > 10;
  INSERT INTO cheap SELECT symbol, ts FROM trades WHERE price < 1;
END;
"""


def test_explain_shows_once_what_a_statement_set_shares(tmp_path):
    done = run_tarn("explain", written(tmp_path, SET_OF_TWO))

    assert done.returncode == 0
    operators = done.stdout.split("== Optimized Physical Plan ==\n")[1]
    assert operators.split("\n\n")[0:2] == [
        """\
Sink(table=[default_catalog.default_database.dear], changelogMode=[I])
+- Calc(select=[$0 AS symbol, $1 AS price], where=[>($1, 10.0)], changelogMode=[I])
   +- WatermarkAssigner(rowtime=[ts], watermark=[$2], changelogMode=[I])(reuse_id=[1])
      +- Source(table=[default_catalog.default_database.trades], \
fields=[symbol, price, ts], changelogMode=[I])""",
        """\
Sink(table=[default_catalog.default_database.cheap], changelogMode=[I])
+- Calc(select=[$0 AS symbol, $2 AS ts], where=[<($1, 1.0)], changelogMode=[I])
   +- Reused(reference_id=[1])""",
    ]


def test_explain_takes_a_set_of_several_statements_as_one(tmp_path):
    job = SET_OF_TWO.replace("EXECUTE STATEMENT SET BEGIN", "BEGIN STATEMENT SET;")

    done = run_tarn("explain", written(tmp_path, job))

    assert done.returncode == 0
    assert done.stdout.count("== Optimized Physical Plan ==") == 1
    assert done.stdout.count("Reused(reference_id=[1])") == 1


def test_check_tells_of_each_statement_of_a_set_what_cannot_run(tmp_path):
    job = SET_OF_TWO.replace("> 10", "> 10 ORDER BY price").replace("< 1", "< 1 ORDER BY price")

    done = run_tarn("check", written(tmp_path, job))

    assert done.returncode == 4
    assert done.stdout.count("an endless stream is sorted by a time attribute") == 2


def test_check_and_explain_tell_what_cannot_run_without_end(tmp_path):
    job = """CREATE TABLE trades (symbol STRING, price DOUBLE) WITH ('connector' = 'datagen');
SELECT * FROM trades ORDER BY price;
"""
    for command in ("check", "explain"):
        done = run_tarn(command, written(tmp_path, job))

        assert done.returncode == 4
        assert "job.sql:2:31:" in done.stdout
        assert done.stdout.count("job.sql:2:") == 1
