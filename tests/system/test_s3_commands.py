"""`tarn s3` and `tarn mc` against the S3 face of a running Tarn."""

import json

from conftest import clean_environment, run_tarn


def test_objects_go_there_and_back(tarn, tmp_path):
    at = ("--endpoint", tarn.faces["s3"])
    (tmp_path / "in.csv").write_text("a,b\n")
    assert run_tarn("s3", "mb", "lake", *at).returncode == 0
    assert run_tarn("s3", "cp", tmp_path / "in.csv", "s3://lake/day=1/", *at).returncode == 0
    assert run_tarn("s3", "cat", "lake/day=1/in.csv", *at).stdout == "a,b\n"
    assert "day=1/" in run_tarn("s3", "ls", "lake", *at).stdout
    listed = json.loads(run_tarn("s3", "ls", "s3a://lake/", "--recursive", "--json", *at).stdout)
    assert [(each["path"], each["size"]) for each in listed["objects"]] == [("day=1/in.csv", 4)]
    buckets = json.loads(run_tarn("s3", "ls", "--json", *at).stdout)["buckets"]
    assert [each["name"] for each in buckets] == ["iceberg", "lake", "warehouse"]
    assert run_tarn("s3", "cp", "s3://lake/day=1/in.csv", "s3://warehouse/b", *at).returncode == 0
    assert run_tarn("s3", "cp", "s3://warehouse/b", tmp_path / "out", *at).returncode == 0
    assert (tmp_path / "out").read_text() == "a,b\n"
    assert "4 B" in run_tarn("s3", "stat", "warehouse/b", *at).stdout
    assert run_tarn("s3", "rm", "warehouse/b", *at).returncode == 0
    assert run_tarn("s3", "stat", "warehouse/b", *at).returncode == 3


def test_mc_speaks_as_the_tool_does(tarn, tmp_path):
    env = clean_environment(HOME=str(tmp_path))
    (tmp_path / "in.csv").write_text("x" * 2000)

    def mc(*words):
        return run_tarn("mc", *words, env=env, cwd=tmp_path)

    url = tarn.faces["s3"]
    assert mc("ls", "own").returncode == 3
    added = mc("alias", "set", "own", url, "minioadmin", "minioadmin")
    assert added.stdout == "Added `own` successfully.\n"
    assert mc("mb", "own/lake").stdout == "Bucket created successfully `own/lake`.\n"
    assert mc("mb", "own/lake").returncode == 7
    assert mc("mb", "--ignore-existing", "own/lake").returncode == 0
    assert mc("cp", "in.csv", "own/lake/db/").returncode == 0
    line = mc("ls", "--recursive", "own/lake").stdout
    assert line.startswith("[20") and line.endswith(" UTC] 2.0KiB STANDARD db/in.csv\n")
    assert mc("ls", "own/lake/").stdout.endswith(" db/\n")
    assert mc("cat", "own/lake/db/in.csv").stdout == "x" * 2000
    assert mc("rm", "own/lake/db/in.csv").stdout == "Removed `own/lake/db/in.csv`.\n"


def test_a_face_that_is_off_is_not_there(start_tarn):
    tarn = start_tarn("--set", "s3.enabled=false")
    assert "s3" not in tarn.faces
    assert not (tarn.data / "warehouse" / "warehouse").exists()
