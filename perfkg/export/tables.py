"""The targets as tables, for people without tools for RDF: CSV and XLSX."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from itertools import chain, count, islice
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from perfkg.messages import Text
from perfkg.namespaces import DCTERMS, PK, PROV, RDF, RDFS
from perfkg.results.sheet import LONGEST, MOST_ROWS
from perfkg.store.sorting import sorted_once

COLUMNS: Final[dict[str, Text]] = {
    "year": Text("预算年度", "fiscal year"),
    "department": Text("主管部门", "department"),
    "implementing": Text("实施单位", "unit"),
    "project": Text("项目名称", "project"),
    "kind": Text("表种", "form"),
    "position": Text("序号", "row"),
    "class1": Text("一级指标", "level 1"),
    "class2": Text("二级指标", "level 2"),
    "indicator": Text("三级指标", "indicator"),
    "comparator": Text("比较符号", "comparator"),
    "value": Text("数值", "value"),
    "unit": Text("计量单位", "unit of measure"),
    "normalized": Text("规范化数值", "normalized value"),
    "base": Text("规范化单位", "normalized unit"),
    "words": Text("目标文字", "target in words"),
    "printed": Text("原文", "as printed"),
    "weight": Text("权重", "weight"),
    "actual": Text("实际完成值", "actual"),
    "score": Text("得分", "score"),
    "document": Text("来源文件", "source"),
    "location": Text("原文位置", "place"),
    "target": Text("标识", "IRI"),
}
"""The columns, in order: the variables of the query and their headings."""
_NUMBERS: Final = {"year", "position", "value", "normalized", "weight", "score"}
_OF_FORM: Final = {"year": "year"}
_NAMED_BY_FORM: Final = {
    "department": "supervisingDepartment",
    "implementing": "implementingUnit",
}
_OF_TARGET: Final = {
    "position": "position",
    "value": "value",
    "normalized": "normalizedValue",
    "words": "targetText",
    "printed": "rawText",
    "weight": "weight",
    "location": "sourceLocation",
}
_NAMED_BY_TARGET: Final = {
    "class1": "level1",
    "class2": "level2",
    "indicator": "indicator",
    "unit": "unit",
    "base": "normalizedUnit",
}
_OF_RESULT: Final = {"actual": "rawText", "score": "score"}
_IN_FORM: Final = NamedNode(f"{PK}inForm")
_RESULT_OF: Final = NamedNode(f"{PK}resultOf")
_COMPARATORS: Final = {"eq": "=", "gteq": "≥", "lteq": "≤", "gt": ">", "lt": "<"}
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_LONGEST_FIELD: Final = 2**31 - 1
"""Characters that a field of our own table may have when it is read back: any number."""
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def headings() -> list[str]:
    """Return the headings in both languages: `预算年度 fiscal year`."""
    return [f"{text.zh} {text.en}" for text in COLUMNS.values()]


def rows(database: Store, folder: Path) -> Iterator[dict[str, str]]:
    """Yield the targets, by year, department, unit, project and place in the form."""
    read = _Reading(database)

    def lines() -> Iterator[bytes]:
        for quad in database.quads_for_pattern(None, _IN_FORM, None, DefaultGraph()):
            if not (isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode)):
                continue
            row = read.row(quad.subject, quad.object)
            key = [row[name] for name in ("year", "department", "implementing", "project", "kind")]
            order = [*key, row["position"].zfill(6), row["target"]]
            yield json.dumps([order, row], ensure_ascii=False).encode() + b"\n"

    for line in sorted_once(lines(), folder):
        yield json.loads(line)[1]


Said = dict[str, list[Literal | NamedNode]]


class _Reading:
    """Looks things up in a database, one after the other.

    A query that joins so much at once takes a hundred times as long.
    """

    def __init__(self, database: Store) -> None:
        """Remember the forms and names that were looked up last."""
        self._database = database
        self._form = lru_cache(maxsize=1_000)(self._read_form)
        self._name = lru_cache(maxsize=50_000)(self._read_name)

    def row(self, target: NamedNode, form: NamedNode) -> dict[str, str]:
        """Return the row of a target, its columns in order."""
        said = self._said(target)
        found = {"target": target.value, **self._form(form)}
        found |= {name: _first(said, PK + term) for name, term in _OF_TARGET.items()}
        for name, term in _NAMED_BY_TARGET.items():
            found[name] = self._name(_first(said, PK + term))
        comparator = _first(said, f"{PK}comparator").rpartition("/")[2]
        found["comparator"] = _COMPARATORS.get(comparator, "")
        results = self._database.quads_for_pattern(None, _RESULT_OF, target, DefaultGraph())
        for quad in islice(results, 1):
            of_result = self._said(quad.subject)
            found |= {name: _first(of_result, PK + term) for name, term in _OF_RESULT.items()}
        return {name: found.get(name, "") for name in COLUMNS}

    def _read_form(self, form: NamedNode) -> dict[str, str]:
        said = self._said(form)
        found = {name: _first(said, PK + term) for name, term in _OF_FORM.items()}
        for name, term in _NAMED_BY_FORM.items():
            found[name] = self._name(_first(said, PK + term))
        types = {term.value for term in said.get(f"{RDF}type", ())}
        found["kind"] = "自评" if f"{PK}SelfEvaluationForm" in types else "申报"
        found["project"] = _first(said, f"{DCTERMS}title")
        sources = (self._name(term.value) for term in said.get(f"{PROV}hadPrimarySource", ()))
        found["document"] = min(sources, default="")
        return found

    def _read_name(self, iri: str) -> str:
        """Return the Chinese label of a thing, else any."""
        if not iri:
            return ""
        labels = self._said(NamedNode(iri)).get(f"{RDFS}label", [])
        zh = [t.value for t in labels if isinstance(t, Literal) and t.language == "zh"]
        return _plain(min(zh or [t.value for t in labels], default=""))

    def _said(self, subject: object) -> Said:
        found: Said = {}
        if isinstance(subject, NamedNode):
            for quad in self._database.quads_for_pattern(subject, None, None, DefaultGraph()):
                if isinstance(quad.object, Literal | NamedNode):
                    found.setdefault(quad.predicate.value, []).append(quad.object)
        return found


def _first(said: Said, predicate: str) -> str:
    """Return the first value of a property by its text, nothing where there is none."""
    return _plain(min((term.value for term in said.get(predicate, ())), default=""))


def _plain(text: str) -> str:
    return _CONTROL.sub("\ufffd", text)


def write_csv(database: Store, path: Path, folder: Path) -> None:
    """Write the targets as CSV that a spreadsheet opens as Chinese text, never as formulas."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings())
        for row in rows(database, folder):
            writer.writerow(_harmless(name, value) for name, value in row.items())


