"""Translation files, held against what their specifications say."""

import pytest
from batch_records import records_in

from attnstudio.corpus import xml_records
from attnstudio.corpus.import_plan import plan_import
from attnstudio.corpus.import_report import Counted, Problem, Reason
from attnstudio.corpus.markup import MarkupFile, MarkupKind, languages_of
from attnstudio.corpus.recognise import recognise
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.text_source import TextSource
from attnstudio.errors import CorpusError

EN_DE = ("en", "de")


@pytest.fixture
def read(tmp_path):
    def read(content, languages=EN_DE, name="x.xml"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        [item] = recognise([path], *languages).items
        assert isinstance(item, MarkupFile)
        return list(records_in(item.batches(languages)))

    return read


def tmx(*units, head='<?xml version="1.0"?>', lang="xml:lang", version="1.4"):
    body = "".join(
        "<tu>"
        + "".join(f'<tuv {lang}="{code}"><seg>{text}</seg></tuv>' for code, text in unit)
        + "</tu>\n"
        for unit in units
    )
    return f'{head}<tmx version="{version}"><header srclang="en"/><body>{body}</body></tmx>'


def unit(source, target):
    return (("en", source), ("de", target))


def sentence_pairs(records):
    pairs = [record for record in records if isinstance(record, SentencePair)]
    return [(pair.source, pair.target) for pair in pairs]


@pytest.mark.parametrize("lang", ["xml:lang", "lang"])
@pytest.mark.parametrize("version", ["1.1", "1.4"])
def test_tmx_of_all_versions(read, lang, version):
    content = tmx(unit("one", "eins"), unit("two", "zwei"), lang=lang, version=version)

    assert sentence_pairs(read(content)) == [("one", "eins"), ("two", "zwei")]


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ('a <bpt i="1">&lt;b></bpt>b<ept i="1">&lt;/b></ept> c', "a b c"),
        ('a <ph x="1">{\\f <sub>note</sub>}</ph>b', "a b"),
        ('a <hi type="x">b <it pos="begin">&lt;i></it>c</hi> d', "a b c d"),
        ("a <ut>{\\b}</ut>b", "a b"),
        ('one<ph type="lb"/>two', "one two"),
        ("one<ph>&lt;br></ph>two", "one two"),
        ("one<ph>&lt;BR class='x'/></ph>two", "one two"),
        ("one<ph>&amp;lt;br/&amp;gt;</ph>two", "one two"),
        ("one<ph><![CDATA[<br/>]]></ph>two", "one two"),
        ("one<it pos='begin'>&lt;/p>&lt;p></it>two", "one two"),
        ('one<bpt i="1">&lt;li></bpt>two<ept i="1">&lt;/li></ept>three', "one two three"),
        ("one<ph>\\line </ph>two<ph>\\tab</ph>three", "one two three"),
        ("one<ph>&lt;w:br/></ph>two", "one two"),
        ("one<ph>\\n</ph>two<ph>&#10;</ph>three", "one two three"),
        ("one<ph>&lt;b></ph>two<ph>&lt;param></ph>s<ph>\\pard</ph>", "onetwos"),
        ("one <ph>&lt;br></ph> two", "one   two"),
        ("one\n     two", "one two"),
        ("a   b", "a   b"),
        ("&lt;p&gt; &amp; &#233; &#x2122;", "<p> & é ™"),
    ],
)
def test_inline_codes_of_tmx(read, inside, text):
    assert sentence_pairs(read(tmx(unit(inside, "x")))) == [(text, "x")]


def test_the_nearest_variant_of_a_language_is_taken(read):
    many = (("EN-US", "a"), ("de-AT", "b"), ("DE", "c"), ("de-DE", "d"), ("fr", "e"))
    content = tmx(many)

    assert sentence_pairs(read(content)) == [("a", "c")]
    assert sentence_pairs(read(content, ("en", "de-AT"))) == [("a", "b")]
    assert sentence_pairs(read(content, ("de_de", "en_us"))) == [("d", "a")]
    assert sentence_pairs(read(content, ("de-AT", "de-DE"))) == [("b", "d")]


