"""Which kind a file is: told by its content, never by its name."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from enum import Enum

from perfkg.messages import Text
from perfkg.readers.ole import MAGIC as _OLE
from perfkg.readers.ole import OleError, OleFile

_PEEK = 4096
"""Bytes at the start in which marks are looked for."""

_OFFICE = "application/vnd.openxmlformats-officedocument"


class Kind(Enum):
    """The kinds of files that perfkg reads; the value is the media type."""

    DOCX = f"{_OFFICE}.wordprocessingml.document"
    XLSX = f"{_OFFICE}.spreadsheetml.sheet"
    XLS = "application/vnd.ms-excel"
    PDF = "application/pdf"
    HTML = "text/html"
    MHTML = "multipart/related"
    TEXT = "text/plain"


@dataclass(frozen=True, slots=True)
class Foreign:
    """A kind of file that perfkg does not read.

    Attributes:
        media_type: IANA media type, or application/octet-stream.
        message: what it is and what to do.
    """

    media_type: str
    message: Text


def _foreign(media_type: str, zh: str, en: str, todo_zh: str, todo_en: str) -> Foreign:
    return Foreign(media_type, Text(f"这是{zh}；{todo_zh}", f"this is {en}; {todo_en}"))


_DOCX_ZH, _DOCX_EN = "请用 Word 或 WPS 打开后另存为 .docx", "open it in Word or WPS, save as .docx"
_XLSX_ZH, _XLSX_EN = (
    "请用 Excel 或 WPS 打开后另存为 .xlsx",
    "open it in Excel or WPS, save as .xlsx",
)
_PACK_ZH, _PACK_EN = "请先解压，再读取其中的文件", "unpack it first and read the files in it"
_SCAN_ZH = "图片中没有文字可读；请提供原始的 Word、Excel 或 PDF 文件"
_SCAN_EN = "a picture holds no text; give the original Word, Excel or PDF file"
_AGAIN_ZH = "请重新取得完整的文件，或用原软件打开后另存"
_AGAIN_EN = "fetch it again whole, or open it in its own program and save it anew"

OLD_WORD = _foreign(
    "application/msword", "旧版 Word 文件（.doc）", "an old Word file (.doc)", _DOCX_ZH, _DOCX_EN
)
ENCRYPTED = _foreign(
    "application/octet-stream",
    "已加密的 Office 文件",
    "an encrypted Office file",
    "请输入密码打开，去除密码后另存",
    "open it with its password and save it without one",
)
OLD_OFFICE = _foreign(
    "application/octet-stream",
    "旧版 Office 容器（OLE），但其中没有 Word 或 Excel 内容，或已损坏、不完整",
    "an old Office container (OLE) without Word or Excel content, or damaged or cut off",
    _AGAIN_ZH,
    _AGAIN_EN,
)
BROKEN_ZIP = _foreign(
    "application/zip",
    "已损坏或不完整的压缩容器（如下载时被截断的 Word、Excel 文件）",
    "a damaged or cut-off archive, such as a Word or Excel file whose download stopped",
    _AGAIN_ZH,
    _AGAIN_EN,
)
_PACKAGES = (
    ("xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroenabled.12",
     "二进制 Excel 工作簿（.xlsb）", "a binary Excel workbook (.xlsb)", _XLSX_ZH, _XLSX_EN),
    ("ppt/presentation.xml", f"{_OFFICE}.presentationml.presentation", "演示文稿（PowerPoint）",
     "a presentation (PowerPoint)", "请将表格另存为 .docx 或 .xlsx", "save the form as .docx"),
    ("OFD.xml", "application/ofd", "OFD 版式文件", "an OFD document",
     "请转换为 PDF 后重试", "convert it to PDF"),
    ("content.xml", "application/vnd.oasis.opendocument", "OpenDocument 文件",
     "an OpenDocument file", "请另存为 .docx 或 .xlsx", "save it as .docx or .xlsx"),
)  # fmt: skip
_MARKS = (
    (b"{\\rtf", "application/rtf", "RTF 文件", "an RTF file", _DOCX_ZH, _DOCX_EN),
    (b"\x89PNG", "image/png", "图片（PNG）", "a picture (PNG)", _SCAN_ZH, _SCAN_EN),
    (b"\xff\xd8\xff", "image/jpeg", "图片（JPEG）", "a picture (JPEG)", _SCAN_ZH, _SCAN_EN),
    (b"GIF8", "image/gif", "图片（GIF）", "a picture (GIF)", _SCAN_ZH, _SCAN_EN),
    (b"II*\x00", "image/tiff", "图片（TIFF）", "a picture (TIFF)", _SCAN_ZH, _SCAN_EN),
    (b"MM\x00*", "image/tiff", "图片（TIFF）", "a picture (TIFF)", _SCAN_ZH, _SCAN_EN),
    (b"Rar!\x1a", "application/vnd.rar", "压缩包（RAR）", "a RAR archive", _PACK_ZH, _PACK_EN),
    (b"7z\xbc\xaf", "application/x-7z-compressed", "压缩包（7z）", "a 7z archive",
     _PACK_ZH, _PACK_EN),
    (b"\x1f\x8b", "application/gzip", "压缩文件（gzip）", "a gzip file", _PACK_ZH, _PACK_EN),
)  # fmt: skip
_XML = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", "application/xml", "Excel 2003 XML 表格",
     "an Excel 2003 XML workbook", _XLSX_ZH, _XLSX_EN),
    (b"schemas.microsoft.com/office/word/2003/wordml", "application/xml", "Word 2003 XML 文件",
     "a Word 2003 XML file", _DOCX_ZH, _DOCX_EN),
    (b"schemas.microsoft.com/office/2006/xmlPackage", "application/xml", "Word XML 文件",
     "a Word XML file", _DOCX_ZH, _DOCX_EN),
)  # fmt: skip
_FIRST_TAG = re.compile(
    rb"(?:\s|<\?xml[^>]*>|<!--.*?-->)*<(?:!doctype\s+html|html|head|body|meta|title|table|tr|td|div|p"
    rb"|span|style|script|link|base|font|center|h[1-6]|ul|ol|br|form|frameset|article|section)\b",
    re.IGNORECASE | re.DOTALL,
)
_CELL = re.compile(rb"<t[dh]\b[^<>]*>", re.IGNORECASE)
_MIN_CELLS = 4
"""Table cells in markup from which a text that does not begin with a tag is a web page."""

_MIME = re.compile(rb"^(?:MIME-Version|Content-Type|From|Subject|Date|Message-ID)\s*:", re.I | re.M)
_BOM = b"\xef\xbb\xbf"


def recognise_kind(data: bytes) -> Kind | Foreign:
    """Return the kind of a file with these bytes."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _package(data)
    if data.startswith(_OLE[:4]):
        return _compound(data)
    if data.startswith(b"%PDF") or (b"%PDF-" in data[:1024] and b"endobj" in data):
        return Kind.PDF
    for mark, *words in _MARKS:
        if data.startswith(mark):
            return _foreign(*words)
    return _textual(data)


