"""A server that rows are sent to: it keeps what it takes by the keys of requests, and fails as
often as it is told to."""

import json
import random
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class RowsServer:
    def __init__(self, port: int = 0, taken: dict[str, str] | None = None, failures: float = 0,
                 delay_s: float = 0):
        self.taken = {} if taken is None else taken  # body by key
        self.repeated = 0  # requests with a key that is known
        self.failures = failures
        self.delay_s = delay_s
        self.is_closing = threading.Event()
        self.lock = threading.Lock()
        self.random = random.Random(7)
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                server.is_closing.wait(server.delay_s)
                with server.lock:
                    status = (None if server.is_closing.is_set()
                              else server.take(self.headers["Idempotency-Key"], body))
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *words):
                pass

        class Listener(ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True

        self.listener = Listener(("127.0.0.1", port), Handler)
        self.port = self.listener.server_address[1]
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()

    def take(self, key: str, body: str) -> int | None:
        """A status, or none for a connection that is closed once rows are taken."""
        kind = self.random.random()
        if kind < self.failures / 2:
            return 503
        if key in self.taken:
            assert self.taken[key] == body, f"other rows with the key {key}"
            self.repeated += 1
        self.taken[key] = body
        return None if kind < self.failures else 200

    def rows(self) -> list[dict]:
        with self.lock:
            return [row for body in self.taken.values() for row in json.loads(body)]

    def close(self):
        self.is_closing.set()
        self.listener.shutdown()
        self.listener.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()