def test_one_text_is_never_both_sides_of_two_variants_of_a_language(read):
    records = read(
        tmx((("pt-BR", "a"), ("pt-PT", "b")), (("pt", "only"),), (("pt-BR", "c"),)),
        ("pt-BR", "pt-PT"),
    )

    assert sentence_pairs(records) == [("a", "b")]
    assert [record.line for record in records if isinstance(record, Problem)] == [2, 3]


@pytest.mark.parametrize(
    ("units", "languages"),
    [
        ([(("EN-US", "a"), ("de_DE", "b"))] * 3, ("en", "de")),
        ([(("fr", "a"), ("en-GB", "b")), (("en-GB", "c"), ("fr", "d"))], ("fr", "en")),
        ([(("en-us", "a"), ("en-gb", "b"))], ("en-us", "en-gb")),
        ([(("en", "a"), ("it", "x"), ("ja", "b")), (("en", "a"), ("ja", "b"))], ("en", "ja", "it")),
        ([(("en", "a"),)], ("en",)),
    ],
)
def test_the_languages_of_a_file(tmp_path, units, languages):
    path = tmp_path / "x.tmx"
    path.write_text(tmx(*units), encoding="utf-8")

    assert languages_of(MarkupFile(TextSource(path), MarkupKind.TMX)) == languages
    if len(languages) > 1:
        assert plan_import([path]).languages == languages[:2]


def test_units_that_lack_something_are_dropped_by_their_number(read):
    records = read(tmx(unit("one", "eins"), (("en", "only"),), unit("two", " "), unit("3", "drei")))

    assert records == [
        SentencePair("one", "eins"),
        SentencePair("3", "drei"),
        Problem("x.xml", 2, Reason.LANGUAGE, "only", Counted.UNIT),
        Problem("x.xml", 3, Reason.EMPTY, "two", Counted.UNIT),
    ]


def test_languages_that_are_not_there_are_told_with_those_that_are(read):
    with pytest.raises(CorpusError, match=r"no units in both en and ja\. It has: de, en\."):
        read(tmx(unit("one", "eins")), ("en", "ja"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "cp1252"])
def test_encodings_that_are_declared_or_marked(read, encoding):
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    content = tmx(unit("é", "ß"), head=f'<?xml version="1.0" encoding="{declared}"?>')

    assert sentence_pairs(read(content.encode(encoding))) == [("é", "ß")]


@pytest.mark.parametrize("encoding", ["gb18030", "shift_jis", "euc-kr", "big5"])
def test_encodings_that_expat_does_not_know(read, encoding):
    text = {"euc-kr": "한국", "shift_jis": "日本語ソ"}.get(encoding, "中文")
    content = tmx(unit("x", text), head=f'<?xml version="1.0" encoding="{encoding}"?>')

    assert sentence_pairs(read(content.encode(encoding))) == [("x", text)]


