"""Entity tags: the dataset version together with what was asked."""

from __future__ import annotations

import hashlib

from fastapi import Request, Response

from perfkg.store.base import Question


def entity_tag(request: Request, version: int, variant: str) -> str:
    """Return the tag of one representation: equal for as long as the answer is the same.

    Args:
        version: the dataset version.
        variant: the media type and language chosen for this client, and the service's edition.
    """
    asked = f"{request.url.path}?{request.url.query} {variant}"
    return f'"{version}-{hashlib.sha256(asked.encode()).hexdigest()[:16]}"'


def answer_tag(question: Question, version: int, edition: str) -> str:
    """Return the tag of the answer to a query, however it was sent.

    Args:
        question: with the format that the client gets.
        version: the dataset version.
        edition: of the service.
    """
    chosen = question.dataset
    graphs = (chosen.default, chosen.named) if chosen else ()
    asked = f"{question.fmt}\n{question.base_iri}\n{graphs}\n{edition}\n{question.text}"
    return f'"{version}-{hashlib.sha256(asked.encode()).hexdigest()[:16]}"'


def not_modified(request: Request, tag: str) -> Response | None:
    """Return the 304 answer when the client has the representation already, else None."""
    if request.method not in ("GET", "HEAD"):
        return None
    known = [item.strip().removeprefix("W/") for item in _if_none_match(request).split(",")]
    if tag.removeprefix("W/") in known or "*" in known:
        return Response(status_code=304, headers=cache_headers(tag))
    return None


def _if_none_match(request: Request) -> str:
    return request.headers.get("if-none-match", "")


def cache_headers(tag: str) -> dict[str, str]:
    """Return the headers of a representation that may be kept but must be asked for again."""
    # Nobody's answer depends on who asks, so a proxy may keep it even for those with a token.
    return {
        "ETag": tag,
        "Cache-Control": "public, no-cache",
        "Vary": "Accept, Accept-Language",
    }
