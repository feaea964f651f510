"""XLIFF 1.2 and SDLXLIFF: what is open is filled, states are set, and nothing else changes."""

import pytest
from documents import parsed

from attnstudio.errors import DocumentError

FILE = """<?xml version="1.0"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
<file source-language="en" target-language="de" original="x"><body>
{}
</body></file></xliff>"""
STATE = 'state="needs-review-translation" state-qualifier="leveraged-mt"'
SDL = FILE.replace("xmlns=", 'xmlns:sdl="http://sdl.com/FileTypes/SdlXliff/1.0" xmlns=')


def unit(inside, attributes=""):
    return f'<trans-unit id="1"{attributes}>{inside}</trans-unit>'


def upper(text):
    return text.upper()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            "<source>a cat</source><note>n</note>",
            f"<source>a cat</source><target {STATE}>A CAT</target><note>n</note>",
        ),
        (
            '\n  <source xml:lang="en" xml:space="preserve">a</source>\n',
            '\n  <source xml:lang="en" xml:space="preserve">a</source>'
            f'\n  <target xml:lang="de" xml:space="preserve" {STATE}>A</target>\n',
        ),
        ("<source>a</source><target/>", f"<source>a</source><target {STATE}>A</target>"),
        (
            "<source>a</source><target state='new' x='1'></target>",
            "<source>a</source><target state=\"needs-review-translation\" x='1' "
            'state-qualifier="leveraged-mt">A</target>',
        ),
        # A copy of the source that nobody touched, and what says that it needs translation.
        (
            '<source>a</source><target state="new">a</target>',
            f"<source>a</source><target {STATE}>A</target>",
        ),
        (
            '<source>a</source><target state="needs-translation">b</target>',
            f"<source>a</source><target {STATE}>A</target>",
        ),
        (
            'a<source>b <g id="1">c</g><x id="2"/></source>',
            f'a<source>b <g id="1">c</g><x id="2"/></source><target {STATE}>'
            'B <g id="1">C</g><x id="2"/></target>',
        ),
        # Proposals beside a unit have sources and targets of their own.
        (
            "<source>a</source><alt-trans><source>q</source><target>r</target></alt-trans>",
            f"<source>a</source><target {STATE}>A</target>"
            "<alt-trans><source>q</source><target>r</target></alt-trans>",
        ),
    ],
)
def test_units_are_filled(translated, given, expected):
    found = translated(FILE.format(unit(given)), upper, name="a.xlf").decode()

    assert found == FILE.format(unit(expected))


@pytest.mark.parametrize(
    ("inside", "attributes"),
    [
        ("<source>a</source><target>b</target>", ""),
        ("<source>a</source><target>a</target>", ""),
        ('<source>a</source><target state="translated"/>', ""),
        ("<source>a</source>", ' translate="no"'),
        ("<source>a</source>", ' approved="yes"'),
    ],
)
def test_what_is_done_is_left_alone(translated, segments_of, inside, attributes):
    content = FILE.format(unit(inside, attributes))

    assert translated(content, upper, name="a.xlf").decode() == content
    assert [each.is_done for each in segments_of(content, name="a.xlf")] == [True]


def test_a_file_without_a_version_is_one_of_the_older_ones(translated):
    content = FILE.replace(' version="1.2"', "").format(unit("<source>a</source>"))

    assert f"<target {STATE}>A</target>" in translated(content, upper, name="a.xlf").decode()


def test_groups_say_what_is_not_translated(segments_of):
    inside = unit("<source>a</source>") + unit("<source>b</source>", ' translate="yes"')
    content = FILE.format(f'<group translate="no"><group>{inside}</group></group>')

    found = segments_of(content, name="a.xlf")

    assert [(each.source, each.is_done) for each in found] == [("a", True), ("b", False)]


def test_a_prefix_of_the_namespace_is_kept(translated):
    content = (
        '<x:xliff version="1.2" xmlns:x="urn:oasis:names:tc:xliff:document:1.2"><x:file '
        'source-language="en"><x:body><x:trans-unit id="1"><x:source>a</x:source>'
        "</x:trans-unit></x:body></x:file></x:xliff>"
    )

    found = translated(content, upper, name="a.xlf").decode()

    assert f"</x:source><x:target {STATE}>A</x:target>" in found
    assert '<x:file source-language="en" target-language="de">' in found
    parsed(found)