def test_utf_8_that_calls_itself_utf_16(read):
    content = tmx(unit("é", "ß"), head='<?xml version="1.0" encoding="utf-16"?>')

    assert sentence_pairs(read(content)) == [("é", "ß")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("declared", ["UTF-8", "UTF-16", ""])
def test_wide_characters_whatever_the_declaration_says(read, encoding, declared):
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    content = tmx(unit("é😀", "a&#x1F;b"), head=head).encode(encoding)

    assert sentence_pairs(read(content)) == [("é😀", "a b")]


@pytest.mark.parametrize("encoding", ["cp1252", "UTF8", "utf-16"])
def test_an_encoding_that_a_person_names_is_taken(tmp_path, encoding):
    path = tmp_path / "x.tmx"
    path.write_bytes(tmx(unit("é", "ß")).encode(encoding))

    [item] = recognise([path], *EN_DE, encoding=encoding).items

    assert sentence_pairs(records_in(item.batches(EN_DE))) == [("é", "ß")]


def test_space_before_the_declaration_does_no_harm(read):
    assert sentence_pairs(read("\ufeff\n " + tmx(unit("é", "ß")))) == [("é", "ß")]


@pytest.mark.parametrize("piece", [7, 64, 1 << 16])
def test_control_characters_that_xml_forbids_are_removed(read, monkeypatch, piece):
    monkeypatch.setattr(xml_records, "_CHUNK", piece)
    content = tmx(unit("a\x01b", "c&#x1F;d &#x9;e &#0; &amp;"))

    assert sentence_pairs(read(content)) == [("a b", "c d  e   &")]


@pytest.mark.parametrize("piece", [1, 7, 64, 1 << 16])
def test_units_are_found_wherever_a_piece_of_the_file_ends(read, monkeypatch, piece):
    monkeypatch.setattr(xml_records, "_CHUNK", piece)
    one, two, three = (
        f"<trans-unit><source>{name}</source><target>{name.upper()}</target></trans-unit>"
        for name in ("one", "two", "three")
    )
    content = (
        f"<xliff version='1.2'><file source-language='en' target-language='de'><header/><body>{one}"
        f"<group><group>{two}</group></group></body></file><file source-language='de' "
        f"target-language='en'><body><group>{three}</group></body></file></xliff>"
    )

    assert sentence_pairs(read(content)) == [("one", "ONE"), ("two", "TWO"), ("THREE", "three")]


def test_elements_that_are_nested_absurdly_deep_do_no_harm(read):
    def deep(name):
        return f"<tmx><body>{f'<{name}>' * 100_000}{f'</{name}>' * 100_000}</body></tmx>"

    with pytest.raises(CorpusError, match=r"its elements are nested too deeply"):
        read(deep("a"))
    assert sentence_pairs(read(deep("tu"))) == []


@pytest.mark.parametrize("inside", ["<a/>", "<a>", "<a b=''/>"])
def test_a_record_of_very_many_elements_is_refused(read, inside):
    with pytest.raises(CorpusError, match="one of its records has half a million elements"):
        read(f"<tmx><body><tu>{inside * 1_000_000}")


def test_a_very_long_tag_does_not_take_long(read):
    with pytest.raises(CorpusError, match="one of its records is larger than 32 MB"):
        read(f"<tmx><body><tu x='{'a' * (40 << 20)}'/>")


def test_what_a_document_type_declares_is_not_fetched_and_html_names_are_known(read):
    head = '<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "http://example.invalid/tmx14.dtd">'

    assert sentence_pairs(read(tmx(unit("a&nbsp;b &eacute;", "c"), head=head))) == [("a b é", "c")]


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        ('<!ENTITY e SYSTEM "file:///etc/passwd">', "lies in another file"),
        ('<!ENTITY % e SYSTEM "http://example.invalid/">', "lies in another file"),
        ('<!ENTITY a "ha"><!ENTITY e "&a;&a;&a;&a;">', "more than a few characters"),
        (f'<!ENTITY e "{"ha" * 500}">', "more than a few characters"),
        ("".join(f'<!ENTITY e{n} "x">' for n in range(301)), "more than a few characters"),
    ],
)
def test_entities_that_reach_outside_or_grow_are_refused(read, declared, reason):
    head = f'<?xml version="1.0"?><!DOCTYPE tmx [{declared}]>'

    with pytest.raises(CorpusError, match=rf"^x\.xml is refused: its entity .* {reason}"):
        read(tmx(unit("a", "b"), head=head))


def test_a_small_entity_is_no_danger(read):
    head = '<?xml version="1.0"?><!DOCTYPE tmx [<!ENTITY dash "\u2013">]>'

    assert sentence_pairs(read(tmx(unit("a&dash;b", "c"), head=head))) == [("a\u2013b", "c")]


def test_a_file_that_is_cut_off_is_refused_with_the_line(read):
    content = tmx(unit("one", "eins"), unit("two", "zwei"))

    with pytest.raises(CorpusError, match=r"x\.xml is not well-formed XML: .*, line 2, column"):
        read(content[:-40])


def test_a_record_without_end_is_refused(read, monkeypatch):
    monkeypatch.setattr(xml_records, "_LARGEST_RECORD", 1 << 18)

    with pytest.raises(CorpusError, match="one of its records is larger"):
        read(tmx(unit("x" * (1 << 19), "y")))


def test_elements_nested_without_end_are_refused(read):
    with pytest.raises(CorpusError, match="nested too deeply"):
        read("<tmx>" + "<a>" * 10_000 + "</a>" * 10_000 + "</tmx>")


def test_other_xml_is_refused_by_its_root(read):
    with pytest.raises(CorpusError, match="root element <html>, which is not known"):
        read('<?xml version="1.0"?><html><body/></html>')


def test_namespaces_are_looked_through(read):
    content = tmx(unit("one", "eins")).replace("<tmx ", '<tmx xmlns="http://www.lisa.org/tmx14" ')

    assert sentence_pairs(read(content)) == [("one", "eins")]


