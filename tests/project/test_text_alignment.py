import pytest

from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.interpretation.words import words_of
from attnstudio.project.project import Project
from attnstudio.project.text_alignment import align_beside_corpus


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "The dog's well-known, isn't it?",
            ["The", "dog's", "well-known", ",", "isn't", "it", "?"],
        ),
        ("Hm... «no»!", ["Hm", ".", ".", ".", "«", "no", "»", "!"]),
        ("我喜欢tea。", ["我", "喜", "欢", "tea", "。"]),
        ("مَرْحَبًا بِكَ", ["مَرْحَبًا", "بِكَ"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("3.5 %", ["3", ".", "5", "%"]),
        ("", []),
        ("  ", []),
    ],
)
def test_the_words_of_a_text(text, words):
    assert words_of(text) == words


def test_a_corpus_teaches_what_a_single_pair_cannot(project, pairs):
    pair = pairs[7]
    sources, targets = [pair.source.split()], [pair.target.split()]

    alone = align_beside_corpus(None, sources, targets)
    beside = align_beside_corpus(project.corpus(), sources, targets)

    right = "0-2 1-3 2-1 3-4 4-5"  # of 5-0 nothing can be learnt: it is in every pair
    assert beside.chances[0].links().to_pharaoh() == right
    assert alone.chances[0].links().to_pharaoh() != right
    assert (len(alone.chances), alone.learnt_from) == (1, 1)
    trained = project.corpus().counts()[Split.TRAIN]
    assert (len(beside.chances), beside.learnt_from) == (1, 1 + trained)


def test_of_a_large_corpus_a_part_is_learnt_from_evenly(project, monkeypatch):
    monkeypatch.setattr("attnstudio.project.text_alignment._MOST_LEARNT", 100)
    found = align_beside_corpus(project.corpus(), [["dog"]], [["Hund"]])

    assert 50 < found.learnt_from <= 101


def test_a_corpus_without_training_pairs_teaches_nothing(tmp_path):
    project = Project.create(tmp_path / "project", "en", "de")
    with project.changing(), project.corpus_writer() as writer:
        writer.add(SentencePair("a", "b"), Split.TEST)
        project.set_corpus(writer.finish())

    assert align_beside_corpus(project.corpus(), [["a"]], [["b"]]).learnt_from == 1


def test_it_can_be_stopped(project):
    assert align_beside_corpus(project.corpus(), [["a"]], [["b"]], should_stop=lambda: True) is None
