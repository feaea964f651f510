"""Tags in translations: each exactly once, nested, and where the links say."""

import re
from collections import Counter
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attnstudio.documents.document import Filled
from attnstudio.documents.elements import read_marked
from attnstudio.documents.inline import read_inline
from attnstudio.documents.placing import filled_content

_WORDS = ("un", "mot", "&amp;", "x&lt;y", "字", "كلمة", "fin.")
_TAG = re.compile(r"<[^>]+>")


def placed(source, target, links=None):
    """The target's content for a source's; links as ``0-1 1-0``."""
    marked = read_marked(f"<seg>{source}</seg>", "x.xml")
    inline = read_inline(marked, len("<seg>"), len(f"<seg>{source}"))
    pairs = links and tuple(tuple(map(int, link.split("-"))) for link in links.split())
    return filled_content(inline, Filled(target, pairs))


@pytest.mark.parametrize(
    ("source", "target", "links", "expected"),
    [
        # A pair follows its word to where it went.
        ("a <g>red</g> cat", "un chat rouge", "0-0 1-2 2-1", "un chat <g>rouge</g>"),
        ("<g>red</g> cat", "chat rouge", "0-1 1-0", "chat <g>rouge</g>"),
        # One wrong link does not carry it over the sentence.
        (
            "the <g>big dog</g> sees a bird",
            "le gros chien voit un oiseau",
            "0-0 1-1 2-2 2-5 3-3 4-4 5-5",
            "le <g>gros chien</g> voit un oiseau",
        ),
        # Pairs side by side may change places; those inside another stay inside.
        ("<a>b</a> <c>d</c>", "D B", "0-1 1-0", "<c>D</c> <a>B</a>"),
        ("<a>b <c>d</c></a> e", "E D B", "0-2 1-1 2-0", "E <a><c>D</c> B</a>"),
        # At the ends they stay at the ends, with the spaces there.
        ("<g>a b</g>", "B A", "0-1 1-0", "<g>B A</g>"),
        (" <x/>\n <g>a b</g> <y/>", "B A", "0-1 1-0", " <x/>\n <g>B A</g> <y/>"),
        ("<g>a <h>b</h></g>", "B A", "0-1 1-0", "<g><h>B</h> A</g>"),
        # A tag that stands alone stays with the word that it stands at, and keeps its spaces.
        ("a <x/>b c", "A C B", "0-0 1-2 2-1", "A C <x/>B"),
        ("a<x/> b c", "B A C", "0-1 1-0 2-2", "B A<x/> C"),
        ("a <x/> b", "A B", "0-0 1-1", "A <x/> B"),
        ("a <x/> b", "甲乙", "0-0 1-1", "甲<x/>乙"),
        ('a<x ctype="lb"/>b', "A B", "0-0 1-1", 'A<x ctype="lb"/>B'),
        ("is<ph>&lt;br></ph>a", "A B", "0-0 1-1", "A<ph>&lt;br></ph>B"),
        ('a<x id="1" equiv-text="&lt;br/>"/>b', "A B", "0-0 1-1",
         'A<x id="1" equiv-text="&lt;br/>"/>B'),
        ("is<ph>\\n</ph>a", "A B", "0-0 1-1", "A<ph>\\n</ph>B"),
        ('a <x ctype="lb"/> b', "A B", "0-0 1-1", 'A <x ctype="lb"/> B'),
        ('<x ctype="lb"/>a b<x ctype="lb"/>', "A B", "0-0 1-1",
         '<x ctype="lb"/>A B<x ctype="lb"/>'),
        ("a<x/>, b", "A, B", "0-0 1-1 2-2", "A<x/>, B"),
        # Two elements open and close.
        (
            'a <bpt i="1">&lt;b></bpt>red<ept i="1">&lt;/b></ept> cat',
            "un chat rouge",
            "0-0 1-2 2-1",
            'un chat <bpt i="1">&lt;b></bpt>rouge<ept i="1">&lt;/b></ept>',
        ),
        ('a <bx id="1" rid="2"/>b<ex id="3" rid="2"/> c', "C B A", "0-2 1-1 2-0",
         'C <bx id="1" rid="2"/>B<ex id="3" rid="2"/> A'),
        ('a <sc id="1"/>b<ec startRef="1"/> c', "C B A", "0-2 1-1 2-0",
         'C <sc id="1"/>B<ec startRef="1"/> A'),
        # What is native code, or protected, is part of the tag and no word.
        ("a <ph>{<sub>title</sub>}</ph> b", "A B", "0-0 1-1", "A <ph>{<sub>title</sub>}</ph> B"),
        ('a <mrk mtype="protected">X</mrk> b', "A B", "0-0 1-1",
         'A <mrk mtype="protected">X</mrk> B'),
        ('a <mrk mtype="x-sdl-deleted">X</mrk>b', "A B", "0-0 1-1", "A B"),
        # Without links, in proportion.
        ("a b <g>c</g> d", "A B C D", None, "A B <g>C</g> D"),
        # What is markup to XML is written as text.
        ("a &lt; <g>b</g> c", "A < B & C", "0-0 1-1 2-2 3-4", "A &lt; <g>B</g> &amp; C"),
        ("<![CDATA[a <]]> <g>b</g> c", "A < B C", "0-0 1-1 2-2 3-3", "A &lt; <g>B</g> C"),
        # In the middle of a word a pair goes around all of it.
        ("an un<g>believ</g>able day", "ein toller Tag", "0-0 1-1 2-2", "ein <g>toller</g> Tag"),
        # No word, or no link to one.
        ("a <g>b</g> c", "", "", "<g></g>"),
        ("a <g/> b", "A B", "0-0 1-1", "A <g/> B"),
    ],
)  # fmt: skip
def test_tags_follow_the_words(source, target, links, expected):
    assert placed(source, target, links) == expected


