"""Jobs of a running Tarn, as tests ask for them."""

import json
import time

from conftest import run_tarn


def run(tarn, folder, *words, sql=None):
    if sql is not None:
        (folder / "job.sql").write_text(sql)
    return run_tarn(*words, "--data", tarn.data, cwd=folder)


def job(tarn, name="job") -> dict:
    done = run_tarn("job", "describe", name, "--json", "--data", tarn.data)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def wait_for(tarn, is_so):
    deadline = time.monotonic() + 20
    while not is_so(job(tarn)):
        assert time.monotonic() < deadline, job(tarn)
        time.sleep(0.02)
