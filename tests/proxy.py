"""A server between a client and a real one, which fails when it is told to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import httpx


@dataclass
class Seen:
    """One request."""

    method: str
    path: str
    authorization: str | None
    body: bytes = field(repr=False)


Fault = Callable[[Seen, int], int | str | None]
"""Tells, of a request and its number, a status to answer with, or `cut`, `lost` or `slow`."""


class Proxy(ThreadingHTTPServer):
    """Hands on requests.

    Attributes:
        fault: what goes wrong. seen: the requests so far.
    """

    daemon_threads = True

    def __init__(self, target: str) -> None:
        self.target = target
        self.fault: Fault = lambda _, __: None
        self.seen: list[Seen] = []
        super().__init__(("127.0.0.1", 0), _Handing)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{urlsplit(self.target).path}"


class _Handing(BaseHTTPRequestHandler):
    server: Proxy
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        seen = Seen(self.command, self.path, self.headers.get("Authorization"), body)
        self.server.seen.append(seen)
        fault = self.server.fault(seen, len(self.server.seen))
        if isinstance(fault, int):
            self.send_response(fault)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if fault == "cut":
            self.close_connection = True
            return
        if fault == "slow":
            time.sleep(3)
        self._hand_on(body, is_lost=fault == "lost", is_halved=fault == "half")

    do_GET = do_PUT = do_POST  # noqa: N815

    def _hand_on(self, body: bytes, *, is_lost: bool, is_halved: bool) -> None:
        parts = urlsplit(self.server.target)
        headers = {n: v for n, v in self.headers.items() if n.lower() in ("accept", "content-type")}
        answer = httpx.request(
            self.command,
            f"{parts.scheme}://{parts.netloc}{self.path}",
            content=body,
            headers=headers,
            timeout=60,
        )
        if is_lost:
            self.close_connection = True
            return
        content = answer.content
        self.send_response(answer.status_code)
        self.send_header("Content-Type", answer.headers.get("content-type", ""))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        with suppress(OSError):  # nobody waits for it any more
            self.wfile.write(content[: len(content) // 2] if is_halved else content)
        self.close_connection |= is_halved

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def proxy(target: str) -> Iterator[Proxy]:
    server = Proxy(target)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
