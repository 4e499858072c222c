"""Opening the zip archive of an Office file without trusting what it says of itself."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from types import TracebackType
from typing import IO, Any, cast

from lxml import etree

from perfkg.errors import DocumentError
from perfkg.readers.limits import MEGABYTE, Limits

MAX_STREAM_BYTES = 1024 * 1024 * 1024
"""Unpacked size of a part that is read row by row."""

MAX_RATIO = 300
"""How many times its packed size a part may be, once it is above `HARMLESS_BYTES`."""

HARMLESS_BYTES = 8 * 1024 * 1024
"""Parts up to this unpacked size are read at any ratio."""

MAX_PARTS = 10_000
"""Entries of one archive."""


class Archive:
    """The parts of an Office file; a part is checked before it is unpacked.

    Raises:
        DocumentError: when the archive is damaged, encrypted or a bomb.
    """

    def __init__(self, data: bytes, name: str, limits: Limits) -> None:
        self._name = name
        self._limits = limits
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError) as error:
            raise damaged(name) from error
        parts = self._zip.infolist()
        if len(parts) > MAX_PARTS:
            raise _bomb(name)
        self._parts = {info.filename.lstrip("/").replace("\\", "/"): info for info in parts}
        self._folded = {path.lower(): info for path, info in self._parts.items()}

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def has(self, path: str) -> bool:
        """Whether there is a part of this name."""
        return self._find(path) is not None

    def _find(self, path: str) -> zipfile.ZipInfo | None:
        return self._parts.get(path) or self._folded.get(path.lower())

    def size(self, path: str) -> int:
        """Return the unpacked size that the archive states for a part; 0 without the part."""
        info = self._find(path)
        return info.file_size if info else 0

    def stream(self, path: str) -> IO[bytes]:
        """Open a part; the stream never gives more bytes than the checked size.

        Raises:
            DocumentError: when the part is missing, encrypted, too large or a bomb.
        """
        return self._open(path, max(MAX_STREAM_BYTES, self._limits.unpacked))

    def _open(self, path: str, limit: int) -> IO[bytes]:
        info = self._find(path)
        if info is None:
            raise damaged(self._name)
        if info.flag_bits & 1:
            raise encrypted(self._name)
        ratio = info.file_size / max(info.compress_size, 1)
        if info.file_size > HARMLESS_BYTES and ratio > MAX_RATIO:
            raise _bomb(self._name)
        if info.file_size > limit:
            raise _too_large(self._name, limit)
        try:
            return self._zip.open(info)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
            raise damaged(self._name) from error

    def read(self, path: str) -> bytes:
        """Return a part as a whole.

        Raises:
            DocumentError: as `stream`, and when its bytes are damaged.
        """
        with self._open(path, self._limits.unpacked) as stream:
            try:
                return stream.read()
            except BROKEN as error:
                raise damaged(self._name) from error

    def xml(self, path: str) -> etree._Element:
        """Return a part as XML: no entities, no network, no document type.

        Raises:
            DocumentError: as `read`, and when it is not well-formed.
        """
        try:
            root = etree.fromstring(self.read(path), parser())
        except (etree.XMLSyntaxError, ValueError) as error:
            raise damaged(self._name) from error
        self._refuse_document_type(root)
        return root

    def elements(self, stream: IO[bytes], *tags: str) -> Iterator[etree._Element]:
        """Yield the elements of these names while a part is read; each is freed afterwards.

        Raises:
            DocumentError: when the part is damaged or declares a document type.
        """
        try:
            events = etree.iterparse(
                stream, events=("end",), tag=tags, resolve_entities=False, no_network=True,
                load_dtd=False, collect_ids=False, remove_comments=True, remove_pis=True,
            )  # fmt: skip
            for number, (_, element) in enumerate(events):
                if number == 0:
                    self._refuse_document_type(element)
                yield element
                _forget(element)
        except (*BROKEN, etree.XMLSyntaxError) as error:
            raise damaged(self._name) from error

    def _refuse_document_type(self, element: etree._Element) -> None:
        if cast("Any", element.getroottree()).docinfo.doctype:
            raise _declares_entities(self._name)

    def relations(self, path: str) -> dict[str, tuple[str, str]]:
        """Return the relations of a part: identifier → (last word of the type, target part)."""
        folder, _, leaf = path.rpartition("/")
        rels = f"{folder}/_rels/{leaf}.rels" if folder else f"_rels/{leaf}.rels"
        if not self.has(rels):
            return {}
        found = {}
        for relation in self.xml(rels):
            kind = relation.get("Type", "").rpartition("/")[2]
            target = relation.get("Target", "").replace("\\", "/")
            if relation.get("TargetMode") != "External":
                found[relation.get("Id", "")] = (kind, _resolve(folder, target))
        return found


BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)
"""What unpacking a damaged part raises."""


def _forget(element: etree._Element) -> None:
    """Free an element that has been read, and those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def parser() -> etree.XMLParser:
    """Return a parser that follows nothing outside the part and expands no entity."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
        remove_pis=True, collect_ids=False,
    )  # fmt: skip


def _resolve(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    parts = folder.split("/") if folder else []
    for step in target.split("/"):
        if step == "..":
            parts = parts[:-1]
        elif step not in ("", "."):
            parts.append(step)
    return "/".join(parts)


def damaged(name: str) -> DocumentError:
    """Return the error for an Office file that is cut off or broken."""
    return DocumentError(
        "Office 文件（docx、xlsx、xls）已损坏或不完整，可能下载时被截断；"
        "请重新取得，或用 Word、Excel、WPS 打开后另存",
        "this Office file (docx, xlsx, xls) is damaged or cut off; fetch it again, or open it "
        "in Word, Excel or WPS and save it anew",
        place=name,
    )


def encrypted(name: str) -> DocumentError:
    """Return the error for an Office file that needs a password."""
    return DocumentError(
        "Office 文件已加密，需要密码才能打开；请去除密码后另存，再重试",
        "this Office file is encrypted and needs a password; save it without one and try again",
        place=name,
    )


def _bomb(name: str) -> DocumentError:
    return DocumentError(
        f"Office 文件的压缩比异常（超过 {MAX_RATIO} 倍）或部分过多（超过 {MAX_PARTS} 个），"
        "可能是压缩炸弹，未读取；如确为表格，请拆分后另存",
        f"this Office file unpacks to more than {MAX_RATIO} times its size or has more than "
        f"{MAX_PARTS} parts, as a zip bomb does, and was not read; if it is a form, split it and "
        "save it anew",
        place=name,
    )


def _too_large(name: str, limit: int) -> DocumentError:
    most = f"{limit / MEGABYTE:g} MB"
    return DocumentError(
        f"Office 文件的一个部分解压后超过 {most}，未读取；请拆分后另存，或调大 PERFKG_MAX_UNPACKED",
        f"a part of this Office file unpacks to more than {most} and was not read; split the file "
        "and save it anew, or raise PERFKG_MAX_UNPACKED",
        place=name,
    )


def _declares_entities(name: str) -> DocumentError:
    return DocumentError(
        "文件的 XML 含有文档类型声明（DOCTYPE），Office 文件不应有，为安全未读取；请另存后重试",
        "the XML in this file has a document type declaration, which no Office file has; it was "
        "not read. Save it anew and try again",
        place=name,
    )
