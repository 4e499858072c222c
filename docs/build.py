"""Write the reference pages of this folder from the sources that they describe.

python docs/build.py            write every page
python docs/build.py --check    write nothing; name the stale pages and exit with status 1
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from pages import commands, endpoints, ontology, queries, rules, settings

FOLDER: Final = Path(__file__).parent
PAGES: Final[dict[str, Callable[[], str]]] = {
    "commands.md": commands.page,
    "endpoints.md": endpoints.page,
    "ontology.md": ontology.page,
    "queries.md": queries.page,
    "rules.md": rules.page,
    "settings.md": settings.page,
}
"""Each generated page and the function that writes its text."""


def stale() -> Iterator[tuple[Path, str]]:
    """Yield each page whose file differs from its sources, with the text it should have."""
    for name, page in PAGES.items():
        path = FOLDER / name
        text = page()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            yield path, text


def main(arguments: Sequence[str]) -> int:
    """Bring the pages up to date, or check that they are; return the exit status."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    found = list(stale())
    for path, text in found:
        sys.stdout.write(f"docs/{path.name}\n")
        if not arguments:
            path.write_text(text, encoding="utf-8")
    if found and arguments:
        sys.stderr.write("These pages are stale; run: python docs/build.py\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
