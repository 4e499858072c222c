"""One page for one client: its language, its links, its directory, and how it is sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from typing import Annotated, Final
from urllib.parse import quote, urlencode

from fastapi import Depends, Request, Response

from perfkg.messages import Language, Text
from perfkg.reviewing import rules_for
from perfkg.server.browse.directory import Directory
from perfkg.server.browse.filing import key_of
from perfkg.server.browse.keeping import RETRY, Kept, not_ready
from perfkg.server.browse.words import MONEY_UNITS, WORDS
from perfkg.server.caching import entity_tag, not_modified
from perfkg.server.linked.describing import withdrawal_of
from perfkg.server.linked.formats import RDF_FORMATS
from perfkg.server.negotiation import HTML
from perfkg.server.pages import Pages, embedded
from perfkg.server.problems import ServiceProblem, Withdrawn
from perfkg.server.responses import send
from perfkg.server.service import Service, language_of, service_of
from perfkg.settings import Settings
from perfkg.validation.findings import SEVERITIES
from perfkg.validation.shapes import Shapes
from perfkg.validation.words import SEVERITY

PAGES_OF: Final = {
    "form": "forms",
    "project": "projects",
    "indicator": "indicators",
    "organization": "organizations",
}
"""The kind of a thing, as its IRI names it, and the address of its pages."""
_KEY: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class View(Pages):
    """Renders the pages for one request."""

    def __init__(self, request: Request, service: Service, language: Language) -> None:
        super().__init__(service, language)
        self.request = request
        self.service = service
        self.version = service.store.generation.number
        self.kept: Kept = request.app.state.browse
        self.is_behind = False

    @cached_property
    def known(self) -> Directory | None:
        """What is known of the forms, maybe of an earlier generation; None: nothing yet.

        Raises:
            PerfkgError: it cannot be found out.
        """
        found = self.kept.known()
        self.is_behind = found is None or found.version != self.version
        return found

    @property
    def directory(self) -> Directory:
        """What is known of the forms.

        Raises:
            PerfkgError: nothing yet, or it cannot be found out.
        """
        if self.known is None:
            raise not_ready()
        return self.known

    @property
    def base(self) -> str:
        """The base of the IRIs of things."""
        return self.service.settings.identity.base

    @property
    def root(self) -> str:
        """The path below which the service is reached, "" at the root of its host."""
        return str(getattr(self.service.settings, "root_path", ""))

    @property
    def seconds(self) -> float:
        """How long a question may run."""
        return self.service.settings.timeout

    @property
    def shapes(self) -> Shapes:
        """The rules of the review."""
        return _shapes(self.service.settings)

    def text(self, name: str) -> str:
        """Return a parameter of the address, "" where it is not given."""
        return self.request.query_params.get(name, "").strip()[:_LONGEST]

    def iri(self, kind: str, key: str) -> str:
        """Return the IRI of a thing.

        Raises:
            ServiceProblem: 404, such a key is never given.
        """
        if not _KEY.fullmatch(key):
            raise self.nothing(kind)
        return f"{self.base}{kind}/{key}"

    def nothing(self, kind: str) -> ServiceProblem:
        """Return the failure that says there is no such thing."""
        what = WORDS[f"a_{kind}"]
        return ServiceProblem(
            404,
            f"没有这个{what.zh}；可能已被删除，或地址有误",
            f"there is no such {what.en}; it may have been removed, or the address is wrong",
        )

    def link(self, path: str, **parameters: object) -> str:
        """Return an address of this service in the language of the page."""
        given = {name: value for name, value in parameters.items() if value not in ("", None)}
        return f"{self.root}{path}?{urlencode({**given, 'lang': self.language})}"

    def page_of(self, iri: str) -> str | None:
        """Return the address of the page about a thing; None where it has none."""
        kind, _, key = iri.removeprefix(self.base).partition("/")
        if not iri.startswith(self.base) or kind not in PAGES_OF:
            return None
        return self.link(f"/{PAGES_OF[kind]}/{quote(key)}")

    def data_of(self, iri: str) -> str:
        """Return the path below which the statements about a thing are found."""
        return f"/data/{iri.removeprefix(self.base)}"

    def name(self, iri: str) -> str:
        """Return what a thing is called in the language of the page."""
        return self.text_of(iri).into(self.language)

    def text_of(self, iri: str) -> Text:
        """Return what a thing is called, in both languages."""
        return self.known.name(iri) if self.known else Text(key_of(iri), key_of(iri))

    def severity(self, name: str) -> str:
        """Return what a severity is called."""
        return next((SEVERITY[n].into(self.language) for n in SEVERITIES if n == name), name)

    def say(self, name: str) -> str:
        """Return one of the words of the pages."""
        return WORDS[name].into(self.language)

    def render(
        self, template: str, *, about: Mapping[str, object] | None = None, **values: object
    ) -> bytes:
        """Return a page.

        Args:
            about: what it is about, for search engines: a node of `schema_org`.
        """
        given = {
            "about": None if about is None else embedded(about),
            "data": None if about is None else self._data(str(about["@id"])),
            "data_formats": RDF_FORMATS,
            "w": {key: text.into(self.language) for key, text in WORDS.items()},
            "link": self.link,
            "linked": bool,
            "static": lambda name: f"{self.root}/static/{name}",
            "page_of": self.page_of,
            "name": self.name,
            "one_language": lambda text: one_language(text, self.language),
            "money": lambda amount: money_text(amount, self.language),
            "severities": SEVERITIES,
            "severity": self.severity,
            "behind": self.is_behind,
            "parameters": {k: v for k, v in self.request.query_params.items() if k != "lang"},
        }
        return self._render(f"browse/{template}", **{**given, **values})

    def _data(self, iri: str) -> str:
        """Return the path of the data about a thing; the service itself has the catalogue."""
        path = self.data_of(iri) if iri.startswith(self.base) else "/catalog"
        return f"{self.root}{path}"

    def send(self, make: Callable[[], bytes], iri: str | None = None) -> Response:
        """Send a page, which is made only if the client does not have it.

        Args:
            iri: of the thing that it is about, whose data it then links.

        Raises:
            Withdrawn: the thing was there and is not to be shown any more.
        """
        variant = f"{HTML} {language_of(self.request)} {self.service.edition}"
        unchanged = not_modified(self.request, entity_tag(self.request, self.version, variant))
        if unchanged:
            return unchanged
        withdrawn = withdrawal_of(self.service, iri) if iri else None
        if iri and withdrawn:
            raise Withdrawn(iri, *withdrawn)
        page = make()
        if self.is_behind:
            headers = {"Cache-Control": "no-store", "Refresh": RETRY}
            return Response(page, media_type=HTML, headers=headers)
        return send(self.request, page, HTML, self.version, self._links(iri) if iri else {})

    def _links(self, iri: str) -> dict[str, str]:
        data = self._data(iri)
        links = [
            f'<{iri}>; rel="http://xmlns.com/foaf/0.1/primaryTopic"',
            *(
                f'<{data}.{item.extension}>; rel="alternate"; type="{item.media_type}"'
                for item in RDF_FORMATS
            ),
            f'<{self.root}/catalog>; rel="collection"',
        ]
        return {"Link": ", ".join(links)}


_LONGEST: Final = 200
"""Characters of a parameter that are looked at."""


@lru_cache(maxsize=4)
def _shapes(settings: Settings) -> Shapes:
    return rules_for(settings)


def money_text(amount: object, language: Language) -> str:
    """Return an amount in yuan in the unit that fits: 元, 万元 or 亿元.

    >>> from decimal import Decimal
    >>> money_text(Decimal("4700000"), "zh"), money_text(Decimal("999.5"), "zh")
    ('470 万元', '999.5 元')
    """
    if amount is None:
        return ""
    value = float(str(amount))
    least, unit = next(item for item in MONEY_UNITS[language] if abs(value) >= item[0])
    shown = f"{value / (least or 1):,.2f}".rstrip("0").rstrip(".")
    return f"{shown} {unit}"


def one_language(text: str, language: Language) -> str:
    """Return the half of a text in both languages (Chinese, slash, English) that a person reads.

    >>> one_language("单元格左移 / cells shifted left", "zh")
    '单元格左移'
    """
    zh, _, en = text.partition(" / ")
    return en if en and language == "en" else zh


async def _view(request: Request) -> View:
    return View(request, service_of(request), language_of(request))


ViewOf = Annotated[View, Depends(_view)]
