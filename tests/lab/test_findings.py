"""What is said of a measurement, on made numbers."""

from dataclasses import replace

import pytest
from lab_reports import made_curve, made_report

from attnstudio.lab.findings import (
    PieceLengths,
    disturbance_words,
    end_words,
    findings,
    rounded,
)
from attnstudio.lab.kinds import Growth
from attnstudio.lab.report import LineEnd, Measure, Work

USUAL = made_curve(lambda n: 4 + 0.2 * n + 0.001 * n**2)
WINDOW = made_curve(
    lambda n: 4 + 0.9 * n, kind="transformer.reach=window", label="Window", growth=Growth.BAND
)
DEAR = made_curve(lambda n: 9 + 0.4 * n + 0.002 * n**2, kind="dear", label="Dear")
CORPUS = PieceLengths(7, 34, 61)
LONG = PieceLengths(300, 1500, 3000)


def said(*curves, lengths=None, measure=Measure.SECONDS):
    return findings(made_report(*curves), Work.TRAINING, measure, lengths)


def test_a_crossing_is_named_with_the_longest_sentence():
    first, second, third = said(USUAL, WINDOW, DEAR, lengths=CORPUS)

    assert first == (
        "For sentences like yours, up to 61 pieces, nothing takes clearly less time than "
        "Transformer."
    )
    assert second == "Window pays from about 690 pieces; your longest sentence has 61."
    assert third == (
        "Of the time that a training step takes with your longest sentence, 61 pieces, 19% grows "
        "with n² (Transformer, by its law)."
    )


def test_long_sentences_are_told_what_pays_for_them():
    assert said(USUAL, WINDOW, DEAR, lengths=LONG)[0] == (
        "For sentences like yours less time is taken by: Window."
    )


def test_without_a_corpus_the_crossing_stands_alone():
    assert said(USUAL, WINDOW) == [
        "Window pays from about 690 pieces: less time than Transformer from there on."
    ]


def test_it_is_said_when_nothing_pays():
    assert said(USUAL, DEAR) == [
        "Nothing pays: up to 4,096 pieces none of the others takes clearly less time than "
        "Transformer."
    ]


def test_one_line_alone_is_not_compared():
    assert said(USUAL) == []
    assert findings(made_report(), Work.TRAINING, Measure.SECONDS) == []


def test_memory_is_called_so():
    small = made_curve(lambda n: n, label="Small", megabytes=lambda n: n / 3)
    assert said(USUAL, small, measure=Measure.MEMORY) == [
        "Small takes less memory than Transformer at every length that was measured."
    ]
    assert said(USUAL, small, replace(small, label="other"), measure=Measure.MEMORY) == [
        "Small; other take less memory than Transformer at every length that was measured."
    ]


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (LineEnd.TOO_SLOW, "the next length would take more than 3 s each time."),
        (LineEnd.TOO_LARGE, "the next length might take more than half of the free memory."),
    ],
)
def test_a_line_that_ends_early_says_why(end, words):
    curve = made_curve(lambda n: n, lengths=(8, 16), end=end)

    assert end_words(made_report(curve), Work.TRAINING, 3.0) == [
        f"Transformer ends at 16 pieces: {words}"
    ]
    other = made_curve(lambda n: n, label="other", lengths=(8, 16), end=end)
    assert end_words(made_report(other, curve), Work.TRAINING, 3.0) == [
        f"Other; Transformer end at 16 pieces: {words}"
    ]
    assert end_words(made_report(USUAL), Work.TRAINING, 3.0) == []


def test_a_busy_machine_is_told_and_a_quiet_one_is_not():
    assert disturbance_words(made_report(USUAL, others_cores=0.1)) == ""
    assert disturbance_words(made_report(USUAL, others_cores=1.23)).startswith(
        "Other programs took 1.2 of 2 cores meanwhile:"
    )


@pytest.mark.parametrize(
    ("length", "words"), [(7.4, "7.4"), (61.2, "61"), (703.0, "700"), (1449.0, "1,400")]
)
def test_a_length_has_two_figures(length, words):
    assert rounded(length) == words.replace("7.4", "7")


def test_a_law_that_does_not_fit_concludes_nothing():
    torn = made_curve(lambda n: (4 + 0.2 * n + 0.001 * n**2) * (3 if n in (512, 2048) else 1))
    assert not [words for words in said(torn, DEAR, lengths=CORPUS) if "grows with n²" in words]
