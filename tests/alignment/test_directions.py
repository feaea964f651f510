import numpy as np
import pytest

from attnstudio.alignment.cells import Cells
from attnstudio.alignment.directions import ROUNDS_WITHOUT_ORDER, BothDirections
from attnstudio.alignment.lexicon import Vocabulary

TEXT = [
    ("das haus", "the house"),
    ("das buch", "the book"),
    ("ein buch", "a book"),
    ("ein haus ja", "a house"),
] * 3


def models_of(pairs):
    sides = [[line.split() for line in side] for side in zip(*pairs, strict=True)]
    lengths = np.array([[len(words) for words in side] for side in sides])
    cells = Cells.of_lengths(*lengths)
    words = [Vocabulary.of_words([word for line in side for word in line]) for side in sides]
    return BothDirections.of_corpus(cells, *words, np.ones(len(cells), np.float32))


def test_model_1_equals_its_formula():
    """Every source word is as likely as another: Brown et al. 1993, equation 5."""
    models = models_of([("x y", "q")])
    chances = np.array([0.3, 0.1], np.float32)

    models.forward.look_without_order(chances, np.ones(2, np.float32))

    joint = 0.8 / 2 * chances
    none = 0.2 * 1.0
    np.testing.assert_allclose(models.forward.posteriors, joint / (joint.sum() + none), rtol=1e-5)
    assert models.forward.log_likelihood == pytest.approx(np.log(joint.sum() + none), rel=1e-5)


def test_weights_of_cells_are_shares_of_their_word():
    models = models_of([("x y", "q")])

    models.forward.look_without_order(np.full(2, 0.5, np.float32), np.array([1, 3], np.float32))

    first, second = models.forward.posteriors
    assert second == pytest.approx(3 * first)


def test_the_text_becomes_likelier_in_both_directions():
    models = models_of(TEXT)
    seen = []
    for _ in models.learn():
        seen.append((models.forward.log_likelihood, models.backward.log_likelihood))

    without_order = np.array(seen[:ROUNDS_WITHOUT_ORDER])
    assert (np.diff(without_order, axis=0) > 0).all()
    assert models.forward.log_likelihood > without_order[-1, 0]
    assert models.backward.log_likelihood > without_order[-1, 1]


def test_learning_pauses_as_often_as_was_said():
    models = models_of(TEXT)

    assert len(list(models.learn())) == models.steps()


def test_links_are_learnt_in_both_directions():
    models = models_of(TEXT)
    for _ in models.learn():
        pass

    for direction in (models.forward, models.backward):
        links = direction.posteriors[:4].reshape(2, 2)
        assert links.diagonal().min() > 0.8
        assert links[[0, 1], [1, 0]].max() < 0.2


def test_only_what_both_directions_say_is_counted():
    models = models_of([("x y", "q")])
    models.forward.posteriors = np.array([0.5, 0.4], np.float32)
    models.backward.posteriors = np.array([0.0, 0.9], np.float32)

    models._agree()

    np.testing.assert_allclose(models.lexicon.links, [0.0, 0.6], rtol=1e-5)


def test_a_word_that_has_no_partner_links_nothing():
    models = models_of([(f"{line} naja{pair}", other) for pair, (line, other) in enumerate(TEXT)])
    for _ in models.learn():
        pass

    links = models.forward.posteriors[:6].reshape(3, 2)
    assert links[2].sum() < 0.3
    assert models.backward.posteriors[:6].reshape(3, 2)[2].sum() < 0.5


def test_words_of_two_words_link_both():
    models = models_of(
        [("x zum", "a to the"), ("zum y", "to the b"), ("z zum x", "c to the a"), ("y z", "b c")]
        * 5
    )
    for _ in models.learn():
        pass

    links = models.forward.posteriors[:6].reshape(2, 3)
    assert links[1, 1:].min() > 0.8


def test_cells_without_weight_stay_without_links():
    models = models_of(TEXT)
    models.weights[0] = 0
    for _ in models.learn():
        assert models.forward.posteriors[0] == 0
        assert models.backward.posteriors[0] == 0


def test_posteriors_of_a_word_sum_to_at_most_one():
    models = models_of(TEXT)
    for _ in models.learn():
        cells = models.lexicon.cells
        forward = np.bincount(cells.target_words, weights=models.forward.posteriors)
        backward = np.bincount(cells.source_words, weights=models.backward.posteriors)
        assert max(forward.max(), backward.max()) < 1 + 1e-4
