"""A Tarn from start to stop, as a person at a terminal and a script see it."""

import json
import signal
import socket
import ssl
import subprocess

import httpx

from conftest import BIN_DIR, clean_environment, run_tarn


def test_every_face_answers_once_the_ready_file_is_there(tarn):
    health = httpx.get(f"{tarn.faces['rest']}/health", timeout=5)
    assert health.status_code == 200
    assert health.json()["status"] == "ok"


def test_status_finds_the_tarn_of_its_data_folder(tarn):
    shown = run_tarn("status", "--data", tarn.data, "--json")
    status = json.loads(shown.stdout)
    assert status["schema"] == "tarn.status/1"
    assert {part["name"]: part["state"] for part in status["parts"]} == \
        {"kafka": "ready", "iceberg": "ready", "s3": "ready", "jobs": "ready",
         "flink": "ready", "rest": "ready"}
    assert "ready" in run_tarn("status", "--at", tarn.faces["rest"]).stdout


def test_metrics_count_requests_by_route_and_describe_the_process(tarn):
    url = tarn.faces["rest"]
    for _ in range(3):
        httpx.get(f"{url}/health", timeout=5)
    text = httpx.get(f"{url}/metrics", timeout=5)
    assert text.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert 'route="/health"' in text.text
    for name in ("process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds"):
        value = next(line for line in text.text.splitlines() if line.startswith(name + " "))
        assert float(value.split()[1]) > 0


def test_openapi_describes_the_routes(tarn):
    page = httpx.get(f"{tarn.faces['rest']}/openapi.json", timeout=5).json()
    assert page["openapi"].startswith("3.")
    assert {"/health", "/metrics", "/api/v1/status"} <= set(page["paths"])


def test_unknown_paths_get_the_one_error_shape(tarn):
    answer = httpx.get(f"{tarn.faces['rest']}/nowhere", timeout=5)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


def test_a_second_tarn_on_the_same_folder_is_refused(tarn):
    second = run_tarn("up", "--data", tarn.data, "--ports", "auto")
    assert second.returncode == 7
    assert f"pid {tarn.process.pid}" in second.stderr
    assert "tarn down" in second.stderr


def test_down_stops_it_and_keeps_the_data(tarn):
    assert run_tarn("down", "--data", tarn.data).returncode == 0
    assert tarn.process.wait(timeout=5) == 0
    assert tarn.data.exists()
    assert run_tarn("status", "--data", tarn.data, "--set", "rest.port=1").returncode == 5


def test_down_with_volumes_removes_the_data_only_when_told_so(tarn):
    asked = run_tarn("down", "--volumes", "--data", tarn.data)
    assert asked.returncode == 2 and "--yes" in asked.stderr
    assert run_tarn("down", "--volumes", "--yes", "--data", tarn.data).returncode == 0
    assert not tarn.data.exists()


def test_down_never_removes_a_folder_that_is_not_tarns(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    refused = run_tarn("down", "--volumes", "--yes", "--data", tmp_path)
    assert refused.returncode == 1
    assert (tmp_path / "thesis.txt").exists()


def test_kill_9_leaves_a_folder_that_starts_again(start_tarn):
    first = start_tarn()
    first.kill()
    assert run_tarn("status", "--data", first.data, "--set", "rest.port=1").returncode == 5
    again = start_tarn()
    assert httpx.get(f"{again.faces['rest']}/health", timeout=5).status_code == 200


def test_a_port_that_is_taken_is_named_with_its_owner(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        options = ["--data", tmp_path / "data", "--set", f"rest.port={port}",
                   "--set", "kafka.listeners=127.0.0.1:0", "--set", "iceberg.port=0",
                   "--set", "s3.port=0"]
        refused = run_tarn("up", *options)
        examined = run_tarn("doctor", *options)
    assert refused.returncode == 7
    assert str(port) in refused.stderr
    assert examined.returncode == 8
    assert "FAIL" in examined.stdout and "pid" in examined.stdout


def test_what_fails_after_the_first_part_started_ends_in_order(tmp_path):
    (tmp_path / "data" / "run.json" / "in the way").mkdir(parents=True)
    refused = run_tarn("up", "--ports", "auto", "--data", tmp_path / "data")
    assert refused.returncode == 1
    assert "run.json" in refused.stderr
    assert '"message":"stopped"' in refused.stderr


def test_sigint_stops_in_order(start_tarn):
    tarn = start_tarn()
    tarn.process.send_signal(signal.SIGINT)
    assert tarn.process.wait(timeout=10) == 0
    logged = (tarn.data / "logs" / "tarn.log").read_text()
    assert '"message":"stopped"' in logged


def test_detached_it_returns_when_ready_and_goes_on(tmp_path):
    data = tmp_path / "data"
    started = subprocess.run(
        [BIN_DIR / "tarn", "up", "--detach", "--ports", "auto", "--data", data],
        text=True, capture_output=True, timeout=30, env=clean_environment())
    try:
        assert started.returncode == 0, started.stderr
        assert run_tarn("status", "--data", data).returncode == 0
    finally:
        assert run_tarn("down", "--data", data).returncode == 0


def test_detached_it_reports_what_keeps_it_from_starting(tarn):
    second = run_tarn("up", "--detach", "--ports", "auto", "--data", tarn.data)
    assert second.returncode == 7
    assert "in use" in second.stderr


def test_logs_are_shown_by_part_and_from_the_end(tarn):
    everything = run_tarn("logs", "--data", tarn.data)
    assert "is ready" in everything.stdout
    assert run_tarn("logs", "cli", "--tail", "1", "--data", tarn.data).stdout.count("\n") == 1
    assert run_tarn("logs", "nobody", "--data", tarn.data).stdout == ""
    raw = run_tarn("logs", "--json", "--data", tarn.data).stdout.splitlines()
    assert all(json.loads(line)["part"] for line in raw)


def test_only_the_allowed_host_names_are_answered(start_tarn):
    url = start_tarn("--set", "rest.allowed-hosts=localhost,127.0.0.1").faces["rest"]
    assert httpx.get(f"{url}/health", timeout=5).status_code == 200
    rebound = httpx.get(f"{url}/health", headers={"Host": "evil.example"}, timeout=5)
    assert rebound.status_code == 403


def test_it_speaks_https_with_a_certificate(start_tarn, tmp_path):
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "1", "-subj", "/CN=tarn", "-addext", "subjectAltName=IP:127.0.0.1",
         "-out", certificate, "-keyout", key], check=True, capture_output=True)
    tarn = start_tarn("--set", f"rest.tls-certificate={certificate}",
                      "--set", f"rest.tls-key={key}")
    assert tarn.faces["rest"].startswith("https://")
    trusted = ssl.create_default_context(cafile=certificate)
    assert httpx.get(f"{tarn.faces['rest']}/health", verify=trusted, timeout=5).status_code == 200


def test_a_token_keeps_strangers_out_but_not_health_probes(start_tarn):
    tarn = start_tarn("--set", "rest.token=open-sesame")
    url = tarn.faces["rest"]
    assert httpx.get(f"{url}/health", timeout=5).status_code == 200
    assert httpx.get(f"{url}/api/v1/status", timeout=5).status_code == 401
    allowed = {"Authorization": "Bearer open-sesame"}
    assert httpx.get(f"{url}/api/v1/status", headers=allowed, timeout=5).status_code == 200
    assert "open-sesame" not in httpx.get(f"{url}/api/v1/config", headers=allowed, timeout=5).text
    with_token = clean_environment(TARN_REST_TOKEN="open-sesame")
    assert run_tarn("status", "--data", tarn.data, env=with_token).returncode == 0
