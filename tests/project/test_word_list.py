import numpy as np
import pytest

from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.interpretation.words import word_spans
from attnstudio.project.corpus_links import CorpusLinks
from attnstudio.project.link_files import LinkArrays, LinkFolderWriter
from attnstudio.project.project import Project
from attnstudio.project.standing_links import StandingLinks
from attnstudio.project.word_list import make_word_list, spans_of_entry


def linked(tmp_path, *pairs, languages=("en", "de")):
    """A corpus of ``source | target | links`` and its links; ``0-1:.7`` has a confidence."""
    project = Project.create(tmp_path / "words", *languages)
    texts = [[part.strip() for part in pair.split("|")] for pair in pairs]
    with project.changing(), project.corpus_writer() as writer:
        for source, target, _ in texts:
            writer.add(SentencePair(source, target), Split.TRAIN)
        project.set_corpus(writer.finish())
    corpus = project.corpus()
    folder = project.links / corpus.hash
    folder.mkdir(parents=True)
    with LinkFolderWriter(folder) as writer:
        for source, target, links in texts:
            parts = [item.partition(":") for item in sorted(links.split())]
            places = [tuple(map(int, part[0].split("-"))) for part in parts]
            confidences = np.array([float(part[2] or 0.9) for part in parts], np.float32)
            places = np.array(places, np.int64).reshape(-1, 2)
            writer.add(word_spans(source), word_spans(target), places, confidences, 0.5)
        writer.seal(corpus, 1)
    found = CorpusLinks(corpus.hash, corpus.hash, LinkArrays.read(folder, corpus.hash))
    return corpus, StandingLinks(corpus, found, {})


def entries_of(corpus, links):
    return [
        (entry.source, entry.target, entry.count) for entry in make_word_list(corpus, links).entries
    ]


def test_frequent_entries_come_first_then_sure_ones(tmp_path):
    corpus, links = linked(
        tmp_path,
        "the dog | der Hund | 0-0:.5 1-1:.9",
        "the dog | der Hund | 0-0:.5 1-1:.9",
        "the cat | die Katze | 0-0:.6 1-1:.8",
    )

    words = make_word_list(corpus, links).entries

    assert [(entry.source, entry.target) for entry in words] == [
        ("dog", "Hund"), ("the", "der"), ("cat", "Katze"), ("the", "die"),
    ]  # fmt: skip
    assert [entry.count for entry in words] == [2, 2, 1, 1]
    assert [entry.share for entry in words] == pytest.approx([1, 2 / 3, 1, 1 / 3])
    assert [entry.target_share for entry in words] == [1, 1, 1, 1]
    assert [entry.confidence for entry in words] == pytest.approx([0.9, 0.5, 0.8, 0.6])
    assert [entry.examples for entry in words] == [(0, 1), (0, 1), (2,), (2,)]


def test_capitals_are_one_entry_written_as_is_usual(tmp_path):
    corpus, links = linked(
        tmp_path,
        "The dog | Der Hund | 0-0 1-1",
        "a the DOG | ein der HUND | 1-1 2-2",
        "on the dog | auf der Hund | 1-1 2-2",
    )

    assert entries_of(corpus, links) == [("dog", "Hund", 3), ("the", "der", 3)]


def test_a_capital_at_the_beginning_of_a_sentence_tells_nothing_of_a_word(tmp_path):
    corpus, links = linked(
        tmp_path,
        "The dog ! The dog | Der Hund ! Der Hund | 0-0 1-1 3-3 4-4",
        "“ The dog | „ Der Hund | 1-1 2-2",
        "he said : The dog | er sagte : Der Hund | 3-3 4-4",
        "at the house | an der Ecke | 1-1",
        "Perhaps | Vielleicht | 0-0",
    )

    assert entries_of(corpus, links) == [
        ("the", "der", 5), ("dog", "Hund", 4), ("Perhaps", "Vielleicht", 1),
    ]  # fmt: skip


def test_turkish_has_two_letters_i(tmp_path):
    corpus, links = linked(
        tmp_path,
        "İyi ırmak | Good river | 0-0 1-1",
        "bir iyi IRMAK | a good river | 1-1 2-2",
        "bir irmak | a semolina | 1-1",
        languages=("tr", "en"),
    )

    assert entries_of(corpus, links) == [
        ("iyi", "good", 2), ("ırmak", "river", 2), ("irmak", "semolina", 1)
    ]  # fmt: skip
    [river] = [e for e in make_word_list(corpus, links).entries if e.target == "river"]
    assert spans_of_entry(river, corpus, 1, links[1]) == ([(8, 13)], [(7, 12)])


def test_the_last_letter_of_greek_words_has_one_capital(tmp_path):
    corpus, links = linked(
        tmp_path,
        "ο λόγος | the word | 1-1",
        "ὁ ΛΌΓΟΣ | the word | 1-1",
        "ο Λόγος | the word | 1-1",
        languages=("el", "en"),
    )

    assert entries_of(corpus, links) == [("λόγος", "word", 3)]


def test_german_words_with_ss_and_with_sharp_s_stay_two(tmp_path):
    corpus, links = linked(
        tmp_path, "a size in sizes | ein Maß in Maßen | 3-3", "in masses | in Massen | 1-1"
    )

    assert entries_of(corpus, links) == [("masses", "Massen", 1), ("sizes", "Maßen", 1)]


def test_words_that_are_linked_together_are_one_entry(tmp_path):
    corpus, links = linked(
        tmp_path,
        "he does not buy | il n achete jamais pas | 0-0 2-1 2-4",
        "to buy apples | 买苹果 | 1-0 2-1 2-2",
        "give up now | jetzt aufgeben | 0-1 1-1 2-0",
    )

    assert set(entries_of(corpus, links)) == {
        ("he", "il", 1), ("not", "n … pas", 1),
        ("buy", "买", 1), ("apples", "苹果", 1),
        ("give up", "aufgeben", 1), ("now", "jetzt", 1),
    }  # fmt: skip


def test_signs_and_unsure_links_are_left_out(tmp_path):
    corpus, links = linked(tmp_path, "dog, no! | Hund, nein! | 0-0 1-1 2-2:.4 3-3 1-2")

    assert entries_of(corpus, links) == [("dog", "Hund", 1)]


def test_examples_are_the_surest_pairs_short_ones_first(tmp_path):
    corpus, links = linked(
        tmp_path,
        "dog | Hund | 0-0:.5",
        "a long long dog | ein langer langer Hund | 3-3:.9",
        "my dog | mein Hund | 1-1:.9",
        "this old dog | dieser alte Hund | 2-2:.9",
    )

    [dog] = make_word_list(corpus, links).entries

    assert dog.examples == (2, 3, 1)


def test_it_can_be_stopped_and_says_how_far_it_is(tmp_path):
    corpus, links = linked(tmp_path, *["dog | Hund | 0-0"] * 250)
    told = []

    assert make_word_list(corpus, links, progress=lambda *far: told.append(far)) is not None
    assert told == [(200, 250), (250, 250)]
    assert make_word_list(corpus, links, should_stop=lambda: True) is None


def test_the_words_of_an_entry_are_found_again_in_its_examples(tmp_path):
    corpus, links = linked(tmp_path, "I do NOT buy | je n achete pas | 0-0 2-1 2-3 3-2")

    [entry] = [e for e in make_word_list(corpus, links).entries if e.target == "n … pas"]
    sources, targets = spans_of_entry(entry, corpus, 0, links[0])

    assert [corpus.source(0)[s:e] for s, e in sources] == ["NOT"]
    assert [corpus.target(0)[s:e] for s, e in targets] == ["n", "pas"]
