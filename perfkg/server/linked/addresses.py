"""From the address of a request to the IRI that it names, and back.

The service may stand anywhere and the instance base may be of another host: what stands below
`/id/` here answers for what stands below the base.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from fastapi import Request, Response
from starlette.routing import BaseRoute, Match

from perfkg.identity import Identity
from perfkg.server.problems import ServiceProblem

_PART: Final = re.compile(r"[A-Za-z0-9_-]+")
_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_PAGES: Final = {
    "form": "forms",
    "project": "projects",
    "indicator": "indicators",
    "organization": "organizations",
}
"""The types of things that have a page of their own, and the folder of their pages."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What an address names.

    Attributes:
        kind, key: the last two parts of its IRI. base: the instance base IRI.
    """

    kind: str
    key: str
    base: str

    @property
    def iri(self) -> str:
        """The IRI of the thing."""
        return f"{self.base}{self.kind}/{self.key}"

    @property
    def document(self) -> str:
        """The IRI of the document that describes it, beside the things of the same base."""
        return f"{root_of(self.base)}data/{self.kind}/{self.key}"

    def address(self, extension: str = "") -> str:
        """Return the path of the document, or of one of its formats."""
        return f"/data/{self.kind}/{self.key}{'.' if extension else ''}{extension}"


def root_of(base: str) -> str:
    """Return what the addresses of documents begin with: the base without its `id/`.

    >>> root_of("https://w3id.org/perfkg/id/")
    'https://w3id.org/perfkg/'
    """
    return Identity(base).base.removesuffix("id/")


def thing_at(request: Request, base: str, kind: str, key: str) -> Thing:
    """Return the thing that an address names, if it can name one at all.

    Raises:
        ServiceProblem: 404, its type or key is not spelled as those of things are.
    """
    _check_encoding(request)
    thing = Thing(kind, key, Identity(base).base)
    if not (_PART.fullmatch(kind) and _PART.fullmatch(key)):
        raise _no_such(
            "类型和键只含字母、数字、下划线和连字符",
            "a type and a key consist of letters, digits, underscores and hyphens",
        )
    lower = kind.lower(), key.lower() if _UUID.fullmatch(key) else key
    if lower != (kind, key):
        right = "/".join(("", "id", *lower))
        raise _no_such(
            f"类型和键区分大小写，均为小写：{right}",
            f"types and keys are case-sensitive and lower case: {right}",
        )
    return thing


def _check_encoding(request: Request) -> None:
    raw = request.scope.get("raw_path")
    if isinstance(raw, bytes) and b"%" in raw:
        plain = unquote(raw.decode("ascii", "replace"))
        raise _no_such(
            f"地址中不用百分号编码（读作 {plain!r}）",
            f"no character of these addresses is percent-encoded (this one reads {plain!r})",
        )


def _no_such(zh: str, en: str) -> ServiceProblem:
    return ServiceProblem(404, f"没有这个事物：{zh}", f"there is no such thing: {en}")


def unknown(thing: Thing) -> ServiceProblem:
    """Return the problem of a thing that the graph says nothing about."""
    return ServiceProblem(
        404,
        f"图谱中没有 {thing.iri}",
        f"the graph says nothing about {thing.iri}",
    )


def page_of(request: Request, thing: Thing) -> str:
    """Return the path of the page about a thing: its own, or a rendering of its data."""
    folder = _PAGES.get(thing.kind)
    if folder is not None and _is_answered(request.app.routes, f"/{folder}/{thing.key}"):
        return f"/{folder}/{thing.key}"
    return thing.address("html")


def _is_answered(routes: Iterable[BaseRoute], path: str) -> bool:
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    return any(route.matches(dict(scope))[0] is Match.FULL for route in routes)


def local(request: Request, path: str) -> str:
    """Return the path as a client writes it, with the prefix that a proxy adds."""
    return f"{request.scope.get('root_path', '')}{path}"


def see_other(request: Request, path: str) -> Response:
    """Lead to another address of the service, which may depend on the Accept header."""
    headers = {
        "Location": local(request, path),
        "Vary": "Accept",
        "Cache-Control": "public, no-cache",
    }
    return Response(status_code=303, headers=headers)


def link_of(base: str, iri: str) -> str | None:
    """Return the path of this service that answers for an IRI, or None for one of elsewhere."""
    below = Identity(base).base
    if iri.startswith(below) and re.fullmatch(r"[\w-]+/[\w-]+", iri[len(below) :], re.ASCII):
        return f"/id/{iri[len(below) :]}"
    definitions = "https://w3id.org/perfkg/def#"
    return f"/def#{iri[len(definitions) :]}" if iri.startswith(definitions) else None
