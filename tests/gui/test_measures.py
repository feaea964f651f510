"""Every measure of the charts is explained, and judged where a value means something by itself."""

import math

import pytest

from attnstudio.gui.charts.measures import measure_words, verdict
from attnstudio.training.metric import METRICS, SPEED
from attnstudio.training.scores import AER, BLEU, CHRF, LOSS, PERPLEXITY, score_named


@pytest.mark.parametrize(
    "score", [*(metric.score for metric in METRICS), score_named("nobodys_own")]
)
def test_every_measure_is_explained(score):
    words = measure_words(score)

    assert words.direction
    assert words.what.endswith(".")
    assert words.rests_on.endswith(".")


@pytest.mark.parametrize(
    ("score", "value", "words"),
    [
        (BLEU, 3.0, "not usable yet"),
        (BLEU, 30.0, "understandable"),
        (BLEU, 40.0, "good"),
        (CHRF, 29.9, "not usable yet"),
        (AER, 0.2, "as good as word aligners"),
        (AER, 0.9, "hardly follows the words"),
        (PERPLEXITY, 2.0, "rarely in doubt"),
        (LOSS, math.log(2.0), "rarely in doubt"),
        (LOSS, 9_999.0, "close to guessing"),
        (SPEED.score, 900.0, ""),
        (BLEU, None, ""),
        (LOSS, math.nan, ""),
    ],
)
def test_a_value_is_judged_in_words(score, value, words):
    assert verdict(score, value) == words
