"""A file's kind is told by its content, whatever its name says."""

from __future__ import annotations

import io
import struct

import docx
import openpyxl
import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from perfkg.errors import DocumentError
from perfkg.readers.document import describe, read
from perfkg.readers.kind import Foreign, Kind, recognise_kind

from .support import texts, zipped


def _docx() -> bytes:
    document, buffer = docx.Document(), io.BytesIO()
    document.add_paragraph("公共文化服务")
    document.save(buffer)
    return buffer.getvalue()


def _xlsx() -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.worksheets[0]["A1"] = "公共文化服务"
    book.save(buffer)
    return buffer.getvalue()


def _xls() -> bytes:
    book, buffer = xlwt.Workbook(), io.BytesIO()
    book.add_sheet("S").write(0, 0, "公共文化服务")
    book.save(buffer)
    return buffer.getvalue()


def _ole(*names: str) -> bytes:
    """Return a compound file with empty streams of these names."""
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\xff"))
    struct.pack_into("<HHHHH", header, 0x18, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIII", header, 0x2C, 1, 1, 0, 4096)
    struct.pack_into("<IIIII", header, 0x3C, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    fat = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE).ljust(512, b"\xff")
    directory = b""
    for number, name in enumerate(("Root Entry", *names)):
        entry = bytearray(128)
        encoded = name.encode("utf-16-le")
        entry[: len(encoded)] = encoded
        struct.pack_into("<HB", entry, 0x40, len(encoded) + 2, 2 if number else 5)
        none, last = 0xFFFFFFFF, number == len(names)
        following = none if last or not number else number + 1
        child = 1 if names and not number else none
        struct.pack_into("<III", entry, 0x44, none, following, child)
        struct.pack_into("<I", entry, 0x74, 0xFFFFFFFE)
        directory += bytes(entry)
    return bytes(header) + fat + directory.ljust(512, b"\x00")


HTML = "<html><body><table><tr><td>公共文化服务</td></tr></table></body></html>"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (_docx(), Kind.DOCX),
        (_xlsx(), Kind.XLSX),
        (_xls(), Kind.XLS),
        (b"%PDF-1.7\n", Kind.PDF),
        (b"\n\n%PDF-1.4\n1 0 obj endobj", Kind.PDF),
        (HTML.encode(), Kind.HTML),
        (HTML.encode("utf-16"), Kind.HTML),
        (b"\xef\xbb\xbf" + HTML.encode(), Kind.HTML),
        (b'<?xml version="1.0"?>\n<!-- x -->\n' + HTML.encode(), Kind.HTML),
        ("<div>公告</div>".encode("gb18030"), Kind.HTML),
        (b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="x"\n\n', Kind.MHTML),
        ("项目名称\t文化下乡\n".encode(), Kind.TEXT),
        ("年度目标\t<p>完成演出</p>\n一级指标\t二级指标".encode(), Kind.TEXT),
        ("<100天\n≥95%".encode(), Kind.TEXT),
        ("| 项目名称 | 文化下乡 |".encode("utf-16"), Kind.TEXT),
        (b"", Kind.TEXT),
    ],
)
def test_a_kind_that_is_read_is_told_by_content(data: bytes, kind: Kind) -> None:
    assert recognise_kind(data) is kind


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (_ole("WordDocument", "1Table"), "另存为 .docx"),
        (_ole("EncryptionInfo", "EncryptedPackage"), "密码"),
        (_ole("Contents"), "没有 Word 或 Excel 内容"),
        (_docx()[:-300], "不完整"),
        (_xls()[:700], "不完整"),
        (zipped({"a.txt": "x"}), "解压"),
        (zipped({"OFD.xml": "x"}), "OFD"),
        (zipped({"xl/workbook.bin": "x"}), ".xlsb"),
        (zipped({"content.xml": "x"}), "OpenDocument"),
        (b"{\\rtf1", "RTF"),
        (b"\xff\xd8\xff\xe0", "图片"),
        (b"Rar!\x1a\x07", "RAR"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "Excel 2003 XML",
        ),
    ],
)
def test_a_kind_that_is_not_read_is_named_with_what_to_do(data: bytes, told: str) -> None:
    kind = recognise_kind(data)
    assert isinstance(kind, Foreign)
    assert told in kind.message.zh
    assert "this is" in kind.message.en
    with pytest.raises(DocumentError, match=told.replace(".", r"\.")):
        read(describe("表.xlsx", data), data)


@pytest.mark.parametrize(
    "data", [_docx(), _xlsx(), _xls(), HTML.encode(), "公共文化服务".encode()],
    ids=["docx", "xlsx", "xls", "html", "text"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["表.pdf", "表.xls", "表.doc", "表"])
def test_a_wrong_name_does_not_matter(name: str, data: bytes) -> None:
    reading = read(describe(name, data), data)
    assert texts(reading.grid) == [["公共文化服务"]]
    assert reading.document.name == name


def test_the_media_type_follows_the_kind() -> None:
    assert describe("f", _xls()).media_type == "application/vnd.ms-excel"
    assert describe("f", HTML.encode()).media_type == "text/html"
    assert describe("f", "甲".encode()).media_type == "text/plain"
    assert describe("f", _ole("WordDocument")).media_type == "application/msword"


def test_an_encrypted_office_file_is_named_as_such() -> None:
    data = _ole("EncryptedPackage")
    with pytest.raises(DocumentError, match="加密"):
        read(describe("f.docx", data), data)


@given(st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<", b"%PDF"]),
       st.binary(max_size=2000))  # fmt: skip
def test_any_bytes_have_a_kind(head: bytes, rest: bytes) -> None:
    assert isinstance(recognise_kind(head + rest), Kind | Foreign)