def test_a_language_that_a_file_does_not_say_is_said_once(translated):
    content = FILE.replace(' target-language="de"', "").format(
        unit("<source>a</source>") + unit("<source>b</source>")
    )

    found = translated(content, upper, name="a.xlf").decode()

    assert found.count('target-language="de"') == 1
    assert f"<target {STATE}>A</target>" in found
    assert f"<target {STATE}>B</target>" in found


CUT = (
    "<source>A. B. <x/></source>\n<seg-source>"
    '<mrk mtype="seg" mid="1">A <g id="1">b</g>.</mrk> <mrk mtype="seg" mid="2">C d.</mrk> '
    '<mrk mtype="seg" mid="3"><x id="2"/></mrk></seg-source>'
)


def cut_target(first, second, state=f" {STATE}"):
    return (
        f'<target{state}><mrk mtype="seg" mid="1">{first}</mrk> '
        f'<mrk mtype="seg" mid="2">{second}</mrk> '
        '<mrk mtype="seg" mid="3"><x id="2"/></mrk></target>'
    )


def test_segments_of_a_unit_are_filled_in_a_target_cut_alike(translated, segments_of):
    content = FILE.format(unit(CUT))

    found = translated(content, lambda text: text.replace("C d", "X y"), name="a.xlf").decode()

    expected = "\n" + cut_target('A <g id="1">b</g>.', "X y.")
    assert found == FILE.format(unit(CUT + expected))
    assert [each.place for each in segments_of(content, name="a.xlf")] == [
        "unit 1, segment 1",
        "unit 1, segment 2",
    ]


def test_a_segment_that_is_not_filled_stays_empty_and_the_state_open(translated):
    content = FILE.format(unit(CUT))

    found = translated(content, lambda text: "Z." if text == "C d." else None, name="a.xlf")

    assert cut_target("", "Z.", state="") in found.decode()


def test_the_segments_that_a_target_lacks_come_where_they_belong(translated):
    old = '<target><mrk mtype="seg" mid="2">Alt.</mrk></target>'
    content = FILE.format(unit(CUT + old))

    found = translated(content, lambda _: "A b.", name="a.xlf").decode()

    assert (
        f'<target {STATE}><mrk mtype="seg" mid="1">A <g id="1">b</g>.</mrk> '
        '<mrk mtype="seg" mid="2">Alt.</mrk></target>'
    ) in found


def test_a_whole_target_is_the_translation_of_all_segments(translated):
    content = FILE.format(unit(f"{CUT}<target>Alles.</target>"))

    assert translated(content, upper, name="a.xlf").decode() == content


@pytest.mark.parametrize(
    "old",
    ['<target state="new">A b. C d.</target>', '<target state="needs-translation">Q</target>'],
)
def test_a_whole_target_that_is_none_yet_is_replaced(translated, old):
    content = FILE.format(unit(CUT + old))

    found = translated(content, lambda text: text.replace("C d", "X y"), name="a.xlf").decode()

    assert found == FILE.format(unit(CUT + cut_target('A <g id="1">b</g>.', "X y.")))


def test_comments_inside_segments_nest(translated):
    inside = '<mrk mtype="x-sdl-comment" sdl:cid="1">b</mrk> c'
    cut = (
        f'<source>a {inside}</source><seg-source><mrk mtype="seg" mid="1">a {inside}</mrk>'
        "</seg-source>"
    )
    content = SDL.format(unit(cut))

    found = translated(content, upper, name="a.sdlxliff").decode()

    assert (
        '<target><mrk mtype="seg" mid="1">A <mrk mtype="x-sdl-comment" sdl:cid="1">B</mrk> C</mrk>'
        "</target>"
    ) in found


@pytest.mark.parametrize(
    ("state", "is_done"),
    [
        ('<sdl:seg id="1"/>', False),
        ('<sdl:seg id="1" conf="Draft"/>', False),
        ('<sdl:seg id="1" conf="Translated"/>', True),
        ('<sdl:seg id="1" conf="ApprovedSignOff"/>', True),
        ('<sdl:seg id="1" locked="true"/>', True),
    ],
)
def test_trados_keeps_a_state_for_each_segment(translated, segments_of, state, is_done):
    cut = '<source>a</source><seg-source><mrk mtype="seg" mid="1">a</mrk></seg-source>'
    defined = '<target><mrk mtype="seg" mid="1"/></target><sdl:seg-defs>{}</sdl:seg-defs>'
    content = SDL.format(unit(cut + defined.format(state)))

    found = translated(content, upper, name="a.sdlxliff").decode()

    [segment] = segments_of(content, name="a.sdlxliff")
    assert segment.is_done is is_done
    filled = defined.replace('<mrk mtype="seg" mid="1"/>', '<mrk mtype="seg" mid="1">A</mrk>')
    drafted = filled.format('<sdl:seg id="1" conf="Draft" origin="mt"/>')
    assert found == (content if is_done else SDL.format(unit(cut + drafted)))


