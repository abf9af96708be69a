"""What the whole-system tests share: the built binary, and a Tarn of its own for each test."""

import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BIN_DIR = Path(os.environ.get("TARN_BIN_DIR", ROOT / "build" / "release" / "bin"))
READY_WITHIN_S = 20
STOPS_WITHIN_S = 20
# For a Tarn that has to be on one Kafka port again and again: the other faces go anywhere.
KAFKA_PORT_ONLY = ("--ports", "fixed", "--set", "rest.port=0", "--set", "iceberg.port=0",
                   "--set", "s3.port=0", "--set", "flink.port=0")


class Tarn:
    """One running process on free ports, with the addresses it wrote into its ready file. One that
    is to crash somewhere (src/base/crash_point.hpp) may do so before it is ready."""

    def __init__(self, folder: Path, *options: str, crash_at: str = ""):
        self.crash_at = crash_at
        self.data = folder / "data"
        self.ready_file = folder / "ready.json"
        self.ready_file.unlink(missing_ok=True)
        self.log = open(folder / "stderr.log", "ab")
        self.process = subprocess.Popen(
            [BIN_DIR / "tarn", "up", "--data", self.data, "--ports", "auto",
             "--ready-file", self.ready_file, *options],
            stdout=subprocess.DEVNULL, stderr=self.log, cwd=folder,
            env=clean_environment(CRASH_TARN_AT=crash_at),
        )
        self.faces = self._wait_until_ready()

    def _wait_until_ready(self) -> dict:
        deadline = time.monotonic() + READY_WITHIN_S
        while not self.ready_file.exists():
            if self.crash_at and self.process.poll() == -signal.SIGKILL:
                return {}
            assert self.process.poll() is None, Path(self.log.name).read_text()
            assert time.monotonic() < deadline, "not ready in time"
            time.sleep(0.01)
        return json.loads(self.ready_file.read_text())

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(timeout=STOPS_WITHIN_S)

    def kill(self):
        self.process.kill()
        self.process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def clean_environment(**extra: str) -> dict:
    """The environment without settings that someone exported for his own Tarn."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TARN_")}
    return {**kept, **extra}


def run_tarn(*words, cwd=None, env=None, lines=None) -> subprocess.CompletedProcess:
    return subprocess.run([BIN_DIR / "tarn", *map(str, words)], input=lines, text=True,
                          capture_output=True, timeout=60, cwd=cwd,
                          env=env or clean_environment())


def run_tool(name, *words, lines="", code=0) -> subprocess.CompletedProcess:
    """A tool of Kafka's by its own name."""
    done = subprocess.run([BIN_DIR / name, *map(str, words)], input=lines, text=True,
                          capture_output=True, timeout=60, env=clean_environment())
    assert done.returncode == code, done.stderr
    return done


@pytest.fixture
def start_tarn(tmp_path):
    """Starts a Tarn over one data folder, as often as a test asks, and stops what still runs."""
    started = []

    def start(*options: str, crash_at: str = "") -> Tarn:
        started.append(Tarn(tmp_path, *options, crash_at=crash_at))
        return started[-1]

    yield start
    for tarn in started:
        tarn.stop()


@pytest.fixture
def tarn(start_tarn) -> Tarn:
    return start_tarn()


@pytest.fixture(scope="session")
def postgres_server():
    """One PostgreSQL for all tests; skipped where its server is not installed."""
    from postgres_server import PostgresServer

    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture
def postgres(postgres_server):
    """The server, with an empty schema."""
    if postgres_server.server.poll() is not None:
        postgres_server.start()
    postgres_server.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
    return postgres_server
