import pytest

from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.project.project import Project
from attnstudio.project.word_alignment import WordPair, joiners_of


@pytest.fixture
def project(tmp_path):
    """What is tested alone has spaces before its signs; the target side never has them after."""
    project = Project.create(tmp_path / "project", "en", "de")
    with project.changing(), project.corpus_writer() as writer:
        for number in range(9):
            writer.add(
                SentencePair(f"Dog, {number} cats.", f"Hund,Katze {number} und Maus ."), Split.TRAIN
            )
        for _ in range(40):
            writer.add(SentencePair("A dog , a cat .", "Ein Hund , eine Katze ."), Split.TEST)
        project.set_corpus(writer.finish())
    return project


@pytest.mark.parametrize("reverse", [False, True])
def test_tokens_become_the_text_that_the_model_has_learnt(project, reverse):
    given = ["A dog , a cat .", "Ein Hund , eine Katze ."]
    written = ["A dog, a cat.", "Ein Hund,eine Katze ."]
    joiners = joiners_of(project.corpus(reverse=reverse))

    sides = [1, 0] if reverse else [0, 1]
    pair = WordPair.of_tokens(
        *(join(given[side].split()) for join, side in zip(joiners, sides, strict=True))
    )

    assert [pair.source, pair.target] == [written[side] for side in sides]
    words = [pair.source[start:end] for start, end in pair.source_spans]
    assert words == given[sides[0]].split()
    assert [pair.target[a:b] for a, b in pair.target_spans] == given[sides[1]].split()


def test_tokens_of_a_project_without_text_keep_their_spaces(tmp_path):
    project = Project.create(tmp_path / "empty", "en", "de")
    with project.changing(), project.corpus_writer() as writer:
        writer.add(SentencePair("a.", "b."), Split.TEST)
        project.set_corpus(writer.finish())

    for join in joiners_of(project.corpus()):
        assert join(["a", "."]).text == "a ."
