"""What several tests share: the commands, a store with the bundled forms, a running service."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers import DEMO, Commands, start_service, stop_service
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    """Take the settings of whoever runs the tests out of the environment."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("PERFKG_")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; it runs once, since Playwright allows one run in a process."""
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def print_page(browser: Browser) -> Iterator[Callable[[str], bytes]]:
    """Prints a page of HTML as a PDF."""
    page = browser.new_page()

    def printed(html: str) -> bytes:
        page.set_content(html)
        return page.pdf(format="A4", margin={"top": "15mm", "bottom": "15mm"})

    yield printed
    page.close()


@pytest.fixture
def perfkg(tmp_path: Path) -> Commands:
    """The command line, in an empty folder."""
    return Commands(tmp_path)


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the ten bundled forms, checked; for reading only."""
    folder = tmp_path_factory.mktemp("demo")
    commands = Commands(folder)
    commands("ingest", DEMO, "--store", "store").done()
    assert commands("validate", "--fail-on", "never", "--store", "store").status == 0
    return folder / "store"


@pytest.fixture
def own_store(demo_store: Path, tmp_path: Path) -> Path:
    """A copy of that store, to be written to."""
    return Path(shutil.copytree(demo_store, tmp_path / "own-store"))


@pytest.fixture(scope="session")
def service(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real service on the ten bundled forms."""
    process, address = start_service(demo_store, tmp_path_factory.mktemp("serve"))
    yield address
    stop_service(process)
