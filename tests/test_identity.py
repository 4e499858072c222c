"""IRIs are the same on any machine, for any spelling, and never collide by accident."""

from __future__ import annotations

import unicodedata
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkg.identity import SEPARATOR, Identity, display_label, normalise, without_year

IDENTITY = Identity()
NAMES = st.text(alphabet="市教育局项目甲乙（）()，,0123ABab ％%", min_size=1, max_size=12)


def test_a_known_key_never_changes() -> None:
    assert IDENTITY.unit("页") == (
        "https://w3id.org/perfkg/id/unit/4a0e5b9d-2d4c-523d-ba8d-7a5f6e3921f8"
    )
    assert IDENTITY.validation_graph == "https://w3id.org/perfkg/id/graph/validation"


@given(NAMES, NAMES)
def test_a_key_is_the_version_5_uuid_of_its_parts(one: str, other: str) -> None:
    namespace = uuid.uuid5(uuid.NAMESPACE_URL, IDENTITY.base)
    told = SEPARATOR.join((normalise(one), normalise(other)))
    assert IDENTITY.key(one, other) == str(uuid.uuid5(namespace, told))


def test_another_base_gives_another_key() -> None:
    other = Identity("https://data.example.gov.cn/id")
    assert other.base.endswith("/")
    assert other.key("页") != IDENTITY.key("页")


@given(NAMES)
def test_spellings_that_look_the_same_are_the_same_thing(name: str) -> None:
    spaced = " ".join(name)
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)
    for spelling in (spaced, wide, unicodedata.normalize("NFD", name), f"\ufeff{name}\u3000"):
        assert IDENTITY.organization(spelling) == IDENTITY.organization(name)
        assert display_label(spelling) == display_label(name)


@given(st.lists(NAMES, min_size=2, max_size=3), st.lists(NAMES, min_size=2, max_size=3))
def test_different_parts_never_share_a_key(one: list[str], other: list[str]) -> None:
    same = [normalise(part) for part in one] == [normalise(part) for part in other]
    assert (IDENTITY.key(*one) == IDENTITY.key(*other)) == same


@given(NAMES)
def test_every_iri_is_ascii(name: str) -> None:
    assert IDENTITY.project(name, name).isascii()


@pytest.mark.parametrize(
    "name",
    [
        "2024年度房地大厦设施设备维护",
        "（2025年度）房地大厦设施设备维护",
        "2023年房地大厦设施设备维护",
    ],
)
def test_a_project_is_the_same_over_the_years(name: str) -> None:
    assert IDENTITY.project("甲", name) == IDENTITY.project("甲", "房地大厦设施设备维护")


@pytest.mark.parametrize("name", ["2024年度", "2000亩高标准农田", "110报警平台", "2024"])
def test_a_name_that_only_begins_with_digits_keeps_them(name: str) -> None:
    assert without_year(name) == name


def test_a_form_differs_by_year_and_kind() -> None:
    forms = {
        IDENTITY.form("甲", "乙", year, kind)
        for year in (2023, 2024, None)
        for kind in ("target", "self-evaluation")
    }
    assert len(forms) == 6
