"""What links say of pairs: each kind of finding in a corpus made by rule, and none of itself."""

from dataclasses import replace

import numpy as np
import pytest
from made_links import corpus_of, links_of, made_pairs

from attnstudio.project.finding_table import in_words, to_table
from attnstudio.project.link_findings import FindingKind, find_in_links
from attnstudio.project.translation_scores import DOUBTFUL, translation_scores


def found_in(project, pairs):
    corpus, links = corpus_of(project, pairs)
    return corpus, links, find_in_links(corpus, links)


def test_nothing_is_found_where_all_is_as_usual(empty):
    assert found_in(empty, made_pairs())[2] == []


def test_a_pair_of_strangers_is_no_translation_and_nothing_else_is_said_of_it(empty):
    pairs = made_pairs()
    pairs[5] = (pairs[5][0], "das Gans gewinnt.", "0-0:.5 1-1:.3 2-2:.3 3-3")

    [finding] = found_in(empty, pairs)[2]

    assert (finding.kind, finding.pair) == (FindingKind.NOT_TRANSLATED, 5)
    assert 0 < finding.figure < DOUBTFUL


def test_a_pair_whose_words_a_person_linked_is_a_translation(empty):
    pairs = made_pairs()
    pairs[5] = (pairs[5][0], "das Gans gewinnt.", "2-2:1")
    corpus, links = corpus_of(empty, pairs)
    assert [one.pair for one in find_in_links(corpus, links)] == [5]

    links[5] = replace(links[5], are_given=True)
    kinds = {one.kind for one in find_in_links(corpus, links)}
    assert FindingKind.NOT_TRANSLATED not in kinds
    assert translation_scores(corpus, links)[5] == 1

    links[5] = replace(links_of(*pairs[5][:2], ""), are_given=True)  # all taken out: none says so
    [finding] = find_in_links(corpus, links)
    assert (finding.kind, finding.pair) == (FindingKind.NOT_TRANSLATED, 5)


def test_links_that_one_direction_alone_draws_are_weak(empty):
    pairs = made_pairs()
    pairs[7] = (*pairs[7][:2], "0-0:.55 1-1:.65 2-2:.6 3-3:.9")

    [finding] = found_in(empty, pairs)[2]

    assert (finding.kind, finding.pair) == (FindingKind.WEAK, 7)
    assert finding.figure == pytest.approx(0.6)  # the sign does not count


@pytest.mark.parametrize(
    ("source", "target", "links", "words"),
    [
        ("the dog eats.", "das frisst.", "0-0 2-1 3-2", ("dog", "", ("Hund",))),
        ("the eats.", "das Hund frisst.", "0-0 1-2 2-3", ("", "Hund", ("dog",))),
    ],
)
def test_a_word_that_mostly_has_a_link_and_has_none_here(empty, source, target, links, words):
    pairs = made_pairs()
    pairs[0] = (source, target, links)
    corpus, found_links, findings = found_in(empty, pairs)

    [row] = [in_words(corpus, found_links, one) for one in findings]

    assert row.finding.kind is FindingKind.UNLINKED
    assert (row.source_words, row.target_words, row.finding.usual) == words
    assert row.finding.figure == pytest.approx(1 / 13)  # by Laplace's rule, of 11 other places


def test_a_word_that_is_linked_to_something_else_than_usual(empty):
    pairs = made_pairs()
    pairs[3] = ("the dog sings.", "das Katze singt.", "0-0 1-1 2-2 3-3")
    corpus, links, findings = found_in(empty, pairs)

    [row] = [in_words(corpus, links, one) for one in findings]

    assert row.finding.kind is FindingKind.UNUSUAL
    assert (row.source_words, row.target_words) == ("dog", "Katze")
    assert row.finding.usual == ("Hund",)
    assert row.finding.figure == pytest.approx(1 / 13)


def test_a_word_that_is_usually_linked_to_nothing_is_no_mistranslation(empty):
    pairs = made_pairs()
    pairs[3] = ("the dog sings.", "das Welpentier singt.", "0-0 1-1 2-2 3-3")

    assert found_in(empty, pairs)[2] == []


def test_another_form_of_the_usual_word_is_usual(empty):
    pairs = made_pairs()
    pairs[3] = ("the dogs sing.", "das Hunde singen.", "0-0 1-1 2-2 3-3")

    assert found_in(empty, pairs)[2] == []


def test_kinds_come_in_order_and_the_table_has_all_of_them(empty):
    pairs = made_pairs()
    pairs[3] = ("the dog sings.", "das Katze singt.", "0-0 1-1 2-2 3-3")
    pairs[20] = (*pairs[20][:2], "0-0:.55 1-1:.65 2-2:.6 3-3:.9")
    corpus, links, findings = found_in(empty, pairs)

    lines = to_table(in_words(corpus, links, one) for one in findings).splitlines()

    assert [one.kind for one in findings] == [FindingKind.WEAK, FindingKind.UNUSUAL]
    assert [line.split("\t")[:5] for line in lines] == [
        ["kind", "pair", "source words", "target words", "usually"],
        ["weak", "21", "", "", ""],
        ["unusual", "4", "dog", "Katze", "Hund"],
    ]
    assert lines[2].endswith("\tthe dog sings.\tdas Katze singt.")


def test_usual_pairs_score_one_and_a_stranger_little(empty):
    pairs = made_pairs()
    pairs[5] = (pairs[5][0], "das Gans gewinnt.", "1-1")  # surely linked, but nowhere else
    pairs[6] = ("the dog", "", "")

    scores = translation_scores(*corpus_of(empty, pairs))

    assert scores[[0, 1, 2]] == pytest.approx(1, abs=0.05)
    assert scores[5] < DOUBTFUL
    assert scores[6] == 0


def test_nothing_is_said_of_a_pair_that_was_too_long_to_be_aligned(empty):
    pairs = made_pairs()
    pairs[5] = (*pairs[5][:2], "")
    corpus, links = corpus_of(empty, pairs)
    links.scores[5] = np.nan

    assert np.isnan(translation_scores(corpus, links)[5])
    assert find_in_links(corpus, links) == []


def test_it_tells_how_far_it_is_and_can_be_stopped(empty):
    corpus, links = corpus_of(empty, made_pairs())
    told = []

    find_in_links(corpus, links, progress=lambda done, total: told.append(done / total))

    assert told == sorted(told)
    assert told[-1] == 1
    assert find_in_links(corpus, links, should_stop=lambda: True) is None
    assert translation_scores(corpus, links, should_stop=lambda: True) is None
