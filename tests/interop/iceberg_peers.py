"""Engines that know Iceberg, ready to be set on a Tarn."""

import importlib.util
import json
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

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


class JvmEngine:
    """An engine in Java that answers SQL: one of peers/*Statements.java with its jars."""

    def __init__(self, log: Path, program: str, jars: Path, words=(), java_options=()):
        self.log = open(log, "wb")
        self.process = subprocess.Popen(
            ["java", *java_options, "-Xmx1500m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
             "-cp", f"{jars}/*", PEERS / program, *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True,
            cwd=log.parent)

    def sql(self, statement: str) -> list:
        line = " ".join(statement.split("\n"))
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
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
    jars = ROOT / ".deps" / name
    if not shutil.which("java"):
        pytest.skip(f"{name} needs Java")
    if not jars.exists():
        pytest.skip(f"{name} is not installed: tools/setup engines")
    return jars


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
