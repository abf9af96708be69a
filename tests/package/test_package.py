"""The relocatable archive runs where nothing is installed but glibc: in an empty root, within
namespaces of its own. The root has /proc, from which the loader learns where the binary lies."""

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from conftest import clean_environment

ROOT = Path(__file__).resolve().parent.parent.parent
GLIBC = ("ld-linux-x86-64.so.2", "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0",
         "librt.so.1", "libresolv.so.2")


@pytest.fixture(scope="module")
def archive() -> Path:
    made = subprocess.run([ROOT / "tools" / "package"], text=True, capture_output=True, check=True,
                          env=clean_environment())
    return ROOT / made.stdout.split()[0]


@pytest.fixture
def empty_root(tmp_path, archive) -> Path:
    """A root that holds the unpacked archive and glibc, and nothing else."""
    subprocess.run(["tar", "--zstd", "-xf", archive, "-C", tmp_path], check=True)
    root = tmp_path / archive.name.removesuffix(".tar.zst")
    for folder in ("lib64", "lib/x86_64-linux-gnu", "tmp", "proc"):
        (root / folder).mkdir(parents=True)
    for name in GLIBC:
        library = Path("/lib/x86_64-linux-gnu") / name
        shutil.copy(library.resolve(), root / "lib/x86_64-linux-gnu" / name)
    shutil.copy(root / "lib/x86_64-linux-gnu" / GLIBC[0], root / "lib64" / GLIBC[0])
    return root


def inside(root: Path) -> list:
    """The words that run tarn inside the root; who is not root becomes it in a user namespace."""
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    return [shutil.which("unshare"), *user, "--mount", "--pid", "--fork", "--mount-proc",
            "--root", root, "/bin/tarn"]


def child_of(process: subprocess.Popen) -> int:
    """Signals go to tarn itself, since unshare does not pass them on."""
    return int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0])


def test_the_binary_starts_with_only_its_own_libraries(empty_root):
    shown = subprocess.run([*inside(empty_root), "version", "--json"], text=True,
                           capture_output=True, timeout=30, env={})
    assert shown.returncode == 0, shown.stderr
    assert json.loads(shown.stdout)["schema"] == "tarn.version/1"


def test_tarn_serves_from_the_empty_root(empty_root):
    process = subprocess.Popen(
        [*inside(empty_root), "up", "--data", "/tmp/data", "--ports", "auto",
         "--ready-file", "/tmp/ready.json"], env={}, stderr=subprocess.PIPE, text=True)
    try:
        ready = empty_root / "tmp" / "ready.json"
        deadline = time.monotonic() + 20
        while not ready.exists():
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        url = json.loads(ready.read_text())["rest"]
        with urllib.request.urlopen(f"{url}/health", timeout=5) as answer:
            assert json.load(answer)["status"] == "ok"
    finally:
        if process.poll() is None:
            os.kill(child_of(process), signal.SIGTERM)
        assert process.wait(timeout=20) == 0


def test_the_archive_carries_licences(empty_root):
    assert (empty_root / "share/doc/tarn/LICENSE").exists()
    licenses = empty_root / "share/doc/tarn/licenses"
    assert list((licenses / "arrow").iterdir())
    shipped = {path.name.split(".so")[0] for path in (empty_root / "lib/tarn").iterdir()}
    assert "libfmt" in shipped and (licenses / "libfmt9").exists()


def test_the_archive_carries_kafkas_tools_by_their_names(empty_root):
    for name in ("kafka-topics", "kafka-topics.sh", "kafka-console-consumer.sh"):
        assert os.readlink(empty_root / "bin" / name) == "tarn"
