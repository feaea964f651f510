"""How the heads of a checkpoint look over sentences that are held out, and what they leave out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from attnstudio.corpus.parallel_corpus import Split
from attnstudio.errors import CorpusError
from attnstudio.evaluation.head_numbers import HeadTotals
from attnstudio.evaluation.zero_words import ZeroWord, ZeroWordCounts
from attnstudio.project.attention_numbers import learnt_numbers, parts_to_read
from attnstudio.project.measured_pairs import spread
from attnstudio.project.run_loading import LoadedRun
from attnstudio.sites import Site
from attnstudio.training.head_quantities import HeadNumbers

SENTENCES = 200


@dataclass(frozen=True, slots=True)
class HeadReading:
    """What was found.

    Attributes:
        sentences: how many were read, each with its own translation.
        numbers: of each head, by site and quantity, as a training tells them of fewer sentences.
        zero_shares: the share of exact zeros at each site, of all its heads.
        words: those of the sources, most often left out first; see `ZeroWord`.
        zeros: how many looks at a word of the source gave it exactly nothing.
        looks: of how many.
    """

    sentences: int
    numbers: HeadNumbers
    zero_shares: Mapping[Site, float]
    words: tuple[ZeroWord, ...]
    zeros: int
    looks: int


def read_heads(
    loaded: LoadedRun,
    *,
    split: Split = Split.VALID,
    sentences: int = SENTENCES,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> HeadReading | None:
    """Read sentences with their own translations, and keep none of them in memory.

    Args:
        loaded: the model.
        split: whose sentences.
        sentences: at most so many, evenly from the whole split.
        progress: told how many sentences of how many are done.
        should_stop: asked every few sentences.

    Returns:
        None when stopped; a reading without numbers of a model without attention.

    Raises:
        CorpusError: the split has no pairs, or their texts are damaged.
    """
    corpus = loaded.corpus
    corpus.check()  # a figure of other texts would look like one of these
    chosen = [corpus[i] for i in spread(corpus.indices(split).tolist(), sentences)]
    pairs = [loaded.translator.read_forced(pair.source, pair.target) for pair in chosen]
    if not pairs:
        raise CorpusError(
            "The project has no pairs to look at.",
            hint="Choose another part of the corpus, or import pairs for this one.",
        )
    totals, words, done = HeadTotals(), ZeroWordCounts(), 0
    for some in parts_to_read(loaded.translator, pairs):
        if should_stop():
            return None
        for record in loaded.translator.records(some):
            totals.add(record)
            words.add(record)
        done += len(some)
        progress(done, len(pairs))
    return HeadReading(
        sentences=len(pairs),
        numbers={**totals.means(), **learnt_numbers(loaded.translator)},
        zero_shares=totals.zero_shares(),
        words=words.words(),
        zeros=words.zeros,
        looks=words.looks,
    )
