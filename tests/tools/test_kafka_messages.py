"""tools/kafka_messages.py makes code of descriptions. What the code does is tested in
src/kafka/wire and tests/interop."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

HELLO = """// A comment above,
{
  "apiKey": 7, "type": "request", "name": "HelloRequest",
  // and one between.
  "validVersions": "1-3", "flexibleVersions": "3+",
  "fields": [
    { "name": "SomeText", "type": "string", "versions": "2+", "nullableVersions": "2+" },
    { "name": "Late", "type": "int32", "versions": "3+", "default": "-1",
      "taggedVersions": "TAGGED", "tag": 0 }
  ]
}
"""


class Generator:
    def __init__(self, folder: Path):
        self.folder = folder
        self.out = folder / "out"
        self.describe("HelloRequest", HELLO.replace("TAGGED", "3+"))

    def describe(self, name: str, text: str):
        (self.folder / f"{name}.json").write_text(text)

    def run(self, names: str) -> subprocess.CompletedProcess:
        (self.folder / "messages.txt").write_text(names)
        return subprocess.run(
            [ROOT / "tools/kafka_messages.py", self.folder, self.folder / "messages.txt", self.out],
            text=True, capture_output=True, timeout=60)


@pytest.fixture
def generator(tmp_path) -> Generator:
    return Generator(tmp_path)


def test_makes_a_struct_with_a_member_for_each_field(generator):
    assert generator.run("# comments and blank lines are left out\n\nHello\n").returncode == 0
    header = (generator.out / "hello.hpp").read_text()
    assert "std::optional<std::string> some_text{std::in_place};" in header
    assert "int32_t late = -1;" in header
    assert "Hello = 7," in (generator.out / "api_key.hpp").read_text()
    assert '{ApiKey::Hello, "Hello", 1, 3, 3},' in (generator.out / "api_table.cpp").read_text()


def test_leaves_a_file_alone_whose_content_stays(generator):
    generator.run("Hello\n")
    before = {path: path.stat().st_mtime_ns for path in generator.out.iterdir()}
    generator.describe("HelloRequest", HELLO.replace("TAGGED", "3+").replace("-1", "-2"))
    generator.run("Hello\n")
    changed = {path.name for path in generator.out.iterdir()
               if path.stat().st_mtime_ns != before[path]}
    assert changed == {"hello.hpp", "hello.cpp"}


def test_says_which_description_is_missing(generator):
    refused = generator.run("Hello\nGoodbye\n")
    assert refused.returncode == 1
    assert "has no description of Goodbye" in refused.stderr


def test_refuses_what_it_would_get_wrong(generator):
    generator.describe("HelloRequest", HELLO.replace("TAGGED", "4+"))
    refused = generator.run("Hello\n")
    assert refused.returncode == 1
    assert "Late is tagged in some of its versions only" in refused.stderr
