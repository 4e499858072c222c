"""A writer to be killed: commits one state after the other and says so.

Every commit gives all forms the same value, so that a mixture of two states would be seen.
"""

from __future__ import annotations

import sys
from pathlib import Path

from perfkg.store import EmbeddedStore
from store.support import form_graph

FORMS = 40


def write(store: EmbeddedStore, value: int) -> None:
    """Commit one state."""
    with store.write() as writer:
        for number in range(FORMS):
            document = f"d{value}-{number}"
            writer.put(form_graph(str(number), document, value=str(value), project=str(value % 3)))


def say(word: object) -> None:
    """Tell the parent."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main() -> None:
    store = EmbeddedStore(Path(sys.argv[1]))
    value = int(sys.argv[2])
    say("ready")
    while True:
        value += 1
        write(store, value)
        say(value)


if __name__ == "__main__":
    main()
