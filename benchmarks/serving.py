"""The service beside its peers under load: `python -m benchmarks.serving --forms 1000`.

Needs `wrk` and the extra `bench` (rdflib-endpoint, oxrdflib, oxigraph); a peer that is not
installed is left out. All servers hold the same generated forms and run at the same time on
127.0.0.1; they are asked in turns, round after round, and medians and ratios inside a round count,
as other work on the machine disturbs every absolute figure.

`--crowd` is another load, on perfkg alone: 64 clients for `--seconds`, of which 8 send queries
that never end; first the honest ones alone, then all. `--store` takes a store that is there.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from benchmarks.crowd import JSON, RUNAWAYS, Place, crowd, processes, resident
from benchmarks.generated import statements
from perfkg.store import open_store

ROWS = 100_000
DEF = "https://w3id.org/perfkg/def#"
AGGREGATE = (
    f"SELECT ?level (COUNT(?t) AS ?n) WHERE {{ ?t <{DEF}level2> ?level ; <{DEF}indicator> ?i }} "
    "GROUP BY ?level ORDER BY ?level LIMIT "
)
TABLE = f"SELECT ?s ?p ?o WHERE {{ ?s ?p ?o }} LIMIT {ROWS}"
LUA = """
local paths, n = {}, %d
for line in io.lines(%s) do paths[#paths + 1] = line end
request = function()
  n = n + 1
  return wrk.format("GET", paths[n %% #paths + 1], { ["Accept"] = "%s" })
end
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: what it is called, its port and process, and where it answers."""

    name: str
    port: int
    path: str
    process: subprocess.Popen[bytes]

    def url(self, query: str) -> str:
        """Return the path that asks a query."""
        return f"{self.path}?query={quote(query, safe='')}"


# -- the servers ---------------------------------------------------------------------------------


def _made(folder: Path, forms: int) -> Path:
    """Write the forms into a store of perfkg and as N-Triples; return the latter."""
    data = folder / "forms.nt"
    with data.open("wb") as out:
        out.writelines(statements(forms))
    with open_store(folder / "store", create=True) as store, store.write() as writer:
        writer.add_to_graph(None, (quad.triple for quad in ox.parse(path=data)))
    with open_store(folder / "store") as store, data.open("wb") as out:
        store.dump(out, "nt")
    return data


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nobody listens."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _servers(
    store: Path, folder: Path, data: Path, only: list[str] | None, timeout: float
) -> Iterator[Server]:
    scripts = Path(sys.executable).parent
    endpoint = [str(scripts / "rdflib-endpoint"), "serve", "--host", "127.0.0.1"]
    oxigraph = str(scripts / "oxigraph")
    place = str(folder / "oxigraph")
    commands = {
        "perfkg": (_ours(store), "/sparql"),
        "oxigraph": ([oxigraph, "serve-read-only", "-l", place, "-b", "127.0.0.1:{}"], "/query"),
        "rdflib-endpoint, oxrdflib": (
            [*endpoint, "--store", "Oxigraph", "--port", "{}", str(data)],
            "/",
        ),
        "rdflib-endpoint, rdflib": ([*endpoint, "--port", "{}", str(data)], "/"),
    }
    environment = {**os.environ, "PERFKG_TIMEOUT": str(timeout)}
    for name, (command, path) in commands.items():
        if only and not name.startswith(tuple(only)):
            continue
        if shutil.which(command[0]) is None:
            sys.stderr.write(f"{name} is not installed and is left out\n")
            continue
        if name == "oxigraph":
            load = [oxigraph, "load", "-l", place, "-f", str(data)]
            subprocess.run(load, check=True, capture_output=True)  # noqa: S603
        yield _started(name, command, path, environment)


def _ours(store: Path) -> list[str]:
    return [sys.executable, "-m", "perfkg", "serve", "--store", str(store), "--port", "{}"]


def _started(name: str, command: list[str], path: str, environment: dict[str, str]) -> Server:
    port = free_port()
    process = subprocess.Popen(  # noqa: S603
        [part.format(port) for part in command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    return Server(name, port, path, process)


def _wait_for(server: Server, seconds: float = 600) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if _get(server, "ASK { ?s ?p ?o }", JSON)[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.5)
    raise SystemExit(f"{server.name} did not start")


def _get(server: Server, query: str, accept: str) -> tuple[int, int]:
    """Return the status and the size of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    try:
        connection.request("GET", server.url(query), headers={"Accept": accept})
        answer = connection.getresponse()
        size = 0
        while piece := answer.read(1 << 20):
            size += len(piece)
        return answer.status, size
    finally:
        connection.close()


# -- what is measured ----------------------------------------------------------------------------


def _rate(server: Server, queries: list[str], folder: Path, seconds: int, clients: int) -> float:
    """Return the requests a second that `wrk` gets answered."""
    paths, script = folder / "paths.txt", folder / "ask.lua"
    paths.write_text("\n".join(map(server.url, queries)))
    script.write_text(LUA % (random.randrange(len(queries)), json.dumps(str(paths)), JSON))  # noqa: S311
    done = subprocess.run(  # noqa: S603
        ["wrk", "-t1", f"-c{clients}", f"-d{seconds}", "--timeout", "60s", "-s", str(script),  # noqa: S607
         f"http://127.0.0.1:{server.port}"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    if "Non-2xx" in done:
        raise SystemExit(f"{server.name} failed:\n{done}")
    return float(done.partition("Requests/sec:")[2].split()[0])


def _lookups(data: Path) -> list[str]:
    marker = f"<{DEF}inForm>"
    subjects = [line.split(" ", 1)[0] for line in data.open() if f" {marker} " in line]
    random.Random(1).shuffle(subjects)  # noqa: S311
    return [f"SELECT ?p ?o WHERE {{ {subject} ?p ?o }}" for subject in subjects]


def _seconds_of_engine(store: Path, folder: Path) -> float:
    """Return what the engine itself takes to write the table, without anybody in between."""
    number = max(int(place.name) for place in (store / "generations").glob("[0-9]*"))
    store = ox.Store.read_only(str(store / "generations" / str(number) / "db"))
    start = time.perf_counter()
    found = store.query(TABLE)
    assert isinstance(found, ox.QuerySolutions)  # noqa: S101
    found.serialize(str(folder / "table.csv"), format=ox.QueryResultsFormat.CSV)
    return time.perf_counter() - start


def _rounds(
    servers: list[Server], store: Path, data: Path, folder: Path, options: argparse.Namespace
) -> dict[str, dict[str, float]]:
    """Return medians by kind of work and server; requests a second, or seconds of a table."""
    lookups = _lookups(data)
    fresh = itertools.count(1_000)
    found: dict[str, dict[str, list[float]]] = {}
    for _ in range(options.rounds):
        engine = [_seconds_of_engine(store, folder)]
        found.setdefault("table, s", {}).setdefault("engine alone", []).extend(engine)
        for server in servers:
            aggregates = [f"{AGGREGATE}{next(fresh)}" for _ in range(20_000)]
            _get(server, aggregates[0], JSON)
            start = time.perf_counter()
            status, _ = _get(server, f"{TABLE} # {next(fresh)}", "text/csv")
            if status != HTTPStatus.OK:
                raise SystemExit(f"{server.name} answered {status} to a table")
            table = time.perf_counter() - start
            figures = {
                "lookups/s": _rate(server, lookups, folder, options.seconds, 8),
                "aggregates/s": _rate(server, aggregates, folder, options.seconds, 8),
                "repeated aggregates/s": _rate(server, aggregates[:1], folder, options.seconds, 8),
                "table, s": table,
            }
            for name, value in figures.items():
                found.setdefault(name, {}).setdefault(server.name, []).append(value)
    return {
        work: {name: statistics.median(values) for name, values in by.items()}
        for work, by in found.items()
    }


# -- 64 clients ----------------------------------------------------------------------------------


def _crowded(server: Server, options: argparse.Namespace) -> dict[str, object]:
    """Return what the honest clients saw alone and beside the others."""
    place = Place(server.process.pid, server.port, server.path)
    alone = crowd(place, max(5, min(30, options.seconds / 3)), options.think, 0, seed=1)
    beside = crowd(place, options.seconds, options.think, RUNAWAYS, seed=2)
    time.sleep(2)
    quiet = {
        "processes": len(processes(server.process.pid)),
        "server_mb": round(resident(server.process.pid), 1),
    }
    median = statistics.median(alone.honest)
    p99 = beside.figures()["p99_ms"]
    assert isinstance(p99, float)  # noqa: S101
    return {
        "alone": alone.figures(),
        "beside runaways": beside.figures(),
        "two seconds later": quiet,
        "p99 beside runaways / median alone": round(p99 / median, 1),
    }


# -- the report ----------------------------------------------------------------------------------


def _table(found: dict[str, dict[str, float]]) -> Iterator[str]:
    names = list(dict.fromkeys(itertools.chain.from_iterable(found.values())))
    yield "| | " + " | ".join(names) + " |"
    yield "|---" * (len(names) + 1) + "|"
    for work, by in found.items():
        ours = by["perfkg"]
        # Nothing answered within the time is no rate to compare with.
        ratios = {name: f" ({ours / value:.2f})" if value else "" for name, value in by.items()}
        cells = [f"{by[name]:,.2f}{ratios[name]}" if name in by else "" for name in names]
        yield f"| {work} | " + " | ".join(cells) + " |"


def _stop(servers: list[Server]) -> int:
    """Stop the servers; return the number of their processes that are left."""
    children = [child for server in servers for child in processes(server.process.pid)[1:]]
    for server in servers:
        server.process.send_signal(signal.SIGTERM)
    for server in servers:
        try:
            server.process.wait(20)
        except subprocess.TimeoutExpired:
            server.process.kill()
    time.sleep(1)
    return sum(Path(f"/proc/{child}").exists() for child in children)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving")
    parser.add_argument("--forms", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4, help="of each measurement")
    parser.add_argument("--crowd", action="store_true", help="64 clients, 8 of them runaways")
    parser.add_argument("--store", type=Path, help="for --crowd: a store that is there")
    parser.add_argument("--think", type=float, default=0.5, help="seconds between two lookups")
    parser.add_argument("--only", nargs="*", help="beginnings of the names of servers")
    parser.add_argument("--json", type=Path, help="file for the figures")
    return parser.parse_args()


def _crowd_alone(options: argparse.Namespace) -> None:
    """Print what honest clients saw alone and beside the others, a line for each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.store is None:
            _made(folder, options.forms)
        server = _started(
            "perfkg", _ours(options.store or folder / "store"), "/sparql", {**os.environ}
        )
        try:
            _wait_for(server)
            found = _crowded(server, options)
        finally:
            left = _stop([server])
    for title, figures in {**found, "processes left": left}.items():
        sys.stdout.write(f"{title}: {json.dumps(figures)}\n")
    if options.json:
        options.json.write_text(json.dumps({**found, "left": left}, indent=2))


def main() -> None:
    """Print a table in Markdown; ratios of perfkg to each in brackets."""
    options = _options()
    if options.crowd:
        _crowd_alone(options)
        return
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is needed")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = _made(folder, options.forms)
        found = compared(folder / "store", data, options)
    sys.stdout.write("\n".join(_table(found.work)) + "\n\n")
    sys.stdout.write(
        f"Memory of the server: {found.before:.0f} MB before, {found.after:.0f} MB after.\n"
    )
    sys.stdout.write(f"Processes left: {found.left}\n")
    if options.json:
        told = {"work": found.work, "mb": [found.before, found.after], "left": found.left}
        options.json.write_text(json.dumps(told, indent=2))


@dataclass(frozen=True, slots=True)
class Compared:
    """What was measured.

    Attributes:
        work: medians by kind of work and server.
        before, after: memory of perfkg's server in MB.
        left: processes that outlived their server.
    """

    work: dict[str, dict[str, float]]
    before: float
    after: float
    left: int


def compared(store: Path, data: Path, options: argparse.Namespace) -> Compared:
    """Ask all servers in turns about the same triples.

    Args:
        store: a store of perfkg. data: its default graph as N-Triples.
        options: `rounds`, `seconds` of each measurement, `only` of these servers or None.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        servers: list[Server] = []
        try:
            # One after the other: those that have started are stopped if another does not.
            servers.extend(_servers(store, folder, data, options.only, timeout=10))
            for server in servers:
                _wait_for(server)
            before = resident(servers[0].process.pid)
            found = _rounds(servers, store, data, folder, options) if options.rounds else {}
            after = resident(servers[0].process.pid)
        finally:
            left = _stop(servers)
    return Compared(found, before, after, left)


if __name__ == "__main__":
    main()
