"""The picture of a report shows every engine, and how its time grows."""

from __future__ import annotations

from xml.etree import ElementTree

from benchmarks.measurement import OURS, Measurement
from benchmarks.picture import drawn
from benchmarks.report import PICTURE, TITLES, told

SVG = "{http://www.w3.org/2000/svg}"


def _took(suite: str, engine: str, forms: int, seconds: float, runs: int = 1) -> Measurement:
    return Measurement(suite, "work", engine, forms, 1, "rows", seconds, seconds, runs, 1)


FOUND = [
    _took("mapping", OURS, 1_000, 1.0),
    _took("mapping", OURS, 10_000, 10.0),
    _took("mapping", OURS, 100_000, 100.0),
    _took("mapping", "rdflib <slow>", 1_000, 50.0),
    _took("export", OURS, 1_000, 1.0),
]


def _picture(found: list[Measurement]) -> ElementTree.Element:
    text = drawn(found, TITLES)
    assert text is not None
    return ElementTree.fromstring(text)  # noqa: S314 - our own picture


def _texts(picture: ElementTree.Element) -> list[str | None]:
    return [text.text for text in picture.iter(f"{SVG}text")]


def _curves(picture: ElementTree.Element) -> list[list[tuple[float, float]]]:
    return [
        [
            (float(x), float(y))
            for x, y in (pair.split(",") for pair in line.attrib["points"].split())
        ]
        for line in picture.iter(f"{SVG}polyline")
    ]


def test_every_engine_of_a_suite_with_two_sizes_is_named_and_no_other_suite() -> None:
    texts = _texts(_picture(FOUND))
    assert {"Mapping", OURS, "rdflib <slow>", "1,000", "100,000", "10 s"} <= set(texts)
    assert "Export" not in texts


def test_ten_times_the_forms_in_ten_times_the_time_is_a_straight_line_upwards() -> None:
    ours, peer = _curves(_picture(FOUND))
    (x1, y1), (x2, y2), (x3, y3) = ours
    assert x1 < x2 < x3
    assert y1 > y2 > y3
    assert abs((y2 - y1) / (x2 - x1) - (y3 - y2) / (x3 - x2)) < 0.01
    # At the same size, longer is higher: y counts from above.
    assert peer[0][0] == x1
    assert peer[0][1] < y1


def test_what_was_stopped_is_not_drawn_and_the_order_does_not_matter() -> None:
    stopped = _took("mapping", "stopped", 1_000, 20.0, runs=0)
    assert drawn([*FOUND, stopped], TITLES) == drawn(FOUND[::-1], TITLES)


def test_there_is_no_picture_of_a_single_size_and_the_report_names_none() -> None:
    assert drawn(FOUND[:1], TITLES) is None
    assert PICTURE not in told(FOUND[:1])
    assert f"({PICTURE})" in told(FOUND)
