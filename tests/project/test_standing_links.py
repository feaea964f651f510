"""Links that a person gave stand in the word list and in every file, others as they were found."""

import numpy as np
import pytest

from attnstudio.corpus.alignment import Alignment, GoldLinks, Span
from attnstudio.corpus.gold_reader import GoldNotation
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.interpretation.words import word_spans
from attnstudio.project.corpus_links import CorpusLinks
from attnstudio.project.corrections import (
    Correction,
    PairTexts,
    keep_corrections,
    write_correction,
)
from attnstudio.project.gold_import import import_gold
from attnstudio.project.link_export import LinkFormat, write_links
from attnstudio.project.link_files import LinkFolderWriter
from attnstudio.project.standing_links import StandingLinks, state_of_given
from attnstudio.project.word_list import make_word_list

TEXTS = [("the dog runs", "Hund rennt"), ("a cat", "Katze")]
FOUND = [[(0, 0), (2, 1)], [(1, 0)]]  # the first links "the" where "dog" is right
WITH_ARTICLE = GoldLinks(
    (Span(0, 7), Span(8, 12)), (Span(0, 4), Span(5, 10)), Alignment.from_pharaoh("0-0 1-1")
)


@pytest.fixture
def project(empty):
    """A project of two pairs with links, the first of them wrong."""
    with empty.changing(), empty.corpus_writer() as writer:
        for source, target in TEXTS:
            writer.add(SentencePair(source, target), Split.TRAIN)
        empty.set_corpus(writer.finish())
    folder = empty.links / empty.file.corpus
    folder.mkdir(parents=True)
    with LinkFolderWriter(folder) as writer:
        for (source, target), links in zip(TEXTS, FOUND, strict=True):
            confidences = np.full(len(links), 0.5, np.float32)
            writer.add(word_spans(source), word_spans(target), np.array(links), confidences, 0.5)
        writer.seal(empty.corpus(), 1)
    return empty


def correction(pharaoh, **more):
    source, target = TEXTS[0]
    links = GoldLinks(word_spans(source), word_spans(target), Alignment.from_pharaoh(pharaoh))
    found = Alignment.from_pharaoh("0-0 2-1")
    return Correction(PairTexts(source, target), links, found, **more)


def standing(project):
    corpus = project.corpus()
    found = CorpusLinks.open(project, corpus.hash)
    return corpus, StandingLinks.read(project, corpus, found)


def written(project, form):
    path = project.folder / "out"
    assert write_links(path, form, *standing(project))
    return path.read_text("utf-8")


def entries(project):
    return {(e.source, e.target): e.confidence for e in make_word_list(*standing(project)).entries}


WRONG = {("the", "Hund"): 0.5, ("runs", "rennt"): 0.5, ("cat", "Katze"): 0.5}
RIGHT = {("dog", "Hund"): 1.0, ("runs", "rennt"): 1.0, ("cat", "Katze"): 0.5}


def test_the_word_list_counts_corrections_until_they_are_taken_back(project):
    assert entries(project) == WRONG

    write_correction(project, correction("1-0 2-1"))
    assert entries(project) == RIGHT
    keep_corrections(project)
    assert entries(project) == RIGHT
    write_correction(project, correction("1-0 2-1", is_withdrawn=True))

    assert entries(project) == WRONG
    keep_corrections(project)
    assert entries(project) == WRONG


def test_possible_links_of_a_person_are_kept_but_not_counted(project):
    write_correction(project, correction("0p0 1-0"))

    pair = standing(project)[1][0]

    assert set(entries(project)) == {("dog", "Hund"), ("cat", "Katze")}
    assert (pair.alignment().to_pharaoh(), pair.alignment(0.1).to_pharaoh()) == ("1-0", "0-0 1-0")


