"""The spellings of labels in the official forms, read from `layout.toml`.

Readers need them where only a label tells where a cell begins, forms to know what a cell means.
So they stand below both.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from perfkg.identity import normalise

_LEAD = re.compile(
    r"^(?:其中[::]?|[0-9一二三四五六七八九十]+[.、]|\([0-9一二三四五六七八九十]{1,3}\)"
    r"|(?:19|20)\d\d年(?=预算|资金|财政|目标))+"
)
_MARKS = "*★☆▲△※"
"""Signs that say of a label that it must be filled in."""
_TRANSLATION = re.compile(r"(?<=[\u4e00-\u9fff]{2})[A-Za-z][A-Za-z&/.'-]*$")
"""English behind a Chinese label, white space removed (项目名称 Project Name)."""
_PART = re.compile(
    r"(?:[一二三四五六七八九十]{1,2}[、.]|\([一二三四五六七八九十]{1,2}\))(?P<name>[^()]{2,12})(?:\([^()]*\))?"
)
"""The numbered head of a part of a form."""
_DATED = re.compile(r"(?:19|20)\d\d年度?(?P<rest>[^()]+)(?:\([^()]*\))?")
_NUMBERED = re.compile("[0-9一二三四五六七八九十]+$")
"""The number at the end of the label of one of several goals (年度绩效目标1)."""
_LONGEST_TITLE = 60
_SHORTEST_COLUMN = 3
"""Characters that tell the label of a column when words were taken off it."""
_GOAL = "annual_goal"
"""The goal that a list of projects tells under the label of the section."""
_REMEMBERED = 16_384
"""Texts whose meaning is kept at hand."""

SIDES = frozenset({"side", "long_term_side"})
"""Columns that only say which indicators stand beside them: the year's, or the whole project's."""

_SENTENCE = re.compile("[,。;]")
_BRACKETS = re.compile(r"\([^()]*\)")
_BRACKET = re.compile(r"\(([^()]*)\)$")


class FormKind(StrEnum):
    """Which official form it is."""

    TARGET = "target"
    """绩效目标申报表"""
    SELF_EVALUATION = "self-evaluation"
    """绩效自评表"""


@dataclass(frozen=True, slots=True)
class Label:
    """The text of a cell, split as labels are compared.

    Attributes:
        text: normalised, without lead, colon and bracket.
        whole: normalised, complete.
        bracket: what stood in the trailing bracket (元, 万元), or None.
    """

    text: str
    whole: str
    bracket: str | None


@lru_cache(maxsize=16384)
def label(text: str) -> Label:
    """Split the text of a cell that may be a label.

    >>> label("项目资金 （万元）")
    Label(text='项目资金', whole='项目资金(万元)', bracket='万元')
    """
    whole = normalise(text).strip(_MARKS).rstrip(":").strip(_MARKS)
    bare = _TRANSLATION.sub("", _LEAD.sub("", whole).lstrip(_MARKS))
    bracket = _BRACKET.search(bare)
    if bracket and bracket.start():
        return Label(bare[: bracket.start()].rstrip(":"), whole, bracket.group(1))
    return Label(bare, whole, None)


@dataclass(slots=True)
class Meaning:
    """What the text of a cell is as a label, in each part of a form; None where it is none there.

    Nothing changes it once it is made; it is not frozen because that takes three times as long.

    Attributes:
        label: the text as labels are compared.
        field, fund, goal, column, money_column, listed: what it stands for in that part.
        told: what a column so headed tells of the project in a list of projects.
        fund_below: what it stands for below a label of money.
        is_frame: whether it is a side column of the table (绩效指标) or a sign for nothing.
    """

    label: Label
    field: str | None
    fund: str | None
    fund_below: str | None
    goal: str | None
    column: str | None
    money_column: str | None
    listed: str | None
    told: str | None
    is_frame: bool


@dataclass(frozen=True, slots=True)
class Phrases:
    """How names and targets in words look, where nothing separates them.

    Attributes:
        states, verbs: what a target in words ends with. leads: what it may begin with.
        frames: set phrases around free words: `*` stands for some signs, `?` for one.
        endings: how names of indicators end. tails: what none of them begins with.
    """

    states: frozenset[str]
    verbs: frozenset[str]
    leads: frozenset[str]
    frames: tuple[str, ...]
    endings: tuple[str, ...]
    tails: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Every known spelling, by what it stands for.

    Attributes:
        titles: parts of a title, with the kind of form that they open.
        title_words: words that a title has all of, the last at its end.
        title_leads: what stands in front of such a part.
        title_stops: parts that make a line no title.
        others: parts of titles of forms that are not about a project → which form it is.
        fields, funds, goals, columns, money_columns: normalised label → what it stands for.
        funds_below: the same for labels that say it only below another label of money.
        listed: the same for the columns of a list of projects, before the others are asked.
        column_leads: words that may stand in front of the label of a column.
        field_names: what a label of `fields` can stand for.
        remark_starts: how rows around the table begin.
        notes: labels of a row of the table that holds remarks and no indicator.
        part_ends: how the heads of the parts of a form end, where they are numbered.
        bodies: labels of lines around the table that name the body that fills the form in.
        befores, afters: labels of what a form that changes another one states twice.
        closing_ends: how labels of the last rows end, which are for signatures and opinions.
        closings: such labels.
        totals: how rows begin that sum up the others. grand_totals: those of the whole form.
        placeholders: texts that stand for nothing.
        phrases: how names and targets look.
    """

    titles: tuple[tuple[str, FormKind], ...]
    title_words: tuple[tuple[tuple[str, ...], FormKind], ...]
    title_leads: tuple[str, ...]
    title_stops: tuple[str, ...]
    others: dict[str, str]
    fields: dict[str, str]
    field_names: frozenset[str]
    funds: dict[str, str]
    funds_below: dict[str, str]
    goals: dict[str, str]
    columns: dict[str, str]
    money_columns: dict[str, str]
    listed: dict[str, str]
    column_leads: tuple[str, ...]
    remark_starts: tuple[str, ...]
    notes: frozenset[str]
    part_ends: tuple[str, ...]
    bodies: frozenset[str]
    befores: frozenset[str]
    afters: frozenset[str]
    closing_ends: tuple[str, ...]
    closings: frozenset[str]
    totals: frozenset[str]
    grand_totals: frozenset[str]
    placeholders: frozenset[str]
    phrases: Phrases
    meaning: Callable[[str], Meaning] = field(init=False, repr=False, compare=False)
    """Returns what a text is as a label, wherever it may stand."""

    def __post_init__(self) -> None:
        # Every cell is asked about several times: the answers are kept, and looked up without a
        # call of Python's.
        object.__setattr__(self, "meaning", _Meanings(self).__getitem__)

    def title(self, text: str) -> FormKind | None:
        """Return the kind of form that a line opens, or None when it is no title."""
        plain = normalise(text)
        if len(plain) > _LONGEST_TITLE or _SENTENCE.search(plain):
            return None
        if any(stop in plain for stop in self.title_stops):
            return None
        found = next((kind for part, kind in self.titles if part in plain), None)
        return found or self._title_by_words(_BRACKETS.sub("", plain))

    def _title_by_words(self, plain: str) -> FormKind | None:
        """Return the kind of a title that is spelled otherwise than the known ones."""
        for words, kind in self.title_words:
            if plain.endswith(words[-1]) and all(word in plain for word in words):
                return kind
        return FormKind.TARGET if plain.endswith("表") and self.other(plain) else None

    def other(self, text: str) -> str | None:
        """Return `department`, `region` or `fund` for the title of a form that is no project's.

        That of a fund is a project's all the same if it names the unit that carries it out.
        """
        plain = normalise(text)
        return next((name for part, name in self.others.items() if part in plain), None)

    def find_meaning(self, text: str) -> Meaning:
        """Find out what `meaning` returns."""
        found = label(text)
        column = _either(self.columns, found) or self._led_column(found.text)
        field = _either(self.fields, found)
        fund = _either(self.funds, found) or _dated(self.funds, found)
        goal = self.goals.get(found.text) or self.goals.get(_NUMBERED.sub("", found.text))
        goal = goal or _dated(self.goals, found)
        listed = _either(self.listed, found)
        return Meaning(
            label=found,
            field=field,
            fund=fund,
            fund_below=_either(self.funds_below, found),
            goal=goal,
            column=column,
            money_column=_either(self.money_columns, found),
            listed=listed,
            told=listed or (_GOAL if goal == "section" else goal) or field or fund,
            is_frame=column in SIDES or (self.is_placeholder(text) and text != "无"),
        )

    def _led_column(self, text: str) -> str | None:
        """Return the role of a column whose label begins with a word that adds nothing."""
        if not text.startswith(self.column_leads):
            return None
        for lead in self.column_leads:
            rest = text.removeprefix(lead)
            if rest != text and len(rest) >= _SHORTEST_COLUMN:
                return self.columns.get(rest) or self._led_column(rest)
        return None

    def official(self, name: str) -> str:
        """Return the label of the official form for a field, an amount or a goal."""
        tables = (self.fields, self.funds, self.goals)
        found = (text for table in tables for text, meaning in table.items() if meaning == name)
        return next(found)

    def is_placeholder(self, text: str) -> bool:
        """Whether a cell holds only a sign for nothing."""
        return normalise(text) in self.placeholders

    def is_total(self, text: str) -> bool:
        """Whether a row of the table that begins with `text` sums up the others."""
        return normalise(text) in self.totals

    def is_remark(self, text: str) -> bool:
        """Whether a row beginning with `text` belongs to the form's frame, not to its content."""
        return normalise(text).startswith(self.remark_starts)

    def is_closing(self, text: str) -> bool:
        """Whether a row of the table that begins with `text` is for signatures and opinions."""
        plain = normalise(text.replace("：", ":").partition(":")[0])
        return plain in self.closings or plain.endswith(self.closing_ends)

    def horizon(self, text: str) -> str | None:
        """Return the goal whose indicators follow a line such as 年度绩效目标表, or None."""
        plain = normalise(text)
        return self.goals.get(plain.removesuffix("表")) if plain.endswith("表") else None

    def is_part(self, text: str) -> bool:
        """Whether a row that holds `text` alone heads a part of the form (一、基本信息)."""
        found = self.meaning(text)
        if found.field == "other" or "section" in (found.fund, found.goal) or found.is_frame:
            return True
        part = _PART.fullmatch(found.label.whole)
        return part is not None and part["name"].endswith(self.part_ends)

    def is_note(self, text: str) -> bool:
        """Whether a row of the table that begins with `text` holds remarks (说明：…)."""
        return normalise(text.replace("：", ":").partition(":")[0]) in self.notes


