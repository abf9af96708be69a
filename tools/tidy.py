#!/usr/bin/env python3
"""Checks what no off-the-shelf tool knows about this tree; exits 1 when something is out of place.

- A folder of src/ includes only folders above it in src/README.md, uses only those in its
  CMakeLists.txt, and has a README of its own.
- A private name of a source means nothing else in the sources that are compiled joined with it.
- Every header is included by some other file, every seed folder belongs to a fuzz target, every
  decision record is numbered once and listed.
- Headers begin with a comment on what they are for, then `#pragma once`.
- Lines fit in 100 columns, files in a few screens, and no line names this machine.
"""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINE_LENGTH_MAX = 100
FILE_LINES_MAX = 500
INCLUDE = re.compile(r'^#include ([<"])([^>"]+)[>"]', re.MULTILINE)
RAW_STRING = re.compile(r'R"(\w*)\(.*?\)\1"', re.DOTALL)
CODE = (".cpp", ".hpp", ".py", ".cmake", ".toml", ".sh")


def main() -> int:
    files = tracked_files()
    complaints = [
        *folder_order(files), *joined_names(files), *unused_headers(files), *headers_begin_well(files),
        *orphan_seeds(files), *decision_records(files), *long_lines(files), *long_files(files),
        *machine_paths(files),
    ]
    for complaint in complaints:
        print(complaint)
    print(f"tidy: {len(files)} files, {len(complaints)} complaints")
    return 1 if complaints else 0


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, text=True, capture_output=True, check=True,
    ).stdout.splitlines()
    return [Path(name) for name in listed if (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    return (ROOT / path).read_text(errors="replace")


def sources(files: list[Path]) -> list[Path]:
    return [path for path in files if path.parts[0] == "src" and path.suffix in (".hpp", ".cpp")]


def folder_order(files: list[Path]):
    order = listed_folders()
    for folder in order:
        if Path("src") / folder / "README.md" not in files:
            yield f"src/{folder}: has no README.md"
    for path in sources(files):
        folder = folder_of(str(path.relative_to("src")), order)
        if not folder:
            yield f"{path}: its folder is not listed in src/README.md"
            continue
        for included in INCLUDE.findall(text_of(path)):
            other = folder_of(included[1], order)
            if not other:
                continue
            if included[0] == "<":
                yield f"{path}: includes our own {included[1]} in angle brackets"
            if order.index(other) > order.index(folder):
                yield f"{path}: includes {included[1]}, but {other} comes after {folder}"
            elif other != folder and other not in used_folders(folder):
                yield f"{path}: includes {included[1]}, but src/{folder} does not use {other}"


def listed_folders() -> list[str]:
    return re.findall(r"^\d+\. `([\w/]+)`", text_of(Path("src/README.md")), re.MULTILINE)


def folder_of(name: str, order: list[str]) -> str | None:
    """The listed folder that a path below src/ lies in: "kafka/wire" for kafka/wire/reader.hpp."""
    return next((folder for folder in order if name.startswith(f"{folder}/")), None)


@cache
def used_folders(folder: str) -> frozenset[str]:
    """The folders that a folder's CMakeLists.txt names, and those that they name."""
    text = text_of(Path("src") / folder / "CMakeLists.txt")
    uses = re.search(r"USES ([\w\s]*?)(?:LINKS|TEST_LINKS|ALONE|\))", text)
    words = uses.group(1).split() if uses else []
    # Only those above it, or two folders that use each other would be asked for ever.
    order = listed_folders()
    above = order[:order.index(folder)] if folder in order else []
    direct = {each for each in above if each.replace("/", "_") in words}
    return frozenset(direct.union(*(used_folders(each) for each in direct)))


PRIVATE = re.compile(r"^namespace \{\n(.*?)^\}  // namespace\n", re.MULTILINE | re.DOTALL)
FUNCTION = re.compile(r"^(?!TEST|INSTANTIATE)[A-Za-z][^\n=({]*[ &*](\w+)\(", re.MULTILINE)
CALL = re.compile(r"(?<![\w.>:~])(\w+)\(")
NO_CODE = re.compile(r"#[^\n]*|//[^\n]*|\"(?:[^\"\\\n]|\\.)*\"")


def joined_names(files: list[Path]):
    """What another source compiled joined calls by a private function's name may be that function:
    a better overload is taken in silence. Of other private names the compiler says so itself."""
    targets: dict[tuple[Path, bool], list[Path]] = {}
    for path in sources(files):
        is_apart = path.suffix == ".hpp" or path.stem.endswith(("_fuzz", "_bench"))
        if not is_apart and path.name not in sources_alone(path.parent):
            targets.setdefault((path.parent, path.stem.endswith("_test")), []).append(path)
    for joined in targets.values():
        called = {path: set(CALL.findall(NO_CODE.sub("", text_of(path)))) for path in joined}
        for path in joined:
            regions = PRIVATE.findall(text_of(path))
            private = {name for region in regions for name in FUNCTION.findall(region)}
            for other in joined:
                for name in sorted(private & called[other]) if other != path else ():
                    yield f"{path}: {other.name}, compiled joined with it, says {name}() too"


def sources_alone(folder: Path) -> set[str]:
    listed = ROOT / folder / "CMakeLists.txt"
    named = re.search(r"ALONE ([\w\s.]*)\)", listed.read_text()) if listed.exists() else None
    return set(named.group(1).split()) if named else set()


def unused_headers(files: list[Path]):
    included = set()
    for path in files:
        if path.suffix in (".hpp", ".cpp"):
            for _, name in INCLUDE.findall(text_of(path)):
                is_own = path.suffix == ".cpp" and (
                    path.parent / Path(name).name if "/" not in name else Path("src", name)
                ).with_suffix(".cpp") == path
                if not is_own:
                    included.add(Path(name).name if "/" not in name else name)
    for path in files:
        if path.suffix != ".hpp":
            continue
        name = str(path.relative_to("src")) if path.parts[0] == "src" else path.name
        if name not in included:
            yield f"{path}: nobody includes it"


def headers_begin_well(files: list[Path]):
    for path in files:
        if path.suffix == ".hpp":
            text = text_of(path)
            if not text.startswith("// "):
                yield f"{path}: does not begin with a comment that says what it is for"
            if "\n#pragma once\n" not in text:
                yield f"{path}: has no #pragma once"


def orphan_seeds(files: list[Path]):
    targets = [path for path in sources(files) if path.stem.endswith("_fuzz")]
    fuzzers = {"_".join([*path.parts[1:-1], path.stem]) for path in targets}
    seeds = [path for path in files if path.parts[:2] == ("tests", "fuzz") and len(path.parts) > 3]
    seeded = {path.parts[2] for path in seeds}
    for name in sorted(fuzzers - seeded):
        yield f"tests/fuzz/{name}: the fuzz target has no seeds"
    for name in sorted(seeded - fuzzers):
        yield f"tests/fuzz/{name}: seeds of no fuzz target"


def decision_records(files: list[Path]):
    records = [path for path in files if path.match("docs/adr/[0-9]*.md")]
    numbers = [path.name[:4] for path in records]
    for path in records:
        if numbers.count(path.name[:4]) > 1:
            yield f"{path}: its number is taken twice"
        if path.name not in text_of(Path("docs/adr/README.md")):
            yield f"{path}: not listed in docs/adr/README.md"


def long_lines(files: list[Path]):
    """Raw strings hold text of other languages, which may not bear a break."""
    for path in files:
        if path.suffix not in CODE or path.name == "deps.toml":
            continue
        text = RAW_STRING.sub(lambda raw: "\n" * raw.group(0).count("\n"), text_of(path))
        for number, line in enumerate(text.splitlines(), 1):
            if len(line) > LINE_LENGTH_MAX:
                yield f"{path}:{number}: {len(line)} columns"


def long_files(files: list[Path]):
    for path in sources(files):
        lines = text_of(path).count("\n")
        if lines > FILE_LINES_MAX:
            yield f"{path}: {lines} lines; is there a second concept in it?"


def machine_paths(files: list[Path]):
    pattern = re.compile(r"/(?:root|home/\w+|work)/[\w.-]")
    for path in files:
        if path.parts[:2] == ("tests", "fuzz"):
            continue
        for number, line in enumerate(text_of(path).splitlines(), 1):
            if pattern.search(line):
                yield f"{path}:{number}: names a path of one machine"


if __name__ == "__main__":
    sys.exit(main())
