"""Word documents: words change, and formats, links, notes and all else stay where they belong."""

import io
import re
import time
import zipfile
from collections import Counter

import pytest
from documents import parsed
from hypothesis import given, settings
from hypothesis import strategies as st

from attnstudio.documents.document import DocumentKind, Filled
from attnstudio.documents.reading import kind_of, read_document
from attnstudio.documents.word_file import read_word
from attnstudio.errors import CorpusError, DocumentError

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
BOLD = "<w:rPr><w:b/></w:rPr>"
LINK = '<w:hyperlink r:id="a">'


def part(inside, root="document"):
    return f'<?xml version="1.0"?>\n<w:{root} xmlns:w="{WORD}" xmlns:r="urn:r">{inside}</w:{root}>'


def archive(**parts):
    """A Word file of parts, by their names; of the text the paragraphs are enough."""
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{TYPE}.'
        f'{"document.main" if name == "document" else name.rstrip("123")}+xml"/>'
        for name in parts
    )
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", f"<Types>{types}</Types>")
        for name, content in parts.items():
            file.writestr(f"word/{name}.xml", content)
        file.writestr("word/media/picture.png", bytes(range(256)))
    return written.getvalue()


def run(text, form=""):
    return f'<w:r>{form}<w:t xml:space="preserve">{text}</w:t></w:r>'


def translated(inside, translation, links=None):
    """The content of a paragraph after it was translated; links as ``0-1 1-0``."""
    given = archive(document=part(f"<w:body><w:p>{inside}</w:p></w:body>"))
    pairs = links and tuple(tuple(map(int, link.split("-"))) for link in links.split())
    document = read_word(given, "a.docx")
    [segment] = document.segments
    content = part_of(document.filled([Filled(translation, pairs)]), "document")
    parsed(content)
    return segment.source, re.fullmatch(".*?<w:body><w:p>(.*)</w:p></w:body>.*", content, re.S)[1]


