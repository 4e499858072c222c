"""`/catalog`, `/.well-known/void` and `/export`: what the data is, and the data as files."""

from __future__ import annotations

import io
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from pyoxigraph import Triple

from perfkg.export.catalogue import catalogue
from perfkg.export.dumps import GZIP
from perfkg.export.publication import NO_LICENCE, Publication, publication_of
from perfkg.export.void import void
from perfkg.export.writing import Facts
from perfkg.namespaces import PREFIXES
from perfkg.results import FORMATS
from perfkg.server import openapi
from perfkg.server.caching import cache_headers, not_modified
from perfkg.server.linked.addresses import local, see_other
from perfkg.server.linked.documents import format_named
from perfkg.server.linked.formats import RDF_FORMATS, Rdf, negotiated
from perfkg.server.linked.pages import LinkedPages
from perfkg.server.linked.release import Release, release_of
from perfkg.server.negotiation import HTML
from perfkg.server.pages import embedded
from perfkg.server.problems import ServiceProblem
from perfkg.server.responses import send
from perfkg.server.service import Service, ServiceOf, language_of
from perfkg.store.documents import write_document
from perfkg.store.graphs import GRAPH_FORMATS

router = APIRouter()
_VOID: Final = "/.well-known/void"
_MORE_PREFIXES: Final = {
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}
_LIST: Final = openapi.responses(303)
_FILES: Final = {
    200: openapi.content("The file.", (GZIP, "text/csv", FORMATS["xlsx"].media_type)),
    **openapi.responses(304, 404, 501, 503),
}


@router.get(
    "/catalog",
    summary="The catalogue of the data (DCAT)",
    response_class=Response,
    responses=openapi.documents("The catalogue.", 406, 501, 503),
)
def show_catalog(request: Request, service: ServiceOf) -> Response:
    """Describe the datasets, their files with size and checksum, and where they come from.

    DCAT 3 that is valid against the shapes of DCAT-AP 3.0.1, as a page, Turtle, JSON-LD,
    N-Triples or RDF/XML by the Accept header. Who publishes under which licence is a setting.
    """
    return _catalog(request, service, negotiated(request))


@router.get(
    "/catalog.{extension}",
    summary="The catalogue in one format",
    response_class=Response,
    responses=openapi.documents("The catalogue.", 404, 501, 503),
)
def show_catalog_as(request: Request, service: ServiceOf, extension: str) -> Response:
    """Give the catalogue as `.ttl`, `.jsonld`, `.nt` or `.rdf`, or its page as `.html`."""
    return _catalog(request, service, format_named(extension))


def _catalog(request: Request, service: Service, wanted: Rdf | None) -> Response:
    release, publication = release_of(request, service), _publication(request, service)
    extension = wanted.extension if wanted else "html"
    headers = {
        "Content-Location": local(request, f"/catalog.{extension}"),
        "Link": f'<{local(request, _VOID)}>; rel="describedby", '
        f'<{local(request, "/sparql")}>; rel="service"',
    }
    files = release.files()
    if wanted is None:
        body, media_type = _page(request, service, release, publication, files), HTML
    else:
        triples = catalogue(release.figures, release.generation, publication, files)
        body, media_type = _bytes(triples, wanted), wanted.media_type
    if None in files.values():
        # It will say more in a while, in the same generation.
        headers |= {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language"}
        return Response(body, media_type=media_type, headers=headers)
    return send(request, body, media_type, release.generation.number, headers)


@router.get(
    _VOID,
    summary="The description of the dataset (VoID)",
    response_class=Response,
    responses=openapi.documents("The description.", 406, 501, 503, page=False),
)
def show_void(request: Request, service: ServiceOf) -> Response:
    """Describe the dataset: triples, partitions by class and property, links to elsewhere."""
    # There is no page of it: a browser gets Turtle.
    wanted = negotiated(request) or RDF_FORMATS[0]
    release, publication = release_of(request, service), _publication(request, service)
    triples = void(release.figures, release.generation, publication, release.dumps)
    headers = {"Link": f'<{local(request, "/catalog")}>; rel="collection"'}
    version = release.generation.number
    return send(request, _bytes(triples, wanted), wanted.media_type, version, headers)


@router.get("/export", include_in_schema=False)
@router.get(
    "/export/",
    summary="The list of the files",
    response_class=Response,
    status_code=303,
    responses=_LIST,
)
def show_files(request: Request) -> Response:
    """Lead to the catalogue, which lists the files with size and checksum."""
    return see_other(request, "/catalog")


@router.get(
    "/export/{name}",
    summary="The data as a file",
    response_class=Response,
    responses=_FILES,
)
def download(request: Request, service: ServiceOf, name: str) -> Response:
    """Give a file of the current generation: `perfkg.nq.gz`, `perfkg.ttl.gz`, `targets.csv` …

    The catalogue lists them. A file is made when it is first asked for.
    """
    release = release_of(request, service)
    dump = next((dump for dump in release.dumps if dump.name == name), None)
    if dump is None:
        known = ", ".join(item.name for item in release.dumps)
        raise ServiceProblem(
            404, f"没有文件“{name}”；有：{known}", f"there is no file '{name}'; there are {known}"
        )
    path, facts = release.file(dump)
    tag = f'"{release.generation.number}-{facts.sha256[:16]}"'
    headers = cache_headers(tag)
    del headers["Vary"]  # a file is the same for everybody
    # Its size and checksum are stated, so nobody on the way may pack it once more.
    headers["Cache-Control"] += ", no-transform"
    unchanged = not_modified(request, tag)
    if unchanged is not None:
        return unchanged
    media_type = GZIP if dump.is_compressed else dump.media_type
    return _File(release, path, media_type=media_type, headers=headers, filename=name)


class _File(FileResponse):
    """A file whose folder stays until it is sent, even if a newer generation has come."""

    def __init__(self, release: Release, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._release = release


def _publication(request: Request, service: Service) -> Publication:
    return publication_of(service.settings, str(request.base_url))


def _bytes(triples: list[Triple], wanted: Rdf) -> bytes:
    prefixes = {**PREFIXES, **_MORE_PREFIXES}
    out = io.BytesIO()
    write_document(sorted(triples, key=str), out, GRAPH_FORMATS[wanted.name], prefixes)
    return out.getvalue()


def _page(
    request: Request,
    service: Service,
    release: Release,
    publication: Publication,
    files: dict[str, Facts | None],
) -> bytes:
    pages = LinkedPages(service, language_of(request))
    titles = {dump.name: dump.title.into(pages.language) for dump in release.dumps}
    schema = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": publication.thing("dataset", "perfkg"),
        "name": pages.say("catalog"),
        "url": f"{publication.address}catalog",
        "version": str(release.generation.number),
        "dateModified": release.generation.created.isoformat(),
        "publisher": {"@type": "Organization", "name": publication.publisher.zh},
        "distribution": [
            {
                "@type": "DataDownload",
                "contentUrl": f"{publication.address}export/{dump.name}",
                "encodingFormat": dump.media_type,
                **_told(files[dump.name]),
            }
            for dump in release.dumps
        ],
    }
    if publication.licence:
        schema["license"] = publication.licence
    return pages.render(
        request,
        "catalog.html",
        publication=publication,
        no_licence=NO_LICENCE,
        dumps=release.dumps,
        files=files,
        titles=titles,
        figures=release.figures,
        formats=RDF_FORMATS,
        schema=embedded(schema),
    )


def _told(facts: Facts | None) -> dict[str, str]:
    return {} if facts is None else {"contentSize": str(facts.size), "sha256": facts.sha256}
