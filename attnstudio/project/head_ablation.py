"""What each head is worth: every one switched off in turn, over some sentences that are held out.

A head whose absence costs nothing may still do something that another does as well (Michel et al.
2019, Are Sixteen Heads Really Better than One?): heads are switched off one at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from attnstudio.axes import Reading, Site
from attnstudio.config import DecodingConfig
from attnstudio.corpus.alignment import GoldLinks
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.text import clean_text
from attnstudio.errors import AlignmentError, CorpusError
from attnstudio.evaluation.alignment_error import score_alignments
from attnstudio.evaluation.evaluation import AVERAGE
from attnstudio.evaluation.metrics import score_translations
from attnstudio.inference.reader import PairToRead
from attnstudio.interpretation.links import word_links
from attnstudio.model.intervention import HeadAddress, Intervention
from attnstudio.project.corpus_links import CorpusLinks
from attnstudio.project.measured_pairs import spread
from attnstudio.project.project import Project
from attnstudio.project.run_loading import LoadedRun
from attnstudio.project.taught import taught_reading

_Item = TypeVar("_Item")

_READ_TOGETHER = 64  # sentences, between two times that somebody is asked whether to stop
_GREEDY = DecodingConfig(beam_size=1)


@dataclass(frozen=True, slots=True)
class AblationRequest:
    """What is measured.

    Attributes:
        split: whose sentences.
        sentences: at most so many, evenly from the whole split.
        bleu: whether all of them are translated (greedily) for each head, which takes long.
        aer: whether their words are linked for each head, by the run's reading.
    """

    split: Split = Split.VALID
    sentences: int = 200
    bleu: bool = False
    aer: bool = False


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
class HeadAblation:
    """What came of it.

    Attributes:
        sentences: how many were read.
        tokens: how many target tokens these have, ``</s>`` included.
        shapes: how many layers and heads each site has.
        whole: the model as it is.
        without: the model with one head off.
        reading: by which links are read; None where nobody asked.
    """

    sentences: int
    tokens: int
    shapes: dict[Site, tuple[int, int]]
    whole: Worth
    without: dict[HeadAddress, Worth]
    reading: Reading | None = None

    @property
    def loss(self) -> float:
        """Of the model as it is, nats a target token."""
        return float(-self.whole.log_probs.sum() / self.tokens)

    def loss_added(self, site: Site) -> NDArray[np.float64]:
        """How much the loss grows without each head, nats a target token: (layers, heads)."""
        return self._map(site, lambda worth: float(self._lost(worth).sum() / self.tokens))

    def loss_error(self, site: Site) -> NDArray[np.float64]:
        """The standard error of `loss_added`, of sentences that are read twice: (layers, heads)."""
        return self._map(
            site,
            lambda worth: float(
                self._lost(worth).std(ddof=1) * np.sqrt(self.sentences) / self.tokens
                if self.sentences > 1
                else np.nan
            ),
        )

    def bleu_added(self, site: Site) -> NDArray[np.float64] | None:
        """How much BLEU grows without each head: (layers, heads); None where nobody asked."""
        before = self.whole.bleu
        if before is None:
            return None
        return self._map(site, lambda worth: (worth.bleu or 0.0) - before)

    def aer_added(self, site: Site) -> NDArray[np.float64] | None:
        """How much the alignment error grows without each head; None where nobody asked."""
        before = self.whole.aer
        if before is None:
            return None
        return self._map(site, lambda worth: (worth.aer or 0.0) - before)

    def _lost(self, worth: Worth) -> NDArray[np.float64]:
        return self.whole.log_probs - worth.log_probs

    def _map(self, site: Site, figure: Callable[[Worth], float]) -> NDArray[np.float64]:
        figures = np.empty(self.shapes[site])
        for layer, head in np.ndindex(*self.shapes[site]):
            figures[layer, head] = figure(self.without[HeadAddress(site, layer, head)])
        return figures


def ablate_heads(
    project: Project,
    loaded: LoadedRun,
    request: AblationRequest,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> HeadAblation | None:
    """Switch off each head of each layer of each site, and measure what that costs.

    Args:
        project: of the run.
        loaded: the model.
        request: on what, and what is measured.
        progress: told how many of the models, that with all heads among them, are done.
        should_stop: asked every few sentences.

    Returns:
        None when stopped.

    Raises:
        CorpusError: the split has no pairs, or their texts are damaged.
        AlignmentError: the model has no attention, or its links are asked for and no pair has any
            to hold them against.
    """
    work = _Work.begin(project, loaded, request)
    shapes = work.shapes()
    heads = [
        HeadAddress(site, layer, head)
        for site, (layers, count) in shapes.items()
        for layer in range(layers)
        for head in range(count)
    ]
    whole = work.worth(Intervention(), should_stop)
    without: dict[HeadAddress, Worth] = {}
    for done, head in enumerate(heads, start=1):
        progress(done, len(heads) + 1)
        found = work.worth(Intervention(ablated_heads=frozenset({head})), should_stop)
        if found is None:
            return None
        without[head] = found
    if whole is None:
        return None
    progress(len(heads) + 1, len(heads) + 1)
    tokens = sum(len(pair.target_ids) for pair in work.pairs)
    reading = work.reading if request.aer else None
    return HeadAblation(len(work.pairs), tokens, shapes, whole, without, reading)


@dataclass(frozen=True, slots=True)
class _Work:
    """The sentences, and what is asked of the model on them."""

    loaded: LoadedRun
    request: AblationRequest
    pairs: list[PairToRead]
    references: list[str]
    links: list[GoldLinks]  # of each pair; none that has no link, and empty where nobody asked
    linked: list[PairToRead]
    reading: Reading

    @classmethod
    def begin(cls, project: Project, loaded: LoadedRun, request: AblationRequest) -> _Work:
        corpus, translator = loaded.corpus, loaded.translator
        corpus.check()  # a figure of other texts would look like one of these
        chosen = spread(corpus.indices(request.split).tolist(), request.sentences)
        if not chosen:
            raise CorpusError(
                "The project has no pairs to try the heads on.",
                hint="Choose another part of the corpus, or import pairs for this one.",
            )
        reads = {i: translator.read_forced(corpus.source(i), corpus.target(i)) for i in chosen}
        links = _links_of(project, loaded, chosen) if request.aer else {}
        return cls(
            loaded,
            request,
            list(reads.values()),
            [corpus.target(i) for i in chosen],
            list(links.values()),
            [reads[i] for i in links],
            loaded.reading or taught_reading(loaded.definition.config) or AVERAGE,
        )

    def shapes(self) -> dict[Site, tuple[int, int]]:
        [record] = self.loaded.translator.records(self.pairs[:1])
        if not record.matrices:
            raise AlignmentError(
                "This model has no attention: it has no heads to switch off.",
                hint="Choose a run with attention.",
            )
        return {site: record.shape_of(site) for site in record.sites}

    def worth(self, change: Intervention, should_stop: Callable[[], bool]) -> Worth | None:
        """How well the model does with a change; None when stopped."""
        log_probs = self._log_probs(change, should_stop)
        if log_probs is None:
            return None
        bleu = self._bleu(change, should_stop) if self.request.bleu else None
        aer = self._aer(change, should_stop) if self.request.aer else None
        return None if should_stop() else Worth(log_probs, bleu, aer)

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

    def _bleu(self, change: Intervention, should_stop: Callable[[], bool]) -> float | None:
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
    if not drawn:
        raise AlignmentError(
            "None of these sentences has word links.",
            hint="Find those of the corpus first, or leave the alignment error away.",
            command_hint="Run align --best first, or leave --aer away.",
        )
    return drawn


def _parts(items: Sequence[_Item]) -> list[Sequence[_Item]]:
    return [items[i : i + _READ_TOGETHER] for i in range(0, len(items), _READ_TOGETHER)]
