"""What the pages of saved queries open with, asked for before anybody comes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest
from fastapi import FastAPI
from helpers import SCHOOL

from perfkg.asking import open_to_write
from perfkg.ingest import ingest
from perfkg.server.app import create_app
from perfkg.server.browse.ahead import Ahead
from perfkg.server.service import Service
from perfkg.settings import Settings

from .conftest import running

BROWSER = {"Accept": "text/html"}


@pytest.fixture
def folder(demo_store: Path, tmp_path: Path) -> Path:
    return Path(copytree(demo_store, tmp_path / "store"))


def app_on(folder: Path, small: int = 0) -> tuple[FastAPI, Service, Ahead]:
    settings = Settings(store=str(folder))
    app = create_app(settings, open_to_write(settings))
    app.state.ahead = Ahead(app.state.service, app.state.browse, quiet=0.05, small=small)
    return app, app.state.service, app.state.ahead


def wait_for(state: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not state():
        assert time.monotonic() < until
        time.sleep(0.05)


def kept(service: Service) -> int:
    """How many queries have an answer that is kept for the generation that is served."""

    def asked() -> None:
        raise LookupError

    version, count = service.store.generation.number, 0
    for query in service.catalogue:
        try:
            service.saved.answer(version, (query.name, ()), asked)  # type: ignore[arg-type]
            count += 1
        except LookupError:
            pass
    return count


def test_the_first_visitor_of_a_saved_query_waits_for_no_question_to_the_graph(
    folder: Path,
) -> None:
    app, service, ahead = app_on(folder)
    with running(app) as client:
        wait_for(lambda: ahead.done == service.store.generation.number)
        query = service.catalogue.get("lowest-satisfaction")
        assert len(query.parameters) > 1
        before = service.store.figures().answered
        page = client.get(f"/queries/{query.name}?lang=zh", headers=BROWSER)
        assert page.status_code == 200
        assert "上海市房地产交易中心" in page.text
        assert service.store.figures().answered == before


def test_a_new_generation_is_asked_anew(folder: Path) -> None:
    app, service, ahead = app_on(folder)
    with running(app) as client:
        wait_for(lambda: ahead.done == service.store.generation.number)
        first = ahead.done
        with open_to_write(service.settings) as store:
            ingest(store, [SCHOOL])
        wait_for(lambda: ahead.done == service.store.generation.number)
        assert ahead.done > first
        assert kept(service) == len(service.catalogue.queries)
        page = client.get("/queries/budget-by-year", headers=BROWSER)
        assert page.status_code == 200
        assert f"数据版本 {service.store.generation.number}" in page.text


def test_of_a_small_store_nothing_is_asked_ahead(folder: Path) -> None:
    app, service, ahead = app_on(folder, small=10_000_000)
    with running(app) as client:
        client.get("/health")
        time.sleep(1)
        assert kept(service) == 0
        assert ahead.done == -1
