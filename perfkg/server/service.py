"""What every request needs: the settings, the store and the saved queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from perfkg.messages import LANGUAGES, Language
from perfkg.queries import Catalogue
from perfkg.settings import Settings
from perfkg.store.base import Store


@dataclass(frozen=True, slots=True)
class Service:
    """One running service."""

    settings: Settings
    store: Store
    catalogue: Catalogue
    _home: dict[Language, tuple[int, bytes]] = field(default_factory=dict, repr=False)

    def home_page(self, version: int, language: Language, make: Callable[[], bytes]) -> bytes:
        """Return the home page of a dataset version, made once: it asks every saved query."""
        kept = self._home.get(language)
        if kept is None or kept[0] != version:
            kept = self._home[language] = (version, make())
        return kept[1]


def _service(request: Request) -> Service:
    found: Service = request.app.state.service
    return found


def language_of(request: Request) -> Language:
    """Return the language of the pages: `?lang=`, else Accept-Language, else the setting."""
    asked = request.query_params.get("lang")
    for language in LANGUAGES:
        if asked == language:
            return language
    for part in request.headers.get("accept-language", "").split(","):
        tag = part.split(";")[0].strip().lower().split("-")[0]
        for language in LANGUAGES:
            if tag == language:
                return language
    return _service(request).settings.lang


ServiceOf = Annotated[Service, Depends(_service)]
LanguageOf = Annotated[Language, Depends(language_of)]
