import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnstudio.corpus.alignment import Alignment, GoldLinks, Link, Span, swap_sides
from attnstudio.errors import AlignmentError

places = st.integers(0, 200)
links = st.frozensets(st.builds(Link, places, places), max_size=20)
alignments = st.builds(Alignment, links, links)
spans = st.lists(st.builds(Span, places, places), max_size=8).map(tuple)


@given(alignments)
def test_pharaoh_text_says_all_of_an_alignment(alignment):
    assert alignment == Alignment.from_pharaoh(alignment.to_pharaoh())


def test_sure_links_have_a_dash_and_possible_ones_a_p():
    alignment = Alignment.from_pharaoh(" 0-1\t2p3 10-0 ")

    assert {Link(0, 1), Link(10, 0)} == alignment.sure
    assert {Link(0, 1), Link(2, 3), Link(10, 0)} == alignment.possible
    assert alignment.to_pharaoh() == "0-1 2p3 10-0"


def test_every_sure_link_is_possible():
    assert Alignment(frozenset({Link(0, 0)})).possible == {Link(0, 0)}


def test_no_links_are_an_empty_line():
    assert Alignment() == Alignment.from_pharaoh("")
    assert Alignment().to_pharaoh() == ""


@pytest.mark.parametrize(
    "item", ["0", "0-", "a-b", "-1-2", "0:1", "0-1-2", "0 - 1", "1.0-2", "٣-1", f"0-{'9' * 5000}"]
)
def test_what_is_no_link_is_named(item):
    with pytest.raises(AlignmentError, match=r"^'.+' is not a link\. Write links as source-target"):
        Alignment.from_pharaoh(item)


@given(alignments)
def test_sides_swapped_twice_are_the_same(alignment):
    assert alignment == swap_sides(swap_sides(alignment))
    assert {(target, source) for source, target in alignment.sure} == swap_sides(alignment).sure


@given(st.builds(GoldLinks, spans, spans, alignments))
def test_a_line_says_all_of_gold_links(gold):
    assert gold == GoldLinks.from_line(gold.to_line())
    assert gold == gold.reversed().reversed()


def test_a_line_of_gold_links_can_be_read_by_people():
    gold = GoldLinks((Span(0, 3), Span(4, 9)), (Span(0, 2),), Alignment.from_pharaoh("0-0 1p0"))

    assert gold.to_line() == "0:3 4:9 ||| 0:2 ||| 0-0 1p0"
