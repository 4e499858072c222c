"""Layers around the application that need nothing but the head of a request or a response."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SECURITY: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_READING: Final = ("GET", "HEAD", "POST")
"""The methods of reading: a query may be posted."""
_SENT: Final = "Accept, Accept-Language, Content-Type, If-None-Match, X-Request-ID"
_SHOWN: Final = (
    "Content-Disposition, ETag, Link, Location, Perfkg-Result, Retry-After, X-Request-ID"
)
_DAY: Final = "86400"


class HeadAsGet:
    """Answers HEAD as GET; the server leaves out the body."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        inner = {**scope, "method": "GET"}
        await self._app(inner, receive, send)
        scope["route"] = inner.get("route")


class BelowRoot:
    """Puts the path of the proxy before the address, whether the proxy left it there or not.

    Links and redirects are then right either way; the framework takes it off again.
    """

    def __init__(self, app: ASGIApp, root: str) -> None:
        """Stand before `app`, which is served below `root`."""
        self._app = app
        self._root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if self._root and scope["type"] == "http":
            path, raw = scope["path"], scope.get("raw_path") or scope["path"].encode()
            if path != self._root and not path.startswith(f"{self._root}/"):
                path, raw = self._root + path, self._root.encode() + raw
            scope = {**scope, "path": path, "raw_path": raw, "root_path": self._root}
        await self._app(scope, receive, send)


class SecurityHeaders:
    """Gives every response the headers that keep a browser safe, unless it has its own."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add to the response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _SECURITY.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sending)


class CrossOrigin:
    """Lets the scripts of any page read, without credentials, and none of them write (CORS).

    Writing needs the header Authorization or a method that no preflight here allows. What is read
    is the same for everybody, so `*` can be said always and a shared cache keeps one answer.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and say who may read the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = _allowances(scope["method"], Headers(scope=scope))

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(given)
            await send(message)

        await self._app(scope, receive, sending)


def _allowances(method: str, asked: Headers) -> dict[str, str]:
    if method == "OPTIONS":
        if asked.get("access-control-request-method", "GET") not in _READING:
            return {}
        return {
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": ", ".join(_READING),
            "Access-Control-Allow-Headers": _SENT,
            "Access-Control-Max-Age": _DAY,
        }
    if method not in _READING or "authorization" in asked:
        return {}
    return {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": _SHOWN}
