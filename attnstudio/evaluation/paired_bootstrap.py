"""Whether two translations of one test set differ in BLEU by more than the choice of its sentences.

The paired bootstrap of Koehn 2004 (Statistical significance tests for machine translation
evaluation): the same sentences are drawn with replacement for both, a thousand times, and the
middle 95 % of the differences are looked at. It says nothing of other seeds: a model that is
trained again translates otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sacrebleu.metrics.bleu import BLEU

from attnstudio.evaluation.bootstrap import Interval, interval_of, resampled_totals
from attnstudio.evaluation.metrics import bleu_tokenizer

_ORDERS = 4  # BLEU counts rows of one to four words (Papineni et al. 2002)
COUNTS = 2 * _ORDERS + 2


def bleu_counts(
    hypotheses: Sequence[str], references: Sequence[str], language: str
) -> NDArray[np.int64]:
    """All that BLEU needs of each sentence.

    Args:
        hypotheses: plain text, not tokenised.
        references: the same number.
        language: tag of the target language; it decides how words are found.

    Returns:
        (sentences, COUNTS): rows of one to four words that are right; all such rows; words of the
        translation and of the reference.
    """
    bleu = BLEU(tokenize=bleu_tokenizer(language), force=True, effective_order=True)
    rows = []
    for hypothesis, reference in zip(hypotheses, references, strict=True):
        found = bleu.sentence_score(hypothesis, [reference])
        rows.append([*found.counts, *found.totals, found.sys_len, found.ref_len])
    return np.array(rows, dtype=np.int64).reshape(-1, COUNTS)


def bleu_of(totals: NDArray[np.int64]) -> float:
    """BLEU of summed counts, as sacrebleu scores a corpus.

    Args:
        totals: (COUNTS,).
    """
    counts = totals.tolist()
    found = BLEU.compute_bleu(
        correct=counts[:_ORDERS],
        total=counts[_ORDERS : 2 * _ORDERS],
        sys_len=counts[-2],
        ref_len=counts[-1],
        smooth_method="exp",  # what sacrebleu does where nobody says otherwise
    )
    return float(found.score)


def paired_interval(one: NDArray[np.int64], other: NDArray[np.int64]) -> Interval:
    """Where the BLEU of one less that of another lies with 95 %, over draws of the sentences.

    Args:
        one: counts of each sentence, (sentences, COUNTS).
        other: of the same sentences in the same order.
    """
    both = resampled_totals(np.concatenate([one, other], axis=1))
    differences = [bleu_of(drawn[:COUNTS]) - bleu_of(drawn[COUNTS:]) for drawn in both]
    return interval_of(np.array(differences))
