"""The targets as tables, for people without tools for RDF: CSV and XLSX."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, cast

from openpyxl import Workbook
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from perfkg.export.sorting import sorted_once
from perfkg.messages import Text
from perfkg.namespaces import PREFIXES
from perfkg.results.sheet import LONGEST, MOST_ROWS

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
_QUERY: Final = """SELECT * WHERE {
  ?target pk:inForm ?form ; pk:indicator/rdfs:label ?indicator
  OPTIONAL { ?form pk:year ?year }
  OPTIONAL { ?form pk:supervisingDepartment/rdfs:label ?department }
  OPTIONAL { ?form pk:implementingUnit/rdfs:label ?implementing }
  OPTIONAL { ?form dcterms:title ?project }
  OPTIONAL { ?form a pk:SelfEvaluationForm . BIND("自评" AS ?evaluated) }
  BIND(COALESCE(?evaluated, "申报") AS ?kind)
  OPTIONAL { ?target pk:position ?position }
  OPTIONAL { ?target pk:level1/rdfs:label ?class1 FILTER(LANG(?class1) = "zh") }
  OPTIONAL { ?target pk:level2/rdfs:label ?class2 FILTER(LANG(?class2) = "zh") }
  OPTIONAL { ?target pk:comparator ?comparator }
  OPTIONAL { ?target pk:value ?value }
  OPTIONAL { ?target pk:unit/skos:prefLabel ?unit FILTER(LANG(?unit) = "zh") }
  OPTIONAL { ?target pk:normalizedValue ?normalized }
  OPTIONAL { ?target pk:normalizedUnit/skos:prefLabel ?base FILTER(LANG(?base) = "zh") }
  OPTIONAL { ?target pk:targetText ?words }
  OPTIONAL { ?target pk:rawText ?printed }
  OPTIONAL { ?target pk:weight ?weight }
  OPTIONAL { ?result pk:resultOf ?target
    OPTIONAL { ?result pk:rawText ?actual } OPTIONAL { ?result pk:score ?score } }
  OPTIONAL { ?target pk:sourceLocation ?location }
  OPTIONAL { SELECT ?form (MIN(?name) AS ?document) WHERE {
    ?form prov:hadPrimarySource/schema:name ?name } GROUP BY ?form }
}"""
_COMPARATORS: Final = {"eq": "=", "gteq": "≥", "lteq": "≤", "gt": ">", "lt": "<"}
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def headings() -> list[str]:
    """Return the headings in both languages: `预算年度 fiscal year`."""
    return [f"{text.zh} {text.en}" for text in COLUMNS.values()]


def rows(database: Store, folder: Path) -> Iterator[dict[str, str]]:
    """Yield the targets, by year, department, unit, project and place in the form."""
    found = cast("QuerySolutions", database.query(_QUERY, prefixes=PREFIXES))
    names = list(COLUMNS)

    def lines() -> Iterator[bytes]:
        for solution in found:
            row = {name: _plain(solution[name]) for name in names}
            row["comparator"] = _COMPARATORS.get(row["comparator"].rpartition("/")[2], "")
            key = [row["year"], row["department"], row["implementing"], row["project"]]
            order = [*key, row["kind"], row["position"].zfill(6), row["target"]]
            yield json.dumps([order, row], ensure_ascii=False).encode() + b"\n"

    for line in sorted_once(lines(), folder):
        yield json.loads(line)[1]


def _plain(term: object) -> str:
    if isinstance(term, Literal | NamedNode):
        return _CONTROL.sub("\ufffd", term.value)
    return ""


def write_csv(database: Store, path: Path, folder: Path) -> None:
    """Write the targets as CSV that a spreadsheet opens as Chinese text, never as formulas."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings())
        for row in rows(database, folder):
            writer.writerow(_harmless(name, value) for name, value in row.items())


def _harmless(name: str, value: str) -> str:
    return f"'{value}" if name not in _NUMBERS and _FORMULA.match(value) else value


def write_xlsx(database: Store, path: Path, folder: Path, made: datetime) -> None:
    """Write the targets as a workbook; a sheet takes a million rows, then comes the next.

    Args:
        made: the time that the workbook states as its own: that of the generation.
    """
    book = Workbook(write_only=True)
    sheet = None
    for number, row in enumerate(rows(database, folder)):
        if number % (MOST_ROWS - 1) == 0:
            sheet = book.create_sheet(f"指标 {number // (MOST_ROWS - 1) + 1}")
            sheet.append(headings())
        if sheet is not None:
            sheet.append([_cell(name, value) for name, value in row.items()])
    if sheet is None:
        book.create_sheet("指标 1").append(headings())
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
    return f"'{value}"[:LONGEST] if _FORMULA.match(value) else value[:LONGEST]


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