def xliff12(units, languages='source-language="en-US" target-language="de-DE"'):
    return (
        '<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2">'
        f'<file original="x" {languages}><header><note>n</note></header><body><group>'
        f"{units}</group></body></file></xliff>"
    )


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ("<source>one</source><target>eins</target>", [("one", "eins")]),
        (
            '<source>a <g id="1">b</g><x id="2"/> <ph id="3">code<sub>s</sub></ph>c</source>'
            '<target><mrk mtype="term">A</mrk> <bpt id="1">&lt;b></bpt>B</target>',
            [("a b c", "A B")],
        ),
        (
            '<source>One. Two.</source><seg-source><mrk mtype="seg" mid="1">One.</mrk> '
            '<mrk mtype="seg" mid="2">Two.</mrk></seg-source><target><g id="1">'
            '<mrk mtype="seg" mid="2">Zwei.</mrk></g><mrk mtype="seg" mid="1">Eins.</mrk></target>',
            [("One.", "Eins."), ("Two.", "Zwei.")],
        ),
        (
            '<source>One. Two.</source><seg-source><mrk mtype="seg">One.</mrk> '
            '<mrk mtype="seg">Two.</mrk></seg-source><target><mrk mtype="seg">Eins.</mrk>'
            '<mrk mtype="seg">Zwei.</mrk></target>',
            [("One.", "Eins."), ("Two.", "Zwei.")],
        ),
        (
            "<source>one</source><target>eins</target><alt-trans><source>bad</source>"
            "<target>schlecht</target></alt-trans>",
            [("one", "eins")],
        ),
        (
            '<source>one</source><target>ei<mrk mtype="x-sdl-deleted">xx</mrk>ns</target>',
            [("one", "eins")],
        ),
    ],
)
def test_xliff_1_2(read, units, expected):
    content = xliff12(f'<trans-unit id="1">{units}</trans-unit>')

    assert sentence_pairs(read(content)) == expected
    assert sentence_pairs(read(content, ("de", "en"))) == [(b, a) for a, b in expected]


def test_xliff_units_without_a_target_are_dropped(read):
    content = xliff12(
        '<trans-unit id="1"><source>one</source></trans-unit>'
        '<trans-unit id="2"><source>two</source><target>zwei</target></trans-unit>'
    )

    assert read(content) == [
        SentencePair("two", "zwei"),
        Problem("x.xml", 1, Reason.EMPTY, "one", Counted.UNIT),
    ]


def test_xliff_units_that_say_that_they_are_not_translated_are_dropped(read):
    content = xliff12(
        '<trans-unit id="1"><source>a</source><target state="needs-translation">a</target>'
        '</trans-unit><trans-unit id="2"><source>b</source><target state="new">B</target>'
        "</trans-unit>"
    )

    assert read(content) == [
        SentencePair("b", "B"),
        Problem("x.xml", 1, Reason.FUZZY, "a", Counted.UNIT),
    ]


def test_an_xliff_unit_that_reads_alike_in_both_languages_is_kept_where_it_is_translated(read):
    content = xliff12(
        '<trans-unit id="1"><source>OK</source><target state="final">OK</target></trans-unit>'
        '<trans-unit id="2"><source>Tom</source><target>Tom</target></trans-unit>'
        '<trans-unit id="3"><source>Open</source><target state="new">Open</target></trans-unit>'
    )

    assert read(content) == [
        SentencePair("OK", "OK"),
        SentencePair("Tom", "Tom"),
        Problem("x.xml", 3, Reason.UNTRANSLATED, "Open", Counted.UNIT),
    ]


@pytest.mark.parametrize(
    ("texts", "languages", "previewed"),
    [(("the dog of the house is", "der Hund"), ("en", "de"), 1), (("x", "y"), ("", ""), 0)],
)
def test_a_language_that_xliff_does_not_say_is_guessed_from_the_words(
    tmp_path, texts, languages, previewed
):
    path = tmp_path / "x.xlf"
    units = "<trans-unit id='1'><source>{}</source><target>{}</target></trans-unit>"
    path.write_text(xliff12(units.format(*texts), 'target-language="de"'), encoding="utf-8")

    plan = plan_import([path])

    assert plan.languages == languages
    assert len(plan.files[0].preview) == previewed


