"""tools/deps refuses what is not what we pinned."""

import hashlib
import io
import subprocess
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def archive_of(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content.encode()))
    return buffer.getvalue()


class Registry:
    """Stands in for npm and Maven: `npm pack` and `mvn dependency:copy` hand out one archive."""

    def __init__(self, folder: Path, archive: bytes):
        self.folder = folder
        (folder / "bin").mkdir()
        (folder / "archive.tgz").write_bytes(archive)
        npm = folder / "bin" / "npm"
        npm.write_text(f"#!/bin/sh\necho called >> {folder}/calls\n"
                       f"cp {folder}/archive.tgz ./a.tgz\n")
        npm.chmod(0o755)
        mvn = folder / "bin" / "mvn"
        # Asked for one artifact it fetches that, else those that the pom.xml lists.
        mvn.write_text(f"#!/bin/sh\necho $* >> {folder}/mvn_calls\n"
                       "names=a\n"
                       "kind=$(echo $* | grep -o 'artifact=[^ ]*' | cut -d: -f4)\n"
                       "[ -f pom.xml ] && names=$(grep -o '[a-z]*</artifactId><version>[0-9]*' "
                       "pom.xml | sed 's/<.*>/-/')\n"
                       "for name in $names; do "
                       f"cp {folder}/archive.tgz ./$name.${{kind:-jar}}; done\n")
        mvn.chmod(0o755)

    def deps(self, sha256: str, take: str = "package/*") -> subprocess.CompletedProcess:
        return self.provide(f'npm = "thing"\nversion = "1"\nsha256 = "{sha256}"\n'
                            f'take = [{{ from = "{take}", to = "." }}]\n')

    def provide(self, thing: str, *options: str) -> subprocess.CompletedProcess:
        manifest = self.folder / "deps.toml"
        manifest.write_text(f"[thing]\n{thing}")
        return subprocess.run(
            [ROOT / "tools" / "deps", "--manifest", manifest, "--into", self.folder / "into",
             *options],
            text=True, capture_output=True, timeout=60,
            env={"PATH": f"{self.folder / 'bin'}:/usr/bin:/bin", "XDG_CACHE_HOME": self.folder})

    def calls(self) -> int:
        path = self.folder / "calls"
        return len(path.read_text().splitlines()) if path.exists() else 0


@pytest.fixture
def archive() -> bytes:
    return archive_of({"package/hello.txt": "hello"})


@pytest.fixture
def registry(tmp_path, archive) -> Registry:
    return Registry(tmp_path, archive)


def test_takes_what_has_the_pinned_hash_and_does_nothing_the_second_time(registry, archive):
    sha256 = hashlib.sha256(archive).hexdigest()
    for _ in range(2):
        assert registry.deps(sha256).returncode == 0
    assert (registry.folder / "into" / "thing" / "hello.txt").read_text() == "hello"
    assert registry.calls() == 1


def test_refuses_another_file_and_unpacks_nothing(registry):
    refused = registry.deps("0" * 64)
    assert refused.returncode == 1
    assert "pinned hash" in refused.stderr
    assert not (registry.folder / "into" / "thing" / "hello.txt").exists()


def test_fetches_again_what_was_damaged_in_the_cache(registry, archive):
    sha256 = hashlib.sha256(archive).hexdigest()
    (registry.folder / "tarn").mkdir()
    (registry.folder / "tarn" / sha256).write_bytes(archive[:-5])
    fetched = registry.deps(sha256)
    assert fetched.returncode == 0
    assert "damaged" in fetched.stdout


def test_refuses_paths_that_lead_out_of_the_folder(tmp_path):
    evil = archive_of({"package/../../../evil.txt": "boo"})
    registry = Registry(tmp_path, evil)
    refused = registry.deps(hashlib.sha256(evil).hexdigest())
    assert refused.returncode == 1
    assert "leads out" in refused.stderr
    assert not list(tmp_path.rglob("evil.txt"))


