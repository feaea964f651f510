"""One bad character, code or line costs its own record and never the whole file."""

import pytest
from batch_records import records_in

from attnstudio.corpus import xml_records, xml_text
from attnstudio.corpus.import_report import Reason
from attnstudio.corpus.recognise import recognise
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.errors import CorpusError

EN_DE = ("en", "de")


@pytest.fixture
def read(tmp_path):
    def read(name, content, languages=EN_DE):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        [item] = recognise([path], *languages).items
        return list(records_in(item.batches(languages)))

    return read


def pairs(records):
    return [(r.source, r.target) for r in records if isinstance(r, SentencePair)]


def reasons(records):
    return [r.reason for r in records if not isinstance(r, SentencePair) and not r.reason.is_mended]


def tmx(*units, codes=EN_DE, head=""):
    body = "".join(
        f'<tu><tuv xml:lang="{codes[0]}"><seg>{source}</seg></tuv>'
        f'<tuv xml:lang="{codes[1]}"><seg>{target}</seg></tuv></tu>\n'
        for source, target in units
    )
    return f'<?xml version="1.0"?>{head}<tmx version="1.4"><body>{body}</body></tmx>'


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("&#55357;&#56534;", "📖"),  # an emoji as two surrogates
        ("&#xD83D;&#xDCD6;", "📖"),
        ("&nbsp;a", "a"),
        ("&eacute;&hellip;", "é…"),
        ("a &amp; b &lt;", "a & b <"),
        ("AT&T, R & D", "AT&T, R & D"),
        ("&unknown;", "&unknown;"),
        ("a&#xFFFE;b&#65535;", "a b"),
        ("a\uffffb", "ab"),
        ("&#55999;", None),  # half of a character
        ("&#xDC00;", None),
        ("&#99999999;", None),
    ],
)
def test_references_that_xml_does_not_know(read, written, read_as):
    found = read("x.tmx", tmx(("one", "eins"), (written, "zwei"), ("three", "drei")))

    middle = [] if read_as is None else [(read_as, "zwei")]
    assert pairs(found) == [("one", "eins"), *middle, ("three", "drei")]
    assert reasons(found) == ([Reason.UNDECODABLE] if read_as is None else [])


def test_numbers_beside_surrogates_stay(read):
    text = "&#55203;&#57344;&#233;"  # the last Hangul, private use, é

    assert pairs(read("x.tmx", tmx((text, "x")))) == [("\ud7a3\ue000é", "x")]


def test_entities_that_a_file_declares_are_left_to_it(read):
    head = '<!DOCTYPE tmx [<!ENTITY nbsp "!"><!ENTITY own "mine">]>'

    assert pairs(read("x.tmx", tmx(("a&nbsp;&own;", "x"), head=head))) == [("a!mine", "x")]


def test_an_ampersand_in_character_data_is_one(read):
    assert pairs(read("x.tmx", tmx(("<![CDATA[a & b &nbsp;]]>", "x")))) == [("a & b &nbsp;", "x")]


def test_bytes_that_are_no_text_cost_their_unit_alone(read):
    content = tmx(("one", "eins"), ("zwei?", "zw\x00i"), ("three", "drei")).encode()

    found = read("x.tmx", content.replace(b"\x00", b"\xe9"))

    assert pairs(found) == [("one", "eins"), ("three", "drei")]
    assert reasons(found) == [Reason.UNDECODABLE]


def test_a_character_in_two_pieces_is_whole(read, monkeypatch):
    texts = [("ä€😀" * 9, "x&eacute;" * 9)]
    for size in range(1, 40):
        monkeypatch.setattr(xml_text, "_CHUNK", size)
        assert pairs(read("x.tmx", tmx(*texts))) == [("ä€😀" * 9, "xé" * 9)]


def test_surrogates_written_as_utf8_are_their_character(read):
    content = tmx(("book @", "Buch")).encode().replace(b"@", b"\xed\xa0\xbd\xed\xb3\x96")

    assert pairs(read("x.tmx", content)) == [("book 📖", "Buch")]


@pytest.mark.parametrize("encoding", ["cp1252", "us-ascii", "gb18030"])
def test_other_encodings_lose_no_more_than_a_unit_either(read, encoding):
    content = tmx(("one", "eins"), ("@", "b"), ("three", "drei")).encode()
    head = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()
    content = head + content.partition(b"?>")[2].replace(b"@", b"\x81\xff")

    assert pairs(read("x.tmx", content)) == [("one", "eins"), ("three", "drei")]


def test_a_text_without_seg_stands_in_its_variant(read):
    content = '<tmx><body><tu><tuv lang="en">one</tuv><tuv lang="de">eins</tuv></tu></body></tmx>'

    assert pairs(read("x.tmx", content)) == [("one", "eins")]


