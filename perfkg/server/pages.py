"""The pages: server-rendered, in Chinese and English; only the query page has a script."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from perfkg import __version__
from perfkg.errors import PerfkgError
from perfkg.messages import Language, Text
from perfkg.namespaces import PREFIXES
from perfkg.results import Readable, readable
from perfkg.server.editor import configuration, is_built
from perfkg.server.service import Service
from perfkg.server.texts import SECTIONS, TEXTS, rows_complete, rows_cut, rows_shown
from perfkg.store.base import AskResult, QueryResult

_PAGE = 1_000
"""Rows of a result in a page; the files have them all."""

_EXAMPLE = f"""PREFIX pk: <{PREFIXES["pk"]}>
PREFIX skos: <{PREFIXES["skos"]}>

SELECT ?project ?request WHERE {{
  ?form pk:project/skos:prefLabel ?project ; pk:annualRequest ?request
}} ORDER BY DESC(?request) LIMIT 20"""


@dataclass(frozen=True, slots=True)
class TableView:
    """A result as a page shows it: the first rows, and a line that says how many there are."""

    table: Readable
    rows: tuple[tuple[str, ...], ...]
    closing: str


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("perfkg.server"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class Pages:
    """Renders the pages of one service in one language.

    Args:
        service: whose store and queries are shown.
        language: of the page.
    """

    def __init__(self, service: Service, language: Language) -> None:
        self._service = service
        self.language: Language = language

    def sparql(
        self,
        text: str | None,
        result: QueryResult | None,
        problem: PerfkgError | None = None,
    ) -> bytes:
        """The query page, with a result if something was asked, or why there is none."""
        settings = configuration(self.language, text, _EXAMPLE, problem) if is_built() else None
        return self._render(
            "sparql.html",
            text=text,
            example=_EXAMPLE,
            editor=settings,
            problem=None if problem is None else problem.message(self.language),
            truth=result.value if isinstance(result, AskResult) else None,
            view=None if result is None else self._view(result, _PAGE, {}),
        )

    def problem(
        self, status: int, title: str, error: PerfkgError, instead: str | None = None
    ) -> bytes:
        """The page of a failure; `instead` is the address of what to look at in its place."""
        return self._render(
            "problem.html",
            status=status,
            title=title,
            message=error.message(self.language),
            instead=instead,
        )

    # -- parts --------------------------------------------------------------------------------

    def _render(self, name: str, /, **values: object) -> bytes:
        generation = self._service.store.generation
        language = self.language
        page = (
            _environment()
            .get_template(name)
            .render(
                language=language,
                other="en" if language == "zh" else "zh",
                t={key: text.into(language) for key, text in TEXTS.items()},
                say=lambda text: text.into(language),
                sections=[(path, text.into(language)) for path, text in SECTIONS.items()],
                generation=generation,
                version=__version__,
                root=self._service.settings.root_path,
                **{"behind": False, "about": None, **values},
            )
        )
        return page.encode()

    def _view(
        self, result: QueryResult, most: int, headings: Mapping[str, Text]
    ) -> TableView | None:
        if isinstance(result, AskResult):
            return None
        table = readable(result, self.language, headings)
        count = len(table.rows)
        if table.truncated:
            closing = rows_cut(min(count, most))
        elif count > most:
            closing = rows_shown(most, count)
        else:
            closing = rows_complete(count)
        return TableView(table, table.rows[:most], closing.into(self.language))


def embedded(node: Mapping[str, object]) -> str:
    """Return JSON-LD for a script element: nothing in it can end the element."""
    return json.dumps(node, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
