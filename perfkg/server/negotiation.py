"""Which media type a client gets (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import mimeparse
from fastapi import Request

from perfkg.results import FORMATS, Format, ResultKind
from perfkg.server.problems import ServiceProblem

HTML = "text/html"

_PREFERENCE = {
    ResultKind.ROWS: ("json", "xml", "csv", "tsv"),
    ResultKind.TRUTH: ("json", "xml"),
    ResultKind.TRIPLES: ("turtle", "nt", "jsonld", "rdfxml"),
}
"""The formats of the protocol endpoint for each kind of result, the default first."""


def best_type(request: Request, offered: Sequence[str]) -> str | None:
    """Return the media type of `offered` that the client likes best, or None.

    Without an Accept header, or where several are liked alike, it is the first.
    """
    return _best(request.headers.get("accept", "").strip() or "*/*", tuple(offered))


@lru_cache(maxsize=512)
def _best(accept: str, offered: tuple[str, ...]) -> str | None:
    try:
        return mimeparse.best_match(list(reversed(offered)), accept) or None
    except (mimeparse.MimeTypeParseException, ValueError):
        return None


def result_format(request: Request, kind: ResultKind) -> Format | None:
    """Return the format for a result, or None for a page in a browser.

    Raises:
        ServiceProblem: 406, naming what there is.
    """
    names = _PREFERENCE[kind]
    types = [FORMATS[name].media_type for name in names]
    # JSON and XML have everyday names that clients ask for too.
    aliases = {"application/json": "json", "application/xml": "xml"}
    offered = [*types, *(alias for alias, name in aliases.items() if name in names), HTML]
    found = best_type(request, offered)
    if found is None:
        raise ServiceProblem(
            406,
            f"没有所要的格式；可用：{', '.join(types)}",
            f"none of the media types asked for; there are {', '.join(types)}",
        )
    if found == HTML:
        return None
    name = aliases.get(found) or names[types.index(found)]
    return FORMATS[name]


def wants_html(request: Request) -> bool:
    """Whether the client is a browser that wants a page."""
    return best_type(request, ("application/problem+json", "application/json", HTML)) == HTML
