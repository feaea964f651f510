"""Which pairs the attention is held against gold links on."""

import pytest

from attnstudio.corpus.alignment import Alignment, GoldLinks, Span
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.project.measured_pairs import gold_pairs, spread
from attnstudio.project.taught import taught_pairs

LINKS = GoldLinks((Span(0, 1),), (Span(0, 1),), Alignment.from_pharaoh("0-0"))


def nothing(_):
    return False


def some(count, *, linked, name):
    links = LINKS if linked else None
    return [SentencePair(f"{name} {number}", f"{name} {number}", links) for number in range(count)]


@pytest.fixture
def corpus_with(empty, fill):
    """A corpus with so many linked pairs in each split, a pair without links before each."""

    def make(**counts):
        return fill(
            empty,
            **{
                split: some(3, linked=False, name=split)
                + some(count, linked=True, name=f"{split}+")
                for split, count in counts.items()
            },
        )

    return make


def test_a_validation_split_with_enough_links_is_asked_alone(corpus_with):
    corpus = corpus_with(train=50, valid=20, test=50)

    found = gold_pairs(corpus, is_taught=nothing)

    assert found.splits == (Split.VALID,)
    assert sorted(found.pairs) == corpus.indices(Split.VALID)[3:].tolist()


def test_training_pairs_join_a_validation_split_with_few_links_and_test_pairs_never(corpus_with):
    corpus = corpus_with(train=50, valid=19, test=50)

    found = gold_pairs(corpus, is_taught=nothing)

    assert found.splits == (Split.VALID, Split.TRAIN)
    assert {corpus.source(pair).split("+")[0] for pair in found.pairs} == {"valid", "train"}
    assert len(found.pairs) == 19 + 50


def test_pairs_whose_links_are_taught_say_nothing(corpus_with, small_config):
    corpus = corpus_with(train=5, valid=1)

    for links, asked in (("given", 1), ("both", 1), ("found", 1 + 5)):
        config = small_config(guidance={"weight": 1.0, "links": links})
        found = gold_pairs(corpus, is_taught=taught_pairs(config, corpus))
        assert len(found.pairs) == asked
    untaught = gold_pairs(corpus, is_taught=taught_pairs(small_config(), corpus))
    assert len(untaught.pairs) == 1 + 5


def test_at_most_200_are_asked_evenly(corpus_with):
    corpus = corpus_with(train=500)

    found = gold_pairs(corpus, is_taught=nothing)

    assert len(found.pairs) == 200
    assert (found.pairs[0], found.pairs[-1]) == (3, 502)
    assert spread(range(5), 9) == [0, 1, 2, 3, 4]


def test_a_corpus_without_links_has_none_to_ask(corpus_with):
    assert gold_pairs(corpus_with(train=0, valid=0), is_taught=nothing).pairs == ()
