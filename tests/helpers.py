"""The commands and the service, run as a person runs them."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Final, TypeVar

import httpx
from typer.testing import CliRunner

from perfkg.cli import main
from perfkg.resources import demo_folder

PERFKG = Path(sys.executable).with_name("perfkg")
Result = TypeVar("Result")
_WRITTEN: Final[dict[int, tuple[IO[bytes], IO[bytes]]]] = {}
"""What each service that runs has written to its output and its error output."""
SCHOOL = Path(__file__).parent / "fixtures" / "school-and-road.txt"
DEMO = demo_folder() / "shanghai-real-estate-2024.txt"


@dataclass(frozen=True, slots=True)
class Run:
    """How a command ended and what it wrote."""

    status: int
    data: bytes
    err: str

    @property
    def out(self) -> str:
        return self.data.decode()

    def done(self) -> Run:
        """Return the run, which must have succeeded in silence or with notes only."""
        assert self.status == 0, self.err
        return self


class Commands:
    """Runs perfkg, in this process or in its own, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(
        self, *arguments: object, stdin: bytes = b"", env: Mapping[str, str] | None = None
    ) -> Run:
        """Run the command line in this process, with streams of its own."""
        line = ["perfkg", *map(str, arguments)]
        before, argv = Path.cwd(), sys.argv
        os.chdir(self.folder)
        sys.argv = line
        status = 0
        try:
            with CliRunner().isolation(stdin, env=env) as (out, err, _):
                try:
                    main()
                except SystemExit as end:
                    status = end.code if isinstance(end.code, int) else int(end.code is not None)
                sys.stdout.flush()
                sys.stderr.flush()
                return Run(status, out.getvalue(), err.getvalue().decode())
        finally:
            sys.argv = argv
            os.chdir(before)

    def process(
        self, *arguments: object, stdin: bytes = b"", env: Mapping[str, str] | None = None
    ) -> Run:
        """Run the installed command in a process of its own."""
        done = subprocess.run(
            [PERFKG, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=self.folder,
            env={**os.environ, **(env or {})},
            timeout=60,
            check=False,
        )
        return Run(done.returncode, done.stdout, done.stderr.decode())


def start_service(
    store: Path | str, folder: Path, **env: str
) -> tuple[subprocess.Popen[bytes], str]:
    """Start `perfkg serve` and wait until it answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    # In files, as a pipe that nobody reads fills with log lines and stops the service.
    out, err = TemporaryFile(), TemporaryFile()  # noqa: SIM115 - closed when it stops
    process = subprocess.Popen(
        [PERFKG, "serve", "--store", str(store), "--port", str(port)],
        cwd=folder,
        env={**os.environ, **env},
        stdout=out,
        stderr=err,
    )
    _WRITTEN[process.pid] = out, err
    address = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            httpx.get(f"{address}/health")
        except httpx.TransportError:
            assert process.poll() is None, _written(process)
            time.sleep(0.1)
        else:
            return process, address
    process.kill()
    raise AssertionError("the service did not start")


def stop_service(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """Stop it as Ctrl-C does and return what it wrote."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=20)
        return _written(process)
    finally:
        process.kill()


def _written(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    found = []
    for file in _WRITTEN.pop(process.pid):
        with file:
            file.seek(0)
            found.append(file.read())
    return found[0], found[1]


def run_apart(
    work: Coroutine[Any, Any, Result],
    run: Callable[[Coroutine[Any, Any, Result]], Result] = asyncio.run,
) -> Result:
    """Run a coroutine in a thread of its own: a browser may keep a loop running in this one."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(run, work).result()
