"""A real Flink answers the expressions and queries of tests/sql as the files say."""

import subprocess

from interop.iceberg_peers import ROOT, jars_of


def test_flink_answers_what_the_files_say():
    jars = jars_of("flink")

    done = subprocess.run([ROOT / "tools" / "oracle", "--jars", jars], text=True,
                          capture_output=True, timeout=1800)

    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