class _Meanings(dict[str, Meaning]):
    """The latest answers of a layout; what is not among them is found out."""

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self._layout = layout

    def __missing__(self, text: str) -> Meaning:
        if len(self) >= _REMEMBERED:
            self.clear()
        found = self[text] = self._layout.find_meaning(text)
        return found


def _either(table: dict[str, str], found: Label) -> str | None:
    return table.get(found.whole) or table.get(found.text)


def _dated(table: dict[str, str], found: Label) -> str | None:
    """Return what a label means that begins with a year (2026年预算 is 年度预算)."""
    dated = _DATED.fullmatch(found.whole)
    return table.get(f"年度{dated['rest']}") if dated else None


def _inverted(section: dict[str, list[str]]) -> dict[str, str]:
    return {normalise(spelling): name for name, all_ in section.items() for spelling in all_}


def _dates(section: dict[str, list[str]]) -> dict[str, str]:
    """Return the labels of dates, each with and without the words in front of it."""
    leads = section["leads"]
    found = {lead + end: "period" for lead in leads for end in section["period_ends"]}
    for name in ("planned_start", "planned_end", "period"):
        found |= {lead + end: name for end in section[name] for lead in ("", *leads)}
    return found


def _phrases(section: dict[str, list[str]]) -> Phrases:
    return Phrases(
        states=frozenset(section["states"]),
        verbs=frozenset(section["verbs"]),
        leads=frozenset(section["leads"]),
        frames=tuple(section["frames"]),
        endings=tuple(section["endings"]),
        tails=tuple(section["tails"]),
    )


