"""S3 servers to hold against each other: Tarn's face, and versitygw, which nobody here wrote."""

import os
import socket
import subprocess
import time
from pathlib import Path

import boto3
import botocore.config
import httpx

from conftest import ROOT, Tarn

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

    def __init__(self, folder: Path):
        root = folder / "versity"
        root.mkdir()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        super().__init__(f"http://127.0.0.1:{port}", "minioadmin", "minioadmin", root)
        self.process = subprocess.Popen(
            [VERSITYGW, "--quiet", "--port", f"127.0.0.1:{port}", "--access", self.key,
             "--secret", self.secret, "posix", root],
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
