"""The connector `faker`, as docs/faker.md shows it, and looked up."""

import re

from conftest import ROOT, run_tarn


def shown(folder, sql: str) -> list[str]:
    (folder / "job.sql").write_text(sql)
    done = run_tarn("run", "job.sql", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_the_example_of_the_docs_makes_orders(tmp_path):
    example, = re.findall(r"```sql\n(.*?)```", (ROOT / "docs/faker.md").read_text(), re.DOTALL)
    orders = example.replace("'rows-per-second' = '100'", "'number-of-rows' = '50'")

    rows = shown(tmp_path, orders + "SELECT * FROM orders;")

    assert len(rows) == 50
    for row in rows:
        assert re.fullmatch(
            r"\+I\['[0-9a-f-]{36}', '[A-Z]\w+ [A-Z]\w+', (NULL|'[\w ]+'), "
            r"'(RECEIVED|SHIPPED|CANCELLED)', \d+\.\d\d, \['\w+', '\w+'\], "
            r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\]", row), row
    # Other rows each time.
    assert rows != shown(tmp_path, orders + "SELECT * FROM orders;")


def test_a_looked_up_table_has_a_row_for_each_key(tmp_path):
    rows = shown(tmp_path, """
CREATE TABLE numbers (i INT, p AS PROCTIME()) WITH ('connector' = 'datagen',
    'fields.i.kind' = 'sequence', 'fields.i.start' = '1', 'fields.i.end' = '5');
CREATE TABLE users (id INT, name STRING) WITH ('connector' = 'faker',
    'fields.id.expression' = '0', 'fields.name.expression' = '#{name.firstName}');
SELECT n.i, u.id, u.name FROM numbers AS n
    JOIN users FOR SYSTEM_TIME AS OF n.p AS u ON n.i = u.id;
""")

    assert len(rows) == 5
    for row in rows:
        assert re.fullmatch(r"\+I\[(\d), \1, '[A-Z]\w+'\]", row), row