@cache
def load_layout() -> Layout:
    """Read the spellings that ship with perfkg."""
    data = tomllib.loads(Path(__file__).with_name("layout.toml").read_text(encoding="utf-8"))
    remarks = data["remarks"]
    titles = [(normalise(part), kind) for kind in FormKind for part in data["titles"][kind]]
    return Layout(
        titles=tuple(sorted(titles, key=lambda title: -len(title[0]))),
        title_words=tuple(
            (tuple(words), kind)
            for kind in reversed(FormKind)
            for words in data["titles"][f"{kind}_words"]
        ),
        title_leads=tuple(data["titles"]["leads"]),
        title_stops=tuple(data["titles"]["without"]),
        others={
            normalise(part): name
            for name in ("department", "region", "fund")
            for part in data["titles"][name]
        },
        fields=_dates(data["dates"]) | _inverted(data["fields"]),
        field_names=frozenset(data["fields"]),
        funds=_inverted(data["funds"]),
        funds_below=_inverted(data["funds_below"]),
        goals=_inverted(data["goals"]),
        columns=_inverted(data["columns"]),
        money_columns=_inverted(data["money_columns"]),
        listed=_inverted(data["list"]),
        column_leads=tuple(data["phrases"]["column_leads"]),
        remark_starts=tuple(normalise(start) for start in remarks["starts"]),
        notes=frozenset(map(normalise, remarks["notes"])),
        part_ends=tuple(map(normalise, remarks["part_ends"])),
        bodies=frozenset(map(normalise, remarks["bodies"])),
        befores=frozenset(map(normalise, data["changes"]["before"])),
        afters=frozenset(map(normalise, data["changes"]["after"])),
        closing_ends=tuple(map(normalise, remarks["closing_ends"])),
        closings=frozenset(map(normalise, remarks["closings"])),
        totals=frozenset(map(normalise, remarks["totals"] + remarks["grand_totals"])),
        grand_totals=frozenset(map(normalise, remarks["grand_totals"])),
        placeholders=frozenset(normalise(sign) for sign in remarks["placeholders"]),
        phrases=_phrases(data["phrases"]),
    )
