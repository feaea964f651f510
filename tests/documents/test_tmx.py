"""Translation memories: units without a target get a variant, and nothing else changes."""

import codecs

import pytest
from documents import parsed

from attnstudio.errors import DocumentError

HEAD = """<?xml version="1.0" encoding="{encoding}"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<!-- a comment with <tu> -->
<?a processing instruction?>
<tmx version='1.4'><header   srclang="en" x:note='a > b' xmlns:x="urn:x"/>
 <body >
"""
EMPTY = """  <tu tuid="1" >
   <tuv xml:lang='en-US'>
    <seg>a <bpt i="1">&lt;b></bpt>cat<ept i="1">&lt;/b></ept> &amp; dog</seg>
   </tuv>
  </tu>
"""
FILLED = """  <tu><tuv xml:lang="en"><seg>yes</seg></tuv>
  <tuv xml:lang="DE-AT"><seg>ja</seg></tuv></tu>
"""
TAIL = " </body>\n</tmx>\n"


def memory(*units, encoding="UTF-8"):
    return HEAD.format(encoding=encoding) + "".join(units) + TAIL


def test_a_unit_without_a_target_gets_a_variant_beside_its_source(translated):
    content = memory(EMPTY, FILLED)

    found = translated(content, lambda _: "eine Katze < Hund", name="a.tmx").decode()

    new = """
   <tuv xml:lang="DE-AT">
    <seg>eine <bpt i="1">&lt;b></bpt>Katze<ept i="1">&lt;/b></ept> &lt; Hund</seg>
   </tuv>"""
    assert found == content.replace("</tuv>\n  </tu>\n", f"</tuv>{new}\n  </tu>\n")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig", "iso-8859-1"])
def test_encodings_marks_and_line_ends_stay(translated, encoding, end):
    declared = "ISO-8859-1" if encoding == "iso-8859-1" else encoding.upper().removesuffix("-SIG")
    content = memory(EMPTY, FILLED, encoding=declared).replace("\n", end).encode(encoding)

    found = translated(content, lambda _: "große Katze 猫", name="a.tmx")

    last = 'cat<ept i="1">&lt;/b></ept> &amp; dog</seg>'
    kept = content.decode(encoding)[: content.decode(encoding).index(last) + len(last)]
    assert found.startswith(kept.encode(encoding).removesuffix(b"\0\0"))
    assert found.startswith(codecs.BOM_UTF8) is (encoding == "utf-8-sig")
    assert end == "\n" or b"\n" not in found.replace(end.encode("utf-16-le"), b"").replace(
        b"\r\n", b""
    )
    [_, segment] = parsed(found).findall("body/tu[1]/tuv/seg")
    assert "".join(segment.itertext()).replace("<b>", "").replace("</b>", "") == "große Katze 猫"


def test_what_is_translated_already_stays_to_the_last_byte(translated):
    content = memory(FILLED).encode()

    assert translated(content, lambda _: "nein", name="a.tmx") == content


def test_an_empty_variant_is_filled(translated):
    unit = '<tu><tuv lang="en"><seg>yes</seg></tuv><tuv lang="de">{}</tuv></tu>'

    for empty in ("<seg></seg>", "<seg />", "<seg> </seg>"):
        found = translated(memory(unit.format(empty)), lambda _: "ja", name="a.tmx").decode()
        assert unit.format("<seg>ja</seg>") in found


def test_a_new_variant_is_the_last_one(translated):
    unit = (
        '<tu><tuv xml:lang="en"><seg>yes</seg></tuv><tuv xml:lang="fr"><seg>oui</seg></tuv>{}</tu>'
    )

    found = translated(memory(unit.format("")), lambda _: "ja", name="a.tmx").decode()

    assert unit.format('<tuv xml:lang="de"><seg>ja</seg></tuv>') in found


def test_a_new_variant_has_a_line_of_its_own_where_the_last_one_has(translated):
    unit = """<tu>
  <tuv xml:lang="en"><seg>a</seg></tuv><tuv xml:lang="fr"><seg>b</seg></tuv></tu>"""

    found = translated(memory(unit), lambda _: "X", name="a.tmx").decode()

    new = '<tuv xml:lang="de"><seg>X</seg></tuv>'
    assert found == memory(unit.replace("</tu>", f"{new}</tu>"))


def test_older_files_name_languages_without_a_prefix(translated):
    content = memory('<tu><tuv lang="EN"><seg>yes</seg></tuv></tu>')

    found = translated(content, lambda _: "ja", name="a.tmx").decode()

    assert '<tuv lang="EN"><seg>yes</seg></tuv><tuv lang="de"><seg>ja</seg></tuv></tu>' in found


def test_segments_say_what_there_is(segments_of):
    unit = '<tu><tuv xml:lang="fr"><seg>oui</seg></tuv></tu>'
    blank = '<tu><tuv xml:lang="en"><seg> <ph/> </seg></tuv></tu>'

    found = segments_of(memory(EMPTY, unit, blank, FILLED), name="a.tmx")

    assert [(s.source, s.target, s.is_done, s.place, s.needs_links) for s in found] == [
        ("a cat & dog", None, False, "unit 1", True),
        ("yes", "ja", True, "unit 4", False),
    ]


def test_either_direction_can_be_asked_for(segments_of):
    [found] = segments_of(memory(EMPTY, FILLED), name="a.tmx", languages=("de", "en"))

    assert (found.source, found.target) == ("ja", "yes")


def test_entities_of_the_file_and_of_html_are_read(segments_of):
    content = memory('<tu><tuv xml:lang="en"><seg>&me; &eacute; &#65; &lt;</seg></tuv></tu>')
    content = content.replace('"tmx14.dtd"', '"tmx14.dtd" [<!ENTITY me "name">]')

    [found] = segments_of(content, name="a.tmx")

    assert found.source == "name é A <"


def test_a_memory_of_other_languages_is_refused(segments_of):
    with pytest.raises(DocumentError, match=r"a.tmx has no text in fr\. It has: DE-AT, en, en-US"):
        segments_of(memory(EMPTY, FILLED), name="a.tmx", languages=("fr", "de"))


def test_a_memory_that_names_no_target_needs_one(segments_of):
    with pytest.raises(DocumentError, match="does not say which language"):
        segments_of(memory(EMPTY), name="a.tmx", languages=None)


def test_a_memory_of_two_languages_says_all_itself(segments_of):
    unit = '<tu><tuv xml:lang="en"><seg>no</seg></tuv></tu>'

    found = segments_of(memory(unit, FILLED), name="a.tmx", languages=None)

    assert [each.is_done for each in found] == [False, True]