def test_xliff_that_does_not_say_its_target_language(read):
    units = '<trans-unit id="1"><source>one</source><target>eins</target></trans-unit>'
    content = xliff12(units, 'source-language="en"')

    assert sentence_pairs(read(content)) == [("one", "eins")]


def test_xliff_2(read):
    content = (
        '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en" '
        'trgLang="de"><file id="f"><unit id="1"><originalData><data id="d">&lt;b></data>'
        "</originalData><segment><source>a <pc id='1'>b</pc><ph id='2'/><cp hex='00E9'/>"
        "<ph id='3' type='fmt' subType='xlf:lb'/>c<sm id='4'/></source>"
        "<target>A <mrk id='m'>B</mrk></target></segment><ignorable><source> </source></ignorable>"
        "<segment><source>c</source><target>C</target></segment></unit></file></xliff>"
    )

    assert sentence_pairs(read(content)) == [("a bé c", "A B"), ("c", "C")]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ('<x id="LINE_BREAK" ctype="lb" equiv-text="&lt;br/&gt;"/>', "a b"),  # Angular
        ('<x id="1" equiv-text="&lt;br/&gt;"/>', "a b"),
        ('<x id="1" ctype="x-br"/>', "a b"),
        ('<x id="1" ctype="x-html-br"/>', "a b"),
        ('<x id="1" equiv-text="&lt;b&gt;"/>', "ab"),
        ('<x id="INTERPOLATION" equiv-text="{{name}}"/>', "ab"),
    ],
)
def test_line_breaks_of_xliff_part_words(read, code, text):
    units = f'<trans-unit id="1"><source>a{code}b</source><target>x</target></trans-unit>'

    assert sentence_pairs(read(xliff12(units))) == [(text, "x")]


def test_native_code_of_xliff_2_stands_elsewhere(read):
    content = (
        '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en" '
        'trgLang="de"><file id="f"><unit id="1"><originalData><data id="1">&lt;br/></data>'
        '<data id="2">&lt;b/></data></originalData><segment><source>a<ph id="2" dataRef="1"/>b'
        '<ph id="1" dataRef="2"/>c<ph id="3" equiv="LINE_BREAK"/>d</source><target>x</target>'
        '</segment></unit><unit id="2"><segment><source>a<ph id="1" dataRef="1"/>b</source>'
        "<target>y</target></segment></unit></file></xliff>"
    )

    assert sentence_pairs(read(content)) == [("a bc d", "x"), ("ab", "y")]


def test_trados_says_for_each_file_which_tags_are_line_breaks(read):
    def file(definition):
        return (
            '<file source-language="en" target-language="de" original="x"><header>'
            '<tag-defs xmlns="http://sdl.com/FileTypes/SdlXliff/1.0"><tag id="4">'
            f'{definition}</tag><tag id="5"><ph name="x">&lt;x/&gt;</ph></tag></tag-defs></header>'
            '<body><trans-unit id="1"><source>a<x id="4"/>b<x id="5"/>c</source>'
            "<target>z</target></trans-unit></body></file>"
        )

    content = (
        '<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2">'
        + file('<ph name="br">&lt;br/&gt;</ph>')
        + file('<ph name="b">&lt;b/&gt;</ph>')
        + file('<ph name="br">&lt;softbreak/&gt;</ph>')
        + file("<ph>&lt;br/&gt;</ph>").replace("<tag-defs", "<none").replace("</tag-defs", "</none")
        + "</xliff>"
    )

    found = [source for source, _ in sentence_pairs(read(content))]
    assert found == ["a bc", "abc", "a bc", "abc"]


def test_wmt_xml(read):
    content = (
        '<?xml version="1.0"?><dataset id="t"><collection id="c"><doc id="1" origlang="en">'
        '<src lang="en"><p><seg id="1">one</seg><seg id="2">two</seg></p></src>'
        '<ref lang="de" translator="A"><p><seg id="2">zwei</seg><seg id="1">eins</seg></p></ref>'
        '<ref lang="de" translator="B"><p><seg id="1">EINS</seg></p></ref>'
        '<hyp system="x" lang="de"><p><seg id="1">bad</seg></p></hyp></doc></collection></dataset>'
    )

    assert sentence_pairs(read(content)) == [("one", "eins"), ("two", "zwei")]
