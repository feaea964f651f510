"""Every measure of the charts is explained, and judged where a value means something by itself."""

import math

import pytest

from attnstudio.gui.charts.measures import measure_words, verdict
from attnstudio.training.curves import Metric


@pytest.mark.parametrize("metric", list(Metric))
def test_every_measure_is_explained(metric):
    words = measure_words(metric)

    assert words.direction
    assert words.what.endswith(".")
    assert words.rests_on.endswith(".")


@pytest.mark.parametrize(
    ("metric", "value", "words"),
    [
        (Metric.BLEU, 3.0, "not usable yet"),
        (Metric.BLEU, 30.0, "understandable"),
        (Metric.BLEU, 40.0, "good"),
        (Metric.CHRF, 29.9, "not usable yet"),
        (Metric.AER, 0.2, "as good as word aligners"),
        (Metric.AER, 0.9, "hardly follows the words"),
        (Metric.PERPLEXITY, 2.0, "rarely in doubt"),
        (Metric.VALIDATION_LOSS, math.log(2.0), "rarely in doubt"),
        (Metric.TRAINING_LOSS, 9_999.0, "close to guessing"),
        (Metric.SPEED, 900.0, ""),
        (Metric.BLEU, None, ""),
        (Metric.TRAINING_LOSS, math.nan, ""),
    ],
)
def test_a_value_is_judged_in_words(metric, value, words):
    assert verdict(metric, value) == words
