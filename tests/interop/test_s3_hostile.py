"""What the S3 face answers to requests that no decent client sends. Signatures are made here, by
hand, so that each can be wrong in one place."""

import datetime
import hashlib
import hmac
import os
import signal
import socket
import threading
import time
import uuid

import httpx
import pytest

from interop.s3_peers import TarnServer

REGION = "us-east-1"
EMPTY = hashlib.sha256(b"").hexdigest()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = TarnServer(tmp_path_factory.mktemp("s3-hostile"))
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def still_alive(server):
    yield
    assert server.tarn.process.poll() is None
    assert server.client().list_buckets()["Buckets"]


class Signer:
    """Signs requests, and the chunks of their bodies, as version 4 wants it."""

    def __init__(self, server, now=None):
        self.server = server
        self.host = server.url.removeprefix("http://")
        self.time = (now or datetime.datetime.now(datetime.timezone.utc)).strftime("%Y%m%dT%H%M%SZ")
        self.scope = f"{self.time[:8]}/{REGION}/s3/aws4_request"
        key = f"AWS4{server.secret}".encode()
        for word in (self.time[:8], REGION, "s3", "aws4_request"):
            key = hmac.digest(key, word.encode(), "sha256")
        self.key = key

    def sign(self, text: str) -> str:
        return hmac.new(self.key, text.encode(), "sha256").hexdigest()

    def headers(self, method, path, payload, **more) -> dict:
        headers = {"host": self.host, "x-amz-content-sha256": payload, "x-amz-date": self.time,
                   **{name.replace("_", "-"): value for name, value in more.items()}}
        names = sorted(headers)
        canonical = "\n".join([method, path, "", *(f"{name}:{headers[name]}" for name in names), "",
                               ";".join(names), payload])
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        self.signature = self.sign(f"AWS4-HMAC-SHA256\n{self.time}\n{self.scope}\n{digest}")
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.server.key}/{self.scope}, "
            f"SignedHeaders={';'.join(names)}, Signature={self.signature}")
        return headers

    def chunk(self, content: bytes) -> bytes:
        """The next chunk after the head, or after the chunk before."""
        digest = hashlib.sha256(content).hexdigest()
        self.signature = self.sign(f"AWS4-HMAC-SHA256-PAYLOAD\n{self.time}\n{self.scope}\n"
                                   f"{self.signature}\n{EMPTY}\n{digest}")
        return b"%x;chunk-signature=%s\r\n%s\r\n" % (len(content), self.signature.encode(), content)


def put(server, body: bytes, key=None, **headers) -> tuple[httpx.Response, str]:
    path = f"/warehouse/{key or uuid.uuid4().hex}"
    signed = Signer(server).headers("PUT", path, **headers)
    return httpx.put(server.url + path, content=body, headers=signed), path


def exists(server, path) -> bool:
    _, bucket, key = path.split("/", 2)
    return bool(server.client().list_objects_v2(Bucket=bucket, Prefix=key).get("KeyCount"))


def chunked(server, contents, break_at=None, decoded=None):
    """A streaming upload of these chunks, the bytes of its body changed by `break_at`."""
    path = f"/warehouse/{uuid.uuid4().hex}"
    signer = Signer(server)
    length = sum(map(len, contents)) if decoded is None else decoded
    headers = signer.headers("PUT", path, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                             x_amz_decoded_content_length=str(length))
    body = b"".join(signer.chunk(content) for content in [*contents, b""])
    if break_at:
        body = break_at(body)
    return httpx.put(server.url + path, content=body, headers=headers), path


def code(answer) -> tuple[str, int]:
    start = answer.text.index("<Code>") + len("<Code>")
    return answer.text[start:answer.text.index("</Code>")], answer.status_code


def test_signed_chunks_are_taken(server):
    answer, path = chunked(server, [b"a" * 70_000, b"b" * 70_000, b"c"])
    assert answer.status_code == 200
    assert answer.headers["etag"] == \
        f'"{hashlib.md5(b"a" * 70_000 + b"b" * 70_000 + b"c").hexdigest()}"'
    assert exists(server, path)


def test_a_chunk_broken_in_the_middle_leaves_nothing(server):
    middle = lambda body: body[:100_000] + b"X" + body[100_001:]
    answer, path = chunked(server, [b"a" * 70_000, b"b" * 70_000], break_at=middle)
    assert code(answer) == ("SignatureDoesNotMatch", 403)
    assert not exists(server, path)


def test_a_truncated_chunk_leaves_nothing(server):
    answer, path = chunked(server, [b"a" * 70_000, b"b" * 70_000],
                           break_at=lambda body: body[:-60_000])
    assert code(answer) == ("IncompleteBody", 400)
    assert not exists(server, path)


@pytest.mark.parametrize("decoded", [0, 69_999, 70_001, 2**40])
def test_a_lie_about_the_decoded_length_leaves_nothing(server, decoded):
    answer, path = chunked(server, [b"a" * 70_000], decoded=decoded)
    assert code(answer) == ("IncompleteBody", 400)
    assert not exists(server, path)


def test_a_body_other_than_the_signed_hash_leaves_nothing(server):
    answer, path = put(server, b"other", payload=hashlib.sha256(b"this").hexdigest())
    assert code(answer) == ("XAmzContentSHA256Mismatch", 400)
    assert not exists(server, path)


