"""Which media type a client gets (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import mimeparse
from fastapi import Request

from perfkg.results import FORMATS, Format, ResultKind
from perfkg.server.problems import ServiceProblem

HTML = "text/html"

_XML: Final = ("xml", "application/xml", "text/xml")
_JSON: Final = ("json", "application/json", "text/json")
_ALIASES: Final[dict[ResultKind, dict[str, tuple[str, ...]]]] = {
    ResultKind.ROWS: {
        "json": ("srj", *_JSON),
        "xml": ("srx", *_XML),
        "csv": (),
        "tsv": ("text/plain",),
    },
    ResultKind.TRUTH: {"json": ("srj", *_JSON), "xml": ("srx", *_XML)},
    ResultKind.TRIPLES: {
        "turtle": (
            *("ttl", "n3", "application/turtle", "application/x-turtle"),
            *("text/n3", "text/rdf+n3", "application/n3"),
        ),
        "nt": ("ntriples", "n-triples", "text/plain", "text/ntriples"),
        "nq": ("nquads", "n-quads", "text/x-nquads", "text/nquads"),
        "trig": ("application/x-trig",),
        "jsonld": ("json-ld", "application/x-json+ld", *_JSON),
        "rdfxml": ("rdf", "rdf+xml", *_XML),
    },
}
"""The formats of the protocol endpoint for each kind of result, the default first, with the other
names that clients have for them: short ones for `?format=`, media types for both."""


def best_type(request: Request, offered: Sequence[str]) -> str | None:
    """Return the media type of `offered` that the client likes best, or None.

    Without an Accept header, or where several are liked alike, it is the first.
    """
    # Of several lines of one header, the client means their list (RFC 9110, section 5.3).
    accept = ", ".join(request.headers.getlist("accept")).strip(" ,") or "*/*"
    return _best(accept, tuple(offered))


@lru_cache(maxsize=512)
def _best(accept: str, offered: tuple[str, ...]) -> str | None:
    try:
        return mimeparse.best_match(list(reversed(offered)), accept) or None
    except (mimeparse.MimeTypeParseException, ValueError):
        return None


def result_format(request: Request, kind: ResultKind, asked: str | None = None) -> Format | None:
    """Return the format for a result, or None for a page in a browser.

    Args:
        request: whose Accept header decides where nothing else does.
        kind: of the result.
        asked: the parameter `format`, a short name or a media type; it goes before the header.

    Raises:
        ServiceProblem: 406, naming what there is; 400, no format has the name that was asked for.
    """
    if asked is not None:
        return _named(asked, kind)
    known = _known(kind)
    found = best_type(request, [*(name for name in known if "/" in name), HTML])
    if found is None:
        raise _not_acceptable(kind)
    return None if found == HTML else known[found]


def _known(kind: ResultKind) -> dict[str, Format]:
    """Return the formats for a kind of result by media type and name, the standard types first."""
    return dict([*_standard(kind), *_everyday(kind)])


def _standard(kind: ResultKind) -> Iterator[tuple[str, Format]]:
    for name in _ALIASES[kind]:
        yield FORMATS[name].media_type, FORMATS[name]


def _everyday(kind: ResultKind) -> Iterator[tuple[str, Format]]:
    for name, others in _ALIASES[kind].items():
        for other in (name, *others):
            yield other, FORMATS[name]


def _named(asked: str, kind: ResultKind) -> Format | None:
    # "+" in an address stands for a space; "application/sparql-results json" is meant as typed.
    name = asked.strip().lower().replace(" ", "+")
    if name in ("html", HTML):
        return None
    found = _known(kind).get(name)
    if found is not None:
        return found
    if any(name in _known(other) for other in ResultKind):
        raise _not_acceptable(kind)
    names = ", ".join([*_ALIASES[kind], "html"])
    raise ServiceProblem(
        400,
        f"没有格式“{asked}”；参数 format 可用：{names}",
        f"there is no format '{asked}'; the parameter 'format' knows {names}",
    )


def _not_acceptable(kind: ResultKind) -> ServiceProblem:
    types = ", ".join(FORMATS[name].media_type for name in _ALIASES[kind])
    return ServiceProblem(
        406,
        f"没有所要的格式；此查询的结果可用：{types}",
        f"none of the media types asked for; the result of this query comes as {types}",
    )


def wants_html(request: Request) -> bool:
    """Whether the client is a browser that wants a page."""
    return best_type(request, ("application/problem+json", "application/json", HTML)) == HTML
