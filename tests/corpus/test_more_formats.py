"""JSON, PO, Excel and Parquet: what each specification allows, as the corpus gets it."""

import gzip
import io
import json
import re
import zipfile

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest
from batch_records import records_in

from attnstudio.corpus import json_records, json_scanner, spreadsheet
from attnstudio.corpus import parquet as parquet_module
from attnstudio.corpus.import_report import Problem, Reason
from attnstudio.corpus.recognise import recognise
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.text_source import TextSource
from attnstudio.errors import CorpusError

EN_DE = ("en", "de")
ONE_TWO = [("one", "eins"), ("two", "zwei")]


@pytest.fixture
def read(tmp_path):
    def read(name, content, languages=EN_DE, **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        [item] = recognise([path], *languages, **options).items
        return list(records_in(item.batches(languages)))

    return read


def pairs(records):
    return [(r.source, r.target) for r in records if isinstance(r, SentencePair)]


def problems(records):
    return [r for r in records if isinstance(r, Problem)]


RECORDS = [{"en": "one", "de": "eins"}, {"en": "two", "de": "zwei"}]
SHAPES = {
    "a record a line": "\n".join(map(json.dumps, RECORDS)),
    "blank lines": "\n\n".join(map(json.dumps, RECORDS)) + "\n",
    "an array": json.dumps(RECORDS),
    "an array over many lines": json.dumps(RECORDS, indent=2),
    "translation": json.dumps([{"id": "7", "translation": record} for record in RECORDS]),
    "translation a line": "\n".join(json.dumps({"translation": r}) for r in RECORDS),
    "columns": json.dumps({"en": ["one", "two"], "de": ["eins", "zwei"]}),
    "columns by index": '{"en": {"0": "one", "1": "two"}, "de": {"0": "eins", "1": "zwei"}}',
    "below a key": json.dumps({"version": 1, "data": RECORDS}),
    "of a viewer": json.dumps({"rows": [{"i": 0, "row": {"translation": r}} for r in RECORDS]}),
    "arrays of two": json.dumps([["one", "eins"], ["two", "zwei"]]),
    "arrays a line": '["one", "eins"]\n["two", "zwei"]\n',
    "regions": json.dumps([{"en-US": r["en"], "de_DE": r["de"]} for r in RECORDS]),
    "with a mark": "\ufeff" + json.dumps(RECORDS),
    "below more than one key": json.dumps({"corpus": {"sentences": RECORDS}}),
    "behind other arrays": json.dumps({"meta": {"authors": ["a", "b"]}, "data": RECORDS}),
    "of a data frame": json.dumps({"schema": {"fields": [{"name": "en", "type": "string"}],
                                   "primaryKey": ["i"]}, "data": RECORDS}),
    "a data frame split": json.dumps({"columns": ["de", "en"], "index": [0, 1],
                                      "data": [["eins", "one"], ["zwei", "two"]]}),
    "a data frame by index": json.dumps({"0": RECORDS[0], "1": RECORDS[1]}),
    "names of languages": json.dumps([{"German": r["de"], "English": r["en"]} for r in RECORDS]),
    "roles": json.dumps([{"target_text": r["de"], "source_text": r["en"]} for r in RECORDS]),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_json_in_all_its_shapes(read, shape):
    assert pairs(read("x.json", SHAPES[shape])) == ONE_TWO


@pytest.mark.parametrize("shape", SHAPES)
def test_json_is_known_by_its_content(read, shape):
    assert pairs(read("x", SHAPES[shape])) == ONE_TWO


def test_a_damaged_line_among_json_lines_is_dropped_and_counted(read):
    records = read("x.jsonl", '{"en": "one", "de": "eins"}\n{"en": "tw\n{"en": "3", "de": null}\n')

    assert pairs(records) == [("one", "eins")]
    assert problems(records) == [
        Problem("x.jsonl", 2, Reason.MALFORMED, '{"en": "tw'),
        Problem("x.jsonl", 3, Reason.EMPTY, "3"),
    ]


@pytest.mark.parametrize("broken", ['{"en": "on', "xx", "// by nobody"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_damaged_line_may_stand_anywhere(read, broken, place):
    lines = list(map(json.dumps, RECORDS))
    lines.insert(place, broken)
    records = read("x.jsonl", "\n".join(lines))

    assert pairs(records) == ONE_TWO
    assert [(p.line, p.reason) for p in problems(records)] == [(place + 1, Reason.MALFORMED)]


def test_a_record_may_be_longer_than_what_is_looked_at(read):
    long = json.dumps({"en": "x" * 100_000, "de": "y"})

    assert pairs(read("x.jsonl", f"{long}\n{long}\n")) == [("x" * 100_000, "y")] * 2


@pytest.mark.parametrize("content", ["[]", "{}", "12", '{"a": 1}', '{"a": {"b": ["c"]}}', ""])
def test_json_without_pairs_is_refused(read, content):
    with pytest.raises(CorpusError, match=r"x\.json is JSON without records"):
        read("x.json", content)


def test_half_a_surrogate_is_no_text(read):
    records = read("x.jsonl", '{"en": "one", "de": "\\ud800"}\n{"en": "two", "de": "zwei"}\n')

    assert pairs(records) == [("two", "zwei")]
    assert problems(records) == [Problem("x.jsonl", 1, Reason.UNDECODABLE, "\ufffd")]


@pytest.mark.parametrize("content", ['[{"en": "one", "de": "eins"}, {"en": "tw', '[{"en": 1} x'])
def test_a_json_array_that_is_cut_off_is_refused(read, content):
    with pytest.raises(CorpusError, match=r"x\.json is no JSON that can be read"):
        read("x.json", content)


def test_json_is_read_in_bounded_pieces(read, monkeypatch):
    monkeypatch.setattr(json_scanner, "_PIECE", 7)

    for shape in ("an array", "columns", "below a key"):
        assert pairs(read("x.json", SHAPES[shape])) == ONE_TWO


def test_a_deep_json_is_refused_and_no_crash(read):
    with pytest.raises(CorpusError):
        read("x.json", '[{"en": ' + "[" * 200_000)


def test_columns_of_json_can_be_named(read):
    content = json.dumps([{"a": "eins zwei", "b": "one two", "c": "x y z"}] * 3)

    assert pairs(read("x.json", content, columns=("b", "a")))[0] == ("one two", "eins zwei")
    with pytest.raises(CorpusError, match="has no column"):
        read("x.json", content, columns=("b", "q"))


PO = """\
# by nobody
msgid ""
msgstr ""
"Language: de\\n"
"Content-Type: text/plain; charset={charset}\\n"

#: file.c:1
msgid "one"
msgstr "eins für"

#, fuzzy, c-format
#| msgid "old"
msgid "not sure"
msgstr "unsicher"

msgctxt "menu"
msgid "a "
"\\"b\\"\\n"
"c"
msgstr ""
"x\\ty"

msgid "%d file"
msgid_plural "%d files"
msgstr[0] "%d Datei"
msgstr[1] "%d Dateien"

msgid "nothing"
msgstr ""

#~ msgid "gone"
#~ msgstr "weg"
"""


@pytest.mark.parametrize("charset", ["UTF-8", "ISO-8859-1", "CHARSET"])
@pytest.mark.parametrize("languages", [EN_DE, ("de", "en")])
def test_po_with_contexts_plurals_fuzzy_and_obsolete_entries(read, charset, languages):
    encoding = charset if charset.startswith("ISO") else "utf-8"
    records = read("x.po", PO.replace("{charset}", charset).encode(encoding), languages)

    expected = [
        ("one", "eins für"),
        ('a "b" c', "x y"),
        ("%d file", "%d Datei"),
        ("%d files", "%d Dateien"),
    ]
    if languages == ("de", "en"):
        expected = [(target, source) for source, target in expected]
    assert pairs(records) == expected
    assert [problem.reason for problem in problems(records)] == [Reason.FUZZY, Reason.EMPTY]


def test_po_flags_of_obsolete_entries_octal_bytes_and_domains(read):
    records = read(
        "x.po",
        'domain "x"\n'
        '#, fuzzy\n#~ msgid "gone"\n#~ msgstr "weg"\n\n'
        'msgid "one"\nmsgstr "f\\303\\274r \\x41"\n\n'
        '#, c-format, no-fuzzy\nmsgid "two"\nmsgstr "zwei"\n',
    )

    assert pairs(records) == [("one", "für A"), ("two", "zwei")]


@pytest.mark.parametrize("language", ["de", "de_DE.UTF-8", "de@latin", "German"])
def test_the_header_of_po_says_the_language(read, language):
    header = f'msgid ""\nmsgstr "Language: {language}\\n"\n\n'

    assert pairs(read("x.po", header + 'msgid "one"\nmsgstr "eins"\n')) == [("one", "eins")]


def test_a_line_that_po_does_not_know_is_told_with_its_message(read):
    found = read("x.po", 'msgid "a"\nmsgstr "b"\nmsgstr c\n')

    assert [(p.line, p.reason) for p in problems(found)] == [(1, Reason.MALFORMED)]


def workbook(*sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_a_workbook_with_an_empty_sheet_numbers_and_ragged_rows(read):
    content = workbook([], [("no", "de", "en"), (1, "eins", "one"), (2, "zwei\nzwei"), (3, 4, 5.5)])
    records = read("x.xlsx", content)

    assert pairs(records) == [("one", "eins"), ("5.5", "4")]
    assert [(p.line, p.reason) for p in problems(records)] == [(3, Reason.EMPTY)]


@pytest.fixture
def read_all(tmp_path):
    """The pairs of all sheets of a workbook, and what is said of the others."""

    def read_all(book, **options):
        path = tmp_path / "x.xlsx"
        book.save(path)
        found = recognise([path], *EN_DE, **options)
        return [pairs(records_in(item.batches(EN_DE))) for item in found.items], found.notices

    return read_all


def book_of(**sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return book


TEXTS = [("en", "de"), ("one", "eins")]


def test_a_hidden_sheet_is_not_read(read_all):
    book = book_of(Config=[("key", "value"), ("a", "b")], Texts=TEXTS, Old=TEXTS)
    book["Config"].sheet_state = "hidden"
    book["Old"].sheet_state = "veryHidden"

    assert read_all(book) == ([[("one", "eins")]], ())


def test_texts_on_several_sheets_are_all_read_and_other_sheets_are_named(read_all):
    book = book_of(
        Readme=[("What", "How"), ("Do this first", "Dann das hier")],
        One=TEXTS,
        Two=[("Deutsch", "Nr.", "English"), ("zwei", 2, "two")],
    )

    assert read_all(book) == (
        [[("one", "eins")], [("two", "zwei")]],
        ("Sheets of x.xlsx left out: Readme.",),
    )


def test_columns_that_a_person_names_are_taken_from_every_sheet_that_has_them(read_all):
    book = book_of(A=[("x", "y"), ("one", "eins")], B=[("z", "y"), ("two", "zwei")])

    assert read_all(book, columns=("x", "y")) == (
        [[("one", "eins")]],
        ("Sheets of x.xlsx left out: B.",),
    )


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Fen_x001F_ster", "Fenster"),
        ("one_x001E_two", "one-two"),
        ("one _x000B_two", "one two"),
        ("a literal _x005F_x000D_ here", "a literal _x000D_ here"),
        ("_x0041_bc", "Abc"),
        ("_xD83D_", "_xD83D_"),
        ("max_x_y", "max_x_y"),
    ],
)
def test_cells_with_characters_by_number(read, cell, expected):
    assert pairs(read("x.xlsx", workbook([("en", "de"), (cell, "x")]))) == [(expected, "x")]


def test_a_workbook_whose_texts_would_fill_the_memory_is_refused(read, monkeypatch):
    monkeypatch.setattr(spreadsheet, "_LARGEST_TABLE", 2_000)
    rows = [("en", "de"), *((f"number {n}", f"Nummer {n}") for n in range(200))]

    with pytest.raises(
        CorpusError, match=r"unpacks to more than any sheet .* Save the sheet as CSV"
    ):
        read("x.xlsx", workbook(rows))


def with_part(content, part, change):
    """The same workbook with one of its files changed."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name.endswith(part) else old.read(name))
    return changed.getvalue()


def test_a_workbook_with_notes_a_title_and_escaped_line_ends(read):
    notes, words = (
        [("Read me",), ("and me",)],
        [("Words",), (), ("de", "en"), ("eins_x000D_\n2", "x")],
    )
    records = read("x.xlsx", workbook(notes, words))

    assert pairs(records) == [("x", "eins 2")]


def test_a_workbook_that_is_wrong_about_its_size(read):
    content = workbook([("one", "eins"), ("two", "zwei")])
    narrow = with_part(content, "sheet1.xml", lambda part: part.replace(b"A1:B2", b"A1"))

    assert narrow != content
    assert pairs(read("x.xlsx", narrow)) == ONE_TWO


def test_a_workbook_in_rich_and_inline_text(read):
    rows = (
        b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><r><t>on</t></r><r><rPr><b/></rPr>'
        b'<t>e</t></r></is></c><c r="B1" t="str"><f>A9</f><v>eins</v></c></row></sheetData>'
    )
    content = with_part(
        workbook([("a", "b")]),
        "sheet1.xml",
        lambda part: re.sub(rb"<sheetData>.*</sheetData>", rows, part),
    )

    assert pairs(read("x.xlsx", content)) == [("one", "eins")]


def test_a_workbook_of_the_strict_kind_is_refused_with_a_way_out(read):
    usual, strict = (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    content = with_part(workbook([("a", "b")]), ".xml", lambda part: part.replace(usual, strict))

    with pytest.raises(CorpusError, match=r"no sheet with two columns\. .*save it again as"):
        read("x.xlsx", content)


@pytest.mark.parametrize("name", ["x", "x.zip", "x.xlsx.gz"])
def test_a_workbook_is_known_by_its_content(read, name):
    content = workbook([("one", "eins"), ("two", "zwei")])
    content = gzip.compress(content) if name.endswith(".gz") else content

    assert pairs(read(name, content)) == ONE_TWO


def test_a_damaged_workbook_and_other_office_files_are_refused(read):
    content = workbook([("one", "eins")] * 50)
    with zipfile.ZipFile(io.BytesIO(content)) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    broken = io.BytesIO()
    with zipfile.ZipFile(broken, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part[:-40] if "sheet1" in name else part)
    document = io.BytesIO()
    with zipfile.ZipFile(document, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")

    with pytest.raises(CorpusError, match=r"x\.xlsx could not be read"):
        read("x.xlsx", broken.getvalue())
    with pytest.raises(CorpusError, match="document of a word processor"):
        read("x.docx", document.getvalue())
    with pytest.raises(CorpusError, match="is a PDF document"):
        read("x.txt", b"%PDF-1.7 and so on")
    with pytest.raises(CorpusError, match="old Word or Excel"):
        read("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100)


def parquet(table):
    content = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pydict(table), content)
    return content.getvalue()


@pytest.mark.parametrize(
    "table",
    [
        {"id": [1, 2], "de": ["eins", "zwei"], "en": ["one", "two"]},
        {"translation": RECORDS},
        {"text.de": ["eins", "zwei"], "text.en": ["one", "two"]},
        {"en": pyarrow.array(["one", "two"]).dictionary_encode(), "de": ["eins", "zwei"]},
        {"en": ["one", "two", None], "de": ["eins", "zwei", "drei"]},
    ],
)
@pytest.mark.parametrize("name", ["x.parquet", "data"])
def test_parquet_flat_and_nested(read, table, name):
    assert pairs(read(name, parquet(table))) == ONE_TWO


def test_a_parquet_file_without_texts_is_refused(read):
    with pytest.raises(CorpusError, match=r"fewer than two columns with text\. .*: n, en\.$"):
        read("x.parquet", parquet({"n": [1], "en": ["one"]}))


def test_a_damaged_parquet_file_is_refused(read):
    content = parquet({"en": ["one"] * 100, "de": ["eins"] * 100})
    with pytest.raises(CorpusError, match=r"x\.parquet could not be read"):
        read("x.parquet", content[:-10])


def test_of_a_folder_what_is_of_no_use_is_left_out(tmp_path):
    inside = tmp_path / "corpus" / "Books"
    inside.mkdir(parents=True)
    for name, content in {
        "Books.de-en.de": "eins\n",
        "Books.de-en.en": "one\n",
        "Books.de-en.fr": "un\n",
        "Books.de-en.ids": "a b 1 2\n",
        "Books.de-en.xml": "<cesAlign/>",
        "Books.de-en.scores": "0.5\n",
        "README": "read me",
        "LICENSE": "free",
        ".hidden.en": "x",
        "more.tmx": '<tmx version="1.4"><header/><body><tu><tuv xml:lang="en"><seg>two</seg></tuv>'
        '<tuv xml:lang="de"><seg>zwei</seg></tuv></tu></body></tmx>',
    }.items():
        (inside / name).write_text(content, encoding="utf-8")

    found = recognise([tmp_path / "corpus"], *EN_DE)

    read = [pair for item in found.items for pair in pairs(records_in(item.batches(EN_DE)))]
    assert sorted(read) == sorted(ONE_TWO)
    assert len(found.left_out) == 6
    (inside / "more.tmx").unlink()
    with pytest.raises(CorpusError, match="nothing in corpus that could be ar and ja"):
        recognise([tmp_path / "corpus"], "ar", "ja")


class StoppedError(Exception):
    """Nobody wants to know any more."""


def test_looking_into_json_can_be_ended(tmp_path):
    path = tmp_path / "x.json"
    path.write_text('{"a": {' + ",".join(f'"k{n}": [1]' for n in range(100_000)) + "}}")
    read = []

    def stop(count):
        read.append(count)
        if len(read) > 2:
            raise StoppedError

    with pytest.raises(StoppedError):
        json_records.recognise_json(TextSource(path), stop)
    assert sum(read) < path.stat().st_size


def test_of_many_keys_a_few_tell_what_they_are(read, monkeypatch):
    monkeypatch.setattr(json_records, "_MOST_KEYS", 5)
    content = json.dumps({str(n): {"en": f"e{n}", "de": f"d{n}"} for n in range(50)})

    assert pairs(read("x.json", content)) == [(f"e{n}", f"d{n}") for n in range(50)]


def test_a_column_of_parquet_that_would_fill_the_memory_is_refused(read, monkeypatch):
    monkeypatch.setattr(parquet_module, "_LARGEST_GROUP", 1_000)
    table = {"en": [f"number {n}" * 20 for n in range(50)], "de": ["x"] * 50}

    with pytest.raises(CorpusError, match="a group of its rows unpacks to"):
        read("x.parquet", parquet(table))