def _harmless(name: str, value: str) -> str:
    return f"'{value}" if name not in _NUMBERS and _FORMULA.match(value) else value


def write_xlsx(table: Path, path: Path, made: datetime) -> None:
    """Write the targets as a workbook; a sheet takes a million rows, then comes the next.

    Args:
        table: what `write_csv` wrote.
        made: the time that the workbook states as its own: that of the generation.
    """
    book = Workbook(write_only=True)
    csv.field_size_limit(_LONGEST_FIELD)
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        names = next(rows)
        first = next(rows, None)
        for number in count(1):
            sheet = book.create_sheet(f"指标 {number}")
            sheet.append(names)
            for row in islice(chain([first] if first else [], rows), MOST_ROWS):
                sheet.append(list(map(_cell, COLUMNS, row)))
            if (first := next(rows, None)) is None:
                break
    raw = path.with_name(f"{path.name}.raw")
    book.save(raw)
    _timeless(raw, path, made)
    raw.unlink()


def _cell(name: str, value: str) -> str | float | int | None:
    if not value:
        return None
    if name in _NUMBERS:
        number = float(value)
        return int(number) if number.is_integer() else number
    return value[:LONGEST]


def _timeless(source: Path, path: Path, made: datetime) -> None:
    """Copy a workbook without the times at which it was really written."""
    stamp = made.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for name in sorted(old.namelist()):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            with old.open(name) as part, new.open(info, "w", force_zip64=True) as out:
                if name == "docProps/core.xml":
                    out.write(re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z", stamp, part.read()))
                    continue
                while piece := part.read(1 << 20):
                    out.write(piece)
