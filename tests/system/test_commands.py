"""The commands that need no running Tarn: their output, their errors and their exit codes."""

import json
import subprocess

import pytest

from conftest import clean_environment, run_tarn


def test_version_says_what_it_was_built_from():
    version = json.loads(run_tarn("version", "--json").stdout)
    assert version["schema"] == "tarn.version/1"
    assert version["arrow"] == "26.0.1"
    assert run_tarn("--version").stdout.startswith(f"tarn {version['version']}")


def test_alone_it_prints_a_short_overview():
    shown = run_tarn()
    assert shown.returncode == 0
    assert len(shown.stdout.splitlines()) <= 24
    assert "tarn up" in shown.stdout


@pytest.mark.parametrize("words, hint", [
    (["stauts"], "did you mean 'status'?"),
    (["up", "--prots", "auto"], "did you mean '--ports'?"),
    (["up", "--set", "rest.prot=1"], "did you mean 'rest.port'?"),
    (["up", "--set", "rest.port=many"], "not a whole number"),
    (["config"], None),
    (["config", "shwo"], "did you mean 'config show'?"),
    (["completion", "csh"], "csh not in {bash,zsh,fish}"),
])
def test_slips_are_usage_errors_with_a_hint(words, hint):
    refused = run_tarn(*words)
    if hint is None:
        assert refused.returncode == 0 and "config show" in refused.stdout
        return
    assert refused.returncode == 2
    assert hint in refused.stderr
    assert refused.stdout == ""


def test_config_show_tells_where_each_value_came_from(tmp_path):
    (tmp_path / "tarn.toml").write_text('[rest]\nport = 1234\naddress = "127.0.0.2"\n')
    env = clean_environment(TARN_REST_ADDRESS="127.0.0.3")
    shown = run_tarn("config", "show", "--json", "--set", "log.level=debug", cwd=tmp_path, env=env)
    origin = {each["key"]: each["origin"] for each in json.loads(shown.stdout)["settings"]}
    assert origin["rest.port"] == "tarn.toml:2:8"
    assert origin["rest.address"] == "TARN_REST_ADDRESS"
    assert origin["log.level"] == "--set"
    assert origin["log.format"] == "default"


def test_a_wrong_settings_file_is_refused_with_its_place(tmp_path):
    (tmp_path / "tarn.toml").write_text("[rest]\nprot = 1234\n")
    refused = run_tarn("config", "show", cwd=tmp_path)
    assert refused.returncode == 2
    assert "tarn.toml:2:8: unknown setting 'rest.prot'" in refused.stderr


def test_doctor_finds_nothing_wrong_on_a_good_machine(tmp_path):
    examined = run_tarn("doctor", "--json", "--set", "ports=auto", "--data", tmp_path / "data")
    assert examined.returncode == 0, examined.stderr
    checks = {each["check"]: each for each in json.loads(examined.stdout)["checks"]}
    assert set(checks) == {"ports", "folder", "disk", "open files", "clock", "libraries"}
    assert all(each["state"] != "FAIL" for each in checks.values())


def test_doctor_names_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("in the way")
    examined = run_tarn("doctor", "--data", tmp_path / "file" / "data", "--set", "ports=auto")
    assert examined.returncode == 8
    assert "FAIL  folder" in examined.stdout


def test_a_folder_that_cannot_be_written_stops_the_start(tmp_path):
    (tmp_path / "file").write_text("in the way")
    refused = run_tarn("up", "--ports", "auto", "--data", tmp_path / "file" / "data")
    assert refused.returncode == 1
    assert "--data DIR" in refused.stderr


def test_bash_completes_commands_verbs_and_options():
    script = run_tarn("completion", "bash").stdout + """
complete_line() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tarn; echo "${COMPREPLY[@]}"; }
complete_line tarn st
complete_line tarn config sh
complete_line tarn up --po
"""
    shown = subprocess.run(["bash", "-c", script], text=True, capture_output=True, check=True)
    assert shown.stdout.splitlines() == ["status", "show", "--ports"]


def test_output_for_a_pipe_has_no_colour():
    assert "\x1b" not in run_tarn("config", "show").stdout
    assert "\x1b" in run_tarn("config", "show", "--color", "always").stdout
