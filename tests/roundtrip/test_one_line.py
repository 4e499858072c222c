"""A form whose cells run together is read nearly as well as one whose cells are apart.

Where a name ends and its target begins is then told by the words alone, and some can be read two
ways (达到预期效果 达标). The floors are measured over forms of real wording, not of random signs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from perfkg.forms.model import Form
from perfkg.reading import read_bytes

from .as_printed import as_printed
from .formats import RUN_TOGETHER, to_one_line
from .layouts import LAYOUTS
from .wording import WORDING, Wording, read_wording, worded_form

FORMS = 30
FLOORS = {"shanghai": 0.99, "central": 0.99, "symbols": 0.99, "self-evaluation": 0.985}
CLAUSE_FLOORS = {
    "wording-clauses.toml": {
        "shanghai": 0.90, "central": 0.895, "symbols": 0.975, "self-evaluation": 0.955,
    },
    "wording-unseen.toml": {
        "shanghai": 0.87, "central": 0.86, "symbols": 0.92, "self-evaluation": 0.91,
    },
}  # fmt: skip
_FIELDS = (
    "kind", "fiscal_year", "project_name", "project_nature", "project_category",
    "supervising_department", "implementing_unit", "planned_start", "planned_end",
    "long_term_goal", "annual_goal",
)  # fmt: skip
_FUNDS = (
    "project_total", "project_fiscal", "project_other", "annual_request",
    "annual_appropriation", "carried_over", "annual_other",
)  # fmt: skip
_ROW = ("level1", "level2", "value", "weight", "actual", "score")


def results(found: Form | None, wanted: Form) -> Iterator[tuple[bool, str]]:
    """Yield for each field that the form prints whether it is right, and which it is."""
    for name in _FIELDS:
        if (value := getattr(wanted, name)) is not None:
            yield found is not None and getattr(found, name) == value, f"{name}: {value}"
    for name in _FUNDS:
        if (amount := getattr(wanted.funds, name)) is not None:
            yield found is not None and getattr(found.funds, name) == amount, name
    rows = {} if found is None else {target.name: target for target in found.indicators}
    for target in wanted.indicators:
        row = rows.get(target.name)
        yield row is not None, f"{target.name} | {target.value.raw}"
        for name in _ROW:
            value = getattr(target, name)
            if value is not None:
                is_right = row is not None and _told(getattr(row, name)) == _told(value)
                yield is_right, f"{target.name} | {name}"


def _told(value: object) -> object:
    return replace(value, raw="") if hasattr(value, "raw") else value  # type: ignore[type-var]


def share(
    layout: str, kind: str, seeds: range, wording: Wording = WORDING
) -> tuple[float, list[str]]:
    """Return the share of fields read right, and the fields that were not."""
    told: list[tuple[bool, str]] = []
    for seed in seeds:
        form = as_printed(worded_form(seed, wording), layout)
        read = read_bytes("form.txt", RUN_TOGETHER[kind](LAYOUTS[layout](form)))
        told += results(read.forms[0] if len(read.forms) == 1 else None, form)
    wrong = [what for is_right, what in told if not is_right]
    return 1 - len(wrong) / len(told), wrong


@pytest.mark.parametrize("kind", RUN_TOGETHER)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_nearly_all_of_a_form_is_read_whose_cells_run_together(layout: str, kind: str) -> None:
    right, wrong = share(layout, kind, range(FORMS))
    assert right >= FLOORS[layout], wrong


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", CLAUSE_FLOORS)
def test_most_of_a_form_is_read_whose_targets_are_free_clauses(layout: str, name: str) -> None:
    right, wrong = share(layout, "one line", range(FORMS), read_wording(name))
    assert right >= CLAUSE_FLOORS[name][layout], wrong


def test_forms_one_after_the_other_on_a_line_are_read_each() -> None:
    forms = [worded_form(seed) for seed in range(5)]
    line = b"".join(to_one_line(LAYOUTS["shanghai"](form)) for form in forms)
    read = read_bytes("forms.txt", line)
    assert [form.project_name for form in read.forms] == [form.project_name for form in forms]
    assert [form.fiscal_year for form in read.forms] == [form.fiscal_year for form in forms]
    pairs = zip(read.forms, forms, strict=True)
    told = [is_right for found, wanted in pairs for is_right, _ in results(found, wanted)]
    assert sum(told) >= 0.97 * len(told)
