"""The pages: server-rendered, in Chinese and English; only the query page has a script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from jinja2 import Environment, PackageLoader, StrictUndefined

from perfkg import __version__
from perfkg.asking import Answer, ask_saved
from perfkg.errors import PerfkgError
from perfkg.messages import Language, Text
from perfkg.namespaces import PREFIXES
from perfkg.queries import SavedQuery
from perfkg.results import Readable, readable
from perfkg.server.editor import configuration, is_built
from perfkg.server.service import Service
from perfkg.server.texts import TEXTS, rows_complete, rows_cut, rows_shown
from perfkg.store.base import AskResult, QueryResult, SelectResult
from perfkg.validation.findings import SEVERITIES
from perfkg.validation.words import SEVERITY

_PREVIEW = 8
"""Rows of each saved query on the home page."""
_PROJECTS = 50
_PAGE = 1_000
"""Rows of a result in a page; the files have them all."""

_SUMMARY = """
SELECT ?forms ?projects ?units ?quantitative ?qualitative ?requested WHERE {
  { SELECT (COUNT(?f) AS ?forms) (COALESCE(SUM(?r), 0) AS ?requested) WHERE {
      ?f a pk:Form OPTIONAL { ?f pk:annualRequest ?r } } }
  { SELECT (COUNT(?p) AS ?projects) WHERE { ?p a pk:Project } }
  { SELECT (COUNT(DISTINCT ?u) AS ?units) WHERE { ?p a pk:Project ; pk:implementingUnit ?u } }
  { SELECT (COUNT(?t) AS ?quantitative) WHERE { ?t a pk:QuantitativeTarget } }
  { SELECT (COUNT(?t) AS ?qualitative) WHERE { ?t a pk:QualitativeTarget } }
}"""
_FINDINGS = """
SELECT ?severity (COUNT(?result) AS ?findings) WHERE {
  GRAPH ?graph { ?report a sh:ValidationReport
    OPTIONAL { ?report sh:result ?result . ?result sh:resultSeverity ?severity } }
} GROUP BY ?severity ORDER BY ?severity"""

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


@dataclass(frozen=True, slots=True)
class Card:
    """A saved query on the home page: its first rows, or why there are none."""

    query: SavedQuery
    view: TableView | None
    problem: str | None


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

    def home(self) -> bytes:
        """The state of the graph, its projects, and every saved query with its first rows."""
        catalogue = self._service.catalogue
        projects = next((query for query in catalogue if query.name == "projects"), None)
        return self._render(
            "home.html",
            figures=self._figures(),
            findings=self._findings(),
            projects=None if projects is None else self._card(projects, _PROJECTS),
            cards=[self._card(q, _PREVIEW) for q in catalogue if q is not projects],
        )

    def queries(self) -> bytes:
        """The list of saved queries."""
        catalogue = self._service.catalogue
        # Where the files lie on the server is no business of whoever reads the page.
        errors = [
            f"{Path(error.place or '').name}: {error.text.into(self.language)}"
            for error in catalogue.errors
        ]
        return self._render("queries.html", queries=list(catalogue), errors=errors)

    def query(self, answer: Answer, given: Mapping[str, str]) -> bytes:
        """One saved query with its parameters and its result."""
        return self._render(
            "query.html",
            query=answer.query,
            given=given,
            sparql=answer.text,
            truth=answer.result.value if isinstance(answer.result, AskResult) else None,
            view=self._view(answer.result, _PAGE, answer.query.columns),
        )

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

    def problem(self, status: int, title: str, error: PerfkgError) -> bytes:
        """The page of a failure."""
        return self._render(
            "problem.html", status=status, title=title, message=error.message(self.language)
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
                generation=generation,
                version=__version__,
                **values,
            )
        )
        return page.encode()

    def _ask(self, text: str) -> list[dict[str, ox.Literal | ox.NamedNode | None]]:
        settings = self._service.settings
        result = self._service.store.query(text, timeout=settings.timeout, prefixes=PREFIXES)
        if not isinstance(result, SelectResult):
            return []
        return [dict(zip(result.variables, row, strict=True)) for row in result.rows]  # type: ignore[arg-type]

    def _figures(self) -> dict[str, Decimal]:
        rows = self._ask(_SUMMARY)
        return {name: Decimal(term.value) for name, term in rows[0].items() if term is not None}

    def _findings(self) -> list[tuple[str, int]] | None:
        """Return the findings by severity, the gravest first; None without a review."""
        rows = self._ask(_FINDINGS)
        if not rows:
            return None
        counts = {
            row["severity"].value.rpartition("#")[2]: int(row["findings"].value)
            for row in rows
            if row["severity"] is not None and row["findings"] is not None
        }
        labels = ((name, SEVERITY[name].into(self.language)) for name in SEVERITIES)
        return [(label, counts[name]) for name, label in labels if name in counts]

    def _card(self, query: SavedQuery, rows: int) -> Card:
        try:
            answer = ask_saved(self._service.store, query, {}, self._service.settings)
        except PerfkgError as error:
            return Card(query, None, error.message(self.language))
        return Card(query, self._view(answer.result, rows, query.columns), None)

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
