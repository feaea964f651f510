"""Gold links from a file for pairs that are there: all that fit, or none."""

import pytest
from word_spans import space_spans

from attnstudio.corpus.alignment import Alignment, GoldLinks
from attnstudio.corpus.gold_reader import PLAIN, GoldNotation, MisreadGoldError
from attnstudio.errors import AlignmentError
from attnstudio.project.corrections import Correction, PairTexts, write_correction
from attnstudio.project.gold_import import import_gold
from attnstudio.project.project import Project

PAIRS = [f"a b {number}|x y z {number}" for number in range(12)]


@pytest.fixture
def filled(empty, fill):
    fill(empty, train=PAIRS)
    return empty


def links_of(project):
    corpus = Project.open(project.folder).corpus()
    golds = [corpus.gold(pair) for pair in range(len(corpus))]
    return [gold and gold.alignment.to_pharaoh() for gold in golds]


def test_pairs_get_the_links_of_their_lines(filled):
    before = filled.file.corpus

    done = import_gold(filled, "x.gold", ["0-0 1p1", *[""] * 10, "2-3"], PLAIN)

    assert (done.pairs, done.before.corpus) == (2, before)
    assert links_of(filled) == ["0-0 1p1", *[None] * 10, "2-3"]
    assert filled.corpus().gold(11).target_spans == space_spans("x y z 11")
    assert import_gold(filled, "x.gold", ["0-0 1p1", *[""] * 10, "2-3"], PLAIN).pairs == 0


def test_a_correction_of_the_person_stays(filled):
    texts = PairTexts("a b 0", "x y z 0")
    links = GoldLinks(*map(space_spans, texts), Alignment.from_pharaoh("2-3"))
    write_correction(filled, Correction(texts, links, Alignment()))

    import_gold(filled, "x.gold", ["0-0"] * 12, PLAIN)

    assert links_of(filled) == [None, *["0-0"] * 11]


@pytest.mark.parametrize(
    ("line", "fitting"),
    [("0-0 3-2", GoldNotation(is_reversed=True)), ("1-1 3-4", GoldNotation(base=1))],
    ids=["reversed", "from 1"],
)
def test_a_misread_file_is_refused_with_how_it_fits(filled, line, fitting):
    with pytest.raises(MisreadGoldError) as refusal:
        import_gold(filled, "x.gold", [line] * 12, PLAIN)

    assert refusal.value.fitting == fitting
    assert links_of(filled) == [None] * 12
    import_gold(filled, "x.gold", [line] * 12, refusal.value.fitting)
    assert links_of(filled) == ["0-0 2-3"] * 12


def test_a_line_that_does_not_fit_refuses_the_file(filled):
    lines = ["0-0", "9-9", "7-7", *["0-0"] * 9]

    with pytest.raises(AlignmentError, match=r"^x\.gold, line 2: Link 9-9 leaves the pair"):
        import_gold(filled, "x.gold", lines, PLAIN)
    assert links_of(filled) == [None] * 12
