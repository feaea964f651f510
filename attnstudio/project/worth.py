"""How well a model does on some sentences that are held out, as it is and with a change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from attnstudio.config import DecodingConfig
from attnstudio.corpus.alignment import GoldLinks
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.text import clean_text
from attnstudio.errors import CorpusError
from attnstudio.evaluation.alignment_error import score_alignments
from attnstudio.evaluation.evaluation import AVERAGE
from attnstudio.evaluation.metrics import score_translations
from attnstudio.inference.reader import PairToRead
from attnstudio.interpretation.links import word_links
from attnstudio.model.intervention import Intervention
from attnstudio.project.attention_numbers import parts_to_read
from attnstudio.project.corpus_links import CorpusLinks
from attnstudio.project.measured_pairs import spread
from attnstudio.project.project import Project
from attnstudio.project.run_loading import LoadedRun
from attnstudio.project.taught import taught_reading
from attnstudio.reading import Reading

_Item = TypeVar("_Item")

_READ_TOGETHER = 64  # sentences, between two times that somebody is asked whether to stop
_GREEDY = DecodingConfig(beam_size=1)


@dataclass(frozen=True, slots=True)
class Worth:
    """How well a model does.

    Attributes:
        log_probs: natural log probability of each sentence's target, (sentences,).
        bleu: of its translations; None where nobody asked.
        aer: of its links; None where nobody asked.
    """

    log_probs: NDArray[np.float64]
    bleu: float | None
    aer: float | None


@dataclass(frozen=True, slots=True)
class HeldOut:
    """The sentences, and what is asked of the model on them.

    Attributes:
        loaded: the model.
        pairs: as the model is fed them.
        references: what their targets are.
        links: of each pair that has any, in the order of `linked`.
        linked: the pairs that links are read of.
        reading: by which.
    """

    loaded: LoadedRun
    pairs: list[PairToRead]
    references: list[str]
    links: list[GoldLinks]
    linked: list[PairToRead]
    reading: Reading

    @classmethod
    def of(
        cls, project: Project, loaded: LoadedRun, split: Split, sentences: int, *, links: bool
    ) -> HeldOut:
        """At most so many sentences of a split, evenly from the whole.

        Args:
            project: of the run.
            loaded: the model.
            split: whose sentences.
            sentences: how many.
            links: whether links are wanted, where there are any.

        Raises:
            CorpusError: the split has no pairs, or their texts are damaged.
        """
        corpus, translator = loaded.corpus, loaded.translator
        corpus.check()  # a figure of other texts would look like one of these
        chosen = spread(corpus.indices(split).tolist(), sentences)
        if not chosen:
            raise CorpusError(
                "The project has no pairs to try the heads on.",
                hint="Choose another part of the corpus, or import pairs for this one.",
            )
        reads = {i: translator.read_forced(corpus.source(i), corpus.target(i)) for i in chosen}
        found = _links_of(project, loaded, chosen) if links else {}
        return cls(
            loaded,
            list(reads.values()),
            [corpus.target(i) for i in chosen],
            list(found.values()),
            [reads[i] for i in found],
            loaded.reading or taught_reading(loaded.definition.config) or AVERAGE,
        )

    @property
    def tokens(self) -> int:
        """How many target tokens the sentences have, ``</s>`` included."""
        return sum(len(pair.target_ids) for pair in self.pairs)

    def together(self) -> Iterator[Sequence[PairToRead]]:
        """The sentences, as many at a time as their attention may be kept of."""
        return parts_to_read(self.loaded.translator, self.pairs)

    def worth(
        self, change: Intervention, should_stop: Callable[[], bool], *, bleu: bool
    ) -> Worth | None:
        """How well the model does with a change; None when stopped."""
        log_probs = self._log_probs(change, should_stop)
        if log_probs is None:
            return None
        score = self.bleu(change, should_stop) if bleu else None
        error = self._aer(change, should_stop) if self.linked else None
        return None if should_stop() else Worth(log_probs, score, error)

    def bleu(self, change: Intervention, should_stop: Callable[[], bool]) -> float | None:
        """Of greedy translations with a change; None when stopped."""
        sources = [pair.source for pair in self.pairs]
        found = self.loaded.translator.translate(
            sources, _GREEDY, intervention=change, should_stop=should_stop
        )
        if found is None:
            return None
        texts = [clean_text(each.text) for each in found]
        return score_translations(
            texts, self.references, self.loaded.definition.target.language
        ).bleu

    def _log_probs(
        self, change: Intervention, should_stop: Callable[[], bool]
    ) -> NDArray[np.float64] | None:
        found: list[float] = []
        for some in _parts(self.pairs):
            if should_stop():
                return None
            scored = self.loaded.translator.token_log_probs(some, intervention=change)
            found += [sum(of_tokens) for of_tokens in scored]
        return np.array(found)

    def _aer(self, change: Intervention, should_stop: Callable[[], bool]) -> float | None:
        found = []
        measures = {self.reading.measure}
        for some, golds in zip(_parts(self.linked), _parts(self.links), strict=True):
            if should_stop():
                return None
            records = self.loaded.translator.records(some, measures=measures, intervention=change)
            found += [
                word_links(record, self.reading, gold.source_spans, gold.target_spans)
                for record, gold in zip(records, golds, strict=True)
            ]
        return score_alignments(found, [gold.alignment for gold in self.links]).aer


def _links_of(project: Project, loaded: LoadedRun, chosen: Sequence[int]) -> dict[int, GoldLinks]:
    """Those that people drew; where none of the pairs has any, those that were found."""
    corpus = loaded.corpus
    drawn = {i: gold for i in chosen if (gold := corpus.gold(i)) is not None}
    if not drawn and (kept := CorpusLinks.open(project, corpus.hash)) is not None:
        found = {i: kept[i].as_gold(reverse=corpus.is_reversed) for i in chosen}
        drawn = {i: gold for i, gold in found.items() if gold.alignment.sure}
    return drawn


def _parts(items: Sequence[_Item]) -> list[Sequence[_Item]]:
    return [items[i : i + _READ_TOGETHER] for i in range(0, len(items), _READ_TOGETHER)]
