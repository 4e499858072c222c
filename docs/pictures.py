"""Takes the pictures of the documentation: `python docs/pictures.py`.

Needs Debian's chromium and a font with Chinese characters (fonts-noto-cjk).
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).with_name("images")
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAGES = {"home.png": "/?lang=zh", "ontology.png": "/def?lang=zh#diagram"}
EXAMPLE = "资金最多的项目"
FORM_SHOWN = "测绘成果管理"
INDICATOR_SHOWN = "管理者满意度"


FORM = Path(__file__).parents[1] / "perfkg" / "data" / "shanghai-real-estate-2024.txt"


def main() -> None:
    """Serve the bundled forms and picture the pages; then review them and picture the report."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "perfkg", "demo", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:  # noqa: S603
        try:
            _wait(f"http://127.0.0.1:{port}/health")
            _picture(f"http://127.0.0.1:{port}", PAGES)
            _picture_editor(f"http://127.0.0.1:{port}/sparql?lang=zh")
            _picture_reading(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.html"
        review = ["validate", str(FORM), "--format", "html", "-o", str(report)]
        subprocess.run(  # noqa: S603
            [sys.executable, "-m", "perfkg", *review, "--fail-on", "never"], check=True
        )
        _picture(report.as_uri(), {"report.png": "#form-1"})


def _wait(address: str) -> None:
    for _ in range(120):
        try:
            with urlopen(address):  # noqa: S310 - our own server
                return
        except URLError:
            time.sleep(0.5)
    raise SystemExit("the service did not start")


def _picture_editor(address: str) -> None:
    """Picture the editor with a saved query and its chart."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1200, "height": 1180}, reduced_motion="reduce")
        page.goto(address)
        page.get_by_role("button", name=EXAMPLE, exact=True).click()
        tab = page.locator(".tabPanel.active")
        tab.locator(".results").wait_for()
        tab.get_by_role("button", name="显示图表").click()
        tab.locator(".canvas canvas").wait_for()
        page.locator("#examples summary").click()
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=str(IMAGES / "sparql.png"))
        browser.close()


def _picture_reading(address: str) -> None:
    """Picture a query with its chart, a form, an indicator and the review of a file."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(
            viewport={"width": 1200, "height": 900}, locale="zh-CN", reduced_motion="reduce"
        )

        def take(name: str) -> None:
            page.screenshot(path=str(IMAGES / name))

        page.goto(f"{address}/queries/lowest-satisfaction?below=95")
        page.locator("figure.chart canvas").wait_for()
        take("query.png")
        page.goto(f"{address}/forms?q={FORM_SHOWN}")
        page.get_by_role("link", name=FORM_SHOWN, exact=True).click()
        page.locator("table.official").first.wait_for()
        take("form.png")
        page.get_by_role("link", name=INDICATOR_SHOWN, exact=True).first.click()
        page.locator("figure.chart canvas").wait_for()
        take("indicator.png")
        page.goto(f"{address}/validation")
        take("findings.png")
        page.goto(f"{address}/review")
        page.get_by_label("选择文件").set_input_files(FORM)
        page.get_by_role("button", name="读取并审核").click()
        page.get_by_role("heading", name="审核结果").wait_for(timeout=90_000)
        take("review.png")
        browser.close()


def _picture(address: str, pages: Mapping[str, str]) -> None:
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1200, "height": 1000})
        for name, path in pages.items():
            page.goto(address + path, wait_until="networkidle")
            page.screenshot(path=str(IMAGES / name))
        browser.close()


if __name__ == "__main__":
    main()
