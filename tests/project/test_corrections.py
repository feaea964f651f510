"""Corrected word links: a line each at once, a version of the corpus when they are kept."""

import pytest
from word_spans import space_spans

from attnstudio.config import CleaningConfig
from attnstudio.corpus.alignment import Alignment, GoldLinks
from attnstudio.corpus.cleaning import NO_CLEANING
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.project.cleaning import clean, undo_cleaning
from attnstudio.project.copying import copy_project
from attnstudio.project.corpus_history import go_to
from attnstudio.project.corrections import (
    NAME,
    Correction,
    PairTexts,
    is_held_out,
    keep_corrections,
    read_corrections,
    unkept_pairs,
    write_correction,
)
from attnstudio.project.project import Project

IDENTICAL = NO_CLEANING.model_copy(update={"identical": True})


def links(source, target, pharaoh):
    return GoldLinks(space_spans(source), space_spans(target), Alignment.from_pharaoh(pharaoh))


def linked(source, target, pharaoh):
    return SentencePair(source, target, links(source, target, pharaoh))


def corrected(source, target, pharaoh, found="", former=None, **more):
    return Correction(
        PairTexts(source, target),
        links(source, target, pharaoh),
        Alignment.from_pharaoh(found),
        former,
        **more,
    )


HOUSE = corrected("old house", "altes Haus", "0-0 1p1", found="0-1 1-1")


@pytest.fixture
def filled(empty, fill):
    fill(
        empty,
        train=["a|b", "old house|altes Haus", linked("c d", "e f", "0-1")],
        valid=["g|h"],
        test=["old house|altes Haus", "i|j"],
    )
    return empty


def gold_of(corpus):
    return [corpus.gold(pair) for pair in range(len(corpus))]


def test_a_correction_is_read_as_it_was_written(empty):
    write_correction(empty, HOUSE)

    assert read_corrections(Project.open(empty.folder)) == {HOUSE.texts: HOUSE}


def test_the_last_correction_of_a_pair_counts(empty):
    again = corrected("old house", "altes Haus", "0-0")
    for correction in (HOUSE, corrected("a", "b", "0-0"), again):
        write_correction(empty, correction)

    assert list(read_corrections(empty).values()) == [corrected("a", "b", "0-0"), again]


@pytest.mark.parametrize(
    "line",
    [
        '{"source": "old hou',
        "[]",
        '{"source": "a", "target": "b", "links": "0:1 ||| 0:2 ||| 0-0", "found": ""}',
        '{"source": "a", "target": "b", "links": "0:1 ||| 0:1 ||| 0-1", "found": ""}',
        '{"source": "a", "target": "b", "links": "0:1 ||| 0:1 ||| 0-0", "found": "0-1"}',
        '{"source": "a", "target": "b", "links": "0:1 ||| 0-0", "found": ""}',
    ],
    ids=["torn", "no table", "word outside", "link outside", "found outside", "no spans"],
)
def test_a_line_that_is_torn_or_none_is_passed_over_and_the_next_is_whole(empty, line):
    (empty.folder / NAME).write_text(line, "utf-8")
    write_correction(empty, HOUSE)

    assert read_corrections(empty) == {HOUSE.texts: HOUSE}


def test_nothing_was_corrected_yet(filled):
    before = filled.file

    kept = keep_corrections(filled)

    assert (read_corrections(filled), kept.pairs, kept.before) == ({}, 0, kept.after)
    assert filled.file == before


def test_kept_corrections_are_a_version_and_all_else_stays(filled):
    before = filled.corpus()
    write_correction(filled, HOUSE)
    assert set(unkept_pairs(before, read_corrections(filled))) == {1, 4}

    kept = keep_corrections(filled)

    after = Project.open(filled.folder).corpus()
    assert kept.pairs == 2
    assert gold_of(after) == [None, HOUSE.links, before.gold(2), None, HOUSE.links, None]
    assert [after.source(pair) for pair in range(6)] == [before.source(pair) for pair in range(6)]
    assert after.split_codes().tolist() == before.split_codes().tolist()
    assert unkept_pairs(after, read_corrections(filled)) == {}
    assert gold_of(ParallelCorpus(before.folder)) == gold_of(before)  # runs may name it


def test_kept_corrections_are_undone_as_other_changes_of_the_corpus(filled):
    write_correction(filled, HOUSE)
    before = filled.file.corpus
    kept = keep_corrections(filled)

    go_to(filled, kept.before, instead_of=kept.after)

    assert filled.file.corpus == before
    assert len(unkept_pairs(filled.corpus(), read_corrections(filled))) == 2


def test_a_withdrawn_correction_leaves_the_gold_that_was_there(filled):
    former = filled.corpus().gold(2)
    write_correction(filled, corrected("c d", "e f", "1-0", former=former))
    keep_corrections(filled)
    assert filled.corpus().gold(2) == links("c d", "e f", "1-0")

    write_correction(filled, corrected("c d", "e f", "1-0", former=former, is_withdrawn=True))
    keep_corrections(filled)

    assert filled.corpus().gold(2) == former


def test_keeping_that_is_stopped_leaves_the_corpus(filled):
    write_correction(filled, HOUSE)
    before = filled.file

    assert keep_corrections(filled, should_stop=lambda: True) is None
    assert Project.open(filled.folder).file == before
    assert [path.name for path in filled.corpora.iterdir()] == [before.corpus]


def test_corrections_find_their_pairs_after_a_cleaning(filled, fill):
    fill(filled, train=["x|x"])
    write_correction(filled, HOUSE)
    clean(filled, IDENTICAL)

    keep_corrections(filled)

    assert filled.corpus().gold(1) == HOUSE.links


def test_a_cleaning_that_is_taken_back_leaves_the_corrections(empty, fill):
    fill(empty, train=["x|x", linked("c d", "e f", "0-1"), "old house|altes Haus"])
    clean(empty, IDENTICAL)
    write_correction(empty, HOUSE)
    keep_corrections(empty)

    undo_cleaning(empty)

    corpus = empty.corpus()
    assert [corpus.source(pair) for pair in range(3)] == ["x", "c d", "old house"]
    assert gold_of(corpus) == [None, links("c d", "e f", "0-1"), HOUSE.links]


def test_cleaning_keeps_what_was_corrected(filled):
    write_correction(filled, HOUSE)
    keep_corrections(filled)

    clean(filled, CleaningConfig())

    assert HOUSE.links in gold_of(filled.corpus())


def test_a_new_run_goes_by_what_was_corrected(project, new_run):
    pair = project.corpus()[0]
    gold = GoldLinks(space_spans(pair.source), space_spans(pair.target), HOUSE.links.alignment)
    texts = PairTexts(pair.source, pair.target)
    write_correction(project, Correction(texts, gold, Alignment()))

    run = new_run(project)

    assert run.definition().corpus == project.file.corpus
    assert project.corpus().gold(0) == gold


def test_a_copy_of_the_project_has_them(filled, tmp_path):
    write_correction(filled, HOUSE)

    copy = copy_project(filled.folder, tmp_path / "copy")

    assert read_corrections(Project.open(copy)) == {HOUSE.texts: HOUSE}


def test_a_tenth_is_held_out_and_always_the_same():
    pairs = [(f"source {number}", f"target {number}") for number in range(2_000)]
    held_out = [pair for pair in pairs if is_held_out(*pair)]

    assert 150 < len(held_out) < 250
    assert held_out[0] == ("source 14", "target 14")
