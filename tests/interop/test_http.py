"""Real clients against the HTTP server: what they do differently from our own.

The server is http_probe, found in TARN_BIN_DIR (build/release/bin). Needs curl, openssl and httpx.
"""

import os
import pathlib
import subprocess

import httpx
import pytest

ROOT = pathlib.Path(__file__).parents[2]
BIN = pathlib.Path(os.environ.get("TARN_BIN_DIR", ROOT / "build/release/bin"))
PAGE = ROOT / "tests/interop/http_assets"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    paths = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        + ["-nodes", "-days", "1", "-subj", "/CN=tarn test"]
        + ["-addext", "subjectAltName=IP:127.0.0.1", "-out", paths[0], "-keyout", paths[1]],
        check=True,
        capture_output=True,
    )
    return paths


@pytest.fixture(scope="module")
def urls(certificate):
    command = [BIN / "http_probe", "0", *certificate]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as server:
        yield [server.stdout.readline().strip(), server.stdout.readline().strip()]
        server.stdin.close()
        assert server.wait(timeout=10) == 0


@pytest.fixture
def url(urls):
    return urls[0]


def curl(*arguments, input=None):
    command = ["curl", "--silent", "--show-error", "--max-time", "30", *arguments]
    return subprocess.run(command, input=input, check=True, capture_output=True).stdout


def test_curl_uploads_in_chunks_and_with_a_length(url, tmp_path):
    large = tmp_path / "large"
    large.write_bytes(os.urandom(1 << 20) * 50)

    assert curl("-T", "-", f"{url}/count", input=b"some bytes") == b"10"
    assert curl("-T", large, f"{url}/count") == b"52428800"
    assert curl("-T", large, "-H", "Transfer-Encoding: chunked", f"{url}/count") == b"52428800"


def test_curl_waits_for_continue(url, tmp_path):
    # curl asks for it by itself when a body is large.
    large = tmp_path / "large"
    large.write_bytes(b"x" * 2_000_000)

    trace = subprocess.run(
        ["curl", "-sv", "--max-time", "30", "--data-binary", f"@{large}", f"{url}/count"],
        check=True,
        capture_output=True,
        text=True,
    )

    assert "< HTTP/1.1 100 Continue" in trace.stderr
    assert trace.stdout == "2000000"


def test_curl_speaks_http_1_0(url):
    assert curl("--http1.0", f"{url}/hello") == b"hello\n"
    assert curl("--http1.0", f"{url}/lines?count=2") == b"line 0\nline 1\n"


def test_curl_uses_one_connection_for_several_requests(url):
    nowhere = ["-o", "/dev/null"]
    report = curl("-w", "%{num_connects}", *nowhere, f"{url}/hello", *nowhere, f"{url}/hello")
    assert report == b"10"  # one new connection, then none


def test_curl_unpacks_what_it_asked_for_compressed(url):
    script = (PAGE / "assets/app.js").read_bytes()
    assert curl("--compressed", f"{url}/assets/app.js") == script
    packed = curl("-H", "Accept-Encoding: gzip", f"{url}/assets/app.js")
    assert packed[:2] == b"\x1f\x8b" and len(packed) < len(script)


def test_curl_reads_ranges_and_resumes(url, tmp_path):
    whole = (PAGE / "assets/every_byte.bin").read_bytes()
    assert curl("-r", "10-19", f"{url}/assets/every_byte.bin") == whole[10:20]
    part = tmp_path / "part"
    part.write_bytes(whole[:100])
    curl("-C", "-", "-o", part, f"{url}/assets/every_byte.bin")
    assert part.read_bytes() == whole


def test_curl_uses_its_copy_when_the_etag_is_the_same(url, tmp_path):
    etag = tmp_path / "etag"
    curl("--etag-save", etag, f"{url}/assets/app.js")
    target = tmp_path / "none"
    status = curl(
        "--etag-compare", etag, "-w", "%{http_code}", "-o", target, f"{url}/assets/app.js"
    )
    assert status == b"304"


def test_curl_reads_events_as_they_come(url):
    # The stream ends after three events, so curl does too.
    assert curl("-N", f"{url}/events").count(b"event: count\n") == 3


def test_curl_trusts_the_certificate_it_is_given(urls, certificate):
    assert curl("--cacert", certificate[0], f"{urls[1]}/hello") == b"hello\n"
    refused = subprocess.run(["curl", "-s", f"{urls[1]}/hello"], capture_output=True)
    assert refused.returncode == 60


def test_httpx_streams_both_ways(url):
    with httpx.Client() as client:
        pieces = (b"x" * 1000 for _ in range(1000))
        assert client.post(f"{url}/count", content=pieces).text == "1000000"
        with client.stream("GET", f"{url}/lines", params={"count": 10000}) as response:
            assert response.headers["transfer-encoding"] == "chunked"
            assert sum(1 for _ in response.iter_lines()) == 10000


def test_httpx_sees_errors_in_our_shape(url):
    response = httpx.post(f"{url}/json", content="{")
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "invalid_input"
    assert httpx.put(f"{url}/hello").headers["allow"] == "OPTIONS, GET, HEAD"
    assert httpx.options(f"{url}/hello").status_code == 204
    assert httpx.head(f"{url}/hello").headers["content-length"] == "6"
