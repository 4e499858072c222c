"""The command line: `perfkg`.

The modules of the commands import what their help needs; what a command works with it imports
when it runs, so that `--help` and each command wait for nothing that they do not use.
"""

from __future__ import annotations

import gc
import sys
from typing import Annotated, NoReturn

import typer

from perfkg import __version__
from perfkg.cli import asking, console, ingesting, publishing, reading, serving, validating
from perfkg.cli.mistakes import MISTAKES, explained
from perfkg.errors import PerfkgError, UsageError
from perfkg.messages import Language

app = typer.Typer(
    name="perfkg",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="绩效目标知识图谱：读表、检查、提问。 A knowledge graph of performance targets.",
)
app.command()(serving.demo)
app.command()(reading.parse)
app.command("ingest")(ingesting.ingest_command)
app.command()(validating.validate)
app.command()(asking.queries)
app.command()(asking.query)
app.command()(asking.sparql)
app.command()(publishing.export)
app.command()(publishing.push)
app.command()(serving.serve)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="版本 · Version."),
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line; a failure is explained on stderr and told by the exit status."""
    # A start makes many objects that stay; a search for garbage after every 700 of them, as is
    # the default, takes a tenth of the time of a short command.
    gc.set_threshold(20_000)
    try:
        status = app(standalone_mode=False)
    except MISTAKES as error:
        if str(error):  # else the help was asked for, and is printed
            _fail(explained(error))
        sys.exit(2)
    except typer.Abort:
        sys.exit(1)
    except PerfkgError as error:
        _fail(error)
    sys.exit(status if isinstance(status, int) else 0)


def _fail(error: PerfkgError) -> NoReturn:
    console.show_error(error, _language())
    sys.exit(exit_status(error))


def exit_status(error: PerfkgError) -> int:
    """Return the status that tells of `error`: 2 for wrong usage, 1 for what falls short."""
    return 2 if isinstance(error, UsageError) else 1


def _language() -> Language:
    from perfkg.settings import load_settings

    try:
        return load_settings().lang
    except UsageError:
        return "zh"
