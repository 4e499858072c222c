"""How long the pages take: `python -m benchmarks.browsing [FORMS | STORE]`.

Generated forms of two years with self-evaluations, reviewed, in a store on disk that no page was
ever made of. The service runs in a process of its own and is asked over HTTP by one client, who
never asks for the same thing twice; what counts is the clock. First it is told how long visitors
wait while the directory of the pages is being made.
"""

from __future__ import annotations

import http.client
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

from benchmarks.querying import fill
from perfkg.server.browse.making import NAME

FORMS = 10_000
DISTINCT = 20
"""Pages of each kind."""
MOST = 0.3
"""Seconds that the median page of each kind may take."""
_WORDS = (
    "满意度 农村 公路 教育局 服务 完成率 图书 验收 成本 及时率 监测 应急 疫苗 灌区 县 率 路灯 长效"
)


class Client:
    """One visitor with one connection."""

    def __init__(self, port: int) -> None:
        """Connect when something is asked."""
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def get(self, path: str) -> tuple[int, str, float]:
        """Return status, page and the seconds that it took."""
        start = time.perf_counter()
        self._connection.request("GET", path, headers={"Accept": "text/html"})
        answer = self._connection.getresponse()
        page = answer.read().decode()
        return answer.status, page, time.perf_counter() - start

    def close(self) -> None:
        """Begin anew with the next question."""
        self._connection.close()

    def links(self, path: str, start: str) -> list[str]:
        """Return the links of a page that begin with `start`, in random but lasting order."""
        page = self.get(path)[1]
        found = sorted({unescape(link) for link in re.findall(r'href="([^"]+)"', page)})
        some = [link for link in found if link.startswith(start)]
        random.Random(1).shuffle(some)  # noqa: S311 - no secret is made
        return some


def main() -> None:
    """Print a table in Markdown."""
    where = (sys.argv[1:] or [str(FORMS)])[0]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store" if where.isdecimal() else Path(where)
        if where.isdecimal():
            fill(path, int(where))
        for known in path.glob(f"generations/*/{NAME}"):
            known.unlink()
        for line in _served(path):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()


def _served(path: Path) -> Iterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = int(listening.getsockname()[1])
    command = [sys.executable, "-m", "perfkg", "serve", "--store", str(path), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        client = Client(port)
        yield from _first_visits(client)
        yield from _pages(client)
        yield f"Memory of the service: {_resident(process.pid):.0f} MB."
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _first_visits(client: Client) -> Iterator[str]:
    """Tell how long visitors wait from the start of the service on, and for what."""
    while True:
        try:
            client.get("/health")
            break
        except OSError:
            client.close()
            time.sleep(0.05)
    start, longest, visits = time.perf_counter(), 0.0, 0
    while True:
        _, page, seconds = client.get("/?lang=zh")
        longest, visits = max(longest, seconds), visits + 1
        if 'class="figures"' in page:
            break
        time.sleep(0.2)
    whole = time.perf_counter() - start
    yield f"The home page had all its figures {whole:.1f} s after the start;"
    yield f"until then {visits} visits waited {longest:.2f} s at most."
    yield ""


def _pages(client: Client) -> Iterator[str]:
    yield from ("| page | asked | median, ms | longest, ms |", "|---|---|---|---|")
    slow = []
    for name, paths in _kinds(client):
        times = []
        for path in paths:
            status, _, seconds = client.get(path)
            if status != http.HTTPStatus.OK:
                raise SystemExit(f"{path} answered {status}")
            times.append(seconds * 1000)
        median = statistics.median(times)
        slow += [name] * (median > MOST * 1000)
        yield f"| {name} | {len(times)} | {median:,.0f} | {max(times):,.0f} |"
    yield ""
    yield f"Over {MOST * 1000:.0f} ms in the median: {', '.join(slow) or 'none'}."


def _kinds(client: Client) -> Iterator[tuple[str, list[str]]]:
    """Yield the kinds of pages, each with the addresses of different ones."""
    few = slice(None, DISTINCT)
    words = [quote(word) for word in _WORDS.split()]
    board = client.links("/validation?lang=zh", "/validation?")
    keys = client.links("/forms?order=findings", "/organizations/")
    departments = [key.partition("?")[0].rpartition("/")[2] for key in keys][few]

    def paged(path: str) -> list[str]:
        return [f"{path}{'&' if '?' in path else '?'}page={n}" for n in range(1, DISTINCT + 1)]

    def by(name: str) -> list[str]:
        return [link for link in board if f"{name}=" in link]

    def each(path: str, kind: str) -> list[str]:
        return client.links(path, kind)[few]

    yield "home", ["/?lang=zh", "/?lang=en", *(f"/?n={n}" for n in range(DISTINCT))]
    yield "search", [f"/search?q={word}" for word in words]
    yield "forms", paged("/forms")
    yield (
        "forms, filtered",
        [
            *(f"/forms?department={key}" for key in departments),
            *(f"/forms?q={word}&order=findings" for word in words),
        ],
    )
    yield "a form", each("/forms?order=findings", "/forms/")
    yield "projects", paged("/projects") + [f"/projects?q={word}" for word in words]
    yield "a project", each("/projects?page=9", "/projects/")
    yield "indicators", paged("/indicators") + [f"/indicators?q={word}" for word in words]
    yield "an indicator, much used", each("/indicators", "/indicators/")
    yield "an indicator, rarely used", each("/indicators?page=60", "/indicators/")
    yield "organisations", paged("/organizations") + [f"/organizations?q={w}" for w in words]
    yield "an organisation", each("/organizations", "/organizations/")
    yield "findings", paged("/validation")
    yield "findings of a rule", by("rule")[few]
    yield "findings of a department", by("department")[few]
    yield "findings of a severity", by("severity") + by("criterion")
    yield "review", [f"/review?n={n}" for n in range(DISTINCT)]
    yield "the list of queries", [f"/queries?n={n}" for n in range(DISTINCT)]
    queries = client.links("/queries?lang=zh", "/queries/")
    yield "a query, first visit", queries
    yield "a query, later", [f"{link}&_filter={quote('县')}" for link in queries]


def _resident(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
