"""What is known of each request afterwards: its number, a line in the log, and figures.

Nothing personal is kept: no address of a client, no token, no parameters; the text of a query only
where the settings say so, for it may name people.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import sys
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from perfkg.server.metrics import Metrics
from perfkg.settings import Settings

_log = logging.getLogger("perfkg.access")
_HEADER: Final = "X-Request-ID"
_NUMBER: Final = "perfkg.request_id"
_QUERY: Final = "perfkg.query"
_SANE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ROWS: Final = re.compile(r"rows=(\d+)")
_QUIET: Final = ("/health", "/metrics")
"""What is asked every few seconds by machines, and logged only when it fails."""


def request_id(scope: Scope) -> str | None:
    """Return the number of a request, which its log line and its problem document have too."""
    number: str | None = scope.get(_NUMBER)
    return number


def note_query(request: Request, text: str | None) -> None:
    """Note the query or update that a request asks for."""
    if text is not None:
        request.scope[_QUERY].append(text)


class Observed:
    """Numbers each request and tells afterwards how it went.

    Args:
        app: what answers.
        settings: what may be logged.
        metrics: where figures are counted, if anywhere.
    """

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics | None) -> None:
        """Stand before `app`."""
        self._app = app
        self._settings = settings
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(_HEADER, "")
        scope[_NUMBER] = given if _SANE.fullmatch(given) else uuid.uuid4().hex
        scope[_QUERY] = []
        told: dict[str, object] = {"status": 499}  # unless an answer begins, the client has gone
        started = time.perf_counter()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers[_HEADER] = scope[_NUMBER]
                told["status"] = message["status"]
                if (rows := _ROWS.search(headers.get("perfkg-result", ""))) is not None:
                    told["rows"] = int(rows[1])
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            self._tell(scope, told, time.perf_counter() - started)

    def _tell(self, scope: Scope, told: dict[str, object], seconds: float) -> None:
        status = int(str(told["status"]))
        if self._metrics is not None:
            self._metrics.count(_route(scope), scope["method"], status, seconds)
        path = scope["path"].removeprefix(self._settings.root_path)
        if path in _QUIET and status < 400:
            return
        fields = {
            "request_id": scope[_NUMBER],
            "method": scope["method"],
            "path": path,
            **told,
            "ms": round(seconds * 1000, 1),
        }
        for text in scope[_QUERY]:
            fields["query_hash"] = hashlib.sha256(text.encode()).hexdigest()[:16]
            if self._settings.log_queries:
                fields["query"] = text
        _log.log(logging.ERROR if status >= 500 else logging.INFO, "request", extra={"of": fields})


def _route(scope: Scope) -> str:
    """Return the pattern of the address, so that there are few of them."""
    path: str | None = getattr(scope.get("route"), "path", None)
    return path or ("/static" if "/static/" in scope["path"] else "other")


class _Line(logging.Formatter):
    """One line for each record: `key=value` pairs, or an object of JSON."""

    def __init__(self, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        made = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields: dict[str, object] = {
            "time": made,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "of", {}),
        }
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False) if self._as_json else _text(fields)


def _text(fields: Mapping[str, object]) -> str:
    head = [str(fields[name]) for name in ("time", "level", "logger", "message")]
    rest = [
        f"{name}={value if _is_plain(value) else json.dumps(value, ensure_ascii=False)}"
        for name, value in fields.items()
        if name not in ("time", "level", "logger", "message")
    ]
    return " ".join([*head, *rest])


def _is_plain(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"[\w./~-]+", value) is not None


def start_logging(form: str) -> None:
    """Write what the service logs to stderr.

    Args:
        form: of a line: `text` or `json`; `off` leaves failures only, as text.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line(form == "json"))
    for name in ("perfkg", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(logging.INFO if name == "perfkg" and form != "off" else logging.WARNING)
