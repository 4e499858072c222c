"""SPARQL services of other makers, started for the tests that want them.

The oxigraph server comes with `pip install oxigraph`. Fuseki needs Java, and its jar either from
PERFKG_FUSEKI_JAR or by Maven, which fetches it once into PERFKG_TEST_CACHE (`~/.cache/perfkg`).
Virtuoso is the package virtuoso-opensource-7 of Debian, or any other that has `virtuoso-t` and
`isql-vt` on the path.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import httpx
import pytest

FUSEKI = "5.5.0"
# Read now: the tests take the settings of perfkg out of the environment.
JAR = os.environ.get("PERFKG_FUSEKI_JAR")
CACHE = Path(os.environ.get("PERFKG_TEST_CACHE") or Path.home() / ".cache" / "perfkg")
_STARTING = 90.0
_VIRTUOSO = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
CaseMode = 2
DirsAllowed = {readable}
NumberOfBuffers = 10000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = {most}
"""


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def running(
    command: Sequence[str], address: str, log: Path, env: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Run a server until the block ends; it is up when it answers a query."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **(env or {})}
        )
    try:
        _wait(process, address, log)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    latest = time.monotonic() + _STARTING
    with httpx.Client(verify=False) as client:  # noqa: S501 - plain HTTP on this machine
        while time.monotonic() < latest and process.poll() is None:
            try:
                if client.get(address, params={"query": "ASK {}"}).is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
    pytest.skip(f"the server did not start: {log.read_text(errors='replace')[-400:]}")


@contextmanager
def oxigraph(folder: Path, *options: str) -> Iterator[str]:
    """Run the oxigraph server; give its base URL."""
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    program = program or shutil.which("oxigraph")
    if program is None:
        pytest.skip("the oxigraph server is not installed: pip install oxigraph")
    place = f"127.0.0.1:{free_port()}"
    command = [program, "serve", "--location", str(folder / "data"), "--bind", place, *options]
    with running(command, f"http://{place}/query", folder / "log"):
        yield f"http://{place}"


@contextmanager
def fuseki(folder: Path, *options: str) -> Iterator[str]:
    """Run Apache Jena Fuseki on an empty dataset in memory; give the base URL of that."""
    java = shutil.which("java")
    if java is None:
        pytest.skip("Fuseki needs Java, and there is none")
    port = free_port()
    command = [java, "-Xmx1g", "-jar", str(_fuseki_jar()), "--localhost", f"--port={port}"]
    address = f"http://127.0.0.1:{port}/ds"
    env = {"FUSEKI_BASE": str(folder / "base")}
    kind = options or ("--mem",)
    with running([*command, "--update", *kind, "/ds"], f"{address}/query", folder / "log", env):
        yield address


@lru_cache(maxsize=1)
def _fuseki_jar() -> Path:
    if JAR:
        return Path(JAR)
    jar = CACHE / f"jena-fuseki-server-{FUSEKI}.jar"
    if not jar.exists():
        _fetch(CACHE)
    if not jar.exists():
        pytest.skip("no Fuseki: set PERFKG_FUSEKI_JAR, or let Maven reach Maven Central")
    return jar


def _fetch(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        return
    artifact = f"org.apache.jena:jena-fuseki-server:{FUSEKI}"
    subprocess.run(
        [
            maven, "--batch-mode", "--quiet", f"-Dmaven.repo.local={folder / 'maven'}",
            "dependency:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={folder}",
        ],
        check=False, capture_output=True, timeout=300,
    )  # fmt: skip


@dataclass(frozen=True)
class Virtuoso:
    """A running Virtuoso.

    Attributes:
        address: of its HTTP services. sql: the port for `isql-vt`.
    """

    address: str
    sql: int

    def run(self, *statements: str) -> str:
        """Run SQL as its administrator; return what it says."""
        done = subprocess.run(
            ["isql-vt", f"127.0.0.1:{self.sql}", "dba", "dba", "errors=stdout"],
            input="\n".join(statements), capture_output=True, text=True, check=True, timeout=120,
        )  # fmt: skip
        return done.stdout


@contextmanager
def virtuoso(folder: Path, readable: Path, most: int = 100_000) -> Iterator[Virtuoso]:
    """Run an empty Virtuoso, which may load files of `readable` and answers with `most` rows."""
    if shutil.which("virtuoso-t") is None or shutil.which("isql-vt") is None:
        pytest.skip("Virtuoso is not installed: apt-get install virtuoso-opensource-7")
    server = Virtuoso(f"http://127.0.0.1:{free_port()}", free_port())
    port = server.address.rpartition(":")[2]
    settings = _VIRTUOSO.format(
        folder=folder, readable=readable, sql=server.sql, http=port, most=most
    )
    (folder / "virtuoso.ini").write_text(settings, encoding="ascii")
    command = ["virtuoso-t", "+foreground", "+configfile", str(folder / "virtuoso.ini")]
    with running(command, f"{server.address}/sparql", folder / "log"):
        yield server
