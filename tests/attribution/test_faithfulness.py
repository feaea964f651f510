"""Comprehensiveness and sufficiency where the answer is known, and against single passes."""

import math

import numpy as np
import torch
from made_models import copying, made_example, one_by_one
from tiny_models import ATTENTIVE, build

from attnstudio.attribution.example import Example
from attnstudio.attribution.faithfulness import faithfulness, top_words
from attnstudio.sites import SOURCE
from attnstudio.tokenizer import END_ID, UNKNOWN_ID


def test_the_top_fifth_is_at_least_one_word_and_of_equals_the_first():
    assert top_words([0.1, 0.5, 0.5, 0.2, 0.0]) == (1,)
    assert top_words([0.1, 0.5, 0.6, 0.2, 0.0, -3.0]) == (1, 2)
    assert top_words([0.3]) == (0,)
    assert top_words([]) == ()


def test_what_a_copy_needs_is_the_word_that_it_copies():
    source = torch.tensor([[5, 8, 6, 7, 9, END_ID]])
    example = Example(SOURCE, source, source[:, :2], [(0,), (1,), (2,), (3,), (4,)])
    sure = math.exp(6) / (math.exp(6) + 11)
    lost = 1 / (math.exp(6) + 11)
    right = faithfulness(copying(), example, np.eye(5)[:2])
    np.testing.assert_allclose(right.comprehensiveness, sure - lost, atol=1e-5)
    np.testing.assert_allclose(right.sufficiency, 0.0, atol=1e-5)
    wrong = faithfulness(copying(), example, np.eye(5)[2:4])
    np.testing.assert_allclose(wrong.comprehensiveness, 0.0, atol=1e-5)
    np.testing.assert_allclose(wrong.sufficiency, sure - lost, atol=1e-5)


def test_both_are_what_two_single_passes_lose():
    model, example = build(ATTENTIVE["transformer"]), made_example()
    source, targets = example.source[0].tolist(), example.targets[0].tolist()
    rankings = [[0.3, 0.2, 0.1], [0.1, 0.2, 0.3], [0.1, 0.3, 0.2], [3, 2, 1], [1, 2, 3]]
    found = faithfulness(model, example, rankings)
    full = np.exp(one_by_one(model, source, targets))
    for t, ranking in enumerate(rankings):
        top = int(np.argmax(ranking))
        inside = [place for place in range(4) if place in example.words[top]]
        without = [UNKNOWN_ID if i in inside else piece for i, piece in enumerate(source)]
        alone = [
            UNKNOWN_ID if i < 4 and i not in inside else piece for i, piece in enumerate(source)
        ]
        lost = full[t] - np.exp(one_by_one(model, without, targets))[t]
        missing = full[t] - np.exp(one_by_one(model, alone, targets))[t]
        np.testing.assert_allclose(found.comprehensiveness[t], lost, atol=1e-5)
        np.testing.assert_allclose(found.sufficiency[t], missing, atol=1e-5)
