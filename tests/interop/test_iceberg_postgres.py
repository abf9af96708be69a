"""A catalog in a real PostgreSQL that two Tarns share, with commits from both at once."""

import os
import pwd
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import httpx
import pytest

from conftest import Tarn, free_port

WRITERS = 4
COMMITS_EACH = 15


def postgres_tool(name: str) -> str | None:
    """Debian keeps the server's programs out of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


@pytest.fixture
def postgres():
    """The address of a database of its own, with the server stopped afterwards."""
    if not postgres_tool("initdb"):
        pytest.skip("PostgreSQL's server is not installed")
    # It does not run as root.
    owner = pwd.getpwnam("postgres") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    folder = Path(tempfile.mkdtemp(prefix="tarn-postgres-"))
    os.chown(folder, owner.pw_uid, owner.pw_gid)

    def run(*words: str, **more):
        return subprocess.Popen(words, user=owner.pw_uid, group=owner.pw_gid, cwd=folder,
                                stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, **more)

    made = run(postgres_tool("initdb"), "-D", folder / "db", "-A", "trust", "-U", "tarn")
    assert made.wait(timeout=60) == 0
    port = free_port()
    server = run(postgres_tool("postgres"), "-D", folder / "db", "-p", str(port), "-k", folder,
                 "-h", "127.0.0.1", "-F")
    ready = postgres_tool("pg_isready")
    deadline = time.monotonic() + 20
    while subprocess.run([ready, "-q", "-h", "127.0.0.1", "-p", str(port)]).returncode != 0:
        assert server.poll() is None and time.monotonic() < deadline
        time.sleep(0.1)
    yield f"postgresql://tarn@127.0.0.1:{port}/postgres"
    server.terminate()
    server.wait(timeout=20)
    shutil.rmtree(folder)


def test_two_tarns_share_a_catalog_and_lose_no_commit(postgres, tmp_path):
    warehouse = tmp_path / "warehouse"
    warehouse.mkdir()
    tarns = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        tarns.append(Tarn(tmp_path / name, "--set", f"iceberg.catalog-store={postgres}",
                          "--set", f"iceberg.warehouse={warehouse}"))
    one, two = (tarn.faces["iceberg"] for tarn in tarns)
    assert httpx.post(f"{one}/v1/namespaces", json={"namespace": ["db"]}).status_code == 200
    assert httpx.post(f"{two}/v1/namespaces", json={"namespace": ["db"]}).status_code == 409
    made = httpx.post(f"{two}/v1/namespaces/db/tables", json={
        "name": "t", "schema": {"type": "struct", "fields": []}})
    assert made.status_code == 200

    statuses = []

    def write(uri: str, writer: int):
        with httpx.Client(base_url=uri, timeout=60) as client:
            for commit in range(COMMITS_EACH):
                name = f"{writer}-{commit}"
                answer = client.post("/v1/namespaces/db/tables/t", json={
                    "requirements": [],
                    "updates": [{"action": "set-properties", "updates": {name: "x"}}]})
                statuses.append(answer.status_code)

    threads = [threading.Thread(target=write, args=((one, two)[writer % 2], writer))
               for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [200] * (WRITERS * COMMITS_EACH)
    for uri in (one, two):
        table = httpx.get(f"{uri}/v1/namespaces/db/tables/t").json()
        assert len(table["metadata"]["properties"]) == WRITERS * COMMITS_EACH
    assert httpx.delete(f"{one}/v1/namespaces/db").status_code == 409
    for tarn in tarns:
        assert tarn.stop() == 0