@pytest.mark.parametrize(
    "source",
    [
        '<x id="0"/>a <bpt i="1"/>b <bpt i="2"/>c<ept i="1"/> d<ept i="2"/> e',
        'a <g><bx id="1"/>b c</g> d<ex id="1"/> e',
        'a <bx id="1"/>b <g>c<ex id="1"/> d</g> e',
        "<g>a <h>b</h> <x/>c</g> d",
    ],
)
def test_the_same_text_with_links_to_itself_has_its_tags_where_they_were(source):
    text = " ".join(_TAG.sub("", source).split())

    assert placed(source, text, " ".join(f"{n}-{n}" for n in range(5))) == source


def test_what_xml_forbids_is_left_out():
    found = placed("a <g>b</g> c", "A\0 B\x1b \ufffeC")

    assert "".join(ElementTree.fromstring(f"<s>{found}</s>").itertext()) == "A B C"


def test_of_tags_that_cross_the_one_that_opens_comes_first():
    source = 'a <bpt i="1"/>b <bpt i="2"/>c<ept i="1"/> d<ept i="2"/> e'

    found = placed(source, "E D C B A", "0-4 1-3 2-2 3-1 4-0")

    tags = _TAG.findall(found)
    assert Counter(tags) == Counter(_TAG.findall(source))
    assert tags.index('<bpt i="1"/>') < tags.index('<ept i="1"/>')
    assert tags.index('<bpt i="2"/>') < tags.index('<ept i="2"/>')


@st.composite
def marked_sentences(draw):
    """A sentence in words with tags of all kinds, each with a number of its own."""
    number = iter(range(1_000))

    def content(depth):
        parts = []
        for _ in range(draw(st.integers(0, 4))):
            kind = draw(st.sampled_from(("word", "word", "alone", "around", "two", "opening")))
            space = draw(st.sampled_from((" ", " ", "")))
            name = next(number)
            if kind == "word" or depth > 3:
                parts.append(draw(st.sampled_from(_WORDS)) + space)
            elif kind == "alone":
                parts.append(f'<x id="{name}"/>{space}')
            elif kind == "around":
                parts.append(f'<g id="{name}">{content(depth + 1)}</g>{space}')
            elif kind == "two":
                inside = content(depth + 1)
                parts.append(f'<bx id="{name}"/>{inside}<ex id="{name}"/>{space}')
            else:  # its end may come anywhere, or not at all
                parts.append(f'<bpt i="{name % 3}" n="{name}"/>{content(depth + 1)}')
                parts += [f'<ept i="{name % 3}" n="{name}"/>'] * draw(st.integers(0, 1))
        return "".join(parts)

    return content(0)


@settings(max_examples=200, deadline=None)
@given(
    source=marked_sentences(),
    target=st.lists(st.sampled_from(("Wort", "<", "&", "词", "كلمة", ",")), max_size=9),
    links=st.none() | st.lists(st.tuples(st.integers(0, 12), st.integers(0, 9)), max_size=12),
)
def test_each_tag_is_there_once_and_all_are_well_formed(source, target, links):
    text = " ".join(target)
    pairs = links and " ".join(f"{one}-{other}" for one, other in links)

    found = placed(source, text, pairs)

    before, after = (ElementTree.fromstring(f"<s>{part}</s>") for part in (source, found))
    assert Counter(_TAG.findall(source)) == Counter(_TAG.findall(found))
    assert "".join("".join(after.itertext()).split()) == "".join(text.split())
    assert _inside(before) == _inside(after)
    assert _open_before_they_close(found)


def _inside(element, above=()):
    """Of each element, which elements of the same text it stands in."""
    found = {}
    for child in element:
        name = child.tag + child.get("id", child.get("n", ""))
        found[name] = above if child.tag in "gx" else ()
        found |= _inside(child, (*above, name))
    return found


def _open_before_they_close(text):
    opened, closed = (
        {found[1]: found.start() for found in re.finditer(rf'<{name} id="(\d+)"', text)}
        for name in ("bx", "ex")
    )
    return all(opened[name] < closed[name] for name in closed)
