"""BLEU of two translations of one test set, drawn again and again."""

import numpy as np
import pytest
from sacrebleu.metrics.bleu import BLEU

from attnstudio.evaluation.bootstrap import DRAWS, SEED
from attnstudio.evaluation.paired_bootstrap import COUNTS, bleu_counts, bleu_of, paired_interval

REFERENCES = [
    "the dog sees a bird today .",
    "my man hears the cook , and this boy finds a dog .",
    "a bird knows the man .",
    "this cook sees my boy today , and the bird hears it .",
]
GOOD = [REFERENCES[0], REFERENCES[1], "a bird knows a man .", REFERENCES[3]]
POOR = ["the dog", "my man hears the cook , and this", "a bird knows the man .", "this cook sees"]


def counts(hypotheses, references=REFERENCES, language="en"):
    return bleu_counts(hypotheses, references, language)


@pytest.mark.parametrize("hypotheses", [GOOD, POOR, ["x"] * 4, [""] * 4])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_summed_counts_give_what_sacrebleu_gives(hypotheses, language):
    tokenizer = {"en": "13a", "zh": "zh"}[language]
    expected = BLEU(tokenize=tokenizer, force=True).corpus_score(hypotheses, [REFERENCES]).score

    found = counts(hypotheses, language=language)

    assert found.shape == (4, COUNTS)
    assert bleu_of(found.sum(axis=0)) == pytest.approx(expected, abs=1e-9)


def test_the_interval_is_that_of_corpora_that_are_scored_one_by_one():
    # Nine sentences, so that hardly two draws are alike.
    texts = [REFERENCES * 2 + REFERENCES[:1], GOOD + POOR[::-1] + POOR[:1], POOR + GOOD + GOOD[2:3]]
    generator = np.random.default_rng(SEED)
    bleu = BLEU(force=True)
    differences = []
    for _ in range(DRAWS):
        drawn = generator.integers(9, size=9)
        references, *made = ([text[i] for i in drawn] for text in texts)
        scores = [bleu.corpus_score(each, [references]).score for each in made]
        differences.append(scores[0] - scores[1])

    found = paired_interval(*(counts(each, texts[0]) for each in texts[1:]))

    expected = np.quantile(differences, (0.025, 0.975))
    assert (found.low, found.high) == pytest.approx(expected, abs=1e-9)


def test_the_other_way_round_it_is_the_other_way_round():
    one, other = counts(GOOD), counts(POOR)
    found, turned = paired_interval(one, other), paired_interval(other, one)

    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low), abs=1e-9)


def test_the_same_translations_do_not_differ():
    found = paired_interval(counts(POOR), counts(POOR))

    assert (found.low, found.high) == (0.0, 0.0)


def test_without_sentences_there_are_no_counts():
    assert counts([], []).shape == (0, COUNTS)
