"""A worker of Kafka Connect, with the connectors for files and the sink for Iceberg tables."""

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from interop.iceberg_peers import jars_of

STARTED_WITHIN_S = 120
# Short, so that one who takes over from a killed worker does not wait for it for long.
SETTINGS = {"session.timeout.ms": 10_000, "heartbeat.interval.ms": 2000,
            "consumer.session.timeout.ms": 10_000, "offset.flush.interval.ms": 500,
            "plugin.discovery": "service_load"}


class Connect:
    def __init__(self, folder: Path, bootstrap: str):
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        worker = jars_of("kafka-connect")
        # Each folder below the path is a plugin with its jars.
        (folder / "plugins").mkdir()
        (folder / "plugins" / "iceberg").symlink_to(jars_of("iceberg-connect"))
        converters = {f"{side}.converter{rest}": value for side in ("key", "value")
                      for rest, value in (("", "org.apache.kafka.connect.json.JsonConverter"),
                                          (".schemas.enable", "false"))}
        topics = {f"{kind}.storage.{what}": value for kind in ("config", "offset", "status")
                  for what, value in (("topic", f"connect-{kind}s"), ("replication.factor", 1))}
        settings = SETTINGS | converters | topics | {
            "bootstrap.servers": bootstrap, "group.id": "connect", "listeners": self.url,
            "plugin.path": f"{folder / 'plugins'},{worker}"}
        self.settings = folder / "worker.properties"
        self.settings.write_text("".join(f"{key}={value}\n" for key, value in settings.items()))
        self.command = ["java", "-Xmx512m", "-cp", f"{worker}/*",
                        "org.apache.kafka.connect.cli.ConnectDistributed", self.settings]
        self.process = None

    def start(self):
        with (self.folder / "connect.log").open("a") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        deadline = time.monotonic() + STARTED_WITHIN_S
        while not self.answers():
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < deadline, f"Connect is not ready\n{self.log()}"
            time.sleep(0.3)

    def answers(self) -> bool:
        try:
            return self.ask("/connectors") is not None
        except (urllib.error.URLError, OSError):
            return False

    def ask(self, path: str, method="GET", body=None):
        request = urllib.request.Request(
            self.url + path, method=method, headers={"Content-Type": "application/json"},
            data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or "null")

    def put(self, name: str, **settings):
        """A connector; dots in the names of its settings are written as __."""
        config = {key.replace("__", "."): str(value) for key, value in settings.items()}
        self.ask(f"/connectors/{name}/config", "PUT", config)

    def states(self, name: str) -> list[str]:
        """Of the connector and its tasks."""
        status = self.ask(f"/connectors/{name}/status")
        return [status["connector"]["state"], *(task["state"] for task in status["tasks"])]

    def kill(self):
        self.process.kill()
        self.process.wait(timeout=30)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.kill()

    def log(self) -> str:
        return (self.folder / "connect.log").read_text()[-4000:]
