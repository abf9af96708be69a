"""Lints the tables that a test leaves behind, whoever wrote them."""

import json
import subprocess
from pathlib import Path

from conftest import BIN_DIR, clean_environment

# What writers of others do and their readers bear: the rule, and what is found. One that is mended
# there goes from here.
KNOWN_OF_OTHERS = {
    # PyIceberg; Java leaves the schema-id out as well.
    ("manifest-keys", "no 'schema-id'"),
    ("equality-ids", "equality_ids are no list of int"),
    ("nan-counts", "NaN is not counted in"),
    # Hadoop's file system, in the sink for Kafka Connect, writes file: with one slash.
    ("locations", "'file:/tmp/"),
}


def newest_metadata(warehouse: Path) -> set[Path]:
    """The newest metadata file of each table below."""
    newest: dict[Path, Path] = {}
    for path in warehouse.rglob("*.metadata.json"):
        if path.parent not in newest or path.name > newest[path.parent].name:
            newest[path.parent] = path
    return set(newest.values())


def lint(metadata, endpoint: str) -> list[dict]:
    """The endpoint is where its files are that are named as objects."""
    where = ("--endpoint", endpoint) if endpoint else ()
    done = subprocess.run([BIN_DIR / "tarn", "iceberg", "lint", metadata, "--json", *where],
                          text=True, capture_output=True, timeout=60, env=clean_environment())
    assert done.returncode in (0, 8), done.stderr
    return json.loads(done.stdout)["findings"]


def is_known(finding: dict) -> bool:
    return any(finding["rule"] == rule and finding["what"].startswith(what)
               for rule, what in KNOWN_OF_OTHERS)


def assert_clean(metadata, endpoint=""):
    findings = [finding for finding in lint(metadata, endpoint) if not is_known(finding)]
    assert not findings, f"{metadata}: {json.dumps(findings, indent=1)}"
