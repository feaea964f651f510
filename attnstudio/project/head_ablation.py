"""What each head is worth: every one switched off in turn, over some sentences that are held out.

A head whose absence costs nothing may still do something that another does as well (Michel et al.
2019, Are Sixteen Heads Really Better than One?): heads are switched off one at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnstudio.corpus.parallel_corpus import Split
from attnstudio.errors import AlignmentError
from attnstudio.model.intervention import HeadAddress, Intervention
from attnstudio.project.project import Project
from attnstudio.project.run_loading import LoadedRun
from attnstudio.project.worth import HeldOut, Worth
from attnstudio.reading import Reading
from attnstudio.sites import Site


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
    held_out = HeldOut.of(project, loaded, request.split, request.sentences, links=request.aer)
    if request.aer and not held_out.linked:
        raise AlignmentError(
            "None of these sentences has word links.",
            hint="Find those of the corpus first, or leave the alignment error away.",
            command_hint="Run align --best first, or leave --aer away.",
        )
    shapes = _shapes_of(held_out)
    heads = [
        HeadAddress(site, layer, head)
        for site, (layers, count) in shapes.items()
        for layer in range(layers)
        for head in range(count)
    ]
    whole = held_out.worth(Intervention(), should_stop, bleu=request.bleu)
    without: dict[HeadAddress, Worth] = {}
    for done, head in enumerate(heads, start=1):
        progress(done, len(heads) + 1)
        change = Intervention(ablated_heads=frozenset({head}))
        found = held_out.worth(change, should_stop, bleu=request.bleu)
        if found is None:
            return None
        without[head] = found
    if whole is None:
        return None
    progress(len(heads) + 1, len(heads) + 1)
    return HeadAblation(
        len(held_out.pairs),
        held_out.tokens,
        shapes,
        whole,
        without,
        held_out.reading if request.aer else None,
    )


def _shapes_of(held_out: HeldOut) -> dict[Site, tuple[int, int]]:
    [record] = held_out.loaded.translator.records(held_out.pairs[:1])
    if not record.matrices:
        raise AlignmentError(
            "This model has no attention: it has no heads to switch off.",
            hint="Choose a run with attention.",
        )
    return {site: record.shape_of(site) for site in record.sites}
