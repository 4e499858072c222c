"""Apache Jena Fuseki as a peer: a server in memory, where Java and its jar are at hand.

The jar is the one that PERFKG_FUSEKI_JAR names, or else the one that the tests have fetched into
PERFKG_TEST_CACHE (`~/.cache/perfkg`).
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx

from benchmarks.crowd import resident
from benchmarks.measurement import Timed
from benchmarks.serving import free_port

NAME = "Fuseki"
_HEAP = "-Xmx8g"
_STARTING = 600.0
_STOPPED = frozenset((HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT))


def jar() -> Path | None:
    """Return the server; None where it or Java is not at hand."""
    named = os.environ.get("PERFKG_FUSEKI_JAR")
    cache = Path(os.environ.get("PERFKG_TEST_CACHE") or Path.home() / ".cache" / "perfkg")
    found = [Path(named)] if named else sorted(cache.glob("jena-fuseki-server-*.jar"))
    there = [path for path in found if path.is_file()]
    return there[-1] if there and shutil.which("java") else None


@dataclass(frozen=True, slots=True)
class Fuseki:
    """A running server.

    Attributes:
        address: where it answers queries.
        pid: of its process.
        limit: seconds after which it stops a query.
    """

    address: str
    pid: int
    limit: float

    def asked(self, text: str, runs: int) -> tuple[int, Timed]:
        """Ask a SELECT query once to warm up and then several times.

        Returns:
            The rows, and the processor time of all its threads; no runs where it was stopped.

        Raises:
            SystemExit: it fails.
        """
        spent, walls = [], []
        with httpx.Client(timeout=self.limit * 3) as client:
            for _ in range(1 + runs):
                start, wall = self._processor(), time.perf_counter()
                answer = client.post(
                    self.address, data={"query": text}, headers={"Accept": "application/json"}
                )
                if answer.status_code in _STOPPED:
                    return 0, Timed(self.limit, self.limit, 0)
                if not answer.is_success:
                    raise SystemExit(f"{NAME}: {answer.text}")
                spent.append(self._processor() - start)
                walls.append(time.perf_counter() - wall)
        rows = len(answer.json()["results"]["bindings"])
        return rows, Timed(statistics.median(spent[1:]), statistics.median(walls[1:]), runs)

    @property
    def memory(self) -> int:
        """What it holds, in MB."""
        return round(resident(self.pid))

    def _processor(self) -> float:
        """Return the processor time that it has taken, in seconds."""
        # Behind the name, which may hold blanks: proc(5), utime and stime.
        told = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
        user, system = told.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def fuseki(server: Path, data: Path, folder: Path, limit: float) -> Iterator[Fuseki]:
    """Run Fuseki on the triples of a file until the block ends.

    Raises:
        SystemExit: it does not start.
    """
    java = shutil.which("java")
    assert java is not None  # noqa: S101 - `jar` has looked
    port = free_port()
    command = [java, _HEAP, "-jar", str(server), "--localhost", f"--port={port}"]
    command += [f"--timeout={round(limit * 1000)}", f"--file={data}", "/ds"]
    environment = {**os.environ, "FUSEKI_BASE": str(folder / "base")}
    log = folder / "fuseki.log"
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - the jar that the user has
            command, stdout=out, stderr=subprocess.STDOUT, env=environment
        )
    try:
        running = Fuseki(f"http://127.0.0.1:{port}/ds/query", process.pid, limit)
        _wait(process, running.address, log)
        yield running
    finally:
        process.terminate()
        process.wait()


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    latest = time.monotonic() + _STARTING
    while time.monotonic() < latest and process.poll() is None:
        try:
            if httpx.get(address, params={"query": "ASK {}"}).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    sys.stderr.write(log.read_text(encoding="utf-8", errors="replace")[-2000:])
    raise SystemExit(f"{NAME} did not start")
