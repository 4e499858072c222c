"""A review as an Excel workbook: the counts, every finding, every rule."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from perfkg.errors import UsageError
from perfkg.messages import Language, Text
from perfkg.results.sheet import BOLD, MOST_ROWS, Value, cell, widths
from perfkg.validation.findings import SEVERITIES, Finding, count_by_severity
from perfkg.validation.review import Count, Review
from perfkg.validation.words import ADVICE, LABELS, NOTHING, NOTHING_IN_READ, SEVERITY, department

_FINDING_COLUMNS: Final = (
    "severity",
    "criterion",
    "rule",
    "project",
    "department",
    "indicator",
    "value",
    "message",
    "document",
    "place",
    "name",
    "form",
)
_RULE_COLUMNS: Final = (
    "severity",
    "rule",
    "asked",
    "criterion",
    "source",
    "number",
    "forms",
    "name",
)


def to_xlsx(review: Review, language: Language) -> bytes:
    """Write a review as xlsx.

    Raises:
        UsageError: there are more findings than a sheet can hold.
    """
    if len(review.findings) > MOST_ROWS:
        raise UsageError(
            f"发现有 {len(review.findings)} 条，超出 Excel 的上限 {MOST_ROWS}，请改用 json",
            f"there are {len(review.findings)} findings, Excel holds {MOST_ROWS}; use json",
        )
    return _Book(review, language).bytes()


class _Book:
    def __init__(self, review: Review, language: Language) -> None:
        self._review = review
        self._language: Language = language
        self._book = Workbook(write_only=True)

    def bytes(self) -> bytes:
        self._counts()
        self._table("findings", _FINDING_COLUMNS, [self._finding(f) for f in self._review.findings])
        self._table("rules", _RULE_COLUMNS, list(self._rules()))
        out = io.BytesIO()
        self._book.save(out)
        return out.getvalue()

    def _say(self, text: Text) -> str:
        return text.into(self._language)

    def _label(self, name: str) -> str:
        return self._say(LABELS[name])

    def _table(self, name: str, columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
        sheet = self._book.create_sheet(self._label(name))
        headings = [self._label(column) for column in columns]
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
        for number, width in enumerate(widths(headings, rows), start=1):
            # Room for the button of the filter beside the heading.
            sheet.column_dimensions[get_column_letter(number)].width = width + 2
        sheet.append([cell(sheet, heading, BOLD) for heading in headings])
        for row in rows:
            sheet.append([cell(sheet, value) for value in row])

    def _finding(self, finding: Finding) -> list[Value]:
        rule = self._review.shapes.rules.get(finding.shape)
        return [
            self._say(SEVERITY[finding.severity]),
            self._criterion(finding.criterion),
            self._say(rule.label) if rule else finding.rule,
            finding.project,
            finding.department,
            finding.indicator,
            finding.value,
            self._say(finding.message),
            finding.document,
            finding.location,
            finding.rule,
            finding.form,
        ]

    def _criterion(self, name: str | None) -> str | None:
        return None if name is None else self._say(self._review.criterion(name))

    def _rules(self) -> Iterator[list[Value]]:
        counts = self._review.by_rule()
        for rule in self._review.rules:
            count = counts.get(rule.iri)
            yield [
                self._say(SEVERITY[rule.severity]),
                self._say(rule.label),
                self._say(rule.comment),
                self._say(rule.criterion.label) if rule.criterion else None,
                "; ".join(self._say(source) for source in rule.sources),
                count.total if count else 0,
                count.forms if count else 0,
                rule.name,
            ]

    def _counts(self) -> None:
        sheet = self._book.create_sheet(self._label("counts"))
        sheet.column_dimensions["A"].width = 40
        for letter in "BCDEF":
            sheet.column_dimensions[letter].width = 14
        for line in self._cover():
            sheet.append([cell(sheet, value) for value in line])
        review = self._review
        criteria = [(self._criterion(count.key), count) for count in review.by_criterion()]
        departments = [
            (self._say(department(count.key)), count) for count in review.by_department()
        ]
        rules = review.shapes.rules
        named = [
            (self._say(rules[iri].label) if iri in rules else iri, count)
            for iri, count in review.by_rule().items()
        ]
        self._counted(sheet, "by_criterion", criteria)
        self._counted(sheet, "by_department", departments)
        self._counted(sheet, "by_rule", named)

    def _cover(self) -> Iterator[list[Value]]:
        review = self._review
        yield [self._label("title")]
        if not review.findings:
            yield [self._say(NOTHING_IN_READ if review.unread else NOTHING)]
        for name, problem in review.unread:
            place = " · ".join(part for part in (name, problem.location) if part)
            yield [self._label("unread"), place, self._say(problem.message)]
        yield [self._label("forms_checked"), review.forms]
        yield [self._label("forms_found"), len(review.by_form)]
        for name, number in count_by_severity(review.findings).items():
            yield [f"{self._say(SEVERITY[name])} ({self._say(ADVICE[name])})", number]

    def _counted(
        self,
        sheet: WriteOnlyWorksheet,
        heading: str,
        counts: Iterable[tuple[str | None, Count]],
    ) -> None:
        names = [self._say(SEVERITY[name]) for name in SEVERITIES]
        titles = [self._label(heading), *names, self._label("total"), self._label("forms")]
        sheet.append([])
        sheet.append([cell(sheet, title, BOLD) for title in titles])
        for name, count in counts:
            values: list[Value] = [name or self._label("none"), *count.severities, count.total]
            sheet.append([cell(sheet, value) for value in (*values, count.forms)])
