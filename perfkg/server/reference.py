"""`/docs`: what `/openapi.json` says, as a page for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from perfkg.server.browse.view import ViewOf

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Operation:
    """What can be done at an address.

    Attributes:
        key: tells it from the others of the page.
        group: what it belongs to; None for what is no saved query.
        parameters: as OpenAPI describes them.
        sent: media types of what is sent.
        answers: status and description; of the successes also the media types.
    """

    key: str
    method: str
    path: str
    group: str | None
    summary: str
    description: str
    parameters: tuple[Mapping[str, Any], ...]
    sent: tuple[str, ...]
    answers: tuple[tuple[str, str, tuple[str, ...]], ...]


@router.get("/docs", include_in_schema=False)
def show_reference(request: Request, view: ViewOf) -> Response:
    """Show every operation of the service with its parameters and answers."""

    def page() -> bytes:
        groups: dict[str | None, list[Operation]] = {}
        for operation in _operations(request.app.openapi()):
            groups.setdefault(operation.group, []).append(operation)
        return view.render("reference.html", groups=groups)

    return view.send(page)


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, found in methods.items():
            yield Operation(
                key=found["operationId"],
                method=method.upper(),
                path=path,
                group=next(iter(found.get("tags", ())), None),
                summary=found["summary"],
                description=found["description"],
                parameters=tuple(found.get("parameters", ())),
                sent=tuple(found.get("requestBody", {}).get("content", ())),
                answers=tuple(_answers(found["responses"])),
            )


def _answers(responses: Mapping[str, Any]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for status, response in sorted(responses.items()):
        types = tuple(response.get("content", ())) if status < "300" else ()
        yield status, response["description"], types
