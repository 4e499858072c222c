"""From a grid to forms: one pass over the rows, the same for every file format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from perfkg.forms.dates import read_fiscal_year
from perfkg.forms.header import Header
from perfkg.forms.heads import Head
from perfkg.forms.indicators import IndicatorTable
from perfkg.forms.listing import is_numbering, unlist
from perfkg.forms.model import CellUse, Form, FormKind, ReadDocument
from perfkg.forms.names import UNIT
from perfkg.forms.notes import Notes
from perfkg.forms.outlined import outline
from perfkg.forms.page_breaks import mend_breaks
from perfkg.forms.sections import Section, sections
from perfkg.forms.unstacked import unstack
from perfkg.layout import Layout, load_layout
from perfkg.messages import Problem, Severity, Text
from perfkg.readers.document import Reading
from perfkg.readers.grid import Row, span
from perfkg.vocabulary import Vocabulary, load_vocabulary

_OTHERS = {
    "department": ("部门（单位）整体支出绩效目标表", "the form of a department as a whole"),
    "region": ("区域（转移支付）绩效目标表", "the form of a transfer payment to a region"),
    "fund": ("专项资金绩效目标表", "the form of a special fund as a whole"),
}
_MOST_OF_NOTE = 2
"""Cells of a row of remarks below the indicators: a label and a text."""

_MAIN_LEVELS = ("产出指标", "效益指标", "满意度指标")


def recognise(
    reading: Reading, vocabulary: Vocabulary | None = None, layout: Layout | None = None
) -> ReadDocument:
    """Find the forms in a document and read them.

    Nothing is raised for a damaged form: what could not be read is in `problems`, and the other
    forms of the document are read.
    """
    layout = layout or load_layout()
    vocabulary = vocabulary or load_vocabulary()
    forms: list[Form] = []
    problems = list(reading.problems)
    notes: list[Notes] = []
    whole = mend_breaks(reading.grid, layout)
    grid = unlist(unstack(whole, layout, vocabulary), layout, vocabulary)
    grid = outline(grid, layout, vocabulary)
    for section in sections(grid, layout):
        reader = _FormReader(section, layout, vocabulary)
        form = reader.read()
        problems += reader.notes.problems
        notes.append(reader.notes)
        if form is not None:
            forms.append(form)
    if not forms:
        problems.append(_no_form())
    return ReadDocument(reading.document, tuple(forms), tuple(problems), partial(_uses, notes))


def _uses(notes: Sequence[Notes]) -> tuple[CellUse, ...]:
    return tuple(use for of_form in notes for use in of_form.uses())


def _no_form() -> Problem:
    return Problem(
        "error",
        Text(
            "未找到绩效目标申报表或自评表；应有“项目名称”“主管部门”等栏目和“一级指标、二级指标、三级指标”表头；"
            "请核对是否选错文件，只能读取中文表格",
            "no performance-target form was found; labels such as 项目名称 and 主管部门 and a "
            "table headed 一级指标, 二级指标, 三级指标 were expected. Check that this is the right "
            "file; only forms in Chinese are read",
        ),
    )


class _FormReader:
    """Reads one section."""

    def __init__(self, section: Section, layout: Layout, vocabulary: Vocabulary) -> None:
        self._section = section
        self._layout = layout
        self.notes = Notes()
        self._header = Header(layout, self.notes)
        self._table = IndicatorTable(layout, vocabulary, self.notes)
        self._in_table = False
        self._used: list[Row] = [section.title] if section.title else []

    def read(self) -> Form | None:
        """Return the form, or None when the section holds nothing of one."""
        title = self._section.title
        if title is not None:
            self._header.fiscal_year = read_fiscal_year(title.filled[0].text)
            self.notes.use(title, title.filled[0], "title")
        for row in self._section.rows:
            self._take(row)
        self._table.settle()
        if not self._header.names.texts and not self._table.targets:
            self.notes.problems.clear()
            return None
        self._header.settle(self._section.year_above)
        form = self._form()
        self._report_kind()
        return replace(form, is_cut=self._report_missing(form))

    def _other(self) -> str | None:
        title = self._section.title
        other = self._layout.other(title.filled[0].text) if title is not None else None
        return None if other == "fund" and UNIT in self._header.names.texts else other

    def _report_kind(self) -> None:
        """Say that a form is not a project's, so that only what both have was read."""
        other = self._other()
        if other is None or self._section.title is None:
            return
        zh, en = _OTHERS[other]
        # Its other columns are not mistakes: they are named, and left out.
        problems = self.notes.problems
        problems[:] = [
            replace(p, severity="info") if p.severity == "error" else p for p in problems
        ]
        self.notes.report(
            "warning",
            f"这是{zh}，不是项目的绩效目标表；只读入与项目表相同的栏目，其余未读入",
            f"this is {en}, not a project's form; only what both have in common was read",
            self._section.title.place,
        )

    def _take(self, row: Row) -> None:
        filled = row.filled
        if len(filled) == 1 and self._layout.title(filled[0].text) is not None:
            self.notes.use(row, filled[0], "title")
            horizon = self._layout.horizon(filled[0].text)
            if horizon is not None:
                self._table.begin_horizon(horizon)
        elif len(filled) == 1 and not self._in_table and self._header.take_part(row):
            pass
        elif not self._take_head(row) and not self._take_content(row):
            self._take_prose(row)
            return
        self._used.append(row)
        self.notes.settle(row)

    def _take_head(self, row: Row) -> bool:
        """Read a row of the table's head; return whether it is one."""
        head = Head.find(row, self._layout)
        if head is not None:
            self._table.take_head(head, row)
            self._in_table = True
            return True
        if not self._in_table:
            return False
        if row.filled and is_numbering(row):
            self.notes.frame(row)
            return True
        return self._table.refines_head(row)

    def _take_content(self, row: Row) -> bool:
        """Read a row of the table, or of what stands above it; return whether it is one."""
        if row.is_prose and self._in_table:
            return False
        horizon = self._header.goals.horizon(row)
        if horizon is not None:
            self._table.begin_horizon(horizon)
        if not self._in_table and not self._table.begins_with(row):
            return self._header.take(row)
        self._in_table = True
        if horizon is not None and len(row.filled) <= _MOST_OF_NOTE:
            # One of several goals, above its own indicators.
            return self._header.take(row)
        if self._is_total(row):
            self._table.take_total(row)
        elif self._is_below_table(row):
            self.notes.frame(row)
        else:
            self._table.take(row)
        return True

    def _is_total(self, row: Row) -> bool:
        """Whether a row sums up the others (总分 …, 自评结论 优 自评总分 …)."""
        first = row.filled[0].text if row.filled else ""
        if self._layout.is_total(first):
            return True
        return self._layout.is_closing(first) and any(
            self._layout.is_total(cell.text) for cell in row.filled
        )

    def _is_below_table(self, row: Row) -> bool:
        """Whether a row of the table holds remarks, opinions or signatures and no indicator."""
        if not 0 < len(row.filled) <= _MOST_OF_NOTE:
            return False
        first = row.filled[0].text
        return self._layout.is_note(first) or self._layout.is_closing(first)

    def _take_prose(self, row: Row) -> None:
        """A line beside the table, or a row that nothing recognises."""
        text = row.filled[0].text if row.filled else ""
        if not text or self._layout.is_remark(text) or self._layout.meaning(text).is_frame:
            self.notes.frame(row)
            return
        for cell in row.filled:
            self.notes.use(row, cell, "unplaced")
        shown = " | ".join(cell.text for cell in row.filled)
        severity: Severity = "info" if row.is_prose else "error"
        self.notes.report(
            severity,
            f"“{_short(shown)}”不属于表格任何栏目，未读入",
            f"'{_short(shown)}' belongs to no part of the form and was left out",
            row.place,
        )

    def _form(self) -> Form:
        header = self._header
        return Form(
            kind=self._section.kind,
            location=self._location(),
            fiscal_year=header.fiscal_year,
            project_name=header.names.text("project_name"),
            project_nature=header.names.text("project_nature"),
            project_category=header.names.text("project_category"),
            supervising_department=header.names.text("supervising_department"),
            implementing_unit=header.names.text("implementing_unit"),
            planned_start=header.schedule.start,
            planned_end=header.schedule.end,
            funds=header.money.funds(),
            long_term_goal=header.goals.text("long_term_goal"),
            annual_goal=header.goals.text("annual_goal"),
            achieved_goal=header.goals.text("achieved"),
            execution=header.money.execution(),
            total_score=self._table.total_score,
            indicators=tuple(self._table.targets),
            repairs=tuple(self.notes.repairs),
        )

    def _location(self) -> str:
        return span(self._used[0].place, self._used[-1].place)

    def _report_missing(self, form: Form) -> bool:
        """Say which parts were not found; return whether the file seems to be cut off."""
        cut = False
        missing = [
            (zh, en)
            for value, zh, en in (
                (form.project_name, "项目名称", "the project's name (项目名称)"),
                (form.fiscal_year, "年度", "the fiscal year (年度)"),
                (
                    form.implementing_unit or form.supervising_department,
                    "主管部门或实施单位",
                    "a department or unit (主管部门, 实施单位)",
                ),
                (form.indicators or None, "绩效指标", "the indicators (绩效指标)"),
            )
            if value is None
        ]
        if self._other() == "department":
            missing = [part for part in missing if part[0] != "项目名称"]
        if missing:
            cut = True
            self.notes.report(
                "error",
                f"表格不完整：未见{'、'.join(zh for zh, _ in missing)}；"
                "文件可能被截断，请补全后重试",
                f"the form is incomplete: {', '.join(en for _, en in missing)} not found; the "
                "file may be cut off. Complete it and try again",
                form.location,
            )
        elif form.kind is FormKind.TARGET:
            cut = self._report_missing_levels(form)
        self._report_empty_parts(form)
        return cut

    def _report_empty_parts(self, form: Form) -> None:
        """Name the parts that the form leaves empty or that could not be found."""
        dates = bool(form.planned_start or form.planned_end)
        wanted = [
            (self._header.money.states("annual_request"), "年度资金", "the year's money"),
            (form.annual_goal, "年度目标", "the annual goal"),
        ]
        if form.kind is FormKind.TARGET:
            wanted.append((dates, "起止日期", "the planned dates"))
        empty = [(zh, en) for value, zh, en in wanted if not value]
        if empty:
            self.notes.report(
                "info",
                f"未填写或未找到：{'、'.join(zh for zh, _ in empty)}",
                f"empty or not found: {', '.join(en for _, en in empty)}",
                form.location,
            )

    def _report_missing_levels(self, form: Form) -> bool:
        """Say which of the main levels are missing; return whether it is more than one."""
        seen = {target.level1 for target in form.indicators}
        if seen == {None}:
            self.notes.report(
                "warning",
                "指标未按一级、二级指标分类；请分列“产出指标、效益指标、满意度指标”",
                "the indicators are not classified; sort them under 产出指标, 效益指标 and "
                "满意度指标",
                form.location,
            )
            return False
        missing = [level for level in _MAIN_LEVELS if level not in seen]
        if not missing:
            return False
        cut = len(missing) > 1
        self.notes.report(
            "error" if cut else "warning",
            f"未见{'、'.join(missing)}" + ("；表格可能被截断，请检查文件是否完整" if cut else ""),
            f"no {', '.join(missing)} in the form"
            + ("; it may be cut off: check that the file is complete" if cut else ""),
            form.location,
        )
        return cut


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
