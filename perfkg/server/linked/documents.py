"""A resource that is there as a page and as data: which of them is sent, and its links."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request, Response

from perfkg.server.linked.addresses import local
from perfkg.server.linked.formats import RDF_FORMATS, Rdf, with_extension
from perfkg.server.negotiation import HTML
from perfkg.server.problems import ServiceProblem
from perfkg.server.responses import send
from perfkg.server.service import Service


@dataclass(frozen=True, slots=True)
class Document:
    """A resource of the ontology and what goes with it.

    Attributes:
        place: its address; that of a format has an extension behind it.
        data: makes it in a format.
        page: makes its page, or None where a browser gets Turtle.
    """

    place: str
    data: Callable[[Rdf], bytes]
    page: Callable[[], bytes] | None = None

    def sent(self, request: Request, service: Service, wanted: Rdf | None, *links: str) -> Response:
        """Send it.

        Args:
            wanted: the format, None for the page. links: further ones, for the header.
        """
        if wanted is None and self.page is None:
            wanted = RDF_FORMATS[0]
        place = local(request, self.place)
        headers = {
            "Content-Location": f"{place}.{wanted.extension if wanted else 'html'}",
            "Link": ", ".join([f'<{place}>; rel="canonical"', *links, *_alternates(place)]),
        }
        version = service.store.generation.number
        if wanted is None and self.page is not None:
            return send(request, self.page(), HTML, version, headers)
        assert wanted is not None  # noqa: S101 - there is a page or a format
        return send(request, self.data(wanted), wanted.media_type, version, headers)


def _alternates(place: str) -> list[str]:
    return [
        f'<{place}.{item.extension}>; rel="alternate"; type="{item.media_type}"'
        for item in RDF_FORMATS
    ]


def format_named(extension: str) -> Rdf | None:
    """Return the format of an extension, None for the page.

    Raises:
        ServiceProblem: 404, there is no such format.
    """
    wanted = with_extension(extension)
    if wanted is None and extension != "html":
        known = ", ".join([f".{item.extension}" for item in RDF_FORMATS] + [".html"])
        raise ServiceProblem(
            404,
            f"没有“.{extension}”这种格式；可用：{known}",
            f"there is no format '.{extension}'; use {known}",
        )
    return wanted