def part_of(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return file.read(f"word/{name}.xml").decode()


@pytest.mark.parametrize(
    ("inside", "translation", "links", "expected"),
    [
        (run("a cat"), "eine <Katze>", None, run("eine &lt;Katze&gt;")),
        # Runs that look alike are one, whatever proofing says of them.
        (
            "<w:proofErr/>" + run("a ", "<w:rPr><w:lang w:val='en'/></w:rPr>") + run("cat"),
            "X Y",
            None,
            run("X Y", "<w:rPr><w:lang w:val='en'/></w:rPr>"),
        ),
        ("<w:pPr><w:b/></w:pPr>" + run("a cat", BOLD), "X", None,
         "<w:pPr><w:b/></w:pPr>" + run("X", BOLD)),
        # A format goes with its word.
        (
            run("the ") + run("red", BOLD) + run(" cat"),
            "le chat rouge",
            "0-0 1-2 2-1",
            run("le chat ") + run("rouge", BOLD),
        ),
        (
            run("the ") + LINK + run("red") + "</w:hyperlink>" + run(" cat"),
            "le chat rouge",
            "0-0 1-2 2-1",
            run("le chat ") + LINK + run("rouge") + "</w:hyperlink>",
        ),
        (
            run("the old ") + LINK + run("very ") + run("red", BOLD) + run(" cat of today")
            + "</w:hyperlink>",
            "A B C D E F G",
            "0-0 1-1 2-2 3-3 4-4 5-5 6-6",
            run("A B ") + LINK + run("C ") + run("D", BOLD) + run(" E F G") + "</w:hyperlink>",
        ),
        # A note, a bookmark and a picture stay with their words.
        (
            run("a cat") + "<w:r><w:footnoteReference w:id='1'/></w:r>" + run(" sleeps"),
            "dort un chat",
            "0-1 1-2 2-0",
            run("dort un chat") + "<w:r><w:footnoteReference w:id='1'/></w:r>",
        ),
        (
            run("a ") + "<w:bookmarkStart w:id='1'/>" + run("cat") + "<w:bookmarkEnd w:id='1'/>"
            + run(" sleeps"),
            "dort un chat",
            "0-1 1-2 2-0",
            run("dort un ") + "<w:bookmarkStart w:id='1'/>" + run("chat")
            + "<w:bookmarkEnd w:id='1'/>",
        ),
        # Tabs and breaks part words, and no space comes beside them.
        (
            "<w:r><w:t>one</w:t><w:br/><w:t>two</w:t></w:r>",
            "eins zwei",
            "0-0 1-1",
            run("eins") + "<w:r><w:br/></w:r>" + run("zwei"),
        ),
        # What is hidden is no text, and stays.
        (
            run("a ") + run("hidden", "<w:rPr><w:vanish/></w:rPr>") + run("cat"),
            "KATZE",
            "1-0",
            run("hidden", "<w:rPr><w:vanish/></w:rPr>") + run("KATZE"),
        ),
        (
            run("a cat", '<w:rPr><w:vanish w:val="0"/></w:rPr>'),
            "KATZE",
            None,
            run("KATZE", '<w:rPr><w:vanish w:val="0"/></w:rPr>'),
        ),
        # What is tracked as deleted, or worked out by a field, is no text.
        (
            run("a ") + "<w:del><w:r><w:delText>x</w:delText></w:r></w:del>" + run("cat"),
            "A B",
            "0-0 1-1",
            run("A ") + "<w:del><w:r><w:delText>x</w:delText></w:r></w:del>" + run("B"),
        ),
        (
            run("page ") + "<w:fldSimple w:instr='PAGE'>" + run("7") + "</w:fldSimple>"
            + run(" of"),
            "A B",
            "0-0 1-1",
            run("A ") + "<w:fldSimple w:instr='PAGE'>" + run("7") + "</w:fldSimple>" + run(" B"),
        ),
        ("<w:r><w:t>co</w:t><w:noBreakHyphen/><w:t>op</w:t></w:r>", "X", None, run("X")),
        (run("a &amp; b"), "a & b", None, run("a &amp; b")),
    ],
)  # fmt: skip
def test_words_change_and_their_formats_follow(inside, translation, links, expected):
    assert translated(inside, translation, links)[1] == expected


def test_sentences_of_a_paragraph_are_segments():
    body = run("One cat. ") + run("Two dogs.", BOLD) + run(" A ") + run("big", BOLD) + run(" end.")
    document = read_word(archive(document=part(f"<w:body><w:p>{body}</w:p></w:body>")), "a.docx")

    new = document.filled([Filled("Eins."), None, Filled("Das große Ende.", ((1, 1),))])

    assert [(each.source, each.place, each.needs_links) for each in document.segments] == [
        ("One cat.", "paragraph 1, sentence 1", False),
        ("Two dogs.", "paragraph 1, sentence 2", False),
        ("A big end.", "paragraph 1, sentence 3", True),
    ]
    expected = (
        run("Eins. ") + run("Two dogs.", BOLD) + run(" Das ") + run("große", BOLD) + run(" Ende.")
    )
    assert part_of(new, "document") == part(f"<w:body><w:p>{expected}</w:p></w:body>")


def mark(kind):
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def instruction(text):
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def test_the_words_of_a_link_made_by_a_field_are_translated():
    begin = mark("begin") + instruction(' HYPERLINK "x" ') + mark("separate")
    inside = run("see ") + begin + run("this") + mark("end") + run(" page")

    source, found = translated(inside, "A B C", "0-0 1-1 2-2")

    assert source == "see this page"
    assert found == run("A ") + begin + run("B") + mark("end") + run(" C")


def test_what_another_field_shows_is_kept():
    whole = (
        mark("begin") + instruction(" REF x ") + mark("separate") + run("Figure 3") + mark("end")
    )

    source, found = translated(run("see ") + whole + run(" here"), "A B", "0-0 1-1")

    assert source == "see here"
    assert found == run("A ") + whole + run(" B")


def test_a_field_that_goes_on_in_the_next_paragraph_is_kept():
    begin = mark("begin") + instruction(" TOC ") + mark("separate")

    source, found = translated(begin + run("Chapter one"), "A B")

    assert source == "Chapter one"
    assert found == begin + run("A B")


def test_text_boxes_inside_a_paragraph_are_translated_too():
    box = "<w:r><w:pict><w:txbxContent><w:p>{}</w:p></w:txbxContent></w:pict></w:r>"
    body = f"<w:body><w:p>{run('out')}{box}</w:p><w:p>{box}</w:p></w:body>"
    given = archive(document=part(body.format(run("in"), run("alone"))))
    document = read_word(given, "a.docx")

    assert [each.source for each in document.segments] == ["in", "out", "alone"]
    for chosen in ((0, 1, 2), (0,), (1,), (2,), (0, 2)):
        fills = [Filled(f"X{n}") if n in chosen else None for n in range(3)]
        texts = [f"X{n}" if n in chosen else ("in", "out", "alone")[n] for n in range(3)]
        found = part_of(document.filled(fills), "document")
        expected = body.format(run(texts[0]), run(texts[2])).replace("out", texts[1])
        assert found == part(expected)


def test_headers_and_notes_are_translated_and_other_parts_stay(tmp_path):
    parts = {
        "document": part(f"<w:body><w:p>{run('text')}</w:p></w:body>"),
        "header1": part(f"<w:p>{run('head')}</w:p>", "hdr"),
        "footnotes": part(f"<w:footnote><w:p>{run('note')}</w:p></w:footnote>", "footnotes"),
        "comments": part(f"<w:comment><w:p>{run('why')}</w:p></w:comment>", "comments"),
        "styles": part("<w:style/>", "styles"),
        "endnotes": part("<w:endnote><w:p/></w:endnote>", "endnotes"),
    }
    path = tmp_path / "a.docx"
    path.write_bytes(archive(**parts))

    document = read_document(path)
    new = document.content.filled([Filled(each.source.upper()) for each in document.segments])

    assert kind_of(path) is DocumentKind.WORD
    assert [(each.source, each.place) for each in document.segments] == [
        ("text", "paragraph 1"),
        ("why", "comments, paragraph 1"),
        ("note", "footnotes, paragraph 1"),
        ("head", "header, paragraph 1"),
    ]
    for name in ("styles", "endnotes"):
        assert part_of(new, name) == parts[name]
    for name, word in (
        ("document", "text"),
        ("header1", "head"),
        ("footnotes", "note"),
        ("comments", "why"),
    ):
        assert part_of(new, name) == parts[name].replace(f">{word}<", f">{word.upper()}<")
    with zipfile.ZipFile(io.BytesIO(new)) as file:
        assert file.read("word/media/picture.png") == bytes(range(256))
        assert file.testzip() is None
    assert document.content.filled([None] * 4) == path.read_bytes()


def test_python_docx_reads_what_was_written(tmp_path):
    docx = pytest.importorskip("docx", reason="python-docx is not installed")
    made = docx.Document()
    made.add_heading("A title", 1)
    paragraph = made.add_paragraph("the ")
    paragraph.add_run("red").bold = True
    paragraph.add_run(" cat ")
    paragraph.add_run("sleeps").italic = True
    made.add_table(1, 2).cell(0, 1).text = "In a cell"
    made.sections[0].header.paragraphs[0].text = "At the top"
    made.save(tmp_path / "a.docx")
    document = read_document(tmp_path / "a.docx")
    turned = Filled("dort le chat rouge", ((0, 1), (1, 3), (2, 2), (3, 0)))

    new = document.content.filled(
        [
            turned if each.source == "the red cat sleeps" else Filled(each.source.upper())
            for each in document.segments
        ]
    )

    found = docx.Document(io.BytesIO(new))
    title, text = found.paragraphs
    assert (title.text, title.style.name) == ("A TITLE", "Heading 1")
    assert text.text == "dort le chat rouge"
    assert [each.text for each in text.runs if each.bold] == ["rouge"]
    assert [each.text for each in text.runs if each.italic] == ["dort"]
    assert found.tables[0].cell(0, 1).text == "IN A CELL"
    assert found.sections[0].header.paragraphs[0].text == "AT THE TOP"


@st.composite
def paragraphs(draw):
    """The content of a paragraph with things of all kinds, each tag with a number of its own."""
    number = iter(range(1_000))

    def content(depth):
        parts = []
        for _ in range(draw(st.integers(1, 4))):
            kind = draw(st.sampled_from(("text", "bold", "note", "link", "bookmark", "end")))
            name = next(number)
            text = draw(st.sampled_from(("a cat ", "词 ", " &lt;x&gt;", "كلمة", " ")))
            if kind in ("text", "bold") or depth > 2:
                parts.append(run(text, BOLD if kind == "bold" else ""))
            elif kind == "note":
                parts.append(f'<w:r><w:footnoteReference w:id="{name}"/></w:r>')
            elif kind == "link":
                parts.append(f'<w:hyperlink r:id="{name}">{content(depth + 1)}</w:hyperlink>')
            else:
                tag = "bookmarkStart" if kind == "bookmark" else "bookmarkEnd"
                parts.append(f'<w:{tag} w:id="{name % 3}" n="{name}"/>')
        return "".join(parts)

    return content(0)


@settings(max_examples=100, deadline=None)
@given(
    inside=paragraphs(),
    target=st.lists(st.sampled_from(("Wort", "<", "词", "كلمة")), max_size=6),
    links=st.none() | st.lists(st.tuples(st.integers(0, 9), st.integers(0, 6)), max_size=9),
)
def test_whatever_a_paragraph_has_is_there_once(inside, target, links):
    given = archive(document=part(f"<w:body><w:p>{run('x')}{inside}</w:p></w:body>"))
    document = read_word(given, "a.docx")
    text = " ".join(target)

    found = part_of(document.filled([Filled(text, links and tuple(links))]), "document")

    kept = ("hyperlink", "footnoteReference", "bookmarkStart", "bookmarkEnd")
    before, after = (parsed(each) for each in (part_of(given, "document"), found))
    tags = [
        Counter(
            (each.tag, *sorted(each.items()))
            for name in kept
            for each in root.iter(f"{{{WORD}}}{name}")
        )
        for root in (before, after)
    ]
    assert tags[0] == tags[1]
    shown = "".join(each.text or "" for each in after.iter(f"{{{WORD}}}t"))
    assert "".join(shown.split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("content", "error", "why"),
    [
        (archive(document=part("")[:-4]), CorpusError, "is not well-formed"),
        (
            archive(document='<!DOCTYPE a [<!ENTITY b SYSTEM "file:///c">]>' + part("")[22:]),
            CorpusError,
            "lies in another file",
        ),
        (archive(document="<a/>"), DocumentError, "is not written as Word does"),
        (archive(document=part("<w:a>" * 120 + "</w:a>" * 120)), CorpusError, "too deeply"),
        (archive(document=part(" " * (1 << 25))), DocumentError, "it unpacks to 32 MB"),
        (archive(document=part(""))[:-80], DocumentError, "is damaged or locked"),
    ],
)
def test_hostile_and_damaged_files_are_refused(content, error, why):
    with pytest.raises(error, match=why):
        read_word(content, "a.docx")


def test_a_part_that_is_missing_is_said():
    content = archive(document=part(""), header1=part("", "hdr")).replace(
        b"word/header1.xml", b"word/header2.xml"
    )

    with pytest.raises(DocumentError, match=r"a\.docx is damaged"):
        read_word(content, "a.docx")


def test_an_empty_run_in_a_field_stays():
    empty = run("", "<w:rPr><w:i/></w:rPr>")
    field = f"<w:fldSimple w:instr='PAGE'>{empty}</w:fldSimple>"

    assert translated(run("a ") + field + run("b"), "A B", "0-0 1-1")[1] == (
        run("A ") + field + run("B")
    )


@pytest.mark.parametrize(
    "inside",
    [
        lambda i: run(f"This is {i}th. ", BOLD if i % 2 else ""),
        lambda i: run(f"w{i} ", f'<w:rPr><w:sz w:val="{i}"/></w:rPr>'),
        lambda i: run(f"w{i} ") + '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
    ],
    ids=["sentences", "formats", "fields that do not end"],
)
def test_thousands_of_runs_take_no_square_of_time(inside):
    content = archive(
        document=part(f"<w:body><w:p>{''.join(map(inside, range(4000)))}</w:p></w:body>")
    )
    begun = time.process_time()

    document = read_word(content, "a.docx")
    changed = document.filled([Filled(each.source.upper(), None) for each in document.segments])

    assert time.process_time() - begun < 8.0  # the fields took 37
    texts = [re.sub("<[^>]*>", "", part_of(each, "document")) for each in (content, changed)]
    assert texts[1].split() == texts[0].upper().split()


def test_fields_that_lie_in_each_other_end_where_they_end():
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    both = '<w:r><w:fldChar w:fldCharType="begin"/><w:fldChar w:fldCharType="end"/></w:r>'
    nested = f"{begin}{run('x')}{begin}{run('y')}{end}{run('x')}{end}"
    inside = f"{run('a')}{nested}{run('b')}{both}{run('c')}{begin}{run('d')}"

    source, content = translated(inside, "ABCD")

    assert source == "abcd"
    assert content.index(begin) < content.index("y") < content.rindex(end)
