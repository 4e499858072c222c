"""Real services with settings of their own, each on a free port, in a thread of this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser

from perfkg.asking import open_to_write
from perfkg.server.app import create_app
from perfkg.server.editor import is_built
from perfkg.settings import Settings

from .editing import Editor, Open

Serve = Callable[..., httpx.Client]


@contextmanager
def _serving(folder: Path, **settings: Any) -> Iterator[httpx.Client]:
    chosen = Settings(store=str(folder), **settings)
    with running(create_app(chosen, open_to_write(chosen))) as client:
        yield client


@contextmanager
def running(app: FastAPI) -> Iterator[httpx.Client]:
    """Run an application on a free port for as long as the block lasts."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical")
    server = uvicorn.Server(config)
    with config.bind_socket() as listening:
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
                time.sleep(0.01)
            address = f"http://127.0.0.1:{listening.getsockname()[1]}"
            with httpx.Client(base_url=address, timeout=30) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join(timeout=20)


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Start a service on a store; it runs until the tests end."""
    with ExitStack() as stack:
        yield lambda folder, **settings: stack.enter_context(_serving(folder, **settings))


@pytest.fixture(scope="session")
def client(serve: Serve, demo_store: Path) -> httpx.Client:
    """A read-only service on the ten bundled forms."""
    return serve(demo_store)


@pytest.fixture(scope="session")
def small(serve: Serve, demo_store: Path) -> httpx.Client:
    """A service that stops after a second and cuts results at five rows."""
    return serve(demo_store, timeout=1, max_rows=5, token="s3cret")  # noqa: S106


@pytest.fixture
def visit(browser: Browser, service: str) -> Iterator[Open]:
    """Open editors; when the test ends nothing may have gone wrong in any."""
    if not is_built():
        pytest.skip("the editor was not built: python hatch_build.py")
    opened: list[Editor] = []

    def open_one(path: str = "/sparql", locale: str = "zh-CN", address: str = service) -> Editor:
        opened.append(Editor(browser, address, locale))
        return opened[-1].open(path)

    yield open_one
    assert [editor.close() for editor in opened] == [[]] * len(opened)
