"""Any valid form, written in any layout and any format, is read back as the same form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perfkg.forms.model import Form
from perfkg.reading import read_bytes

from .as_printed import as_printed
from .formats import FORMATS
from .layouts import LAYOUTS
from .strategies import forms


def _content(form: Form) -> dict[str, Any]:
    """Return what a form says, without places, raw texts and repairs."""
    names = (
        "kind", "fiscal_year", "project_name", "project_nature", "project_category",
        "supervising_department", "implementing_unit", "long_term_goal", "annual_goal",
        "achieved_goal", "execution", "total_score",
    )  # fmt: skip
    content = {name: getattr(form, name) for name in names}
    content["dates"] = str(form.planned_start), str(form.planned_end)
    content["funds"] = replace(form.funds, stated_unit=None)
    content["indicators"] = [
        (
            t.level1, t.level2, t.name, replace(t.value, raw=""), t.weight,
            t.actual and t.actual.raw, t.score, t.reason,
        )
        for t in form.indicators
    ]  # fmt: skip
    return content


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("extension", FORMATS)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_form_survives_every_layout_and_format(
    layout: str, extension: str, data: st.DataObject
) -> None:
    form = as_printed(data.draw(forms()), layout)
    content = FORMATS[extension](LAYOUTS[layout](form))
    read = read_bytes(f"form.{extension}", content)
    assert [p for p in read.problems if p.severity == "error"] == []
    assert len(read.forms) == 1
    assert _content(read.forms[0]) == _content(form)
