"""The editor in a browser, as a person handles it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, expect

SECONDS = 20_000
"""Milliseconds that a thing may take to appear on a busy machine."""


class Editor:
    """The page `/sparql` in a browser of its own, and everything in it that should not be."""

    def __init__(self, browser: Browser, address: str, locale: str = "zh-CN") -> None:
        self.address = address
        self.context = browser.new_context(locale=locale, accept_downloads=True)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(SECONDS)
        self.faults: list[str] = []
        host = urlsplit(address).netloc
        self.page.on("console", lambda said: self.faults.append(f"{said.type}: {said.text}"))
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.context.on(
            "request",
            lambda request: (
                None
                if urlsplit(request.url).netloc in (host, "")
                else self.faults.append(f"request: {request.url}")
            ),
        )

    def open(self, path: str = "/sparql") -> Editor:
        """Go to the page and wait until the editor is there."""
        self.page.goto(self.address + path)
        expect(self.tab.locator(".CodeMirror").first).to_be_visible(timeout=SECONDS)
        return self

    @property
    def tab(self) -> Locator:
        """The tab in front."""
        return self.page.locator(".tabPanel.active")

    @property
    def text(self) -> str:
        """The query in the tab in front."""
        script = "document.querySelector('.tabPanel.active .CodeMirror').CodeMirror.getValue()"
        return str(self.page.evaluate(script))

    def clear(self) -> None:
        """Empty the tab in front; the cursor stays there."""
        self.tab.locator(".CodeMirror").first.click(position={"x": 200, "y": 200})
        self.page.keyboard.press("Control+a")
        self.page.keyboard.press("Delete")

    def write(self, query: str) -> None:
        """Put a query in the place of what is there, as pasting does."""
        self.clear()
        self.page.keyboard.insert_text(query)

    def run(self) -> None:
        """Run the query by its key and wait for the answer."""
        self.page.keyboard.press("Control+Enter")
        self.answered()

    def answered(self) -> None:
        """Wait until the answer, or the failure, is on the page."""
        drawn = self.tab.locator(".results, .problem").first
        expect(drawn).to_be_visible(timeout=SECONDS)

    def ask(self, query: str) -> None:
        """Write a query and run it."""
        self.tab.locator(".yasr_results").evaluate("element => element.replaceChildren()")
        self.write(query)
        self.run()

    def rows(self) -> list[list[str]]:
        """The cells of the table."""
        rows = self.tab.locator(".results tbody tr").all()
        return [row.locator("td").all_inner_texts() for row in rows]

    def told(self) -> str:
        """What the page says about the answer."""
        return self.tab.locator(".answer").inner_text()

    def saved(self, label: str) -> tuple[str, bytes]:
        """Save the answer as a file: its name and its bytes."""
        with self.page.expect_download() as download:
            self.tab.locator(".downloads").get_by_role("button", name=label, exact=True).click()
        return download.value.suggested_filename, Path(download.value.path()).read_bytes()

    def close(self) -> list[str]:
        """Leave; return what went wrong, and what was kept in the browser but the tabs."""
        kept = self.page.evaluate("Object.keys(localStorage)")
        workers = self.page.evaluate(
            "navigator.serviceWorker.getRegistrations().then((found) => found.length)"
        )
        self.context.close()
        return [
            *self.faults,
            *(f"kept: {name}" for name in kept if name != "perfkg_config"),
            *(["a service worker"] * workers),
        ]


Open: TypeAlias = Callable[..., Editor]
"""Opens an editor: path, locale and address may be given."""
