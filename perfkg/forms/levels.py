"""Which first- and second-level heading a row of the indicator table stands under.

A heading is printed once for many rows, and page breaks, merged cells and misprints damage it.
What is printed is kept; what is inferred is named as a repair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from perfkg.messages import Text
from perfkg.readers.grid import Cell
from perfkg.vocabulary import Heading, Headings


def joined_heading(label: str) -> Text:
    """Name the repair of a heading that is printed over two rows."""
    return Text(
        f"指标类别“{label}”分两行印刷，已合并",
        f"the heading '{label}' is printed over two rows and was joined",
    )


def said_once(text: str) -> str:
    r"""Return the line that a cell repeats, as Word leaves it when equal cells are merged.

    >>> said_once("产出指标\n产出指标\n产出指标"), said_once("满意度指\n标")
    ('产出指标', '满意度指\n标')
    """
    if "\n" not in text:
        return text
    lines = text.split("\n")
    return lines[0] if len(set(lines)) == 1 else text


_ENDINGS = ("指标", "目标")
"""How headings end, also those of other classifications."""


@dataclass(slots=True)
class Printed:
    """The headings that one row prints, sorted by what they are; never changed.

    Attributes:
        known: cells that are headings of the official classification, with what they can mean.
        unknown: cells that stand where a heading stands and are none.
        fragment: whether the row ends a heading begun on the row above (服务对象满意度 | 指标).
        after_break: whether the row is the first after a page break or blank line.
        roles: the column of the table's head above each known heading, where columns are kept.
        unknown_roles: the same for each of the unknown ones.
        keeps_columns: whether the row's cells stand under the columns of the table's head, so
            that an empty heading cell means “as above”.
    """

    known: tuple[tuple[Cell, tuple[Heading, ...]], ...]
    unknown: tuple[Cell, ...]
    fragment: bool = False
    after_break: bool = False
    keeps_columns: bool = False
    roles: tuple[str | None, ...] = ()
    unknown_roles: tuple[str | None, ...] = ()


@dataclass(slots=True)
class Levels:
    """The headings in force, carried from row to row."""

    headings: Headings
    level1: str | None = None
    level2: str | None = None
    printed1: str | None = None
    repairs: list[Text] = field(default_factory=list)
    problems: list[Text] = field(default_factory=list)
    _floats: bool = False
    """Whether headings stand further down than the first of their rows, as the first one does."""

    def take(self, printed: Printed) -> None:
        """Move on to the headings of a row; `repairs` and `problems` tell what was inferred."""
        self.repairs, self.problems = [], []
        first, second = self._sort(printed)
        if printed.unknown:
            first, second = self._unknown(printed, first, second)
        if second is None:
            self._only_first(first, printed)
        else:
            self._with_second(first, second, printed)
        if printed.fragment and self.level2:
            self.repairs.append(joined_heading(self.level2))

    def _note(self, zh: str, en: str) -> None:
        self.repairs.append(Text(zh, en))

    def _sort(self, printed: Printed) -> tuple[str | None, str | None]:
        """Tell the first-level from the second-level headings of a row."""
        first: str | None = None
        second: str | None = None
        for index, (cell, meanings) in enumerate(printed.known):
            role = printed.roles[index] if printed.roles else None
            level = self._level_of(meanings, first, printed.known[index + 1 :], role)
            label = meanings[0].label
            if level == 1 and first is not None and first != label:
                self._note(
                    f"一行并列“{first}”与“{label}”：以下文所属的“{label}”为本行的一级指标",
                    f"the row prints '{first}' and '{label}' side by side; '{label}', to which "
                    "the second level belongs, is this row's first level",
                )
            if level == 2 and second == label:
                self._note(
                    f"二级指标“{label}”在同一行印了两次",
                    f"the level-2 heading '{label}' is printed twice in the row",
                )
            if (line := said_once(cell.text)) != cell.text:
                self._note(
                    f"指标类别“{line}”在一格中重复印刷，按一次读取",
                    f"the heading '{line}' is printed several times in one cell and was read once",
                )
            elif self._is_misprint(cell, meanings):
                self._note(
                    f"“{cell.text}”疑为误印，读作“{label}”",
                    f"'{cell.text}' looks like a misprint and was read as '{label}'",
                )
            if level == 2 and role == "level1" and first is None:
                first = self._parent_beside(meanings)
                self.printed1 = first or self.printed1
            if level == 1:
                # 满意度 in the column of the second level: the first one above it goes on.
                if role != "level2":
                    self.printed1 = first or label
                first = label
            else:
                second = label
        return first, second

    def _parent_beside(self, meanings: tuple[Heading, ...]) -> str | None:
        """Return the first level of a second-level heading that stands in the first one's column.

        None where it may go on under the one above: then a cell in front of it was lost.
        """
        parents = _parents(meanings)
        goes_on = self.level1 is None or {self.level1, self.printed1} & {*parents}
        return None if goes_on or not parents else parents[-1]

    def _is_misprint(self, cell: Cell, meanings: tuple[Heading, ...]) -> bool:
        return not self.headings.find(cell.text) and bool(meanings)

    def _level_of(
        self,
        meanings: tuple[Heading, ...],
        first: str | None,
        later: tuple[tuple[Cell, tuple[Heading, ...]], ...],
        role: str | None,
    ) -> int:
        """Tell whether a heading such as 成本指标 stands for a first or a second level."""
        level = meanings[0].level
        if all(meaning.level == level for meaning in meanings[1:]):
            return level
        if role in ("level1", "level2"):
            return int(role[-1])
        later_parents = [label for _, found in later for label in _parents(found)]
        if any(meaning.label in later_parents for meaning in meanings):
            return 1
        above = first or self.printed1 or self.level1
        parents = {meaning.parent for meaning in meanings if meaning.level == 2}
        return 2 if above in parents else 1

    def _unknown(
        self, printed: Printed, first: str | None, second: str | None
    ) -> tuple[str | None, str | None]:
        """Deal with text that stands in a heading's place and is no known heading."""
        cells = printed.unknown
        if first is None and second is None and self._is_pair(cells):
            # Two headings side by side: the first one is of the first level.
            first, cells = self._new_first(cells[0]), cells[1:]
        elif first is None and printed.unknown_roles[:1] == ("level1",):
            # Where columns are kept, the head tells what its cells are.
            first, cells = self._new_first(cells[0]), cells[1:]
            self.level2 = None
        for cell in cells:
            meanings = self.headings.find(cell.text)
            if meanings:
                second = meanings[-1].label
            elif self._stays(cell, printed):
                second = cell.text
                self.problems.append(
                    Text(
                        f"二级指标“{cell.text}”不在官方分类中；已按原文保留，"
                        "请改用官方名称，如“数量指标”",
                        f"the heading '{cell.text}' is not in the official classification; it was "
                        "kept as printed. Use an official name such as 数量指标",
                    )
                )
            else:
                self._note(
                    f"“{cell.text}”不是任何指标类别，疑为误识别的文字，读作“{self.level2}”",
                    f"'{cell.text}' is no heading, probably a misread one, and was read as "
                    f"'{self.level2}'",
                )
        return first, second

    def _stays(self, cell: Cell, printed: Printed) -> bool:
        """Whether an unknown second-level heading is kept rather than taken for a misread one."""
        pairs = zip(printed.unknown, printed.unknown_roles, strict=False)
        is_under = any(other is cell and role == "level2" for other, role in pairs)
        return is_under or cell.text.rstrip().endswith(_ENDINGS) or self.level2 is None

    def _new_first(self, cell: Cell) -> str:
        self.problems.append(
            Text(
                f"一级指标“{cell.text}”不在官方分类中；已按原文保留，请改用官方名称，如“产出指标”",
                f"the level-1 heading '{cell.text}' is not in the official classification; it "
                "was kept as printed. Use an official name such as 产出指标",
            )
        )
        self.printed1 = cell.text
        return cell.text

    def _is_pair(self, cells: Sequence[Cell]) -> bool:
        """Whether two cells are both headings, by their ending; a known one may be the second."""
        return (
            len(cells) == 2
            and all(cell.text.rstrip().endswith(_ENDINGS) for cell in cells)
            and not self.headings.find(cells[0].text)
        )

    def _only_first(self, first: str | None, printed: Printed) -> None:
        """A row that prints no second level: it goes on under the one above."""
        if first is None:
            if printed.after_break and self.level2 and not printed.unknown:
                self._note(
                    f"换页后未印类别，沿用“{self.level1}—{self.level2}”",
                    f"no heading after the page break; '{self.level1} – {self.level2}' goes on",
                )
            return
        belongs = self.level2 is not None and first in self.headings.parents(self.level2)
        if not belongs:
            self.level2 = self.headings.only_child(first)
            if self.level2:
                self._note(
                    f"未印二级指标，“{first}”下只有“{self.level2}”",
                    f"no level-2 heading; '{self.level2}' is the only one under '{first}'",
                )
        elif not printed.fragment:
            self._note(
                f"未印二级指标，沿用上一行的“{self.level2}”",
                f"no level-2 heading; '{self.level2}' goes on from the row above",
            )
        self.level1 = first

    def _with_second(self, first: str | None, second: str, printed: Printed) -> None:
        """A row that prints a second level, with or without the first."""
        parents = self.headings.parents(second)
        self.level2 = second
        if first is not None:
            self.level1 = first
            return
        carried = [level for level in (self.level1, self.printed1) if level is not None]
        fitting = next((level for level in carried if level in parents), None)
        if fitting is not None:
            if fitting != self.level1:
                self._note(
                    f"未印一级指标，沿用前文所印的“{fitting}”",
                    f"no level-1 heading; '{fitting}', printed before, goes on",
                )
            self.level1 = fitting
        elif carried and ((printed.keeps_columns and not self._floats) or not parents):
            # An empty cell under a merged heading says “as above”, even if that contradicts the
            # classification: that is for the reviewer to find, not for the reader to mend.
            self.level1 = carried[-1]
        elif parents:
            self._floats |= not carried and printed.keeps_columns
            self.level1 = parents[0]
            self._note(
                f"未印一级指标，由“{second}”推定为“{parents[0]}”",
                f"no level-1 heading; '{parents[0]}' follows from '{second}'",
            )


def _parents(meanings: Sequence[Heading]) -> list[str]:
    return [meaning.parent for meaning in meanings if meaning.parent is not None]