@pytest.mark.parametrize(
    ("codes", "languages"),
    [
        (("eng-GB", "fre-FR"), ("en", "fr")),
        (("EN", "iw"), ("en", "he")),
        (("in", "nb"), ("id", "no")),
        (("English", "German (Germany)"), ("en", "de")),
        (("zho-Hans", "arb"), ("zh-CN", "ar")),
    ],
)
def test_codes_of_any_kind_are_those_of_the_project(read, codes, languages):
    assert pairs(read("x.tmx", tmx(("a", "b"), codes=codes), languages)) == [("a", "b")]


def test_of_several_norwegians_the_nearest_is_taken(read):
    unit = "".join(
        f'<tuv xml:lang="{code}"><seg>{code}</seg></tuv>' for code in ("en", "nn", "nb", "no")
    )
    content = f"<tmx><body><tu>{unit}</tu></body></tmx>"

    assert pairs(read("x.tmx", content, ("en", "no"))) == [("en", "no")]
    assert pairs(read("x.tmx", content, ("en", "nn"))) == [("en", "nn")]


def xliff(units, version="1.2"):
    if version == "1.2":
        return (
            '<xliff version="1.2"><file source-language="en" target-language="de"><body>'
            f"{units}</body></file></xliff>"
        )
    return f'<xliff version="2.0" srcLang="en" trgLang="de"><file>{units}</file></xliff>'


@pytest.mark.parametrize("state", ["new", "initial", "needs-l10n"])
def test_a_new_unit_whose_target_is_its_source_is_dropped(read, state):
    units = (
        f'<trans-unit><source>one</source><target state="{state}">one</target></trans-unit>'
        f'<trans-unit><source>two</source><target state="{state}">zwei</target></trans-unit>'
        '<trans-unit><source>OK</source><target state="final">OK</target></trans-unit>'
        '<trans-unit translate="no"><source>Z</source><target>Z</target></trans-unit>'
    )

    found = read("x.xlf", xliff(units))

    assert pairs(found) == [("two", "zwei"), ("OK", "OK")]
    assert reasons(found) == [Reason.UNTRANSLATED] * 2


def test_so_are_the_segments_of_xliff_2(read):
    units = (
        '<unit><segment state="initial"><source>one</source><target>one</target></segment>'
        '<segment state="initial"><source>two</source><target>zwei</target></segment>'
        "<segment><source>OK</source><target>OK</target></segment></unit>"
    )

    found = read("x.xlf", xliff(units, "2.0"))

    assert pairs(found) == [("two", "zwei"), ("OK", "OK")]
    assert reasons(found) == [Reason.UNTRANSLATED]


def test_a_file_inside_the_file_is_passed_over(read, monkeypatch):
    monkeypatch.setattr(xml_text, "_CHUNK", 1 << 12)
    monkeypatch.setattr(xml_text, "_LONGEST_TEXT", 1 << 14)
    monkeypatch.setattr(xml_records, "_LARGEST_RECORD", 1 << 16)
    inside = "QUJD" * (1 << 16)
    units = (
        f"</body><internal-file>{inside}</internal-file><body>"
        "<trans-unit><source>one</source><target>eins</target></trans-unit>"
    )

    assert pairs(read("x.sdlxliff", xliff(units))) == [("one", "eins")]


def test_a_text_that_is_too_long_is_counted_and_not_cut(read, monkeypatch):
    monkeypatch.setattr(xml_text, "_CHUNK", 1 << 12)
    monkeypatch.setattr(xml_text, "_LONGEST_TEXT", 1 << 14)

    found = read("x.tmx", tmx(("long " * (1 << 13), "lang"), ("one", "eins")))

    assert pairs(found) == [("one", "eins")]
    assert reasons(found) == [Reason.UNDECODABLE]


@pytest.mark.parametrize(
    "oddity",
    [
        'domain messages\n',
        'domain "messages"\n',
        'msgid "a"\nmsgstr "b"\nmsgstr c\n',
        'msgid "a"\nmsgstr "b\n',
        "msgid\n",
    ],
)  # fmt: skip
def test_an_odd_line_of_po_costs_its_message_alone(read, oddity):
    found = read("x.po", f'msgid "one"\nmsgstr "eins"\n\n{oddity}\nmsgid "two"\nmsgstr "zwei"\n')

    assert pairs(found) == [("one", "eins"), ("two", "zwei")]


def test_the_text_of_po_may_begin_on_the_next_line(read):
    content = 'msgid\n"one "\n"two"\nmsgstr\n"eins "\n"zwei"\n'

    assert pairs(read("x.po", content)) == [("one two", "eins zwei")]


def test_what_is_no_po_at_all_is_refused(read):
    with pytest.raises(CorpusError, match=r"x\.po:1 is not as a PO file has it"):
        read("x.po", "one\neins\n")
