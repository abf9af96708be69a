"""Flink's REST interface: each answer has the shape of a real Flink's about a job of the same SQL,
and Flink's own command line works with it."""

import subprocess
import time

import httpx
import pytest

from conftest import Tarn, clean_environment
from interop.iceberg_peers import JAVA_OPENS, JvmEngine, jars_of

STATEMENTS = [
    "SET 'execution.checkpointing.interval' = '300 ms'",
    "SET 'pipeline.name' = 'counting'",
    "CREATE TABLE numbers (i BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '100', "
    "'fields.i.min' = '1', 'fields.i.max' = '10')",
    "CREATE TABLE counts (i BIGINT, n BIGINT, PRIMARY KEY (i) NOT ENFORCED) "
    "WITH ('connector' = 'blackhole')",
    "CREATE TABLE strict (n BIGINT NOT NULL) WITH ('connector' = 'blackhole')",
]
COUNTING = "INSERT INTO counts SELECT i, COUNT(*) FROM numbers GROUP BY i"
FAILING = ["SET 'pipeline.name' = 'failing'", "SET 'restart-strategy.type' = 'none'",
           "INSERT INTO strict SELECT NULLIF(i, i) FROM numbers"]
NO_ID = "0" * 32


class Face:
    """A REST address with one job that counts and one that has failed."""

    def __init__(self, url: str, counting: str, failing: str):
        self.http = httpx.Client(base_url=url, timeout=30)
        self.counting = counting
        self.failing = failing
        wait_until(lambda: self.get(f"/jobs/{failing}")["state"] == "FAILED")
        wait_until(lambda: self.get(f"/jobs/{counting}/checkpoints")["counts"]["completed"] > 1)

    def get(self, path: str):
        answer = self.http.get(path)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    def page(self, path: str):
        """The words in braces stand for what each server has its own names of."""
        job = self.get(f"/jobs/{self.counting}")
        return self.get(path.format(
            job=self.counting, failed=self.failing, source=job["vertices"][0]["id"],
            epoch=self.get(f"/jobs/{self.counting}/checkpoints")["latest"]["completed"]["id"],
            task_manager=self.get("/taskmanagers")["taskmanagers"][0]["id"]))


def wait_until(is_so, seconds=60):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def theirs(tmp_path_factory) -> Face:
    folder = tmp_path_factory.mktemp("flink-session")
    engine = JvmEngine(folder / "flink.log", "FlinkSession.java", jars_of("flink"),
                       words=[folder / "savepoints"], java_options=JAVA_OPENS)
    (url,), = engine.answer()
    for statement in STATEMENTS:
        engine.sql(statement)
    (counting,), = engine.sql(COUNTING)
    (failing,), = [engine.sql(statement) for statement in FAILING][-1]
    yield Face(url, counting, failing)
    engine.stop()


@pytest.fixture(scope="module")
def tarn(tmp_path_factory) -> Tarn:
    tarn = Tarn(tmp_path_factory.mktemp("flink-rest"))
    yield tarn
    assert tarn.stop() == 0


def submit(tarn, name: str, statements: list[str]) -> str:
    answer = httpx.post(f"{tarn.faces['rest']}/api/v1/jobs", timeout=30, json={
        "name": name, "sql": ";\n".join(statements) + ";"})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


@pytest.fixture(scope="module")
def ours(tarn) -> Face:
    return Face(tarn.faces["flink"], submit(tarn, "counting", [*STATEMENTS, COUNTING]),
                submit(tarn, "failing", [*STATEMENTS, *FAILING]))


def kind(value) -> str:
    if isinstance(value, bool):
        return "truth value"
    is_number = isinstance(value, (int, float)) or value == "NaN"
    return "number" if is_number else type(value).__name__


def differences(ours, theirs, place="") -> list[str]:
    """Where one of them has a name or a kind of value that the other has not. What is null in one
    of them tells nothing, and of lists the first entries have to be alike."""
    if ours is None or theirs is None:
        return []
    if kind(ours) != kind(theirs):
        return [f"{place}: {kind(ours)}, not {kind(theirs)}"]
    if isinstance(theirs, list):
        return differences(ours[0], theirs[0], f"{place}/0") if ours and theirs else []
    if not isinstance(theirs, dict) or place.endswith(("/user-config", "/tasks", "/resource")):
        return []
    found = [f"{place}: {name} is in one of them" for name in ours.keys() ^ theirs.keys()]
    for name in ours.keys() & theirs.keys():
        found += differences(ours[name], theirs[name], f"{place}/{name}")
    return found


@pytest.mark.parametrize("path", [
    "/overview", "/v1/overview", "/config", "/jobs", "/jobs/overview", "/taskmanagers",
    "/taskmanagers/{task_manager}", "/jobmanager/config", "/jobs/{job}", "/jobs/{failed}",
    "/jobs/{job}/status", "/jobs/{job}/plan", "/jobs/{job}/config", "/jobs/{job}/vertices/{source}",
    "/jobs/{job}/checkpoints", "/jobs/{job}/checkpoints/config",
    "/jobs/{job}/checkpoints/details/{epoch}", "/jobs/{failed}/checkpoints",
    "/jobs/{job}/exceptions", "/jobs/{failed}/exceptions", "/jobs/{job}/metrics",
    "/jobs/{job}/metrics?get=uptime,numRestarts,nonsense", "/jobs/metrics",
    "/jobs/metrics?get=uptime&agg=max,min", "/jobmanager/metrics"])