def test_trados_says_which_tags_are_line_breaks(translated, segments_of):
    def file(native):
        return (
            '<file original="x" source-language="en" target-language="de"><header><tag-defs '
            f'xmlns="http://sdl.com/FileTypes/SdlXliff/1.0"><tag id="4"><ph name="x">{native}</ph>'
            '</tag></tag-defs></header><body><trans-unit id="1"><source>a<x id="4"/>b</source>'
            "</trans-unit></body></file>"
        )

    head = SDL[: SDL.index("<file")]
    content = head + file("&lt;br/&gt;") + file("&lt;b/&gt;") + "</xliff>"

    assert [each.source for each in segments_of(content, name="a.sdlxliff")] == ["a b", "ab"]
    assert (
        '<target>A<x id="4"/>B</target>' in translated(content, upper, name="a.sdlxliff").decode()
    )


def test_a_file_of_other_languages_is_refused(segments_of):
    content = FILE.format(unit("<source>a</source>"))

    with pytest.raises(
        DocumentError, match=r"a\.xlf is to be translated from en into de, not from en into fr"
    ):
        segments_of(content, name="a.xlf", languages=("en", "fr"))
    assert segments_of(content, name="a.xlf", languages=("en-GB", "de-AT"))


TWO = """<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en"{trg}>
<file id="f"><unit id="1"{unit}>
 <segment{state}>
  <source>a <pc id="1">b</pc><ph id="2"/></source>{target}
 </segment>
 <ignorable><source> </source></ignorable>
</unit></file></xliff>"""


@pytest.mark.parametrize("trg", ["", ' trgLang="de"'])
@pytest.mark.parametrize("state", ["", ' state="initial"'])
def test_xliff_2_is_filled(translated, trg, state):
    content = TWO.format(trg=trg, unit="", state=state, target="")

    found = translated(content, upper, name="a.xlf").decode()

    new = '\n  <target>A <pc id="1">B</pc><ph id="2"/></target>'
    assert found == TWO.format(
        trg=' trgLang="de"', unit="", state=' state="translated"', target=new
    )


@pytest.mark.parametrize(
    ("unit_attributes", "state", "target"),
    [
        (' translate="no"', "", ""),
        ("", "", "<target>x</target>"),
        ("", ' state="final"', "<target></target>"),
        ("", ' state="translated"', '<target>a <pc id="1">b</pc><ph id="2"/></target>'),
    ],
)
def test_what_is_done_in_xliff_2_is_left_alone(translated, unit_attributes, state, target):
    content = TWO.format(trg=' trgLang="de"', unit=unit_attributes, state=state, target=target)

    assert translated(content, upper, name="a.xlf").decode() == content


def test_an_untouched_copy_in_xliff_2_is_translated(translated):
    copy = '<target>a <pc id="1">b</pc><ph id="2"/></target>'
    content = TWO.format(trg=' trgLang="de"', unit="", state=' state="initial"', target=copy)

    found = translated(content, upper, name="a.xlf").decode()

    assert '<target>A <pc id="1">B</pc><ph id="2"/></target>' in found


def test_native_code_of_xliff_2_says_which_tags_are_line_breaks(segments_of):
    content = (
        '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en" '
        'trgLang="de"><file id="f"><unit id="1"><originalData><data id="1">&lt;br/&gt;</data>'
        '<data id="2">&lt;b/&gt;</data></originalData><segment><source>a<ph id="2" dataRef="1"/>b'
        '<ph id="1" dataRef="2"/>c</source></segment></unit><unit id="2"><segment><source>a'
        '<ph id="1" dataRef="1"/>b</source></segment></unit></file></xliff>'
    )

    assert [each.source for each in segments_of(content, name="a.xlf")] == ["a bc", "ab"]
