"""Failures as RFC 9457 problem documents, or as a page for a browser."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from perfkg.errors import (
    GraphMissing,
    ParameterError,
    PerfkgError,
    QueryError,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    ResultTooLarge,
    StoreBusy,
    UsageError,
)
from perfkg.messages import Text
from perfkg.validation.findings import Finding

MEDIA_TYPE = "application/problem+json"

_STATUS: tuple[tuple[type[PerfkgError], HTTPStatus], ...] = (
    (ParameterError, HTTPStatus.BAD_REQUEST),
    (UsageError, HTTPStatus.BAD_REQUEST),
    (QuerySyntaxError, HTTPStatus.BAD_REQUEST),
    (QueryRefused, HTTPStatus.BAD_REQUEST),
    (QueryTimeout, HTTPStatus.GATEWAY_TIMEOUT),
    (ResultTooLarge, HTTPStatus.BAD_REQUEST),
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


class Withdrawn(ServiceProblem):
    """What a request names was there, and was withdrawn in the open.

    Args:
        iri: of the thing. when: the time of its withdrawal, as the graph states it.
        successor: IRI of what has taken its place, if the graph names one.
    """

    def __init__(self, iri: str, when: str, successor: str | None) -> None:
        """Say what was withdrawn, when, and where to go instead."""
        instead = Text("", "")
        if successor is not None:
            instead = Text(f"，由 {successor} 替代", f", and {successor} has taken its place")
        super().__init__(
            HTTPStatus.GONE,
            f"{iri} 已于 {when} 撤回{instead.zh}",
            f"{iri} was withdrawn at {when}{instead.en}",
            headers={"Link": f'<{_as_uri(successor)}>; rel="successor-version"'}
            if successor is not None
            else {},
        )
        self.successor = successor


def _as_uri(iri: str) -> str:
    """Return an IRI in the letters that a header takes (RFC 3987, section 3.1)."""
    return quote(iri, safe="!#$%&'()*+,/:;=?@[]~")


class Unfit(ServiceProblem):
    """A write that was refused for what a review found in its result.

    Args:
        findings: what it would add, the gravest first.
    """

    SHOWN = 50
    """Findings that the problem document names."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Say how many there are and what the first one says."""
        first, count = findings[0].message, len(findings)
        super().__init__(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"写入会带来 {count} 条新的检查发现，未作任何改动；第一条：{first.zh}。"
            "（由 PERFKG_VALIDATE_WRITES 设定；若库从未检查过，请先运行 perfkg validate）",
            f"the write would add {count} findings, and nothing was changed; the first: {first.en} "
            "(PERFKG_VALIDATE_WRITES says so; run perfkg validate first if the store was never "
            "reviewed)",
        )
        self.findings = [finding.to_json() for finding in findings[: self.SHOWN]]
        self.count = count


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
    if isinstance(error, Unfit):
        document |= {"findings": error.findings, "findings_count": error.count}
    return document
