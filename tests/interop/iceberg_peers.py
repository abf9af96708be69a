"""Engines that know Iceberg, ready to be set on a Tarn."""

import importlib.util
from pathlib import Path

import duckdb


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
