"""What corrections tell so far, as people read it."""

import pytest
from word_spans import space_spans

from attnstudio.corpus.alignment import Alignment, GoldLinks
from attnstudio.gui.links.correction_words import progress_words
from attnstudio.project.correction_progress import progress_of
from attnstudio.project.corrections import Correction, PairTexts, is_held_out

FOUND = Alignment.from_pharaoh("0-0 1-1 2-2 3-3")


def correction(number, links):
    """Of a pair of four words that is held out where the number is negative."""
    wanted, place = number < 0, abs(number) * 1_000
    while is_held_out(text := f"a b c {place}", text) is not wanted:
        place += 1
    gold = GoldLinks(space_spans(text), space_spans(text), Alignment.from_pharaoh(links))
    return Correction(PairTexts(text, text), gold, FOUND)


def words(*corrections, are_doubtful=False):
    return progress_words(progress_of(corrections), 1500, are_doubtful=are_doubtful)


def test_nothing_is_told_of_nothing():
    assert words() == "Nothing corrected yet."


def test_links_that_are_all_right_are_called_so():
    assert words(correction(1, "0-0 1-1 2-2 3-3")) == (
        "1 of 1,500 sentences corrected · in these no link was wrong or missing · error 0.00"
    )


@pytest.mark.parametrize(
    ("links", "told"),
    [("0-0 1-1 2-2 3p3", "one is only possible"), ("0-0 1-1 2p2 3-3 0p3", "2 are only possible")],
)
def test_a_link_that_was_made_possible_is_told(links, told):
    assert f"in these no link was wrong or missing, {told} · error 0.00" in words(
        correction(1, links)
    )


def test_it_is_said_that_the_least_certain_sentences_tell_nothing_of_the_others():
    told = words(correction(1, "0-0 1-1"), are_doubtful=True)

    assert told.startswith("1 of 1,500 sentences corrected, the least certain ones · in these 1 ")


@pytest.mark.parametrize(
    ("links", "told"),
    [
        ("0-0 1-1 2-2", "1 in 4 links was wrong or missing"),
        ("0-0 1-1 2-2 3-3 3-0", "1 in 5 links was wrong or missing"),
        ("0-0 1-1", "1 in 2 links was wrong or missing"),
        ("0-1 1-0", "most links were wrong or missing"),
    ],
)
def test_wrong_and_missing_links_are_counted_together(links, told):
    assert told in words(correction(1, links))


def test_an_interval_needs_two_pairs_and_held_out_ones_stand_apart():
    told = words(correction(1, "0-0 1-1 2-2 3-3"), correction(2, "0-0 1-1"), correction(-1, "0-0"))

    assert told.startswith("3 of 1,500 sentences corrected · ")
    error, held_out = told.split(" · ")[2:]
    assert error.startswith("error 0.26 (0.")
    assert error.endswith(" to 0.60)")
    assert held_out == "on 1 held out 0.60"
