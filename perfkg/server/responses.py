"""Results as HTTP responses."""

from __future__ import annotations

from fastapi import Request, Response

from perfkg import results
from perfkg.results import FORMATS
from perfkg.server.caching import cache_headers, entity_tag, not_modified
from perfkg.server.service import language_of, service_of
from perfkg.store.base import AskResult, QueryResult


def result_headers(result: QueryResult, limit: int) -> dict[str, str]:
    """Return the header that tells whether a result is complete or was cut."""
    if isinstance(result, AskResult):
        return {"Perfkg-Result": "complete"}
    rows = len(result.rows) if hasattr(result, "rows") else len(result.triples)
    state = (
        f"truncated; rows={rows}; limit={limit}" if result.truncated else f"complete; rows={rows}"
    )
    return {"Perfkg-Result": state}


def send(
    request: Request, body: bytes, media_type: str, version: int, headers: dict[str, str]
) -> Response:
    """Send one representation with its entity tag, or 304 when the client has it."""
    variant = f"{media_type} {language_of(request)} {service_of(request).edition}"
    tag = entity_tag(request, version, variant)
    if media_type == FORMATS["xlsx"].media_type:
        # A workbook says when it was made, so two of one version differ in their bytes.
        tag = f"W/{tag}"
    unchanged = not_modified(request, tag)
    if unchanged is not None:
        return unchanged
    return Response(body, media_type=media_type, headers={**cache_headers(tag), **headers})


def send_result(
    request: Request, result: QueryResult, wanted: results.Format, version: int, limit: int
) -> Response:
    """Send a result in one of the standard formats."""
    body = results.to_bytes(result, wanted)
    return send(request, body, wanted.media_type, version, result_headers(result, limit))