def test_an_answer_has_the_shape_of_flinks(ours, theirs, path):
    assert differences(ours.page(path), theirs.page(path), path) == []


def test_a_shape_that_differs_is_seen():
    assert differences({"a": [{"b": 1}]}, {"a": [{"b": "1"}]}) == ["/a/0/b: number, not str"]
    assert differences({"a": 1, "b": 2}, {"a": 1}) == [": b is in one of them"]


@pytest.mark.parametrize("method, path, body", [
    ("GET", "/nowhere", None), ("GET", f"/jobs/{NO_ID}", None), ("GET", "/jobs/counting", None),
    ("GET", "/jobs/{job}/vertices/" + NO_ID, None), ("POST", "/overview", None),
    ("GET", "/jobs/{job}/checkpoints/details/999999", None),
    ("GET", "/jobs/{job}/checkpoints/details/x", None),
    ("GET", "/jobs/{job}/savepoints/" + NO_ID, None), ("GET", "/jobs/{job}/savepoints/x", None),
    ("PATCH", f"/jobs/{NO_ID}?mode=cancel", None), ("PATCH", "/jobs/{failed}?mode=cancel", None),
    ("PATCH", "/jobs/{job}?mode=nonsense", None), ("POST", "/jobs/{job}/savepoints", "{")])
def test_a_refusal_has_the_status_and_shape_of_flinks(ours, theirs, method, path, body):
    answers = [face.http.request(method, path.format(job=face.counting, failed=face.failing),
                                 content=body) for face in (ours, theirs)]
    assert answers[0].status_code == answers[1].status_code
    assert not differences(answers[0].json(), answers[1].json())


def triggered(face: Face, path: str, body: dict) -> tuple[dict, dict]:
    """What is told at once, and when it is done."""
    asked = face.http.post(f"/jobs/{face.counting}/{path}", json=body)
    assert asked.status_code == 202, asked.text
    status = f"/jobs/{face.counting}/savepoints/{asked.json()['request-id']}"
    wait_until(lambda: face.get(status)["status"]["id"] == "COMPLETED")
    return asked.json(), face.get(status)


def test_a_savepoint_is_triggered_as_with_flink(ours, theirs):
    answers = [triggered(face, "savepoints", {"cancel-job": False}) for face in (ours, theirs)]
    assert not differences(*answers)
    assert answers[0][1]["operation"]["location"].startswith("file:")
    assert not differences(*(face.page("/jobs/{job}/checkpoints") for face in (ours, theirs)))
    job = ours.get(f"/jobs/{ours.counting}/checkpoints")
    assert job["latest"]["savepoint"]["is_savepoint"]


def test_numbers_are_those_of_the_job(ours):
    job = ours.get(f"/jobs/{ours.counting}")
    source, *others = job["vertices"]
    assert source["name"] == "Source: numbers" and source["metrics"]["write-records"] > 0
    assert all(vertex["metrics"]["write-records-complete"] for vertex in job["vertices"])
    assert any(other["metrics"]["read-records"] > 0 for other in others)
    nodes = {node["id"]: node for node in job["plan"]["nodes"]}
    assert nodes.keys() == {vertex["id"] for vertex in job["vertices"]}
    inputs = [each["id"] for node in nodes.values() for each in node.get("inputs", [])]
    assert source["id"] in inputs and set(inputs) <= nodes.keys()
    epochs = ours.get(f"/jobs/{ours.counting}/checkpoints")["history"]
    assert all(epoch["state_size"] > 0 for epoch in epochs)


def flink_command(folder, face: Face, *words: str) -> str:
    """Flink's own command line."""
    (folder / "config.yaml").write_text("rest.port: 8081\n")
    done = subprocess.run(
        ["java", *JAVA_OPENS, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
         f"{jars_of('flink')}/*", "org.apache.flink.client.cli.CliFrontend", words[0],
         "-m", face.http.base_url.netloc.decode(), *words[1:]],
        capture_output=True, text=True, timeout=120, cwd=folder,
        env=clean_environment(FLINK_CONF_DIR=str(folder)))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_flinks_command_line_lists_saves_stops_and_cancels_jobs(ours, tarn, tmp_path):
    listed = flink_command(tmp_path, ours, "list", "--all")
    assert f"{ours.counting} : counting (RUNNING)" in listed
    assert f"{ours.failing} : failing (FAILED)" in listed

    assert "epoch-" in flink_command(tmp_path, ours, "savepoint", ours.counting)

    flink_command(tmp_path, ours, "cancel", ours.counting)
    wait_until(lambda: ours.get(f"/jobs/{ours.counting}")["state"] == "CANCELED")

    again = submit(tarn, "counting", [*STATEMENTS, COUNTING])
    assert "Savepoint completed" in flink_command(tmp_path, ours, "stop", again)
    wait_until(lambda: ours.get(f"/jobs/{again}")["state"] == "FINISHED")
