"""Engines that know Iceberg, ready to be set on a Tarn."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import httpx
import pytest

from conftest import free_port

ROOT = Path(__file__).resolve().parents[2]
PEERS = Path(__file__).parent / "peers"


def duckdb_with(*extensions: str) -> duckdb.DuckDBPyConnection:
    """DuckDB with extensions that came as Python packages, so that nothing is downloaded."""
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    for name in extensions:
        package = importlib.util.find_spec(f"duckdb_extension_{name}")
        folder = Path(package.submodule_search_locations[0])
        binary, = folder.glob(f"extensions/*/{name}.duckdb_extension")
        connection.execute(f"LOAD '{binary}'")
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def duckdb_at(uri: str, *options: str) -> duckdb.DuckDBPyConnection:
    """DuckDB with a Tarn's catalog as `tarn`; it is told little more than the address."""
    connection = duckdb_with("avro", "httpfs", "iceberg")
    words = ", ".join(("TYPE iceberg", f"ENDPOINT '{uri}'", "AUTHORIZATION_TYPE 'none'", *options))
    connection.execute(f"ATTACH '' AS tarn ({words})")
    return connection


def clickhouse(*statements: str) -> list[list | str]:
    """The rows of each statement, or what is wrong with it, by ClickHouse in a process of its own:
    it takes signals and memory for itself, and reads no files but below its folder."""
    done = subprocess.run([sys.executable, PEERS / "clickhouse_statements.py"],
                          input=json.dumps(statements), capture_output=True, text=True, timeout=120,
                          cwd="/")
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


class JvmEngine:
    """An engine in Java that answers SQL: one of peers/*Statements.java with its jars."""

    def __init__(self, log: Path, program: str, jars: Path, words=(), java_options=()):
        self.log = open(log, "wb")
        self.process = subprocess.Popen(
            ["java", "-Xmx1500m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", *java_options,
             "-cp", f"{jars}/*", PEERS / program, *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True,
            cwd=log.parent)

    def sql(self, statement: str) -> list:
        line = " ".join(statement.split("\n"))
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.answer(line)

    def answer(self, line: str = "its start") -> list:
        """The next one, to this line."""
        answer = self.process.stdout.readline()
        assert answer, f"it ended at {line}: {Path(self.log.name).read_text()[-3000:]}"
        told = json.loads(answer)
        if "error" in told:
            raise EngineError(f"{told['error']}\n{line}")
        return told["rows"]

    def stop(self):
        # Nothing of it is needed any more: an orderly end would take seconds.
        self.process.kill()
        self.process.wait()
        self.log.close()


class EngineError(Exception):
    """What an engine says is wrong with a statement."""


def jars_of(name: str) -> Path:
    """The folder with the jars of an engine; the test is skipped where there is none."""
    if not shutil.which("java"):
        pytest.skip(f"{name} needs Java")
    return folder_of(name)


def folder_of(name: str) -> Path:
    folder = ROOT / ".deps" / name
    if not folder.exists():
        pytest.skip(f"{name} is not installed: tools/setup engines")
    return folder


# They reach into Java's own packages.
JAVA_OPENS = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in (
    "java.io", "java.lang", "java.lang.invoke", "java.lang.reflect", "java.net", "java.nio",
    "java.util", "java.util.concurrent", "java.util.concurrent.atomic", "sun.nio.ch", "sun.nio.cs",
    "sun.security.action", "sun.util.calendar")]


def spark(folder: Path, catalogs: dict[str, str]) -> JvmEngine:
    """A Spark of one process, with REST catalogs by their names and addresses."""
    settings = {
        "spark.master": "local[2]", "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1", "spark.sql.shuffle.partitions": 2,
        "spark.default.parallelism": 2, "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": folder / "warehouse", "spark.local.dir": folder / "local",
        "spark.sql.extensions":
            "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"}
    for name, uri in catalogs.items():
        settings |= {f"spark.sql.catalog.{name}": "org.apache.iceberg.spark.SparkCatalog",
                     f"spark.sql.catalog.{name}.type": "rest",
                     f"spark.sql.catalog.{name}.uri": uri,
                     # Others change the tables too.
                     f"spark.sql.catalog.{name}.cache-enabled": "false"}
    return JvmEngine(folder / "spark.log", "SparkStatements.java", jars_of("spark"),
                     [f"{name}={value}" for name, value in settings.items()], JAVA_OPENS)