def test_trailers_are_verified(server):
    for value, expected in (("AAAAAA==", ("BadDigest", 400)), ("NhCmhg==", None)):
        body = b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:" + value.encode() + b"\r\n\r\n"
        answer, path = put(server, body, payload="STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                           x_amz_decoded_content_length="5", x_amz_trailer="x-amz-checksum-crc32")
        assert answer.status_code == 200 if expected is None else code(answer) == expected
        assert exists(server, path) == (expected is None)


def test_old_and_future_signatures_are_refused(server):
    for minutes in (-16, 16):
        now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
        headers = Signer(server, now).headers("GET", "/warehouse", EMPTY)
        assert code(httpx.get(f"{server.url}/warehouse", headers=headers)) == \
            ("RequestTimeTooSkewed", 403)


def test_an_expired_link_cannot_be_used_again(server):
    s3 = server.client()
    s3.put_object(Bucket="warehouse", Key="linked", Body=b"x")
    link = s3.generate_presigned_url("get_object", {"Bucket": "warehouse", "Key": "linked"},
                                     ExpiresIn=3)
    assert httpx.get(link).status_code == 200
    time.sleep(4.1)
    assert code(httpx.get(link)) == ("AccessDenied", 403)


def raw(server, target: str, method="GET") -> str:
    """The first line of the answer to a target that no HTTP client would send."""
    signer = Signer(server)
    headers = signer.headers(method, target, EMPTY)
    host, port = signer.host.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"{method} {target} HTTP/1.1\r\n{lines}connection: close\r\n\r\n"
        connection.sendall(head.encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer.decode().split("\r\n")[0]


@pytest.mark.parametrize("target", [
    "/warehouse/../../tarn.log", "/warehouse/%2e%2e/%2e%2e/logs/tarn.log", "/../logs/tarn.log",
    "/..%2flogs/tarn.log", "/warehouse/a/..%5c..%5cx", "/warehouse/%00", "/warehouse/./x",
    "/.tarn-s3/uploads", "/warehouse/.tarn-bucket", "//logs/tarn.log", "/warehouse//etc/passwd",
])
def test_no_path_leads_outside_or_to_what_is_hidden(server, target):
    (server.folder.parent / "logs").mkdir(exist_ok=True)
    assert raw(server, target).split()[1] in ("400", "403", "404")


def test_no_key_in_a_body_leads_outside(server):
    outside = server.folder.parent / "keep-me"
    outside.write_text("x")
    s3 = server.client()
    s3.delete_objects(Bucket="warehouse", Delete={
        "Objects": [{"Key": "../keep-me"}, {"Key": "../../keep-me"}, {"Key": ".tarn-bucket"}]})
    assert outside.exists() and (server.folder / "warehouse" / ".tarn-bucket").exists()
    with pytest.raises(s3.exceptions.ClientError):
        s3.copy_object(Bucket="warehouse", Key="stolen", CopySource="warehouse/../keep-me")


@pytest.mark.parametrize("body", [
    b"<!DOCTYPE d [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><Delete>&b;</Delete>",
    b"<Delete>" + b"<a>" * 100_000,
    b"<Delete>" + b"<Object><Key>k</Key></Object>" * 1001 + b"</Delete>",
    b"<Delete><Object><Key></Key></Object></Delete>",
    b"<Delete/>", b"", b"not xml", b"\xff\xfe<",
])
def test_xml_that_could_grow_is_refused(server, body):
    path = "/warehouse"
    signer = Signer(server)
    headers = signer.headers("POST", path, hashlib.sha256(body).hexdigest())
    # The query is part of what is signed.
    canonical = "\n".join(["POST", path, "delete=", f"host:{headers['host']}",
                           f"x-amz-content-sha256:{headers['x-amz-content-sha256']}",
                           f"x-amz-date:{headers['x-amz-date']}", "",
                           "host;x-amz-content-sha256;x-amz-date",
                           headers["x-amz-content-sha256"]])
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    signature = signer.sign(f"AWS4-HMAC-SHA256\n{signer.time}\n{signer.scope}\n{digest}")
    headers["authorization"] = headers["authorization"].rsplit("=", 1)[0] + f"={signature}"
    answer = httpx.post(f"{server.url}{path}?delete", content=body, headers=headers)
    assert code(answer) == ("MalformedXML", 400)


def test_a_client_that_leaves_in_the_middle_leaves_nothing(server):
    path = f"/warehouse/{uuid.uuid4().hex}"
    signer = Signer(server)
    headers = signer.headers("PUT", path, "UNSIGNED-PAYLOAD")
    host, port = signer.host.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"PUT {path} HTTP/1.1\r\n{lines}content-length: 10000000\r\n\r\n"
        connection.sendall(head.encode() + b"x" * 1_000_000)
    time.sleep(0.5)
    assert not exists(server, path)
    assert not list((server.folder / "warehouse").glob(".tarn-unfinished-*"))


def test_a_kill_leaves_the_old_object_or_the_new(tmp_path):
    """While one object is overwritten without pause, the process dies; whatever is there afterwards
    is one of the contents that were sent, with the tag of that content."""
    (tmp_path / "one").mkdir()
    rounds = int(os.environ.get("TARN_KILL_ROUNDS", "3"))
    for i in range(rounds):
        server = TarnServer(tmp_path / "one")
        s3 = server.client()
        s3.put_object(Bucket="warehouse", Key="a", Body=b"0" * 200_000)
        stop = threading.Event()

        def overwrite():
            number = 0
            while not stop.is_set():
                number += 1
                try:
                    s3.put_object(Bucket="warehouse", Key="a",
                                  Body=str(number % 10).encode() * 200_000)
                except Exception:
                    return

        writer = threading.Thread(target=overwrite)
        writer.start()
        time.sleep(0.3 + 0.07 * i)
        os.kill(server.tarn.process.pid, signal.SIGKILL)
        server.tarn.process.wait()
        stop.set()
        writer.join(timeout=30)

        server = TarnServer(tmp_path / "one")
        got = server.client().get_object(Bucket="warehouse", Key="a")
        body = got["Body"].read()
        assert len(body) == 200_000 and len(set(body)) == 1
        assert got["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'
        server.stop()
