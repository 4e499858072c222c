"""`/queries`: the saved queries as pages and as data."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from perfkg import results
from perfkg.asking import Answer, cover_of
from perfkg.errors import ParameterError, UsageError
from perfkg.messages import Language
from perfkg.queries import SavedQuery
from perfkg.results import FORMATS, Format
from perfkg.results.workbook import workbook
from perfkg.server import openapi
from perfkg.server.browse.query_page import queries_page, query_page, refused_page
from perfkg.server.browse.query_table import OWN
from perfkg.server.browse.view import View, ViewOf
from perfkg.server.negotiation import HTML, best_type
from perfkg.server.operations import EXTENSIONS
from perfkg.server.problems import ServiceProblem, status_of
from perfkg.server.responses import result_headers, send, send_result, unchanged
from perfkg.server.service import Service, ServiceOf, saved_answer
from perfkg.store.base import SelectResult

router = APIRouter()

_RESERVED = frozenset(("lang", *OWN))


@router.get(
    "/queries",
    summary="The saved queries",
    response_class=HTMLResponse,
    responses=openapi.responses(304, 503),
)
def list_queries(view: ViewOf) -> Response:
    """Show every saved query by theme, with what it answers."""
    # Where the files lie on the server is no business of whoever reads the page.
    errors = [
        f"{Path(error.place or '').name}: {error.text.into(view.language)}"
        for error in view.service.catalogue.errors
    ]
    return view.send(lambda: queries_page(view, errors))


@router.get(
    "/queries/{name}",
    summary="One saved query: a page, or its result",
    response_class=Response,
    responses=openapi.SAVED_RESPONSES,
)
def run_query(name: str, request: Request, service: ServiceOf, view: ViewOf) -> Response:
    """Run a saved query. An extension of the name chooses the format, else Accept does."""
    stem, extension = _split(name)
    query = _find(service, stem)
    if extension is None:
        offered = {HTML: "html", "application/json": "json", "text/csv": "csv"}
        chosen = best_type(request, (*offered, "application/sparql-results+json"))
        if chosen is None:
            raise ServiceProblem(
                406,
                f"没有所要的格式；可用：{', '.join(offered)}",
                f"none of the media types asked for; there are {', '.join(offered)}",
            )
        extension = offered.get(chosen, "json")
    media_type = HTML if extension == "html" else _media_type(extension)
    known = unchanged(request, media_type, service.store.generation.number)
    if known is not None:
        return known
    if extension == "html":
        return _page(request, service, query, view)
    answer = _ask(request, service, query)
    wanted = results.find_format(extension, results.kind_of(answer.result))
    return _data(request, service, answer, wanted, view.language)


def _media_type(extension: str) -> str:
    return next(fmt.media_type for fmt in FORMATS.values() if fmt.extension == extension)


def _split(name: str) -> tuple[str, str | None]:
    stem, dot, extension = name.rpartition(".")
    if not dot:
        return name, None
    if extension not in EXTENSIONS:
        raise ServiceProblem(
            404,
            f"没有格式“.{extension}”；可用：{', '.join(EXTENSIONS)}",
            f"there is no format '.{extension}'; there are {', '.join(EXTENSIONS)}",
        )
    return stem, extension


def _find(service: Service, name: str) -> SavedQuery:
    try:
        return service.catalogue.get(name)
    except UsageError as error:
        raise ServiceProblem(404, error.text.zh, error.text.en) from error


def _arguments(request: Request) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in request.query_params.multi_items():
        if key in _RESERVED:
            continue
        if key in found:
            raise ServiceProblem(400, f"参数 {key} 给了两次", f"the parameter {key} is given twice")
        found[key] = value
    return found


def _ask(request: Request, service: Service, query: SavedQuery) -> Answer:
    return saved_answer(service, query, _arguments(request))


def _page(request: Request, service: Service, query: SavedQuery, view: View) -> Response:
    given = _arguments(request)
    try:
        answer = saved_answer(service, query, given)
    except ParameterError as error:
        page = refused_page(view, query, given, error)
        return Response(page, status_of(error), media_type=HTML)
    page = query_page(view, answer, given)
    headers = result_headers(answer.result, service.settings.max_rows)
    return send(request, page, HTML, answer.version, headers)


def _data(
    request: Request, service: Service, answer: Answer, wanted: Format, language: Language
) -> Response:
    limit = service.settings.max_rows
    if wanted.name not in ("csv", "xlsx"):
        return send_result(request, answer.result, wanted, answer.version, limit)
    headers = result_headers(answer.result, limit)
    headers["Content-Disposition"] = f'attachment; filename="{answer.query.name}.{wanted.name}"'
    if wanted.name == "csv" and isinstance(answer.result, SelectResult):
        body = results.csv_for_people(answer.result)
    else:
        body = workbook(
            answer.result, cover_of(answer, language, service.store), language, answer.query.columns
        )
    return send(request, body, wanted.media_type, answer.version, headers)
