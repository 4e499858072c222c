"""One real form as triples, and the answer to a question about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from perfkg.graph.form_graph import FormGraph
from perfkg.graph.mapping import Mapper
from perfkg.graph.serialise import to_turtle
from perfkg.namespaces import PK, PREFIXES
from perfkg.reading import read_file
from perfkg.store import SelectResult, open_store

from .rendering import ROOT

SOURCE: Final = ROOT / "tests" / "fixtures" / "school-and-road.txt"
QUERY: Final = """\
SELECT ?position ?level2 ?name ?comparator ?value ?unit ?words ?place
WHERE {
  ?form dcterms:title "乡镇中心小学食堂改造"@zh .
  ?target pk:inForm ?form ; pk:indicator/skos:prefLabel ?name ;
          pk:level2/skos:prefLabel ?level2 ; pk:position ?position ; pk:sourceLocation ?place .
  FILTER(LANG(?level2) = "zh")
  OPTIONAL { ?target pk:comparator ?comparator }
  OPTIONAL { ?target pk:value ?value }
  OPTIONAL { ?target pk:unit/skos:prefLabel ?unit FILTER(LANG(?unit) = "zh") }
  OPTIONAL { ?target pk:targetText ?words }
}
ORDER BY ?position"""
_SHOWN: Final = ("改造食堂面积", "改造完成时间")
"""The indicators whose rows are shown: a target as a number and one in words."""
_SUBJECT: Final = re.compile(r"<([^>]*)>")


@dataclass(frozen=True, slots=True)
class Example:
    """The form as printed, a part of its triples, a query, and its answer as rows of text."""

    name: str
    printed: str
    triples: int
    turtle: str
    query: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def map_example() -> Example:
    """Read the first form of the file, map it, and ask about it."""
    read = read_file(SOURCE)
    graph = Mapper().map(read.forms[0], read.document)
    columns, rows = _ask(graph)
    return Example(
        name=SOURCE.name,
        printed=SOURCE.read_text(encoding="utf-8").split("\n\n财政项目", 1)[0],
        triples=len(graph.lines()),
        turtle=_used_prefixes(to_turtle(_part(graph))),
        query=QUERY,
        columns=columns,
        rows=rows,
    )


def _part(graph: FormGraph) -> list[str]:
    """Return the lines about the form, its project and bodies, and the rows that are shown."""
    lines = graph.lines()
    left_out = {
        subject
        for line in lines
        if (subject := _subject(line)).split("/")[-2] in ("target", "indicator")
    }
    for name in _SHOWN:
        named = {_subject(line) for line in lines if f'"{name}"@zh' in line}
        using = {_subject(line) for line in lines if any(f"<{iri}> ." in line for iri in named)}
        left_out -= named | using
    return [line for line in lines if _subject(line) not in left_out]


def _subject(line: str) -> str:
    match = _SUBJECT.match(line)
    return match[1] if match else ""


def _used_prefixes(turtle: str) -> str:
    """Leave out the prefixes that the triples do not use, and part the subjects."""
    lines = turtle.splitlines()
    body = [line for line in lines if not line.startswith("@prefix")]
    text = "\n".join(body).replace(" .\n<", " .\n\n<").replace("\t", "    ")
    head = [line for line in lines if line.startswith("@prefix")]
    used = [line for line in head if re.search(rf"\b{line.split()[1]}\w", text)]
    return "\n".join([*used, "", text]).strip()


def _ask(graph: FormGraph) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    with TemporaryDirectory() as folder, open_store(Path(folder) / "store", create=True) as store:
        with store.write() as writer:
            writer.put(graph)
        result = store.query(QUERY, prefixes=PREFIXES)
    if not isinstance(result, SelectResult):
        raise TypeError("a SELECT query gives rows")
    return result.variables, tuple(tuple(_words(term) for term in row) for row in result.rows)


def _words(term: object) -> str:
    value = str(getattr(term, "value", ""))
    for prefix in ("odrl", "unit"):
        if value.startswith(PREFIXES[prefix]):
            return f"{prefix}:{value.removeprefix(PREFIXES[prefix])}"
    return value.removeprefix(PK)
