"""A PostgreSQL of our own: Debian's server over a folder that goes when the tests are done."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from conftest import free_port

READY_WITHIN_S = 20


def postgres_tool(name: str) -> str | None:
    """Debian keeps the server's programs out of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


class PostgresServer:
    """Everyone on this machine may connect, as the user `tarn`."""

    def __init__(self):
        if not postgres_tool("initdb"):
            pytest.skip("PostgreSQL's server is not installed (tools/setup tests)")
        # It does not run as root.
        name = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        self.owner = pwd.getpwnam(name)
        self.folder = Path(tempfile.mkdtemp(prefix="tarn-postgres-"))
        os.chown(self.folder, self.owner.pw_uid, self.owner.pw_gid)
        self.port = free_port()
        made = self._run("initdb", "-D", self.folder / "db", "-A", "trust", "-U", "tarn",
                         "-E", "UTF8", "--no-sync")
        assert made.wait(timeout=60) == 0
        self.start()

    def _run(self, tool: str, *words) -> subprocess.Popen:
        return subprocess.Popen([postgres_tool(tool), *map(str, words)], user=self.owner.pw_uid,
                                group=self.owner.pw_gid, cwd=self.folder,
                                stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)

    def start(self):
        self.server = self._run("postgres", "-D", self.folder / "db", "-p", self.port,
                                "-k", self.folder, "-h", "127.0.0.1", "-F")
        ready = [postgres_tool("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        deadline = time.monotonic() + READY_WITHIN_S
        while subprocess.run(ready).returncode != 0:
            assert self.server.poll() is None and time.monotonic() < deadline
            time.sleep(0.1)

    def stop(self):
        """Sessions end at once, as by `pg_ctl stop`."""
        self.server.send_signal(2)
        self.server.wait(timeout=READY_WITHIN_S)

    def close(self):
        if self.server.poll() is None:
            self.stop()
        shutil.rmtree(self.folder)

    @property
    def uri(self) -> str:
        return f"postgresql://tarn@127.0.0.1:{self.port}/postgres"

    @property
    def options(self) -> str:
        """What a table of the connector `jdbc` has in WITH (…), but for the table's name."""
        return (f"'connector' = 'jdbc', 'username' = 'tarn', 'password' = 'any', "
                f"'url' = 'jdbc:postgresql://127.0.0.1:{self.port}/postgres'")

    def run(self, sql: str) -> list[str]:
        """The rows of the last statement, as a|b."""
        done = subprocess.run([postgres_tool("psql"), "-X", "-q", "-A", "-t", "-v",
                               "ON_ERROR_STOP=1", "-d", self.uri], input=sql, text=True,
                              capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()