class Flink(JvmEngine):
    """A Flink of one process, with one slot."""

    def __init__(self, folder: Path):
        super().__init__(folder / "flink.log", "FlinkStatements.java", jars_of("flink"),
                         java_options=JAVA_OPENS)

    def begin(self, mode: str, catalogs: dict[str, str]):
        """Batch or streaming, with REST catalogs by their names and addresses."""
        self.sql(mode)
        for setting in ("parallelism.default 1", "execution.checkpointing.interval 500ms",
                        "table.local-time-zone UTC",
                        # The S3 client outlives the job that it was made for.
                        "classloader.check-leaked-classloader false"):
            self.sql(f"SET {setting}")
        for name, uri in catalogs.items():
            self.sql(f"CREATE CATALOG {name} WITH ('type'='iceberg', 'catalog-type'='rest',"
                     f" 'uri'='{uri}')")


def java_of(release: int) -> Path | None:
    """A Java of this release or a later one, wherever one is usually found."""
    homes = [Path(os.environ["JAVA_HOME"])] if "JAVA_HOME" in os.environ else []
    if found := shutil.which("java"):
        homes.append(Path(found).resolve().parent.parent)
    homes += Path("/usr/lib/jvm").glob("*")
    for home in homes:
        told = home / "release"
        named = told.exists() and re.search(r'JAVA_VERSION="(\d+)', told.read_text())
        if named and int(named[1]) >= release and (home / "bin" / "java").exists():
            return home / "bin" / "java"
    return None


class Trino:
    """A Trino of one process, asked over HTTP. Its catalogs are given by their properties."""

    def __init__(self, folder: Path, catalogs: dict[str, dict[str, str]]):
        home = folder_of("trino")
        java = java_of(24)
        if not java:
            pytest.skip("trino needs Java 24 or later")
        etc = folder / "etc"
        (etc / "catalog").mkdir(parents=True)
        self.url = f"http://127.0.0.1:{free_port()}"
        write_properties(etc / "config.properties", {
            "coordinator": "true", "node-scheduler.include-coordinator": "true",
            "node.environment": "test", "node.bind-ip": "127.0.0.1",
            "node.internal-address": "127.0.0.1",
            "http-server.http.port": self.url.rpartition(":")[2], "discovery.uri": self.url,
            "plugin.dir": home / "plugin", "catalog.config-dir": etc / "catalog"})
        for name, properties in catalogs.items():
            write_properties(etc / "catalog" / f"{name}.properties",
                             {"connector.name": "iceberg", "iceberg.catalog.type": "rest"}
                             | properties)
        self.log = open(folder / "trino.log", "wb")
        self.process = subprocess.Popen(
            [java, "-Xmx1500m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
             "--add-modules=jdk.incubator.vector", f"-Dconfig={etc}/config.properties",
             "-cp", f"{home}/lib/*", "io.trino.server.TrinoServer"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, cwd=folder)
        self.http = httpx.Client(base_url=self.url, timeout=60, headers={
            "X-Trino-User": "test", "X-Trino-Time-Zone": "UTC",
            # Else times are cut to milliseconds.
            "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME"})
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def _wait_until_ready(self):
        deadline = time.monotonic() + 120
        while True:
            try:
                self.sql("SELECT 1")
                return
            except (httpx.HTTPError, EngineError):
                pass  # It listens before it answers, and answers before it knows itself as a node.
            assert self.process.poll() is None and time.monotonic() < deadline, self.log_end()
            time.sleep(0.2)

    def log_end(self) -> str:
        return Path(self.log.name).read_text()[-3000:]

    def sql(self, statement: str, **session: str) -> list[list]:
        """The rows, as JSON has them: decimals and times are text. A property of a catalog's
        session is named CATALOG__PROPERTY."""
        settings = ",".join(f"{name.replace('__', '.')}={value}" for name, value in session.items())
        headers = {"X-Trino-Session": settings} if settings else {}
        answer = self.http.post("/v1/statement", content=statement.encode(), headers=headers)
        rows = []
        deadline = time.monotonic() + 120
        while True:
            told = answer.raise_for_status().json()
            if "error" in told:
                raise EngineError(f"{told['error']['message']}\n{statement}")
            rows += told.get("data", [])
            if "nextUri" not in told:
                return rows
            assert time.monotonic() < deadline, f"no end of {statement}"
            answer = self.http.get(told["nextUri"])

    def stop(self):
        self.http.close()
        self.process.kill()
        self.process.wait()
        self.log.close()


def write_properties(path: Path, properties: dict):
    path.write_text("".join(f"{name}={value}\n" for name, value in properties.items()))
