"""What docs/kafka.md says is served is what the broker tells its clients."""

import re
import socket
import struct

from conftest import ROOT

API_VERSIONS = 18
# Advertised lower than served, for old librdkafka; the page says so below its table.
ADVERTISED_MIN = {0: 0}


def ranges_in_the_docs() -> dict:
    rows = re.findall(r"^\| \w+ \| (\d+) \| (\d+)(?:–(\d+))? \|$",
                      (ROOT / "docs" / "kafka.md").read_text(), re.MULTILINE)
    ranges = {int(key): (int(low), int(high or low)) for key, low, high in rows}
    return {key: (ADVERTISED_MIN.get(key, low), high) for key, (low, high) in ranges.items()}


def ranges_of_the_broker(address: str) -> dict:
    host, port = address.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        request = struct.pack(">hhih", API_VERSIONS, 0, 1, -1)
        connection.sendall(struct.pack(">i", len(request)) + request)
        answer = connection.makefile("rb")
        size, = struct.unpack(">i", answer.read(4))
        body = answer.read(size)
    error, count = struct.unpack_from(">hi", body, 4)
    assert error == 0
    triples = struct.iter_unpack(">hhh", body[10:10 + 6 * count])
    return {key: (low, high) for key, low, high in triples}


def test_the_page_names_every_api_and_version(tarn):
    assert ranges_in_the_docs() == ranges_of_the_broker(tarn.faces["kafka"])
