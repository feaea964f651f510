import numpy as np
import pytest

from attnstudio.alignment.link_chances import CorpusLinkChances, LinkChances
from attnstudio.alignment.symmetrisation import Symmetrisation

CHANCES = LinkChances(
    np.array([[0.9, 0.1], [0.0, 0.3], [0.0, 0.4]], np.float32),
    np.array([[0.7, 0.2], [0.1, 0.8], [0.0, 0.3]], np.float32),
)


def test_confidence_is_the_mean_of_both_directions():
    np.testing.assert_allclose(CHANCES.confidence, [[0.8, 0.15], [0.05, 0.55], [0, 0.35]])


def test_links_are_those_above_the_threshold():
    assert CHANCES.links(0.5).to_pharaoh() == "0-0 1-1"
    assert CHANCES.links(0.3).to_pharaoh() == "0-0 1-1 2-1"
    assert CHANCES.links(1.0).to_pharaoh() == ""


@pytest.mark.parametrize(
    ("method", "links"),
    [
        # a target word's best: 0-0 2-1, a source word's: 0-0 1-1, of source 2 none
        (Symmetrisation.INTERSECTION, "0-0"),
        (Symmetrisation.UNION, "0-0 1-1 2-1"),
        (Symmetrisation.GROW_DIAG_FINAL_AND, "0-0 1-1 2-1"),
    ],
)
def test_best_links_of_both_directions_are_joined(method, links):
    assert CHANCES.joined(method).to_pharaoh() == links


def test_best_links_name_their_sides():
    crossed = np.array([[0, 0, 0.9], [0.9, 0, 0]], np.float32)

    joined = LinkChances(crossed, crossed).joined(Symmetrisation.INTERSECTION)

    assert joined.to_pharaoh() == "0-2 1-0"


def test_a_pair_without_words_has_no_links():
    none = LinkChances(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.float32))

    assert not none.links().possible
    assert not none.joined(Symmetrisation.UNION).possible


def test_a_corpus_gives_each_pair_its_chances():
    corpus = CorpusLinkChances(
        ((1, 2), (9, 9), (2, 1)),
        frozenset({1}),
        np.array([0, 2, 2, 4]),
        np.arange(4, dtype=np.float32),
        np.arange(4, 8, dtype=np.float32),
    )

    assert len(corpus) == 3
    assert corpus[0].forward.tolist() == [[0, 1]]
    assert not corpus[1].confidence.any()
    assert corpus[1].confidence.shape == (9, 9)
    assert corpus[2].backward.tolist() == [[6], [7]]
    with pytest.raises(IndexError):
        corpus[3]
