"""What README and `make demo` promise a newcomer, run to the letter."""

import re
import subprocess
import sys

import pytest

from conftest import BIN_DIR, ROOT, clean_environment, free_port, run_tarn


def blocks_of(heading: str) -> list[str]:
    """What stands between fences in a section of the README."""
    section = (ROOT / "README.md").read_text().split(f"## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"```\w*\n(.*?)```", section, re.DOTALL)


class Newcomer:
    """Types what he reads, beside other Tarns of this machine: on ports of his own."""

    def __init__(self, folder):
        self.folder = folder
        self.ports = {usual: str(free_port()) for usual in ("8080", "9092", "8181")}
        self.env = clean_environment(
            TARN_REST_PORT=self.ports["8080"], TARN_S3_PORT="0",
            TARN_ICEBERG_PORT=self.ports["8181"],
            TARN_KAFKA_LISTENERS=f"127.0.0.1:{self.ports['9092']}")
        (folder / "tarn").symlink_to(BIN_DIR / "tarn")
        (folder / "examples").symlink_to(ROOT / "examples")

    def types(self, text: str, *shell: str) -> str:
        for usual, own in self.ports.items():
            text = text.replace(f"localhost:{usual}", f"localhost:{own}")
        done = subprocess.run([*shell, text], cwd=self.folder, text=True, capture_output=True,
                              timeout=60, env=self.env)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def newcomer(tmp_path):
    newcomer = Newcomer(tmp_path)
    yield newcomer
    subprocess.run(["./tarn", "down"], cwd=tmp_path, capture_output=True, timeout=60,
                   env=newcomer.env)


BASH = ("bash", "-euo", "pipefail", "-c")


def test_the_first_five_minutes_of_the_readme_work(newcomer):
    commands, = blocks_of("The first five minutes")
    assert "./tarn up --detach" in commands
    shown = newcomer.types(commands.replace("make build ", "true "), *BASH)

    assert "Created topic prices" in shown
    assert r'"key":"BTCUSDT","value":"{\"price\":97000}"' in shown
    assert '"status":"ok"' in shown
    assert "process_cpu_seconds_total" in shown
    assert (newcomer.folder / "tarn-data").exists()


def test_flink_sql_in_a_minute_leads_from_a_topic_to_pyiceberg(newcomer):
    commands, program = blocks_of("Flink SQL in a minute")
    shown = newcomer.types(commands, *BASH)

    assert "note: FIRST_VALUE goes by the order in which rows arrive" in shown
    assert re.search(r"^lake +RUNNING", shown, re.MULTILINE)
    assert "+I['BTCUSDT', 2024-01-01 09:" in shown
    assert "close_price: double" in newcomer.types(program, sys.executable, "-c")


def test_the_guide_to_encryption_and_passwords_works(tmp_path):
    guide = (ROOT / "docs" / "secured.md").read_text()
    commands = re.search(r"```\n(.*?)```", guide, re.DOTALL).group(1)
    commands = commands.replace("9092", str(free_port()))
    (tmp_path / "tarn").symlink_to(BIN_DIR / "tarn")

    done = subprocess.run(["bash", "-euo", "pipefail", "-c", commands], cwd=tmp_path, text=True,
                          capture_output=True, timeout=60,
                          env=clean_environment(TARN_REST_PORT=str(free_port()), TARN_S3_PORT="0",
                                                TARN_ICEBERG_PORT="0"))

    assert done.returncode == 0, done.stderr
    assert "Created topic trades" in done.stdout
    assert '{"price":97000}\n' in done.stdout


def test_the_demo_shows_that_kill_loses_nothing_and_leaves_nothing_behind(tmp_path):
    env = clean_environment(TMPDIR=str(tmp_path))
    shown = subprocess.run([ROOT / "tools" / "demo", "--once", "--ports", "auto"], text=True,
                           capture_output=True, timeout=120, env=env)

    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert '{"symbol":"' in shown.stdout
    assert len(re.findall(r"^lake +RUNNING", shown.stdout, re.MULTILINE)) == 3
    assert len(re.findall(r"^\+I\['BTCUSDT', 2024-01-01 09:", shown.stdout, re.MULTILINE)) >= 2
    made = int(re.search(r"(\d+) trades were made", shown.stdout)[1])
    assert made > 600
    assert f"{made} are in raw_trades, {made} different ones" in shown.stdout
    assert shown.stdout.endswith("Not one is lost, not one is there twice.\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("file", sorted((ROOT / "examples").rglob("*.sql")), ids=lambda f: f.name)
def test_the_examples_are_right_and_laid_out(file):
    checked = run_tarn("check", file)
    assert checked.returncode == 0, checked.stdout
    assert run_tarn("fmt", file, "--check").returncode == 0
