"""When a project begins and ends (计划开始日期, 起止时间, 执行期限)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from perfkg.forms.dates import read_date
from perfkg.forms.model import PartialDate
from perfkg.forms.notes import Notes
from perfkg.forms.numbers import half_width
from perfkg.forms.periods import is_duration, read_open_start, read_period
from perfkg.layout import Layout
from perfkg.readers.grid import Cell

DATES = frozenset({"planned_start", "planned_end", "period"})
"""The fields that tell of dates."""

_PART_OF_PERIOD = re.compile(r"[-—–~～至到]+|(?:止|终止|截止|结束|完成)(?:日期|时间)?:.+")

_Ends = tuple[PartialDate | None, PartialDate | None]


@dataclass(slots=True)
class Schedule:
    """Collects the dates of a form.

    Attributes:
        start, end: as exact as printed; periods are read when the form's year is known.
    """

    layout: Layout
    notes: Notes
    start: PartialDate | None = None
    end: PartialDate | None = None
    _periods: list[list[Cell]] = field(default_factory=list)

    def take(self, name: str, cell: Cell) -> None:
        """Read what stands behind a label of dates."""
        if name == "period":
            self._periods.append([cell])
        elif not self._is_no_date(cell.text):
            self._take_day(name, cell)

    def continues(self, cell: Cell) -> bool:
        """Whether a cell behind that of a period is the rest of it (到 | 2024年12月)."""
        text = half_width(cell.text)
        return bool(_PART_OF_PERIOD.fullmatch(text)) or read_date(text) is not None

    def go_on(self, cell: Cell) -> None:
        """Take the rest of the last period."""
        self._periods[-1].append(cell)

    def settle(self, year: int | None) -> None:
        """Read the periods; `year` is the form's, for months that are printed without one."""
        for cells in self._periods:
            text = " ".join([cell.text for cell in cells])
            if self._is_no_date(text):
                continue
            if period := read_period(text) or self._in_year(text, year):
                self._keep(period, text, cells[0])
            elif start := read_open_start(text):
                self._keep((start, None), text, cells[0])
            else:
                self._report(text, cells[0])

    def _keep(self, ends: _Ends, text: str, cell: Cell) -> None:
        """Take a period as the project's unless one was printed before it."""
        before = self.start, self.end
        if before == (None, None):
            self.start, self.end = ends
        elif _days(before) != _days(ends):
            shown = "—".join(str(end or "") for end in before)
            self.notes.report(
                "info",
                f"起止时间已按前文读作“{shown}”，此处“{text}”与之不同，未读入",
                f"the project's dates were read as '{shown}' above; '{text}' here differs and was "
                "left out",
                cell.place,
            )

    def _in_year(self, text: str, year: int | None) -> tuple[PartialDate, PartialDate] | None:
        period = read_period(text, year)
        if period is not None:
            self.notes.repaired(
                f"起止时间“{text}”未印年份，按本表年度 {year} 年推定",
                f"the period '{text}' names no year; {year}, the form's own, was taken",
            )
        return period

    def _take_day(self, name: str, cell: Cell) -> None:
        period = read_period(cell.text)
        day = read_date(cell.text) or (period[name == "planned_end"] if period else None)
        if day is None:
            self._report(cell.text, cell)
        elif name == "planned_start":
            self.start = day
        else:
            self.end = day

    def _is_no_date(self, text: str) -> bool:
        return self.layout.is_placeholder(text) or is_duration(text)

    def _report(self, text: str, cell: Cell) -> None:
        self.notes.report(
            "error",
            f"日期“{text}”看不懂；应为如“2024-01-01”的日期。该日期未读入",
            f"the date '{text}' is not understood; a date such as 2024-01-01 was "
            "expected. It was left out",
            cell.place,
        )


def _days(ends: _Ends) -> tuple[date | None, date | None]:
    """Return the days that the ends of a period mean, however exactly they are printed."""
    start, end = ends
    return (start.first_day() if start else None), (end.last_day() if end else None)
