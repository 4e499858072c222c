"""Telling results as findings: joined with what the graph says about the node that was checked.

An engine says which node and which shape. The form, the project, the printed value and the place in
the source are looked up here, for all results together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from perfkg.messages import Text
from perfkg.namespaces import DCTERMS, PK, PROV, RDF, SCHEMA, SKOS
from perfkg.validation.engine import Node, Result
from perfkg.validation.facts import Facts
from perfkg.validation.findings import SEVERITIES, Finding, Links, in_order
from perfkg.validation.shapes import Rule, Shapes

_TYPE: Final = f"{RDF}type"
_LABEL: Final = f"{SKOS}prefLabel"
_TITLE: Final = f"{DCTERMS}title"
_SOURCE: Final = f"{PROV}hadPrimarySource"
_NAME: Final = f"{SCHEMA}name"
_IN_FORM: Final = f"{PK}inForm"
_REPORTED_IN: Final = f"{PK}reportedIn"
_RESULT_OF: Final = f"{PK}resultOf"
_INDICATOR: Final = f"{PK}indicator"
_PROJECT: Final = f"{PK}project"
_RAW: Final = f"{PK}rawText"
_PLACE: Final = f"{PK}sourceLocation"
_DEPARTMENTS: Final = (f"{PK}supervisingDepartment", f"{PK}implementingUnit")
_JOIN: Final = "; "


def tell(results: Iterable[Result], data: ox.Store, shapes: Shapes) -> list[Finding]:
    """Return `results` as findings, in order; what one rule says twice about a node is one.

    Args:
        results: what an engine found.
        data: what it was run on.
        shapes: the rules that it ran.
    """
    kept = list(results)
    teller = _Teller(kept, data, shapes)
    return in_order(_merged(teller.finding(result) for result in kept))


def _merged(findings: Iterable[Finding]) -> list[Finding]:
    """Keep one of the findings in which one rule says the same about the same node."""
    kept: dict[tuple[str, str, Text], Finding] = {}
    for finding in sorted(findings, key=_gravest_first):
        kept.setdefault((finding.shape, finding.focus, finding.message), finding)
    return list(kept.values())


def _gravest_first(finding: Finding) -> tuple[int, str, str, str, str]:
    links = finding.links
    rank = SEVERITIES.index(finding.severity)
    where = links.constraint or "", links.path or "", str(links.value)
    return rank, links.component or "", *where


@dataclass(frozen=True, slots=True)
class _FormFacts:
    """What a finding says of its form."""

    title: str | None = None
    project: str | None = None
    document: str | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True)
class _NodeFacts:
    """What a finding says of the node that it was found at."""

    form: str | None = None
    indicator: str | None = None
    label: str | None = None
    value: str | None = None
    place: str | None = None


class _Teller:
    """Knows what the graph says about the nodes of some results."""

    def __init__(self, results: list[Result], data: ox.Store, shapes: Shapes) -> None:
        self._shapes = shapes
        self._rules: dict[str, Rule] = {}
        self._facts = Facts(data)
        nodes = {r.focus.value for r in results if isinstance(r.focus, ox.NamedNode)}
        self._learn_nodes(nodes)
        forms = {form for node in nodes if (form := self._form(node))}
        self._learn_forms(forms)
        self._forms = {form: self._form_facts(form) for form in forms}
        self._users = self._learn_users(nodes)
        self._nodes: dict[str, _NodeFacts] = {}

    def _learn_nodes(self, nodes: set[str]) -> None:
        learn, facts = self._facts.learn, self._facts
        learn(nodes, _IN_FORM, _PLACE, _RAW, _INDICATOR)
        # Most are targets, which are neither forms nor what says something of a target.
        rows = {node for node in nodes if facts.texts(node, _IN_FORM)}
        rest = nodes - rows
        learn(rest, _TYPE, _REPORTED_IN, _RESULT_OF)
        targets = {target for node in nodes for target in facts.texts(node, _RESULT_OF)}
        learn(targets, _INDICATOR, _PLACE)
        learn({indicator for node in nodes if (indicator := self._indicator(node))}, _LABEL)

    def _learn_forms(self, forms: set[str]) -> None:
        learn, facts = self._facts.learn, self._facts
        learn(forms, _TITLE, _PROJECT, _SOURCE, *_DEPARTMENTS)
        learn({document for form in forms for document in facts.texts(form, _SOURCE)}, _NAME)
        learn({name for form in forms if (name := self._department(form))}, _LABEL)

    def _learn_users(self, nodes: set[str]) -> dict[str, tuple[str, ...]]:
        """Return the forms that use an indicator, for each indicator that was checked."""
        checked = {node for node in nodes if f"{PK}Indicator" in self._facts.texts(node, _TYPE)}
        targets = self._facts.learn_inverse(checked, _INDICATOR)
        self._facts.learn({t for found in targets.values() for t in found}, _IN_FORM)
        return {
            indicator: tuple(sorted({f for t in found for f in self._facts.texts(t, _IN_FORM)}))
            for indicator, found in targets.items()
        }

    def _form(self, node: str) -> str | None:
        """Return the form that `node` is, belongs to or reports on."""
        facts = self._facts
        if f"{PK}Form" in facts.texts(node, _TYPE):
            return node
        return facts.first(node, _IN_FORM) or facts.first(node, _REPORTED_IN)

    def _indicator(self, node: str) -> str | None:
        """Return the indicator that `node` is, uses or reports on."""
        if f"{PK}Indicator" in self._facts.texts(node, _TYPE):
            return node
        target = self._facts.first(node, _RESULT_OF) or node
        return self._facts.first(target, _INDICATOR)

    def _department(self, form: str | None) -> str | None:
        return next((d for p in _DEPARTMENTS if (d := self._facts.first(form, p))), None)

    def _rule(self, result: Result) -> Rule:
        key = str(result.shape)
        if key not in self._rules:
            self._rules[key] = self._shapes.rule_of(result.shape)
        return self._rules[key]

    def finding(self, result: Result) -> Finding:
        rule = self._rule(result)
        node = self._node_facts(result.focus)
        said = self._forms.get(node.form or "", _FormFacts())
        return Finding(
            rule=rule.name,
            shape=rule.iri,
            severity=result.severity,
            message=result.message or _plain_message(rule),
            criterion=rule.criterion.label.zh if rule.criterion else None,
            project=said.title,
            indicator=node.label,
            value=node.value,
            form=node.form,
            focus=result.focus.value,
            document=said.document,
            location=node.place,
            department=said.department,
            links=self._links(result, rule, said, node.indicator),
        )

    def _node_facts(self, focus: Node) -> _NodeFacts:
        if not isinstance(focus, ox.NamedNode):
            return _NodeFacts()
        node = focus.value
        if node not in self._nodes:
            form = self._form(node)
            about = None if node == form else node
            indicator = None if about is None else self._indicator(about)
            self._nodes[node] = _NodeFacts(
                form=form,
                indicator=indicator,
                label=self._facts.chinese(indicator, _LABEL),
                value=_joined(self._facts.texts(about, _RAW)),
                place=self._place(node),
            )
        return self._nodes[node]

    def _form_facts(self, form: str) -> _FormFacts:
        facts = self._facts
        names = {n for s in facts.texts(form, _SOURCE) for n in facts.texts(s, _NAME)}
        return _FormFacts(
            title=_joined(facts.texts(form, _TITLE)),
            project=facts.first(form, _PROJECT),
            document=_joined(sorted(names)),
            department=facts.chinese(self._department(form), _LABEL),
        )

    def _place(self, node: str | None) -> str | None:
        """Return the place of `node`; that of a result is the place of its target."""
        facts = self._facts
        own = facts.texts(node, _PLACE)
        return _joined(own or facts.texts(facts.first(node, _RESULT_OF), _PLACE))

    def _links(self, result: Result, rule: Rule, said: _FormFacts, indicator: str | None) -> Links:
        constraint = result.constraint
        return Links(
            criterion=rule.criterion.iri if rule.criterion else None,
            project=said.project,
            indicator=indicator,
            forms=self._users.get(result.focus.value, ()),
            component=result.component,
            constraint=constraint.value if isinstance(constraint, ox.NamedNode) else None,
            path=result.path,
            # Of a node without a path it is the node itself that is wrong, which says nothing.
            value=None if result.value == result.focus else result.value,
            node=None if isinstance(result.focus, ox.NamedNode) else result.focus,
        )


def _plain_message(rule: Rule) -> Text:
    """Return a message for a shape that states none."""
    return Text(
        f"不符合规则“{rule.label.zh}”。{rule.comment.zh}",
        f"The rule “{rule.label.en}” is not met. {rule.comment.en}".rstrip(),
    )


def _joined(texts: Iterable[str]) -> str | None:
    return _JOIN.join(texts) or None
