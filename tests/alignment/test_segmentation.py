import numpy as np
import pytest

from attnstudio.alignment.cells import Cells
from attnstudio.alignment.segmentation import Cut, CutCorpus


@pytest.mark.parametrize(
    ("cut", "word", "pieces"),
    [
        (Cut(), "walked", ("walked",)),
        (Cut(4), "walked", ("walk",)),
        (Cut(4), "walk", ("walk",)),
        (Cut(4, keeps_rest=True), "walked", ("walk", "\ned")),
        (Cut(4, keeps_rest=True), "walk", ("walk",)),
        (Cut(-3, keeps_rest=True), "walked", ("wal", "\nked")),
        (Cut(-3, keeps_rest=True), "asked", ("asked",)),  # two letters are no stem
        (Cut(-3, keeps_rest=True), "ask", ("ask",)),
        (Cut(3), "书", ("书",)),
    ],
)
def test_words_are_cut(cut, word, pieces):
    assert cut.pieces(word) == pieces


@pytest.fixture
def corpus():
    """Two pairs: "walked on" with "zou", "on" with "pas zouli"; two words are cut."""
    words = Cells.of_lengths(np.array([2, 1]), np.array([1, 2]))
    cut = Cut(3, keeps_rest=True)
    return CutCorpus.of_words(words, ["walked", "on", "on"], ["zou", "pas", "zouli"], cut)


def test_pieces_know_their_words_and_their_sentences(corpus):
    assert corpus.sources.pieces == ["wal", "\nked", "on", "on"]
    assert corpus.sources.words.tolist() == [0, 0, 1, 2]
    assert corpus.sources.lengths.tolist() == [3, 1]
    assert corpus.targets.lengths.tolist() == [1, 3]
    assert len(corpus.cells) == 3 * 1 + 1 * 3


def test_a_word_translates_what_its_pieces_together_are_translated_by(corpus):
    posteriors = np.array([0.3, 0.5, 0.1, 0.2, 0.4, 0.9], np.float32)

    # "zou" translates "walked" by either piece; of "zouli" the more willing piece translates "on"
    forward = corpus.forward_of_words(posteriors)
    np.testing.assert_allclose(forward, [0.8, 0.1, 0.2, 0.9], rtol=1e-6)
    # of "walked" the more willing piece translates "zou"; "on" translates "zouli" by either piece
    backward = corpus.backward_of_words(posteriors)
    np.testing.assert_allclose(backward, [0.5, 0.1, 0.2, 1.0], rtol=1e-6)


def test_links_of_whole_words_stay_as_they_are():
    words = Cells.of_lengths(np.array([2, 0, 1]), np.array([2, 3, 2]))
    corpus = CutCorpus.of_words(words, ["a", "b", "c"], list("defghij")[:7], Cut())
    posteriors = np.random.default_rng(0).random(len(words)).astype(np.float32)

    assert (corpus.forward_of_words(posteriors) == posteriors).all()
    assert (corpus.backward_of_words(posteriors) == posteriors).all()
