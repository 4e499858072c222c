"""Results as HTTP responses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from perfkg import results
from perfkg.results import FORMATS
from perfkg.server.answers import is_lasting, unless_gone
from perfkg.server.caching import answer_tag, cache_headers, entity_tag, not_modified
from perfkg.server.service import Service, language_of, service_of
from perfkg.store.base import AskResult, QueryResult, Question, SelectResult, Written

_CLIENT_GONE = 499
"""For the log, as nginx has it: there is nobody to be told."""


async def send_answer(
    request: Request, service: Service, question: Question, wanted: results.Format
) -> Response:
    """Send the answer to a query: 304, a kept one, or a new one; by no thread."""
    version = service.store.generation.number
    if not is_lasting(question.text):
        task: asyncio.Future[Written] = asyncio.ensure_future(_asked(request, service, question))
        try:
            written = await unless_gone(request, task)
        finally:
            task.cancel()
        if written is None:
            return Response(status_code=_CLIENT_GONE)
        return _response(written, wanted, service, {"Cache-Control": "no-store"})
    tag = answer_tag(question, version, service.edition)
    kept = service.answers.get(version, question)
    # Whoever names the tag has had an answer; `*` may come from somebody who has not.
    if kept is not None or "*" not in request.headers.get("if-none-match", ""):
        known = not_modified(request, tag)
        if known is not None:
            return known
    if kept is None:
        with service.answers.shared(
            version, question, lambda: _asked(request, service, question)
        ) as task:
            kept = await unless_gone(request, task)
        if kept is None:
            return Response(status_code=_CLIENT_GONE)
        service.answers.keep(question, kept)
        if kept.told.generation != version:
            tag = answer_tag(question, kept.told.generation, service.edition)
    return not_modified(request, tag) or _response(kept, wanted, service, cache_headers(tag))


async def _asked(request: Request, service: Service, question: Question) -> Written:
    client = request.client.host if request.client else None
    return await service.store.answer(question, timeout=service.settings.timeout, client=client)


def _response(
    written: Written, wanted: results.Format, service: Service, headers: dict[str, str]
) -> Response:
    told = written.told
    headers["Perfkg-Result"] = result_state(told.rows, told.truncated, service.settings.max_rows)
    if written.is_small:
        return Response(told.body, media_type=wanted.media_type, headers=headers)
    headers["Content-Length"] = str(told.size)
    return StreamingResponse(_pieces(written), media_type=wanted.media_type, headers=headers)


async def _pieces(written: Written) -> AsyncIterator[bytes]:
    # The file was written a moment ago, so that reading it does not wait for the disk.
    for piece in written.chunks():
        yield piece


def result_state(rows: int | None, truncated: bool, limit: int) -> str:
    """Return the words that tell whether a result is complete or was cut."""
    if rows is None:
        return "complete"
    return f"truncated; rows={rows}; limit={limit}" if truncated else f"complete; rows={rows}"


def result_headers(result: QueryResult, limit: int) -> dict[str, str]:
    """Return the header that tells whether a result is complete or was cut."""
    if isinstance(result, AskResult):
        return {"Perfkg-Result": result_state(None, False, limit)}
    rows = len(result.rows) if isinstance(result, SelectResult) else len(result.triples)
    return {"Perfkg-Result": result_state(rows, result.truncated, limit)}


def unchanged(request: Request, media_type: str, version: int) -> Response | None:
    """Return 304 when the client has what this address would give; nothing is made for that."""
    if "*" in request.headers.get("if-none-match", "*"):
        return None
    return not_modified(request, _tag(request, media_type, version))


def _tag(request: Request, media_type: str, version: int) -> str:
    variant = f"{media_type} {language_of(request)} {service_of(request).edition}"
    tag = entity_tag(request, version, variant)
    # A workbook says when it was made, so two of one version differ in their bytes.
    return f"W/{tag}" if media_type == FORMATS["xlsx"].media_type else tag


def send(
    request: Request, body: bytes, media_type: str, version: int, headers: dict[str, str]
) -> Response:
    """Send one representation with its entity tag, or 304 when the client has it."""
    tag = _tag(request, media_type, version)
    known = not_modified(request, tag)
    if known is not None:
        return known
    return Response(body, media_type=media_type, headers={**cache_headers(tag), **headers})


def send_result(
    request: Request, result: QueryResult, wanted: results.Format, version: int, limit: int
) -> Response:
    """Send a result in one of the standard formats."""
    body = results.to_bytes(result, wanted)
    return send(request, body, wanted.media_type, version, result_headers(result, limit))