def test_says_so_when_the_archive_lacks_what_was_wanted(registry, archive):
    refused = registry.deps(hashlib.sha256(archive).hexdigest(), take="package/*.so")
    assert refused.returncode == 1
    assert "nothing that matches" in refused.stderr


def test_keeps_an_archive_of_maven_whole_when_told_so(registry, archive):
    sha256 = hashlib.sha256(archive).hexdigest()
    provided = registry.provide(f'maven = "org.thing:thing"\nversion = "1"\nsha256 = "{sha256}"\n'
                                'keep = "thing.jar"\n')
    assert provided.returncode == 0, provided.stderr
    assert (registry.folder / "into" / "thing" / "thing.jar").read_bytes() == archive
    assert not (registry.folder / "into" / "thing" / "hello.txt").exists()
    assert "-Dartifact=org.thing:thing:1 " in (registry.folder / "mvn_calls").read_text()


def test_unpacks_archives_of_maven_side_by_side_without_what_it_says(tmp_path):
    archive = archive_of({"one/a.jar": "a", "one/big.jar": "b", "one/lib/c.jar": "c"})
    sha256 = hashlib.sha256(archive).hexdigest()
    registry = Registry(tmp_path, archive)
    parts = [f'{{ maven = "org.thing:{name}:tar.gz", version = "1", sha256 = "{sha256}", '
             f'take = [{{ from = "one/*", to = "{name}", but = ["*/big.*"] }}] }}'
             for name in ("one", "two")]
    provided = registry.provide(f'version = "1"\narchives = [{", ".join(parts)}]\n')
    assert provided.returncode == 0, provided.stderr
    place = tmp_path / "into" / "thing"
    assert sorted(str(jar.relative_to(place)) for jar in place.rglob("*.jar")) == [
        "one/a.jar", "one/lib/c.jar", "two/a.jar", "two/lib/c.jar"]
    # The second has the same hash, so it is in the cache.
    assert (tmp_path / "mvn_calls").read_text().count("-Dartifact=org.thing:one:1:tar.gz ") == 1


def test_keeps_many_jars_and_asks_maven_once(registry, archive):
    sha256 = hashlib.sha256(archive).hexdigest()
    jars = [f'{{ maven = "org.thing:{name}", version = "1", sha256 = "{sha256}" }}'
            for name in ("one", "two")]
    provided = registry.provide(f'version = "1"\njars = [{", ".join(jars)}]\n')
    assert provided.returncode == 0, provided.stderr
    kept = registry.folder / "into" / "thing"
    assert {jar.name for jar in kept.glob("*.jar")} == {"one-1.jar", "two-1.jar"}
    assert (kept / "two-1.jar").read_bytes() == archive
    assert len((registry.folder / "mvn_calls").read_text().splitlines()) == 1


def test_refuses_a_jar_that_is_not_the_pinned_one(registry):
    jar = f'{{ maven = "org.thing:one", version = "1", sha256 = "{"0" * 64}" }}'
    refused = registry.provide(f'version = "1"\njars = [{jar}]\n')
    assert refused.returncode == 1
    assert "org.thing:one 1 does not have the pinned hash" in refused.stderr


def test_provides_one_alone_whatever_its_group(registry, archive):
    sha256 = hashlib.sha256(archive).hexdigest()
    source = (f'npm = "thing"\nversion = "1"\nsha256 = "{sha256}"\n'
              'take = [{ from = "package/*", to = "." }]\n')
    provided = registry.provide(f'{source}[other]\ngroup = "engines"\n{source}', "--only", "other")
    assert provided.returncode == 0, provided.stderr
    assert (registry.folder / "into" / "other" / "hello.txt").exists()
    assert not (registry.folder / "into" / "thing").exists()


def test_says_what_there_is_when_one_is_asked_for_that_is_not(registry):
    refused = registry.provide('version = "1"\n', "--only", "thong")
    assert refused.returncode == 1
    assert "there is no thong; there are thing" in refused.stderr
