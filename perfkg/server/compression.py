"""Answers made smaller on their way out: zstd where Python has it, else gzip (RFC 9110, 12.5.3).

A body that streams stays a stream. A compressed answer has a weak entity tag, since its bytes are
no longer those that the tag was made for.
"""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Callable
from http import HTTPStatus
from types import ModuleType
from typing import Any, Final, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SMALLEST: Final = 1_000
"""Bytes below which compressing costs more than it saves."""
_GZIP_LEVEL: Final = 5
_ZSTD_LEVEL: Final = 3
_IN_THREAD: Final = 64 * 1024
"""Bytes from which a part is compressed beside the event loop."""
_PACKED: Final = ("image/png", "image/jpeg", "font/", "application/zip", "officedocument")
"""Parts of media types whose content is compressed already."""

_AS_IT_IS: Final = (HTTPStatus.NO_CONTENT, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NOT_MODIFIED)


def find_zstd() -> ModuleType | None:
    """Return Python's module for zstd: its own from 3.14, or the backport; None without either."""
    for name in ("compression.zstd", "backports.zstd"):
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    return None


class _Packer(Protocol):
    def __call__(self, body: bytes, more: bool) -> bytes:
        """Return what can be sent once `body` is in; it is the last part unless `more`."""


def _gzip() -> _Packer:
    packer = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)

    def step(body: bytes, more: bool) -> bytes:
        return packer.compress(body) + packer.flush(zlib.Z_SYNC_FLUSH if more else zlib.Z_FINISH)

    return step


def _zstd() -> _Packer:
    module: Any = find_zstd()
    packer = module.ZstdCompressor(level=_ZSTD_LEVEL)

    def step(body: bytes, more: bool) -> bytes:
        packed: bytes = packer.compress(body, packer.FLUSH_BLOCK if more else packer.FLUSH_FRAME)
        return packed

    return step


class Compression:
    """Compresses what gains by it, in the way that the client likes best."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self._app = app
        self._codings = {"gzip": _gzip} if find_zstd() is None else {"zstd": _zstd, "gzip": _gzip}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and compress the response."""
        if scope["type"] == "http":
            liked = accepted_encodings(Headers(scope=scope).get("accept-encoding", ""))
            best = max(self._codings, key=lambda name: liked.get(name, 0.0))
            send = _Response(send, best, self._codings[best] if liked.get(best) else None)
        await self._app(scope, receive, send)


def accepted_encodings(header: str) -> dict[str, float]:
    """Return how much a client likes each content coding that it names (`*` stands for gzip).

    >>> accepted_encodings("gzip;q=0.5, zstd, br;q=0")
    {'gzip': 0.5, 'zstd': 1.0, 'br': 0.0}
    """
    liked: dict[str, float] = {}
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            quality = 0.0
        liked.setdefault({"*": "gzip", "x-gzip": "gzip"}.get(name.strip(), name.strip()), quality)
    return liked


class _Response:
    """One response on its way out.

    Args:
        send: where to.
        coding: its name.
        begin: makes what compresses; None where the client takes no compressed answer.
    """

    def __init__(self, send: Send, coding: str, begin: Callable[[], _Packer] | None) -> None:
        self._send = send
        self._coding = coding
        self._begin = begin
        self._packer: _Packer | None = None
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message  # whether it pays is known with the first part of the body
            return
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        if self._start is not None:
            await self._send(self._head(self._start, len(body), more))
            self._start = None
        if self._packer is not None and len(body) < _IN_THREAD:
            body = self._packer(body, more)
        elif self._packer is not None:
            body = await run_in_threadpool(self._packer, body, more)
        await self._send({"type": "http.response.body", "body": body, "more_body": more})

    def _head(self, start: Message, size: int, more: bool) -> Message:
        headers = MutableHeaders(scope=start)
        headers.add_vary_header("Accept-Encoding")
        if self._begin is not None and _pays(start["status"], headers, size, more):
            self._packer = self._begin()
            headers["Content-Encoding"] = self._coding
            if "content-length" in headers:
                del headers["Content-Length"]
            tag = headers.get("etag", "W/")
            if not tag.startswith("W/"):
                headers["ETag"] = f"W/{tag}"
        return start


def _pays(status: int, headers: MutableHeaders, size: int, more: bool) -> bool:
    if status in _AS_IT_IS or "content-encoding" in headers:
        return False
    if "no-transform" in headers.get("cache-control", ""):
        return False
    media_type = headers.get("content-type", "")
    return (more or size >= _SMALLEST) and not any(part in media_type for part in _PACKED)
