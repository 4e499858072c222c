"""`/sparql`: the SPARQL 1.1 Protocol, for queries and, with the token, for updates."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from pyoxigraph import NamedNode
from starlette.concurrency import run_in_threadpool

from perfkg.asking import ask
from perfkg.results import ResultKind, kind_of
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
from perfkg.server.negotiation import HTML, best_type, result_format
from perfkg.server.observing import note_query
from perfkg.server.pages import Pages
from perfkg.server.problems import ServiceProblem
from perfkg.server.responses import result_headers, send, send_result
from perfkg.server.service import Service, ServiceOf, language_of
from perfkg.server.writing import require_token, transaction, write
from perfkg.settings import Settings
from perfkg.sparql.dataset import Dataset, with_using
from perfkg.sparql.fence import calls_out, check_query, check_update

router = APIRouter()

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
    return await _answered(request, service, operation)


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
    return await _answered(request, service, operation)


async def _answered(request: Request, service: Service, operation: _Operation) -> Response:
    note_query(request, operation.query)
    response = await run_in_threadpool(_answer, request, service, operation)
    if service.settings.services and operation.query and calls_out(operation.query):
        # What another service says changes without a new version of this data set.
        del response.headers["ETag"]
        response.headers["Cache-Control"] = "no-store"
    return response


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


def _answer(request: Request, service: Service, operation: _Operation) -> Response:
    query = operation.query
    if query is None:
        return _introduce(request, service)
    form = check_query(query, services=service.settings.services).value
    kind = ResultKind("CONSTRUCT" if form == "DESCRIBE" else form)
    wanted = result_format(request, kind, operation.format)
    version = service.store.generation.number
    result = ask(
        service.store,
        query,
        service.settings,
        dataset=operation.dataset,
        base_iri=_endpoint(request),
    )
    limit = service.settings.max_rows
    if wanted is None:
        pages = Pages(service, language_of(request))
        page = pages.sparql(query, result)
        return send(request, page, HTML, version, result_headers(result, limit))
    assert kind_of(result) is kind  # noqa: S101 - the fence and the engine read the same form
    return send_result(request, result, wanted, version, limit)


def _endpoint(request: Request) -> str:
    """Return the address of the endpoint, which is the base of relative IRIs too."""
    return str(request.url_for("query_by_get"))


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
