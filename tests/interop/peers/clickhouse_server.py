"""ClickHouse's engine behind as much of its HTTP interface as inserts need: statements come as a
body or as `query`, and settings as other parameters. The words are a port, a folder for its data,
and the share of requests that fail: half of these before anything was done, half of them by a
connection that closes when all was. chdb, ClickHouse as a library, has no server of its own."""

import os
import random
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from chdb.session import Session

port, folder, failures = int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
session = Session(folder)
lock = threading.Lock()
chance = random.Random(7)


def insert(statement: str, settings: dict[str, str], rows: bytes):
    """The parser of its input formats reads the very bytes that have come."""
    into, rows_format = statement.rsplit(" FORMAT ", 1)
    values = ", ".join(f"{name} = '{value}'" for name, value in settings.items())
    with tempfile.NamedTemporaryFile() as file:
        file.write(rows)
        file.flush()
        session.query(f"{into} FROM INFILE '{file.name}' SETTINGS {values} FORMAT {rows_format}")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("X-ClickHouse-Key", "") != os.environ.get("CLICKHOUSE_PASSWORD", ""):
            return self.answer(403, "Code: 516. DB::Exception: Authentication failed")
        settings = dict(parse_qsl(urlsplit(self.path).query))
        statement = settings.pop("query", None)
        kind = chance.random() if statement else 1
        if kind < failures / 2:
            return self.answer(500, "Code: 252. DB::Exception: Too many parts")
        try:
            with lock:
                text = (insert(statement, settings, body) if statement
                        else session.query(body.decode()).data())
        except RuntimeError as error:
            return self.answer(400, str(error))
        if kind < failures:
            self.close_connection = True
            return None
        return self.answer(200, text or "")

    def answer(self, status: int, text: str):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *words):
        pass


server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
server.daemon_threads = True
print("ready", flush=True)
server.serve_forever()
