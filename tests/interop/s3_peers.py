"""S3 servers to hold against each other: Tarn's face, and versitygw, which nobody here wrote."""

import json
import os
import subprocess
import time
from pathlib import Path

import boto3
import botocore.config
import httpx
import pyarrow

from conftest import BIN_DIR, ROOT, Tarn, clean_environment, free_port

VERSITYGW = ROOT / ".deps" / "versitygw" / "bin" / "versitygw"
READY_WITHIN_S = 20


class Server:
    """Where an S3 server listens, its keys, and the folder whose folders are its buckets."""

    name: str

    def __init__(self, url: str, key: str, secret: str, folder: Path):
        self.url, self.key, self.secret, self.folder = url, key, secret, folder

    def client(self, key=None, secret=None):
        return boto3.client(
            "s3", endpoint_url=self.url, region_name="us-east-1",
            aws_access_key_id=key or self.key, aws_secret_access_key=secret or self.secret,
            config=botocore.config.Config(
                signature_version="s3v4", s3={"addressing_style": "path"},
                retries={"max_attempts": 1}))

    def environment(self) -> dict[str, str]:
        """By which Tarn's commands and probes come here."""
        return clean_environment(
            AWS_ENDPOINT_URL_S3=self.url, AWS_ACCESS_KEY_ID=self.key,
            AWS_SECRET_ACCESS_KEY=self.secret, AWS_REGION="us-east-1")

    def probe(self, name: str, *words, asked=None) -> bytes:
        """What one of our own probes says."""
        done = subprocess.run([BIN_DIR / name, *map(str, words)], capture_output=True, timeout=60,
                              input=json.dumps(asked or {}).encode(), env=self.environment())
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def scanned(self, metadata: str, **asked) -> pyarrow.Table:
        """The rows of a table as our own reader finds them."""
        return pyarrow.ipc.open_stream(self.probe("scan_probe", "rows", metadata,
                                                  asked=asked)).read_all()


class TarnServer(Server):
    name = "tarn"

    def __init__(self, folder: Path, *options: str):
        self.tarn = Tarn(folder, *options)
        super().__init__(self.tarn.faces["s3"], "minioadmin", "minioadmin",
                         folder / "data" / "warehouse")

    def stop(self):
        assert self.tarn.stop() == 0


class VersityServer(Server):
    name = "versitygw"

    def __init__(self, folder: Path, key: str = "minioadmin", secret: str = "minioadmin"):
        root = folder / "versity"
        root.mkdir()
        super().__init__(f"http://127.0.0.1:{free_port()}", key, secret, root)
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [VERSITYGW, "--quiet", "--port", self.url.removeprefix("http://"), "--access", self.key,
             "--secret", self.secret, "posix", self.folder],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ))
        deadline = time.monotonic() + READY_WITHIN_S
        while True:
            try:
                httpx.get(self.url, timeout=1)
                return
            except httpx.TransportError:
                assert time.monotonic() < deadline, "versitygw does not start"
                time.sleep(0.05)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=READY_WITHIN_S)

    def kill(self):
        self.process.kill()
        self.process.wait()
