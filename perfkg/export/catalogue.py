"""The catalogue in DCAT 3, for the profile DCAT-AP 3.0.1, with the provenance in PROV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from perfkg.export.dumps import GZIP, Dump, dumps_of
from perfkg.export.figures import Figures
from perfkg.export.publication import NO_LICENCE, Publication, Said, expanded, number, time
from perfkg.export.writing import Facts
from perfkg.messages import Text
from perfkg.namespaces import DCTERMS, FOAF, XSD
from perfkg.store.base import Generation

KINDS: Final = frozenset(
    {"dataset", "distribution", "checksum", "agent", "period", "generation", "licence"}
)
"""The types of things that the catalogue describes, as their IRIs name them."""
_MOST_SOURCES: Final = 1_000
"""Source documents that the provenance names; all are in the data."""
_TITLE: Final = Text(
    "财政项目支出绩效目标知识图谱", "Knowledge graph of budget performance targets"
)
_ABOUT: Final = Text(
    "由绩效目标申报表和绩效自评表读取的项目、资金、绩效目标、指标和检查结果，每一项注明原文位置。",
    "Projects, money, goals, targets and review findings read from performance target forms and "
    "self-evaluation forms, each with its place in the source document.",
)
_KEYWORDS: Final = (
    Text("绩效目标", "performance targets"),
    Text("财政预算", "public budget"),
    Text("项目支出", "project expenditure"),
)


def catalogue(
    figures: Figures,
    generation: Generation,
    publication: Publication,
    files: Mapping[str, Facts | None],
) -> list[Triple]:
    """Return the description of a generation.

    Args:
        files: size and checksum of the downloads, by name, None where they are not known yet;
            other files are not listed.
    """
    return _Catalogue(figures, generation, publication, files).triples()


class _Catalogue:
    """Collects the statements of one catalogue."""

    def __init__(
        self,
        figures: Figures,
        generation: Generation,
        publication: Publication,
        files: Mapping[str, Facts | None],
    ) -> None:
        self._figures = figures
        self._generation = generation
        self._publication = publication
        self._files = files
        self._said = Said()
        self._dumps = [dump for dump in dumps_of(figures.years) if dump.name in files]

    def triples(self) -> list[Triple]:
        """Return everything."""
        self._say_agents()
        self._say_catalog()
        self._say_whole()
        self._say_years()
        self._say_service()
        self._say_generation()
        return self._said.triples

    def _iri(self, kind: str, key: str) -> str:
        return self._publication.thing(kind, key)

    @property
    def _whole(self) -> str:
        return self._iri("dataset", "perfkg")

    def _say_agents(self) -> None:
        said, publication = self._said, self._publication
        publisher, contact = self._iri("agent", "publisher"), self._iri("agent", "contact")
        said.a(publisher, "foaf:Agent")
        said.name(publisher, publication.publisher, f"{FOAF}name")
        said.say(publisher, "foaf:homepage", publication.publisher_url)
        if publication.contact is not None:
            said.a(contact, "vcard:Kind")
            said.name(contact, publication.publisher, "vcard:fn")
            is_mail = publication.contact.startswith("mailto:")
            said.say(contact, "vcard:hasEmail" if is_mail else "vcard:hasURL", publication.contact)
        if publication.licence is not None:
            said.a(publication.licence, f"{DCTERMS}LicenseDocument")
        else:
            rights = self._iri("licence", "not-stated")
            said.a(rights, f"{DCTERMS}RightsStatement")
            said.name(rights, NO_LICENCE)

    def _say_catalog(self) -> None:
        said, root = self._said, self._publication.root
        iri = f"{root}catalog"
        said.a(iri, "dcat:Catalog")
        self._describe(iri, Text(f"{_TITLE.zh}：目录", f"{_TITLE.en}: catalogue"), _ABOUT)
        said.say(iri, "foaf:homepage", root)
        said.say(iri, "dcat:dataset", self._whole)
        said.say(iri, "dcat:service", self._iri("dataset", "sparql"))
        if self._years:
            # A series is a dataset too, in the sense of DCAT 3.
            series = self._iri("dataset", "series")
            said.say(iri, "dcat:dataset", *(self._iri("dataset", str(y)) for y in self._years))
            said.say(iri, f"{DCTERMS}hasPart", series)
        self._say_rights(iri)

    @property
    def _years(self) -> list[int]:
        return sorted(self._figures.years)

    def _describe(self, iri: str, title: Text, about: Text) -> None:
        """Say what a catalogue, a dataset and a series have alike."""
        said = self._said
        said.name(iri, title, f"{DCTERMS}title")
        said.words(iri, f"{DCTERMS}description", about)
        said.say(iri, f"{DCTERMS}publisher", self._iri("agent", "publisher"))
        said.say(iri, f"{DCTERMS}modified", time(self._generation.created))

    def _say_rights(self, iri: str) -> None:
        licence = self._publication.licence
        if licence is not None:
            self._said.say(iri, f"{DCTERMS}license", licence)
        else:
            self._said.say(iri, f"{DCTERMS}rights", self._iri("licence", "not-stated"))

    def _say_dataset(self, iri: str, title: Text, about: Text, dumps: Iterable[Dump]) -> None:
        said, generation = self._said, self._generation
        said.a(iri, "dcat:Dataset")
        self._describe(iri, title, about)
        for keyword in _KEYWORDS:
            said.words(iri, "dcat:keyword", keyword)
        said.say(iri, f"{DCTERMS}language", "language:ZHO")
        said.say(iri, f"{DCTERMS}conformsTo", "https://w3id.org/perfkg/def")
        said.say(iri, f"{DCTERMS}identifier", Literal(iri))
        said.say(iri, "dcat:version", Literal(str(generation.number)))
        said.say(iri, "dcat:landingPage", f"{self._publication.address}catalog")
        said.say(iri, "prov:wasGeneratedBy", self._iri("generation", str(generation.number)))
        if self._publication.contact is not None:
            said.say(iri, "dcat:contactPoint", self._iri("agent", "contact"))
        for dump in dumps:
            said.say(iri, "dcat:distribution", self._iri("distribution", dump.key))
            self._say_distribution(dump)

    def _say_distribution(self, dump: Dump) -> None:
        said, facts = self._said, self._files[dump.name]
        iri, checksum = self._iri("distribution", dump.key), self._iri("checksum", dump.key)
        address = f"{self._publication.address}export/{dump.name}"
        said.a(iri, "dcat:Distribution")
        said.name(iri, dump.title, f"{DCTERMS}title")
        said.say(iri, "dcat:accessURL", address)
        said.say(iri, "dcat:downloadURL", address)
        said.say(iri, "dcat:mediaType", f"media:{dump.media_type}")
        said.a(expanded(f"media:{dump.media_type}"), f"{DCTERMS}MediaType")
        if dump.is_compressed:
            said.say(iri, "dcat:compressFormat", f"media:{GZIP}")
            said.a(expanded(f"media:{GZIP}"), f"{DCTERMS}MediaType")
        said.say(iri, f"{DCTERMS}modified", time(self._generation.created))
        self._say_rights(iri)
        if facts is None:
            return
        said.say(iri, "dcat:byteSize", number(facts.size))
        said.say(iri, "spdx:checksum", checksum)
        said.a(checksum, "spdx:Checksum")
        said.say(checksum, "spdx:algorithm", "spdx:checksumAlgorithm_sha256")
        hexadecimal = NamedNode(f"{XSD}hexBinary")
        said.say(checksum, "spdx:checksumValue", Literal(facts.sha256, datatype=hexadecimal))

    def _say_whole(self) -> None:
        dumps = [dump for dump in self._dumps if dump.year is None]
        self._say_dataset(self._whole, _TITLE, _ABOUT, dumps)
        years = [self._iri("dataset", str(year)) for year in self._years]
        self._said.say(self._whole, f"{DCTERMS}hasPart", *years)

    def _say_years(self) -> None:
        """Say a dataset for each fiscal year, and the series that they are; none without a year."""
        if not self._years:
            return
        said, series = self._said, self._iri("dataset", "series")
        said.a(series, "dcat:DatasetSeries")
        title = Text(f"{_TITLE.zh}：各年度", f"{_TITLE.en}: by fiscal year")
        self._describe(series, title, _ABOUT)
        before: str | None = None
        for year in self._years:
            iri, period = self._iri("dataset", str(year)), self._iri("period", str(year))
            title = Text(f"{_TITLE.zh}：{year} 年度", f"{_TITLE.en}: fiscal year {year}")
            count = self._figures.years[year]
            about = Text(
                f"{year} 预算年度的 {count} 张表及其所涉项目、单位、指标。",
                f"The {count} forms of fiscal year {year}, with their projects, bodies and "
                "indicators.",
            )
            self._say_dataset(iri, title, about, [d for d in self._dumps if d.year == year])
            said.say(iri, "dcat:inSeries", series)
            said.say(iri, f"{DCTERMS}isPartOf", self._whole)
            said.say(iri, "dcat:prev", before)
            said.say(iri, f"{DCTERMS}temporal", period)
            self._say_period(period, year)
            before = iri
        said.say(series, "dcat:first", self._iri("dataset", str(self._years[0])))
        said.say(series, "dcat:last", before)

    def _say_period(self, iri: str, year: int) -> None:
        self._said.a(iri, f"{DCTERMS}PeriodOfTime")
        for name, day in (("startDate", "01-01"), ("endDate", "12-31")):
            value = Literal(f"{year:04d}-{day}", datatype=NamedNode(f"{XSD}date"))
            self._said.say(iri, f"dcat:{name}", value)

    def _say_service(self) -> None:
        said, address = self._said, self._publication.address
        iri = self._iri("dataset", "sparql")
        said.a(iri, "dcat:DataService")
        said.name(iri, Text("SPARQL 查询服务", "SPARQL service"), f"{DCTERMS}title")
        said.say(iri, f"{DCTERMS}publisher", self._iri("agent", "publisher"))
        said.say(iri, "dcat:endpointURL", f"{address}sparql")
        said.say(iri, "dcat:endpointDescription", f"{address}openapi.json")
        said.say(iri, f"{DCTERMS}conformsTo", "https://www.w3.org/TR/sparql11-protocol/")
        said.say(iri, "dcat:servesDataset", self._whole)
        self._say_rights(iri)

    def _say_generation(self) -> None:
        """Say which sources, which version of the software, when."""
        said, generation = self._said, self._generation
        iri, agent = self._iri("generation", str(generation.number)), self._iri("agent", "software")
        sources = self._figures.sources
        said.a(iri, "prov:Activity")
        title = Text(f"第 {generation.number} 代数据", f"generation {generation.number}")
        said.name(iri, title)
        said.say(iri, "prov:endedAtTime", time(generation.created))
        said.say(iri, "prov:wasAssociatedWith", agent)
        said.say(iri, "prov:used", *sources[:_MOST_SOURCES])
        named = min(len(sources), _MOST_SOURCES)
        told = Text(
            f"来源文件共 {len(sources)} 份，此处列出 {named} 份。",
            f"{len(sources)} source documents, of which {named} are named here.",
        )
        said.words(iri, "rdfs:comment", told)
        said.a(agent, "prov:SoftwareAgent", "foaf:Agent")
        name = Text(f"perfkg {generation.version} 版", f"perfkg {generation.version}")
        said.name(agent, name)
        said.say(agent, f"{FOAF}name", Literal(name.en))
        said.say(agent, "schema:softwareVersion", Literal(generation.version))