WRITTEN = {
    LinkFormat.PHARAOH: ("0-0 2-1\n1-0\n", "1-0\n1-0\n"),
    LinkFormat.NAACL: (
        "1 1 1 S 0.5000\n1 3 2 S 0.5000\n2 2 1 S 0.5000\n",
        "1 2 1 S 1.0000\n1 3 2 P 0.2500\n2 2 1 S 0.5000\n",
    ),
    LinkFormat.GIZA: (
        "alignment score : 0.5\nHund rennt \n"
        "NULL ({ }) the ({ 1 }) dog ({ }) runs ({ 2 }) \n",
        "alignment score : 0.5\nHund rennt \n"
        "NULL ({ 2 }) the ({ }) dog ({ 1 }) runs ({ }) \n",
    ),
    LinkFormat.TSV: (
        "1\tthe\tHund\t0.5000\n1\truns\trennt\t0.5000\n2\tcat\tKatze\t0.5000\n",
        "1\tdog\tHund\t1.0000\n2\tcat\tKatze\t0.5000\n",
    ),
    LinkFormat.TMX: (
        '<hi type="term" x="1">the</hi> dog <hi type="term" x="2">runs</hi>',
        'the <hi type="term" x="1">dog</hi> runs<',
    ),
    LinkFormat.WORDS: ("the\tHund\t1\t1.0000\t1.0000\t0.5", "dog\tHund\t1\t1.0000\t1.0000\t1.0"),
}  # fmt: skip


@pytest.mark.parametrize("form", LinkFormat)
def test_every_format_has_the_corrected_links_until_they_are_taken_back(project, form):
    before, after = WRITTEN[form]
    assert before in written(project, form)

    write_correction(project, correction("1-0 2p1"))
    assert after in written(project, form)
    keep_corrections(project)
    assert after in written(project, form)
    write_correction(project, correction("1-0 2p1", is_withdrawn=True))

    assert before in written(project, form)


@pytest.mark.parametrize("form", LinkFormat)
def test_every_format_has_imported_gold(project, form):
    import_gold(project, "a.gold", ["1-0 2p1", ""], GoldNotation())

    assert WRITTEN[form][1] in written(project, form)


def test_links_are_counted_as_they_stand(project):
    assert standing(project)[1].totals() == (3, 0.5)

    write_correction(project, correction("1-0 2p1"))  # "the" has none: 0, 1, .25, 1 and .25
    corrected = (2, pytest.approx((0.5 + 0.5) / 2))
    assert standing(project)[1].totals() == corrected
    keep_corrections(project)
    assert standing(project)[1].totals() == corrected
    write_correction(project, correction("0-0 1-0 2-1", is_withdrawn=True))
    assert standing(project)[1].totals() == (3, 0.5)
    write_correction(project, correction("0-0 1-0 2-1"))
    assert standing(project)[1].totals() == (4, pytest.approx((1.0 + 0.5) / 2))


def test_words_are_cut_as_the_person_cut_them(project):
    texts = PairTexts(*TEXTS[0])
    write_correction(project, Correction(texts, WITH_ARTICLE, Alignment()))

    assert ("the dog", "Hund") in entries(project)
    assert "1\tthe dog\tHund\t1.0000\n" in written(project, LinkFormat.TSV)
    assert "source length 2 target length 2 alignment score : 1\n" in written(
        project, LinkFormat.GIZA
    )


def test_the_found_links_stay_as_they_were_found(project):
    write_correction(project, correction("1-0 2-1"))
    keep_corrections(project)

    found = CorpusLinks.open(project, project.file.corpus)

    assert found[0].alignment().to_pharaoh() == "0-0 2-1"


def test_it_is_seen_that_other_links_are_given(project):
    states = [state_of_given(project, project.corpus())]
    write_correction(project, correction("1-0 2-1"))
    states.append(state_of_given(project, project.corpus()))
    keep_corrections(project)
    states.append(state_of_given(project, project.corpus()))
    with project.changing(), project.corpus_writer() as writer:
        writer.add_corpus(project.corpus(), np.ones(2, np.uint8))
        project.set_corpus(writer.finish())

    assert len(set(states)) == 3
    assert state_of_given(project, project.corpus()) == states[-1]  # another split gives no links
