"""Sentences of a run's corpus, to be asked about one after the other."""

from __future__ import annotations

import random

from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.corpus.sentence_pair import SentencePair


class SentencePicking:
    """A place among the pairs that a model was not trained on, or among all where there are none.

    Args:
        corpus: in the direction of the run.
    """

    def __init__(self, corpus: ParallelCorpus) -> None:
        self._corpus = corpus
        self._place = -1

    def pick(self, move: int) -> SentencePair | None:
        """The pair so many places further, or a random one for 0; None where there is none."""
        corpus = self._corpus
        places = [*corpus.indices(Split.TEST).tolist(), *corpus.indices(Split.VALID).tolist()]
        places = places or corpus.indices(Split.TRAIN).tolist()
        if not places:
            return None
        if move == 0:
            self._place = random.randrange(len(places))
        else:
            self._place = (self._place + move) % len(places)
        return corpus[places[self._place]]
