"""The compatibility kit of the Iceberg project: 157 tests that any REST catalog should pass."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import Tarn

KIT = Path(__file__).parents[2] / ".deps" / "iceberg-kit"
# What the kit leaves out by itself: names with dots and slashes, and columns of type variant.
LEFT_OUT = {"RESTCompatibilityKitCatalogTests": 11, "RESTCompatibilityKitViewCatalogTests": 1}


@pytest.mark.parametrize("half", LEFT_OUT)
def test_the_official_kit_passes(half, tmp_path):
    if not shutil.which("java"):
        pytest.skip("the kit needs Java")
    # It expects an empty catalog, and puts some tables below /tmp by names of its own.
    tarn = Tarn(tmp_path, "--set", "iceberg.locations=/tmp")
    try:
        done = subprocess.run(
            ["java", "-cp", f"{KIT}/*", "-Drck.local=false",
             f"-Duri={tarn.faces['iceberg']}/", "-Drck.requires-namespace-create=true",
             "-Drck.supports-serverside-retry=true", "-Dwarehouse=rck_warehouse",
             "org.junit.platform.console.ConsoleLauncher", "execute", "--details=tree",
             "--disable-banner", "--disable-ansi-colors",
             "--select-class", f"org.apache.iceberg.rest.{half}"],
            cwd=tmp_path, text=True, capture_output=True, timeout=300)
    finally:
        assert tarn.stop() == 0

    def count(kind: str) -> int:
        return int(re.search(rf"(\d+) tests {kind}", done.stdout)[1])

    failures = [line for line in done.stdout.split("\n") if "[X]" in line]
    assert count("failed") == 0 and done.returncode == 0, "\n".join(failures) + done.stderr[-2000:]
    assert count("found") == count("successful") + LEFT_OUT[half]
    assert count("skipped") + count("aborted") == LEFT_OUT[half]
