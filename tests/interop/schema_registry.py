"""A schema registry with the calls that clients of Confluent's make, over HTTP."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit


class SchemaRegistry:
    def __init__(self):
        self.schemas = []  # the text and the subject; the number is the place, from 1
        self.lock = threading.Lock()
        registry = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.answer(*registry.get(urlsplit(self.path).path))

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.answer(*registry.post(urlsplit(self.path).path, body["schema"]))

            def answer(self, status: int, body: dict):
                text = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/vnd.schemaregistry.v1+json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def get(self, path: str) -> tuple[int, dict]:
        found = re.fullmatch(r"/schemas/ids/(\d+)", path)
        if found and 0 < int(found[1]) <= len(self.schemas):
            return 200, {"schema": self.schemas[int(found[1]) - 1][0]}
        return 404, {"error_code": 40403, "message": "Schema not found"}

    def post(self, path: str, schema: str) -> tuple[int, dict]:
        found = re.fullmatch(r"/subjects/([^/]+)(/versions)?", path)
        entry = (schema, unquote(found[1]))
        with self.lock:
            if entry not in self.schemas and found[2]:
                self.schemas.append(entry)
        if entry not in self.schemas:
            return 404, {"error_code": 40403, "message": "Schema not found"}
        place = self.schemas.index(entry) + 1
        return 200, {"id": place, "subject": entry[1], "version": place, "schema": schema}
