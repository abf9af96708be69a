"""One Tarn for all the tests that only want a broker; each of them uses topics of its own."""

import shutil
import uuid

import httpx
import pytest

from conftest import Tarn
from interop.apache_kafka import ApacheKafka
from interop.linted import assert_clean, newest_metadata

linted = set()


@pytest.fixture(scope="session")
def shared_tarn(tmp_path_factory):
    tarn = Tarn(tmp_path_factory.mktemp("shared-tarn"))
    yield tarn
    assert tarn.stop() == 0


@pytest.fixture(autouse=True)
def tables_are_clean(request):
    """Every table that a test leaves in the catalog is as all readers want it."""
    if "shared_tarn" not in request.fixturenames:
        yield
        return
    tarn = request.getfixturevalue("shared_tarn")
    warehouse = tarn.data / "warehouse" / "iceberg"
    yield
    for metadata in newest_metadata(warehouse) - linted:
        linted.add(metadata)
        assert_clean(metadata, tarn.faces["s3"])


@pytest.fixture
def broker(shared_tarn) -> str:
    """The address of its Kafka face."""
    assert shared_tarn.process.poll() is None, "an earlier test has brought Tarn down"
    return shared_tarn.faces["kafka"]


@pytest.fixture
def topic() -> str:
    """A name that no other test uses."""
    return f"topic-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def rest(shared_tarn):
    """The Iceberg catalog as bare HTTP."""
    with httpx.Client(base_url=shared_tarn.faces["iceberg"]) as client:
        yield client


@pytest.fixture
def space(rest, topic) -> str:
    """A namespace that no other test uses."""
    assert rest.post("/v1/namespaces", json={"namespace": [topic]}).status_code == 200
    return topic


@pytest.fixture(scope="session")
def apache_kafka(tmp_path_factory) -> str:
    """The address of a real Kafka."""
    if not shutil.which("java"):
        pytest.skip("Apache Kafka needs Java")
    kafka = ApacheKafka(tmp_path_factory.mktemp("apache-kafka"))
    yield kafka.address
    kafka.stop()