def _package(data: bytes) -> Kind | Foreign:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.lstrip("/").replace("\\", "/").lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError):
        return BROKEN_ZIP
    if any(name.startswith("word/document") and name.endswith(".xml") for name in names):
        return Kind.DOCX
    if any(name.startswith("xl/workbook") and name.endswith(".xml") for name in names):
        return Kind.XLSX
    for name, *words in _PACKAGES:
        if name.lower() in names:
            return _foreign(*words)
    return _foreign("application/zip", "压缩包（zip）", "a zip archive", _PACK_ZH, _PACK_EN)


def _compound(data: bytes) -> Kind | Foreign:
    try:
        names = OleFile(data).names
    except (OleError, ValueError, IndexError):
        return OLD_OFFICE
    if "EncryptedPackage" in names:
        return ENCRYPTED
    if names & {"Workbook", "WORKBOOK", "Book", "BOOK"}:
        return Kind.XLS
    return OLD_WORD if "WordDocument" in names else OLD_OFFICE


def _textual(data: bytes) -> Kind | Foreign:
    start = _plain_start(data)
    if start.startswith(b"<"):
        for mark, *words in _XML:
            if mark in start:
                return _foreign(*words)
    if b"multipart/" in start.lower() and _MIME.match(start):
        return Kind.MHTML
    if _FIRST_TAG.match(start):
        return Kind.HTML
    if b"<" not in data:
        return Kind.TEXT
    cells = sum(1 for _ in zip(_CELL.finditer(data), range(_MIN_CELLS), strict=False))
    return Kind.HTML if cells == _MIN_CELLS and b"<table" in data.lower() else Kind.TEXT


def _plain_start(data: bytes) -> bytes:
    """Return the first characters, with the zeros of UTF-16 taken out."""
    start = data[: 2 * _PEEK]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in start[:64]:
        start = start.replace(b"\x00", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    return start.removeprefix(_BOM).lstrip()[:_PEEK]
