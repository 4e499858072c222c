"""What the editor asks the service for, and the page that it stands in."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox
import pytest
from lxml import html

from perfkg.namespaces import PK, PREFIXES
from perfkg.resources import ontology_folder
from perfkg.server import pages

from .conftest import Serve

HTML = {"Accept": "text/html"}


def _terms(client: httpx.Client) -> dict[str, dict[str, Any]]:
    found = client.get("/sparql/terms.json").raise_for_status().json()["terms"]
    return {term["iri"]: term for term in found}


def test_every_term_of_the_ontology_is_offered_in_both_languages(client: httpx.Client) -> None:
    terms = _terms(client)
    defined = {
        quad.subject.value
        for quad in ox.parse(path=ontology_folder() / "perfkg.ttl", format=ox.RdfFormat.TURTLE)
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(PK)
    }
    assert defined
    for iri in defined:
        assert terms[iri]["name"] == f"pk:{iri.removeprefix(PK)}"
        assert terms[iri]["zh"]
        assert terms[iri]["en"]


def test_headings_units_and_codes_are_offered_too(client: httpx.Client) -> None:
    concepts = [term for term in _terms(client).values() if term["kind"] == "concept"]
    labels = {label for term in concepts for label in (term["zh"], *term["other"])}
    assert {"数量指标", "满意度指标", "万元", "%", "一次性项目"} <= labels


def test_a_prefixed_name_stands_for_its_iri(client: httpx.Client) -> None:
    for iri, term in _terms(client).items():
        if term["name"] is not None:
            prefix, _, local = term["name"].partition(":")
            assert PREFIXES[prefix] + local == iri


def test_no_two_terms_look_the_same_in_the_list(client: httpx.Client) -> None:
    terms = _terms(client).values()
    shown = [(term["zh"], term["en"], term["name"]) for term in terms]
    assert len(set(shown)) == len(shown)
    headings = [term for term in terms if "满意度指标" in term["other"]]
    years = {"绩效指标分类（2015年版）", "绩效指标分类（2021年版）"}
    assert {term["zh"].removeprefix("满意度指标")[1:-1] for term in headings} == years


def test_the_terms_are_sent_once(client: httpx.Client) -> None:
    first = client.get("/sparql/terms.json")
    again = client.get("/sparql/terms.json", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_example_runs_as_it_stands(client: httpx.Client, language: str) -> None:
    groups = client.get("/sparql/examples.json", params={"lang": language}).json()["groups"]
    examples = [example for group in groups for example in group["examples"]]
    names = {path.stem for path in (ontology_folder().parent / "queries").glob("*.rq")}
    assert {example["name"] for example in examples} == names
    for example in examples:
        answer = client.get("/sparql", params={"query": example["query"]})
        assert answer.status_code == 200, example["name"]
        assert example["title"]
    assert all(group["label"] for group in groups)


def test_the_policy_of_the_page_allows_no_script_or_style_but_our_files(
    client: httpx.Client,
) -> None:
    answer = client.get("/sparql", headers=HTML)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<[^>]+ (?:style|on\w+)=", answer.text)
    scripts = re.findall(r"<script([^>]*)>", answer.text)
    assert all('src="/static/' in script for script in scripts)


def test_a_browser_never_runs_the_script_of_another_version(client: httpx.Client) -> None:
    first = client.get("/static/style.css")
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get("/static/style.css", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Cache-Control"] == "no-cache"


def test_what_the_address_brings_cannot_end_the_settings_of_the_editor(
    client: httpx.Client,
) -> None:
    trap = """SELECT ?s {} # '\\"></div></script><script>alert(1)</script><!-- &quot;"""
    text = client.get("/sparql", params={"query": trap}, headers=HTML).text
    assert "<script>" not in text
    (held,) = html.document_fromstring(text).xpath("//@data-settings") or ("null",)
    assert (json.loads(str(held)) or {"query": trap})["query"] == trap


def test_without_the_editor_the_page_is_a_plain_form(
    serve: Serve, demo_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "is_built", lambda: False)
    client = serve(demo_store)
    page = client.get("/sparql", headers=HTML)
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "bundle" not in page.text
    assert '<textarea name="query"' in page.text
    asked = client.get("/sparql", params={"query": "SELECT (7 AS ?n) {}"}, headers=HTML)
    assert '<td class="number">7</td>' in asked.text


def test_a_page_tells_of_a_failed_query_with_its_status_and_its_text(client: httpx.Client) -> None:
    page = client.get("/sparql", params={"query": "SELECT ?wrong {"}, headers=HTML)
    assert page.status_code == 400
    assert "SELECT ?wrong {</textarea>" in page.text
    assert '<pre class="notice">' in page.text


def test_a_saved_query_leads_to_the_editor_with_its_values_filled_in(client: httpx.Client) -> None:
    page = client.get("/queries/lowest-satisfaction", params={"below": "88"}, headers=HTML)
    link = re.search(r'href="(/sparql\?[^"]+)"', page.text.partition("<details>")[2])
    assert link is not None
    asked = httpx.URL(link[1].replace("&amp;", "&")).params
    assert "88" in asked["query"]
    assert client.get("/sparql", params=asked, headers=HTML).status_code == 200
