"""Files of SQL, each run by a `tarn run` of its own."""

import subprocess

from conftest import BIN_DIR, clean_environment, run_tarn


def start(folder, sql: str) -> subprocess.Popen:
    (folder / "job.sql").write_text(sql)
    return subprocess.Popen([BIN_DIR / "tarn", "run", "job.sql"], cwd=folder, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env=clean_environment())


def run(folder, sql: str) -> subprocess.CompletedProcess:
    (folder / "job.sql").write_text(sql)
    done = run_tarn("run", "job.sql", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def failure(folder, sql: str) -> str:
    (folder / "job.sql").write_text(sql)
    done = run_tarn("run", "job.sql", cwd=folder)
    assert done.returncode != 0, done.stdout
    return done.stdout + done.stderr
