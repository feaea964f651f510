"""Sparse attention against a control: dense attention cut down to as few places.

A model whose attention leaves places out may do well because it leaves them out, or although it
does. The control takes a model that leaves out nothing and keeps, while it reads, the largest
weights of each row alone, so that as large a share of the places is left as in the sparse one.

It is cut site by site, all layers and heads of a site alike: the heads of two models that were
trained apart do not correspond, so that there is nothing to hold single heads against.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from attnstudio.corpus.parallel_corpus import Split
from attnstudio.errors import AlignmentError
from attnstudio.evaluation.density import share_for
from attnstudio.evaluation.head_numbers import HeadTotals
from attnstudio.model.intervention import Intervention
from attnstudio.project.head_reading import SENTENCES
from attnstudio.project.project import Project
from attnstudio.project.run_loading import LoadedRun
from attnstudio.project.worth import HeldOut, Worth
from attnstudio.sites import Site

_DENSE = 0.001  # more zeros than this, of its places, are no mere rounding of small weights
_AS_IT_IS = Intervention()
_STAGES = 6


@dataclass(frozen=True, slots=True)
class ControlRow:
    """One of the three models.

    Attributes:
        run: its name.
        densities: the share of places that get more than 0, at each site.
        worth: how well it does: on held-out sentences, and of test sentences its BLEU.
        tokens: how many pieces the held-out sentences have for it.
    """

    run: str
    densities: Mapping[Site, float]
    worth: Worth
    tokens: int

    @property
    def loss(self) -> float:
        """Nats a target token."""
        return float(-self.worth.log_probs.sum() / self.tokens)


class Difference(NamedTuple):
    """How much more one model loses than another, on the same sentences.

    Attributes:
        loss: nats a token of the first.
        error: its standard error, over sentences; not a number of a single one.
    """

    loss: float
    error: float

    @property
    def is_sure(self) -> bool:
        """Whether it is more than chance: more than twice its standard error."""
        return abs(self.loss) > 2 * self.error


@dataclass(frozen=True, slots=True)
class DensityControl:
    """What came of it.

    Attributes:
        sentences: held-out ones, on which loss and links are measured.
        test_sentences: those that were translated; 0 where nobody asked.
        dense: the model that leaves out nothing, as it is.
        cut: the same, cut.
        sparse: the one that it is held against, as it is.
        kept_shares: of the places of each row, what was kept at each site; see `share_for`.
    """

    sentences: int
    test_sentences: int
    dense: ControlRow
    cut: ControlRow
    sparse: ControlRow
    kept_shares: Mapping[Site, float]

    @property
    def cost(self) -> Difference:
        """How much more the dense model loses when it is cut."""
        return _difference(self.cut, self.dense)

    @property
    def behind(self) -> Difference:
        """How much more the cut model loses than the sparse one."""
        return _difference(self.cut, self.sparse)


def control_density(
    project: Project,
    runs: tuple[LoadedRun, LoadedRun],
    *,
    sentences: int = SENTENCES,
    test_sentences: int = 0,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> DensityControl | None:
    """Cut the dense one of two runs to the density of the sparse one, and measure all three.

    Args:
        project: of the runs.
        runs: one whose attention leaves places out and one whose does not, in any order.
        sentences: at most so many of the validation split.
        test_sentences: at most so many of the test split are translated, greedily.
        progress: told how many steps of how many are done.
        should_stop: asked every few sentences.

    Returns:
        None when stopped.

    Raises:
        AlignmentError: both runs leave places out or neither does; they have read other pairs, or
            attend at other sites.
        CorpusError: a split has no pairs, or its texts are damaged.
    """
    _refuse_other_pairs(*runs)
    held_out = [HeldOut.of(project, run, Split.VALID, sentences, links=True) for run in runs]
    test = (
        [HeldOut.of(project, run, Split.TEST, test_sentences, links=False) for run in runs]
        if test_sentences
        else []
    )
    work = _Work(progress, should_stop)
    totals = [work.totals(each, _AS_IT_IS) for each in held_out]
    first, second = totals
    if first is None or second is None:
        return None
    at = _dense_of(runs, (first, second))
    known = (first, second)
    densities, choices = known[1 - at].densities, known[at].choices
    change = Intervention(
        kept_shares={site: share_for(choices[site], densities[site]) for site in densities}
    )
    rows = []
    for which, asked in ((at, _AS_IT_IS), (at, change), (1 - at, _AS_IT_IS)):
        row = work.row(held_out[which], test[which] if test else None, asked, known[which])
        if row is None:
            return None
        rows.append(row)
    return DensityControl(
        sentences=len(held_out[at].pairs),
        test_sentences=len(test[at].pairs) if test else 0,
        dense=rows[0],
        cut=rows[1],
        sparse=rows[2],
        kept_shares=change.kept_shares,
    )


@dataclass(frozen=True, slots=True)
class _Totals:
    """Of the sentences of one model: the share of places that get more than 0, and the choices."""

    densities: Mapping[Site, float]
    choices: Mapping[Site, Counter[int]]


class _Work:
    """The steps, and who follows them."""

    def __init__(
        self, progress: Callable[[int, int], None], should_stop: Callable[[], bool]
    ) -> None:
        self._progress, self._should_stop = progress, should_stop
        self._done = 0

    def totals(self, held_out: HeldOut, change: Intervention) -> _Totals | None:
        totals = HeadTotals()
        for some in held_out.together():
            if self._should_stop():
                return None
            asked = None if change.is_empty else change  # as it is, it is read the fast way
            for record in held_out.loaded.translator.records(some, intervention=asked):
                totals.add(record)
        self._step()
        densities = {site: 1.0 - zeros for site, zeros in totals.zero_shares().items()}
        return _Totals(densities, totals.choices())

    def row(
        self, held_out: HeldOut, test: HeldOut | None, change: Intervention, known: _Totals
    ) -> ControlRow | None:
        totals = known if change.is_empty else self.totals(held_out, change)
        worth = held_out.worth(change, self._should_stop, bleu=False)
        bleu = None if test is None else test.bleu(change, self._should_stop)
        if totals is None or worth is None or self._should_stop():
            return None
        self._step()
        worth = Worth(worth.log_probs, bleu, worth.aer)
        name = held_out.loaded.run.name
        return ControlRow(name, totals.densities, worth, held_out.tokens)

    def _step(self) -> None:
        self._done += 1
        self._progress(self._done, _STAGES)


def _refuse_other_pairs(one: LoadedRun, other: LoadedRun) -> None:
    if (one.corpus.hash, one.corpus.is_reversed) != (other.corpus.hash, other.corpus.is_reversed):
        raise AlignmentError(
            "The runs {one} and {other} translate other pairs.",
            hint="Choose two runs of the same corpus and the same direction.",
            one=one.run.name,
            other=other.run.name,
        )


def _dense_of(runs: tuple[LoadedRun, LoadedRun], totals: tuple[_Totals, _Totals]) -> int:
    """Which of two runs leaves nothing out: 0 or 1."""
    sites = [set(each.densities) for each in totals]
    names = {"one": runs[0].run.name, "other": runs[1].run.name}
    if sites[0] != sites[1]:
        raise AlignmentError(
            "The runs {one} and {other} have attention at other places of the model.",
            hint="Choose two Transformers, or two recurrent models.",
            **names,
        )
    lowest = [min(each.densities.values(), default=1.0) for each in totals]
    is_dense = [density > 1.0 - _DENSE for density in lowest]
    if is_dense[0] == is_dense[1]:
        raise AlignmentError(
            "Of the runs {one} and {other}, both give every place a little."
            if is_dense[0]
            else "Of the runs {one} and {other}, both leave places out.",
            hint="Choose one run with softmax and one with sparsemax or entmax.",
            **names,
        )
    return is_dense.index(True)


def _difference(one: ControlRow, other: ControlRow) -> Difference:
    """Of sentences that are read twice."""
    lost = other.worth.log_probs - one.worth.log_probs
    error = np.nan if len(lost) < 2 else lost.std(ddof=1) * np.sqrt(len(lost)) / one.tokens
    return Difference(float(lost.sum() / one.tokens), float(error))
