"""What README and `make demo` promise a newcomer, run to the letter."""

import re
import subprocess

import pytest

from conftest import BIN_DIR, ROOT, clean_environment, free_port, run_tarn


def test_the_first_five_minutes_of_the_readme_work(tmp_path):
    section = (ROOT / "README.md").read_text().split("## The first five minutes")[1]
    commands = re.search(r"```\n(.*?)```", section, re.DOTALL).group(1)
    assert "./tarn up --detach" in commands
    # Only what would disturb this machine is changed: no build, and a port of the test's own.
    port, kafka_port = free_port(), free_port()
    commands = commands.replace("make build ", "true ").replace("8080", str(port))
    commands = commands.replace("9092", str(kafka_port))
    (tmp_path / "tarn").symlink_to(BIN_DIR / "tarn")

    done = subprocess.run(["bash", "-euo", "pipefail", "-c", commands], cwd=tmp_path, text=True,
                          capture_output=True, timeout=60,
                          env=clean_environment(TARN_REST_PORT=str(port), TARN_S3_PORT="0",
                                                TARN_ICEBERG_PORT="0",
                                                TARN_KAFKA_LISTENERS=f"127.0.0.1:{kafka_port}"))

    assert done.returncode == 0, done.stderr
    assert "Created topic trades" in done.stdout
    assert r'"key":"BTCUSDT","value":"{\"price\":97000}"' in done.stdout
    assert '"status":"ok"' in done.stdout
    assert "process_cpu_seconds_total" in done.stdout
    assert (tmp_path / "tarn-data").exists()


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
