"""Every number of a model while it is fed one sentence: all steps, heads and layers, as arrays.

Nothing here knows torch; the numbers of one step of one head are slices of it (`step_numbers`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from attnstudio.axes import Units
from attnstudio.errors import AlignmentError
from attnstudio.inference.coverage_numbers import CoverageArrays
from attnstudio.inference.score_arrays import ScoreArrays
from attnstudio.inference.step_numbers import (
    Affine,
    CellNumbers,
    HeadNumbers,
    JoinedNumbers,
    Norm,
    Numbers,
    OutcomeNumbers,
    ScoreForm,
    StepNumbers,
    StepPlace,
)
from attnstudio.reading import absent_index
from attnstudio.sites import INPUTS, Site


@dataclass(frozen=True, slots=True)
class LayerArrays:
    """One layer of one site, all its heads and queries.

    Attributes:
        form: the formula of the score.
        came: (queries, size), the states that came so far; None where nothing is added to them.
        scale: what these are multiplied with before something is added.
        norm: what makes of them what looks.
        asking: (queries, size).
        looked_at: (keys, memory_size).
        query_weights: of all heads, those of the first one first.
        key_weights: the same for keys.
        value_weights: the same for values.
        vectors: (heads, head_size), or (1, head_size) where all heads share it.
        queries: (heads, queries, head_size).
        keys: (heads, keys, head_size).
        made: what makes the scores, and what is made of them.
        scores: (heads, queries, keys).
        weights: the same shape.
        values: (heads, keys, value_size).
        contexts: (heads, queries, value_size).
        output: joins the heads.
        given: (queries, model_size).
        sums: (queries, model_size).
        norm_after: behind these sums; None where they go on as they are.
        left: (queries, model_size), what it makes of them.
        coverage: what the scores knew of the looks before; None where that is nothing.
    """

    form: ScoreForm
    came: Numbers | None
    scale: float
    norm: Norm | None
    asking: Numbers
    looked_at: Numbers
    query_weights: Affine | None
    key_weights: Affine | None
    value_weights: Affine | None
    vectors: Numbers | None
    queries: Numbers
    keys: Numbers
    made: ScoreArrays
    scores: Numbers
    weights: Numbers
    values: Numbers
    contexts: Numbers
    output: Affine | None
    given: Numbers | None
    sums: Numbers | None
    norm_after: Norm | None
    left: Numbers | None
    coverage: CoverageArrays | None = None

    def head(self, head: int, query: int) -> HeadNumbers:
        """The numbers of one head at one query."""
        part = slice(head * self.queries.shape[-1], (head + 1) * self.queries.shape[-1])
        of_values = slice(head * self.values.shape[-1], (head + 1) * self.values.shape[-1])
        known = self.coverage
        return HeadNumbers(
            form=self.form,
            came=None if self.came is None or self.norm is None else self.came[query],
            norm=self.norm,
            asking=self.asking[query],
            query_weights=self.query_weights and self.query_weights.rows(part),
            query=self.queries[head, query],
            looked_at=self.looked_at,
            key_weights=self.key_weights and self.key_weights.rows(part),
            keys=self.keys[head],
            vector=None if self.vectors is None else self.vectors[head % len(self.vectors)],
            made=self.made.head(head, query),
            scores=self.scores[head, query],
            weights=self.weights[head, query],
            value_weights=self.value_weights and self.value_weights.rows(of_values),
            values=self.values[head],
            context=self.contexts[head, query],
            part=part,
            value_part=of_values,
            coverage=None if known is None else known.head(head, query, self.weights[head]),
        )

    def joined(self, query: int) -> JoinedNumbers | None:
        """What the layer makes of its heads at one query."""
        if self.output is None or self.given is None or self.came is None or self.sums is None:
            return None
        return JoinedNumbers(
            self.contexts[:, query],
            self.output,
            self.given[query],
            self.came[query],
            self.scale,
            self.sums[query],
            self.norm_after,
            None if self.left is None else self.left[query],
        )


@dataclass(frozen=True, slots=True)
class CellArrays:
    """One layer of cells at all steps.

    Attributes:
        weights: see `CellNumbers`.
        input_bias: see `CellNumbers`.
        hidden_bias: see `CellNumbers`.
        inputs: (steps, input_size).
        hidden: (steps + 1, hidden), from the state before the first step on.
        memory: the same of an LSTM; None for a GRU.
        gates: (steps, 3 or 4, hidden).
    """

    weights: Numbers
    input_bias: Numbers
    hidden_bias: Numbers
    inputs: Numbers
    hidden: Numbers
    memory: Numbers | None
    gates: Numbers

    def step(self, step: int) -> CellNumbers:
        """The numbers of one step."""
        return CellNumbers(
            self.inputs[step],
            self.weights,
            self.input_bias,
            self.hidden_bias,
            self.hidden[step],
            self.hidden[step + 1],
            None if self.memory is None else self.memory[step],
            None if self.memory is None else self.memory[step + 1],
            self.gates[step],
        )


@dataclass(frozen=True, slots=True)
class SentenceNumbers:
    """Every number of a model while it is fed one known target.

    Attributes:
        axes: the units of each axis.
        sites: the layers of each attention; none in a model without attention.
        cells: the layers of its recurrent cells; none in a Transformer.
        embedding_size: see `StepNumbers`.
        moves_first: whether these move before the source is looked at.
        outcomes: one a target position; none in a model without attention.
    """

    axes: Mapping[str, Units]
    sites: Mapping[Site, tuple[LayerArrays, ...]]
    cells: tuple[CellArrays, ...]
    embedding_size: int
    moves_first: bool
    outcomes: tuple[OutcomeNumbers, ...]

    def step(self, place: StepPlace) -> StepNumbers:
        """One step of one head.

        Raises:
            AlignmentError: the model has no such attention, layer or head, or the sentence no such
                piece.
        """
        site, layer, head, query = place
        layers = self._layers_of(place)
        arrays, units = layers[layer], self.axes[site.queries]
        writes = site.queries != site.keys
        keys = self.axes[site.keys]
        return StepNumbers(
            place=place,
            layers=len(layers),
            heads=len(arrays.queries),
            looking=units.label(query),
            fed=self.axes[INPUTS].label(query) if writes else "",
            looked_at=tuple(keys.label(place) for place in range(len(keys))),
            head=arrays.head(head, query),
            joined=arrays.joined(query),
            cells=tuple(each.step(query) for each in self.cells) if writes else (),
            embedding_size=self.embedding_size,
            moves_first=self.moves_first,
            outcome=self.outcomes[query] if writes else None,
            earlier=tuple(units.label(place) for place in range(query)) if writes else (),
            contexts=arrays.contexts[:, query],
        )

    def _layers_of(self, place: StepPlace) -> tuple[LayerArrays, ...]:
        site, layer, head, query = place
        layers = self.sites.get(site)
        if layers is None:
            raise self._absent(site)
        heads, pieces = len(layers[0].queries), len(self.axes[site.queries])
        for name, index, count in (("layer", layer, len(layers)), ("head", head, heads)):
            if not 0 <= index < count:
                raise absent_index(name, index, layers=len(layers), heads=heads)
        if not 0 <= query < pieces:
            raise AlignmentError(
                "The {axis} has {count} pieces; piece {index} does not exist.",
                hint="Pieces are counted from 0, so the last one, the end of the sentence, is "
                "{last}.",
                axis=site.queries,
                count=pieces,
                index=query,
                last=pieces - 1,
            )
        return layers

    def _absent(self, site: Site) -> AlignmentError:
        if not self.sites:
            return AlignmentError(
                "This model has no attention.",
                hint="Train one with attention to see what it looks at.",
            )
        return AlignmentError(
            "This model has no attention of the name {name}.",
            hint="What it has: {sites}.",
            name=repr(site.name),
            sites=", ".join(each.name for each in self.sites),
        )
