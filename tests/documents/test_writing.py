"""Where documents are written, and what is refused as one."""

import os
import sys

import pytest

from attnstudio.documents import reading
from attnstudio.documents.document import DocumentKind, Filled
from attnstudio.documents.reading import kind_of, read_document
from attnstudio.documents.writing import write_document
from attnstudio.errors import CorpusError, DocumentError, StorageError

TMX = '<tmx version="1.4"><header srclang="en"/><body>{}</body></tmx>'


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("one\n")
    return read_document(path)


def test_a_document_is_never_written_over_itself(document, tmp_path):
    (tmp_path / "link.txt").symlink_to(document.path)
    os.link(document.path, tmp_path / "hard.txt")
    names = [document.path, tmp_path / "x" / ".." / "a.txt", tmp_path / "link.txt"]
    (tmp_path / "x").mkdir()

    for name in (*names, tmp_path / "hard.txt"):
        with pytest.raises(DocumentError, match=r"a\.txt is not written over itself"):
            write_document(document, [Filled("X")], name)
    assert document.path.read_text() == "one\n"


@pytest.mark.skipif(sys.platform == "linux", reason="names differ by their case here")
def test_other_letters_do_not_make_it_another_file(document):
    with pytest.raises(DocumentError, match="not written over itself"):
        write_document(document, [Filled("X")], document.path.with_name("A.TXT"))


def test_nothing_is_left_of_what_could_not_be_written(document, tmp_path):
    with pytest.raises(StorageError):
        write_document(document, [Filled("X")], tmp_path / "missing" / "b.txt")

    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_translations_of_segments_that_are_done_are_not_written(tmp_path):
    path = tmp_path / "a.tmx"
    variants = '<tu><tuv xml:lang="en"><seg>a</seg></tuv><tuv xml:lang="de"><seg>b</seg></tuv></tu>'
    path.write_text(TMX.format(variants))

    write_document(read_document(path), [Filled("X")], tmp_path / "b.tmx")

    assert (tmp_path / "b.tmx").read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('<!DOCTYPE tmx [<!ENTITY a SYSTEM "file:///etc/passwd">]><tmx/>', "lies in another file"),
        ('<!DOCTYPE tmx [<!ENTITY % a "b">]><tmx/>', "lies in another file"),
        ('<!DOCTYPE tmx [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><tmx/>', "more than a few"),
        ('<!DOCTYPE tmx [<!ENTITY a "&#60;tu>">]><tmx/>', "stands for markup"),
        ("<tmx>" + "<a>" * 200 + "</a>" * 200 + "</tmx>", "nested too deeply"),
        ("<tmx><body></tmx>", "is not well-formed XML: mismatched tag, line 1, column 14"),
        ("<tmx>&#0;</tmx>", "is not well-formed XML"),
        ("<tmx/><tmx/>", "is not well-formed XML"),
        ("<tmx><x:a/></tmx>", "is not well-formed XML: unbound prefix"),
    ],
)
def test_hostile_and_damaged_xml_is_refused(tmp_path, content, why):
    path = tmp_path / "a.tmx"
    path.write_text(content)

    with pytest.raises(CorpusError, match=why):
        read_document(path, ("en", "de"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", b"<p>x</p>"),
        ("a.xml", b'<?xml version="1.0"?><resources/>'),
        ("a.csv", b"a,b\n"),
        ("a.pdf", b"%PDF-1.4"),
        ("a.txt", bytes(range(256)) * 40),
    ],
)
def test_what_is_no_document_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)

    assert kind_of(tmp_path / name) is None
    with pytest.raises(DocumentError, match="is no document that can be translated"):
        read_document(tmp_path / name)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'<?xml version="1.0" encoding="x-nothing"?><tmx/>', "x-nothing is not known"),
        (b'<?xml version="1.0" encoding="UTF-8"?><tmx>\xff</tmx>', "is not valid UTF-8"),
        # It would be written without the escape that nothing needs.
        (b'<?xml version="1.0" encoding="ISO-2022-JP"?><tmx>\x1b(B</tmx>', "is not valid ISO2022"),
    ],
)
def test_encodings_that_nobody_knows_are_refused(tmp_path, content, why):
    (tmp_path / "a.tmx").write_bytes(content)

    with pytest.raises(DocumentError, match=why):
        read_document(tmp_path / "a.tmx", ("en", "de"))


def test_a_document_too_large_for_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_LARGEST", 3)
    (tmp_path / "a.txt").write_text("long")

    with pytest.raises(DocumentError, match="larger than 0 MB"):
        read_document(tmp_path / "a.txt")


@pytest.mark.parametrize(
    ("name", "start", "kind"),
    [
        ("a", '<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "t"><!-- <x> --><tmx>', DocumentKind.TMX),
        ("a.txt", '<xliff version="1.2">', DocumentKind.XLIFF),
        ("a.sdlxliff", '<xliff version="1.2">', DocumentKind.SDLXLIFF),
        (
            "a.xlf",
            '<xliff xmlns:s="http://sdl.com/FileTypes/SdlXliff/1.0">',
            DocumentKind.SDLXLIFF,
        ),
        ("a.txt", "<b>bold</b> text\n", DocumentKind.TEXT),
        ("a", "", DocumentKind.TEXT),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_content_says_what_a_document_is(tmp_path, name, start, kind, encoding):
    (tmp_path / name).write_bytes(start.encode(encoding))

    assert kind_of(tmp_path / name) is kind
