"""Failures as RFC 9457 problem documents, or as a page for a browser."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from perfkg.errors import (
    GraphMissing,
    ParameterError,
    PerfkgError,
    QueryError,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    StoreBusy,
    UsageError,
)

MEDIA_TYPE = "application/problem+json"

_STATUS: tuple[tuple[type[PerfkgError], HTTPStatus], ...] = (
    (ParameterError, HTTPStatus.BAD_REQUEST),
    (UsageError, HTTPStatus.BAD_REQUEST),
    (QuerySyntaxError, HTTPStatus.BAD_REQUEST),
    (QueryRefused, HTTPStatus.BAD_REQUEST),
    (QueryTimeout, HTTPStatus.GATEWAY_TIMEOUT),
    (GraphMissing, HTTPStatus.NOT_FOUND),
    (StoreBusy, HTTPStatus.SERVICE_UNAVAILABLE),
    (QueryError, HTTPStatus.SERVICE_UNAVAILABLE),
)
"""The first class that fits decides; every other failure is the service's own (500)."""


class ServiceProblem(PerfkgError):
    """A request that the service answers with an HTTP error of its own."""

    def __init__(
        self, status: int, zh: str, en: str, *, headers: dict[str, str] | None = None
    ) -> None:
        """Name the status and say what is wrong, in Chinese and English."""
        super().__init__(zh, en)
        self.status = status
        self.headers = headers or {}


def status_of(error: PerfkgError) -> int:
    """Return the HTTP status that tells of `error`."""
    if isinstance(error, ServiceProblem):
        return error.status
    fitting = (status for kind, status in _STATUS if isinstance(error, kind))
    return next(fitting, HTTPStatus.INTERNAL_SERVER_ERROR)


def headers_of(error: PerfkgError) -> dict[str, str]:
    """Return the headers that go with `error`."""
    if isinstance(error, ServiceProblem):
        return error.headers
    return {"Retry-After": "2"} if status_of(error) == HTTPStatus.SERVICE_UNAVAILABLE else {}


def document_of(error: PerfkgError) -> dict[str, Any]:
    """Return the problem document: type, title, status, detail; of a query the place and a hint."""
    status = status_of(error)
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": str(error),
        "detail_zh": error.text.zh,
        "detail_en": error.text.en,
    }
    if isinstance(error, QuerySyntaxError | QueryRefused):
        if error.line is not None:
            document |= {"line": error.line, "column": error.column}
        if error.excerpt:
            document["excerpt"] = error.excerpt
        if error.hint is not None:
            document |= {"hint_zh": error.hint.zh, "hint_en": error.hint.en}
    return document
