"""A server in threads of its own, which knows each caller by the session token and can hold an answer back."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Ory(ThreadingHTTPServer):
    """Answers whoami with a session whose id is the token; one that starts with "slow" waits for the client to leave."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.held = threading.Semaphore(0)
        self.left = threading.Semaphore(0)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Ory

    def do_GET(self) -> None:
        token = self.headers.get("X-Session-Token", "")
        if token.startswith("slow"):
            self.server.held.release()
            self.connection.recv(1)  # nothing comes until the client closes the connection
            self.server.left.release()
            self.close_connection = True
            return
        body = json.dumps(sessions(self.path) if self.path.startswith("/sessions?") else {"id": token}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def sessions(path: str) -> list[dict[str, str]]:
    """Seven sessions in pages of three, of which page 0 and page 1 are the same."""
    page = int(dict(pair.split("=") for pair in path.partition("?")[2].split("&")).get("page", "0"))
    start = 3 * max(0, page - 1)
    return [{"id": f"s{number}"} for number in range(start, min(start + 3, 7))]


@pytest.fixture
def server() -> Iterator[Ory]:
    with Ory() as ory:
        thread = threading.Thread(target=ory.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield ory
        finally:
            ory.shutdown()
            thread.join()
