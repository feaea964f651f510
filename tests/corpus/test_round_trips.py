"""What another program writes comes back as it was, but for what `clean_text` mends."""

import csv
import json
from itertools import count
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

import pytest
from batch_records import records_in
from hypothesis import given, settings
from hypothesis import strategies as st

from attnstudio.corpus.recognise import recognise
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.text import clean_text

LANGUAGES = ("en", "de")
characters = st.characters(exclude_categories=["Cs", "Cc"])
# What formats make special, more often than chance would.
special = st.sampled_from("\"'\\,;|\t<>&#{}[]=~ %\ufeff\u2028\xa0")
text = st.text(special | characters, min_size=1, max_size=12)
# A text whose first words are those of another kind of file is taken for one.
of_others = ("<", "%PDF", "PAR1", "PK")
lines = text.map(lambda said: said.replace("\t", " ")).filter(
    lambda said: not said.strip().startswith(of_others)
)
many_lines = st.text(st.sampled_from('\n"') | special | characters, min_size=1, max_size=12)
in_xml = st.text(
    special | st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=12,
)


def pairs_of(said):
    return st.lists(st.tuples(said, said), min_size=1, max_size=5)


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """Folders without end, one after another."""
    folder = tmp_path_factory.mktemp("round trips")

    def make():
        for number in count():
            (folder / str(number)).mkdir()
            yield folder / str(number)

    return make()


def read(*paths):
    [item] = recognise(paths, *LANGUAGES).items
    records = records_in(item.batches(LANGUAGES))
    return [(r.source, r.target) for r in records if isinstance(r, SentencePair)]


def cleaned(written):
    pairs = [(clean_text(source), clean_text(target)) for source, target in written]
    return [pair for pair in pairs if all(pair)]


@settings(max_examples=100, deadline=None)
@given(
    pairs_of(many_lines),
    st.sampled_from(",;\t|"),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_csv(places, written, delimiter, quoting, line_end, encoding):
    path = next(places) / "x.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator=line_end)
        writer.writerows([LANGUAGES, *written])

    assert read(path) == cleaned(written)


@settings(max_examples=50, deadline=None)
@given(pairs_of(lines.map(lambda said: said.lstrip('" '))), st.booleans())
def test_tsv_without_quoting(places, written, has_header):
    path = next(places) / "x.tsv"
    rows = [LANGUAGES, *written] if has_header else [("The first line.", "Die erste."), *written]
    path.write_text("".join(f"{a}\t{b}\n" for a, b in rows), encoding="utf-8", newline="")

    assert read(path) == cleaned(rows[has_header:])


@settings(max_examples=50, deadline=None)
@given(pairs_of(lines), st.sampled_from(["\n", "\r\n", "\r"]))
def test_two_texts_line_by_line(places, written, line_end):
    folder = next(places)
    for side, language in enumerate(LANGUAGES):
        content = "".join(pair[side] + line_end for pair in written)
        (folder / f"x.{language}").write_text(content, encoding="utf-8", newline="")

    assert read(folder / "x.de", folder / "x.en") == cleaned(written)


@settings(max_examples=50, deadline=None)
@given(pairs_of(many_lines), st.sampled_from(["lines", "array", "columns"]), st.booleans())
def test_json(places, written, shape, ascii_only):
    path = next(places) / "x.json"
    records = [dict(zip(LANGUAGES, pair, strict=True)) for pair in written]
    columns = {code: [record[code] for record in records] for code in LANGUAGES}
    said = {"array": [records], "columns": [columns], "lines": records}[shape]
    content = "\n".join(json.dumps(value, ensure_ascii=ascii_only) for value in said)
    path.write_text(content, encoding="utf-8", newline="")

    assert read(path) == cleaned(written)


def po_string(said):
    escapes = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\t": r"\t"}
    escaped = "".join(escapes.get(character, character) for character in said)
    half = len(said) // 2 if escaped == said else 0  # in two pieces, as long ones are written
    return f'"{escaped[:half]}"\n"{escaped[half:]}"'


@settings(max_examples=50, deadline=None)
@given(pairs_of(many_lines))
def test_po(places, written):
    path = next(places) / "x.po"
    header = 'msgid ""\nmsgstr "Language: de\\nContent-Type: text/plain; charset=UTF-8\\n"\n\n'
    entries = [f"msgid {po_string(a)}\nmsgstr {po_string(b)}\n\n" for a, b in written]
    path.write_text(header + "".join(entries), encoding="utf-8", newline="")

    assert read(path) == cleaned(written)


@settings(max_examples=50, deadline=None)
@given(pairs_of(in_xml), st.sampled_from(["utf-8", "utf-16"]))
def test_tmx(places, written, encoding):
    path = next(places) / "x.tmx"
    units = [
        "<tu>"
        + "".join(
            f"<tuv xml:lang={quoteattr(code)}><seg>{escape(said)}</seg></tuv>"
            for code, said in zip(LANGUAGES, pair, strict=True)
        )
        + "</tu>"
        for pair in written
    ]
    content = f'<tmx version="1.4"><header srclang="en"/><body>{"".join(units)}</body></tmx>'
    path.write_bytes(content.encode(encoding))

    assert read(path) == cleaned(written)


def write_xml(path, root):
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


@settings(max_examples=50, deadline=None)
@given(pairs_of(in_xml))
def test_xliff_1_2(places, written):
    path = next(places) / "x.xlf"
    root = ElementTree.Element("{urn:oasis:names:tc:xliff:document:1.2}xliff", version="1.2")
    languages = {"source-language": "en-US", "target-language": "de-DE"}
    file = ElementTree.SubElement(root, root.tag.replace("}xliff", "}file"), languages)
    for number, pair in enumerate(written):
        unit = ElementTree.SubElement(file, root.tag.replace("}xliff", "}trans-unit"))
        unit.set("id", str(number))
        for name, said in zip(("source", "target"), pair, strict=True):
            ElementTree.SubElement(unit, root.tag.replace("}xliff", "}" + name)).text = said
    write_xml(path, root)

    assert read(path) == cleaned(written)


@settings(max_examples=50, deadline=None)
@given(pairs_of(in_xml))
def test_xliff_2(places, written):
    path = next(places) / "x.xlf"
    root = ElementTree.Element("xliff", version="2.1", srcLang="en", trgLang="de")
    file = ElementTree.SubElement(root, "file", id="f")
    for number, pair in enumerate(written):
        unit = ElementTree.SubElement(file, "unit", id=str(number))
        segment = ElementTree.SubElement(unit, "segment")
        for name, said in zip(("source", "target"), pair, strict=True):
            ElementTree.SubElement(segment, name).text = said
    write_xml(path, root)

    assert read(path) == cleaned(written)


@settings(max_examples=50, deadline=None)
@given(pairs_of(in_xml))
def test_wmt(places, written):
    path = next(places) / "x.xml"
    root = ElementTree.Element("dataset", id="t")
    document = ElementTree.SubElement(root, "doc", id="d")
    for side, (name, language) in enumerate(zip(("src", "ref"), LANGUAGES, strict=True)):
        text_side = ElementTree.SubElement(document, name, lang=language)
        for number, pair in enumerate(written):
            ElementTree.SubElement(text_side, "seg", id=str(number)).text = pair[side]
    write_xml(path, root)

    assert read(path) == cleaned(written)
