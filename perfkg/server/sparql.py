"""`/sparql`: the SPARQL 1.1 Protocol, for queries and, with the token, for updates."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import lru_cache, partial
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pyoxigraph import NamedNode
from starlette.concurrency import run_in_threadpool

from perfkg.asking import ask
from perfkg.errors import PerfkgError
from perfkg.results import ResultKind
from perfkg.server import openapi
from perfkg.server.bodies import (
    Parameters,
    check_charset,
    decoded,
    in_address,
    media_type_of,
    pairs,
    read_body,
)
from perfkg.server.description import DESCRIPTION_TYPES, service_description
from perfkg.server.negotiation import HTML, best_type, result_format, wants_html
from perfkg.server.observing import note_query
from perfkg.server.pages import Pages
from perfkg.server.problems import ServiceProblem, headers_of, status_of
from perfkg.server.responses import result_headers, send, send_answer
from perfkg.server.service import Service, ServiceOf, language_of, service_of
from perfkg.server.writing import require_token, transaction, write
from perfkg.settings import Settings
from perfkg.sparql.dataset import Dataset, with_using
from perfkg.sparql.fence import Form, check_query, check_update
from perfkg.store.base import Question


class _PlainRoute(APIRoute):
    """A route whose function reads the request itself, as all of this module do.

    FastAPI describes it like any other, but takes no part in answering, which would cost more
    than a kept answer does.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the function that answers."""
        answer = self.endpoint

        async def handle(request: Request) -> Response:
            response: Response = await answer(request, service_of(request))
            return response

        return handle


router = APIRouter(route_class=_PlainRoute)

_SHORT = 10_000
"""Characters of a query up to which it is remembered that it may run."""
_ENDPOINTS: dict[tuple[object, ...], str] = {}
"""Addresses of the endpoint by what they are made from, as that takes longer than to look."""
_MOST_ENDPOINTS = 100
_KINDS = {Form.SELECT: ResultKind.ROWS, Form.ASK: ResultKind.TRUTH}
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_QUERY_DATASET = ("default-graph-uri", "named-graph-uri")
_UPDATE_DATASET = ("using-graph-uri", "using-named-graph-uri")


@dataclass(frozen=True, slots=True)
class _Operation:
    """What a request asks for: a query, an update, or neither (then: what this service is)."""

    query: str | None = None
    update: str | None = None
    dataset: Dataset = field(default_factory=Dataset)
    format: str | None = None


@router.get(
    "/sparql",
    summary="SPARQL query (GET), or the service description",
    response_class=Response,
    responses=openapi.QUERY_RESPONSES,
    openapi_extra=openapi.QUERY,
)
async def query_by_get(request: Request, service: ServiceOf) -> Response:
    """Answer `?query=`; without it describe the service, or show the query page to a browser."""
    operation = _operation(in_address(request))
    if operation.update is not None:
        raise ServiceProblem(
            400,
            "更新须用 POST 发送",
            "an update must be sent with POST",
        )
    return await _answer(request, service, operation)


@router.post(
    "/sparql",
    summary="SPARQL query or, with the token, update (POST)",
    response_class=Response,
    responses=openapi.OPERATION_RESPONSES,
    openapi_extra=openapi.OPERATION,
)
async def query_by_post(request: Request, service: ServiceOf) -> Response:
    """Answer a query, or carry out an update, sent as a form or as the body itself."""
    operation = await _posted(request, service.settings)
    if operation.update is not None:
        require_token(request, service)
        note_query(request, operation.update)
        return await write(service, partial(_update, request, service, operation))
    if operation.query is None:
        raise ServiceProblem(
            400,
            "缺少参数 query 或 update",
            "the parameter 'query' or 'update' is missing",
        )
    return await _answer(request, service, operation)


async def _posted(request: Request, settings: Settings) -> _Operation:
    media_type = media_type_of(request)
    if media_type not in (_FORM, _QUERY, _UPDATE):
        raise ServiceProblem(
            415,
            f"不支持的内容类型“{media_type}”；请用 {_FORM}、{_QUERY} 或 {_UPDATE}",
            f"the content type '{media_type}' is not supported; use {_FORM}, {_QUERY} or {_UPDATE}",
        )
    check_charset(request.headers.get("content-type", ""))
    most = int(settings.max_request * 1_000_000)
    text = decoded(await read_body(request, most, settings.body_timeout))
    if media_type == _FORM:
        return _operation([*in_address(request), *pairs(text)])
    name = "query" if media_type == _QUERY else "update"
    return _operation([*in_address(request), (name, text)])


def _operation(parameters: Parameters) -> _Operation:
    queries = _values(parameters, "query")
    updates = _values(parameters, "update")
    if len(queries) + len(updates) > 1:
        raise ServiceProblem(
            400,
            "一次请求只能有一个查询或一个更新",
            "a request must hold exactly one query or one update",
        )
    wanted, other = (
        (_UPDATE_DATASET, _QUERY_DATASET) if updates else (_QUERY_DATASET, _UPDATE_DATASET)
    )
    for name in other:
        if _values(parameters, name):
            raise ServiceProblem(
                400,
                f"参数 {name} 不能用于此操作；请用 {'、'.join(wanted)}",
                f"the parameter {name} does not go with this operation; use {', '.join(wanted)}",
            )
    dataset = Dataset(*(tuple(_graphs(parameters, name)) for name in wanted))
    return _Operation(
        next(iter(queries), None), next(iter(updates), None), dataset, _format(parameters)
    )


def _format(parameters: Parameters) -> str | None:
    """Return the format that a person asked for in the address; it goes before Accept."""
    found = _values(parameters, "format")
    if len(found) > 1:
        raise ServiceProblem(
            400, "参数 format 给了不止一次", "the parameter 'format' is given more than once"
        )
    return next(iter(found), None) or None


def _values(parameters: Parameters, name: str) -> list[str]:
    return [value for key, value in parameters if key == name]


def _graphs(parameters: Parameters, name: str) -> list[str]:
    """Return the graphs that a parameter names.

    Raises:
        ServiceProblem: 400, one of them is no absolute IRI.
    """
    values = _values(parameters, name)
    for value in values:
        try:
            NamedNode(value)
        except ValueError as error:
            raise ServiceProblem(
                400,
                f"参数 {name} 不是完整的 IRI：{value}",
                f"the parameter {name} is no absolute IRI: {value}",
            ) from error
    return values


def _update(request: Request, service: Service, operation: _Operation) -> Response:
    """Carry out an update; it is one generation, or none when it fails."""
    text = operation.update or ""
    check_update(text)
    text = with_using(text, operation.dataset)
    with transaction(service) as writer:
        writer.update(text, base_iri=_endpoint(request))
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def _answer(request: Request, service: Service, operation: _Operation) -> Response:
    """Answer a query; a browser sees in the page why there is no answer, and its text again."""
    query = operation.query
    if query is None:
        return await run_in_threadpool(_introduce, request, service)
    note_query(request, query)
    try:
        return await _answered(request, service, query, operation)
    except PerfkgError as error:
        if operation.format is not None or not wants_html(request):
            raise
        page = Pages(service, language_of(request)).sparql(query, None, error)
        return Response(page, status_of(error), headers_of(error), media_type=HTML)


async def _answered(
    request: Request, service: Service, query: str, operation: _Operation
) -> Response:
    kind = _kind_of(query, service.settings)
    wanted = result_format(request, kind, operation.format)
    if wanted is None:
        return await run_in_threadpool(_page, request, service, query, operation.dataset)
    question = Question(
        query,
        wanted.name,
        service.settings.max_rows,
        operation.dataset or None,
        _endpoint(request),
    )
    return await send_answer(request, service, question, wanted)


def _kind_of(query: str, settings: Settings) -> ResultKind:
    """Return what a query gives, if it may run; see `check_query`."""
    check = _form_of if len(query) <= _SHORT else check_query
    return _KINDS.get(check(query, services=settings.services), ResultKind.TRIPLES)


_form_of = lru_cache(maxsize=512)(check_query)


def _page(request: Request, service: Service, query: str, dataset: Dataset) -> Response:
    """Show the result of a query to a person."""
    version = service.store.generation.number
    result = ask(
        service.store, query, service.settings, dataset=dataset, base_iri=_endpoint(request)
    )
    page = Pages(service, language_of(request)).sparql(query, result)
    return send(request, page, HTML, version, result_headers(result, service.settings.max_rows))


def _endpoint(request: Request) -> str:
    """Return the address of the endpoint, which is the base of relative IRIs too."""
    scope = request.scope
    asked = (scope["scheme"], request.headers.get("host"), scope.get("root_path"), scope["server"])
    found = _ENDPOINTS.get(asked)
    if found is None:
        if len(_ENDPOINTS) >= _MOST_ENDPOINTS:
            _ENDPOINTS.clear()
        found = _ENDPOINTS[asked] = str(request.url_for("query_by_get"))
    return found


def _introduce(request: Request, service: Service) -> Response:
    """Describe the service to a machine, or show the query page to a person."""
    version = service.store.generation.number
    chosen = best_type(request, (*DESCRIPTION_TYPES, HTML))
    if chosen == HTML:
        pages = Pages(service, language_of(request))
        return send(request, pages.sparql(None, None), HTML, version, {})
    if chosen is None:
        types = ", ".join(DESCRIPTION_TYPES)
        raise ServiceProblem(
            406,
            f"服务描述可用的格式：{types}；查询请加参数 query",
            f"the service description comes as {types}; to ask, give the parameter 'query'",
        )
    federates = bool(service.settings.services)
    description = service_description(_endpoint(request), chosen, federates=federates)
    return send(request, description, chosen, version, {})
