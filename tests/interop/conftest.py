"""One Tarn for all the tests that only want a broker; each of them uses topics of its own."""

import shutil
import uuid

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
    warehouse = request.getfixturevalue("shared_tarn").data / "warehouse" / "iceberg"
    yield
    for metadata in newest_metadata(warehouse) - linted:
        linted.add(metadata)
        assert_clean(metadata)


@pytest.fixture
def broker(shared_tarn) -> str:
    """The address of its Kafka face."""
    assert shared_tarn.process.poll() is None, "an earlier test has brought Tarn down"
    return shared_tarn.faces["kafka"]


@pytest.fixture
def topic() -> str:
    """A name that no other test uses."""
    return f"topic-{uuid.uuid4().hex[:12]}"


@pytest.fixture(scope="session")
def apache_kafka(tmp_path_factory) -> str:
    """The address of a real Kafka."""
    if not shutil.which("java"):
        pytest.skip("Apache Kafka needs Java")
    kafka = ApacheKafka(tmp_path_factory.mktemp("apache-kafka"))
    yield kafka.address
    kafka.stop()
