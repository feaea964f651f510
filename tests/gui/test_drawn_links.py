"""The same links of a pair are drawn wherever it is shown, as certain as they were found."""

import numpy as np
import pytest
from made_links import links_of
from PySide6.QtWidgets import QLabel
from word_spans import space_spans

from attnstudio.corpus.alignment import Alignment, GoldLinks
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.gui.corpus.gold_links import LinkPictureBox
from attnstudio.gui.links.linked_words import linked_words
from attnstudio.gui.links.word_examples import linked_pair
from attnstudio.gui.look.theme import colours_of
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.project.link_editing import editable_pair
from attnstudio.project.project import Project
from attnstudio.project.standing_links import StandingLinks

TEXTS = ("the old house", "das alte Haus")
GIVEN = Alignment.from_pharaoh("0-0 1p1 2-2")


class FoundLinks(list):
    """Of one pair."""

    scores = np.array([0.7], np.float32)


FOUND = FoundLinks([links_of(*TEXTS, "0-0:.95 1-1:.5 1-2:.2 2-2:.8")])


@pytest.mark.parametrize("given", [None, GoldLinks(*map(space_spans, TEXTS), GIVEN)])
def test_a_pair_looks_the_same_where_it_is_shown_and_where_it_is_corrected(tmp_path, given):
    project = Project.create(tmp_path / "one", "en", "de")
    with project.changing(), project.corpus_writer() as writer:
        writer.add(SentencePair(*TEXTS, given), Split.TRAIN)
        project.set_corpus(writer.finish())
    corpus = project.corpus()

    shown = linked_pair(corpus[0], StandingLinks(corpus, FOUND, {})[0]).gold.alignment
    pair = editable_pair(corpus, FOUND, {}, 0)
    words = linked_words(
        pair.texts, (pair.source_spans, pair.target_spans), pair.links, pair.found, pair.confidences
    )

    assert shown.possible == words.links.possible == GIVEN.possible  # not what hardly is a link
    assert shown.sure == {link for link in shown.possible if words.is_drawn_sure(link)}
    assert shown.sure == GIVEN.sure
    assert words.are_found is (given is None)


def seen_in(box):
    return {label.text() for label in box.findChildren(QLabel) if label.isVisible()}


def test_a_picture_of_found_links_says_so(qtbot):
    box = LinkPictureBox()
    qtbot.addWidget(box)
    box.resize(600, 240)
    box.show()
    pair = linked_pair(SentencePair(*TEXTS), FOUND[0])

    box.show_pair(pair, ((), ()), are_found=True)
    assert {"found", "found, less certain"} <= seen_in(box)
    assert not {"sure", "possible"} & seen_in(box)
    assert warning_pixels(box.picture) == 0
    assert "(less certain)" in box.picture.words_of(ChosenToken(Side.SOURCE, 1))

    box.show_pair(pair, ((), ()))
    assert {"sure", "possible"} <= seen_in(box)
    assert not {"found", "found, less certain"} & seen_in(box)
    assert warning_pixels(box.picture) > 0
    assert "(possible)" in box.picture.words_of(ChosenToken(Side.SOURCE, 1))


def warning_pixels(picture):
    """How much has the colour of possible links."""
    image = picture.viewport().grab().toImage()
    wanted = colours_of(picture.palette()).warning
    return sum(
        image.pixelColor(x, y).name() == wanted
        for x in range(image.width())
        for y in range(image.height())
    )
