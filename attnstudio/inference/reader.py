"""What a model looks at while it predicts known targets."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from attnstudio.axes import Matrix, Meaning, Record, TextUnits, Units, Weights, axes_of
from attnstudio.inference.next_tokens import scores_are_no_numbers
from attnstudio.model.attention.contributions import contributions_of
from attnstudio.model.attention.trace import Looked, Traces, looks_of, norms_of
from attnstudio.model.interface import DecoderOutput, Encoded, SequenceModel, SourceBatch
from attnstudio.model.intervention import Intervention
from attnstudio.model.padding import pad_ids
from attnstudio.model.trained import TrainedModel
from attnstudio.reading import Measure
from attnstudio.sites import INPUTS, TARGET, Site
from attnstudio.tokenizer import START_ID, Token, Tokenizer, end_token

_READ_TOGETHER = 32


@dataclass(frozen=True, slots=True)
class PairToRead:
    """A source and the target ids whose attention is wanted.

    Attributes:
        source: text.
        target_ids: ``</s>`` included.
        target_text: what the ids stand for.
        forced: True when a person gave the target.
    """

    source: str
    target_ids: tuple[int, ...]
    target_text: str
    forced: bool


@dataclass(frozen=True, slots=True)
class Looks:
    """What a model looked at while it wrote one target: a `Record` without words.

    Attributes:
        matrices: of each site.
        measured: by other measures, see `Record`.
    """

    matrices: Mapping[Site, Matrix]
    measured: Mapping[Measure, Mapping[Site, Matrix]]


class AttentionReader:
    """A model that is fed known targets (forced decoding), and the words for what it looks at.

    Its states are then the same as in any search that leads to these targets, whatever the beam
    did in between.

    Args:
        model: in both of its forms.
        target_tokenizer: for what comes out.
    """

    def __init__(self, model: TrainedModel, target_tokenizer: Tokenizer) -> None:
        self._model = model
        self._target_tokenizer = target_tokenizer
        self._device = next(model.plain.parameters()).device

    def read(
        self,
        pairs: Sequence[PairToRead],
        units: Sequence[Mapping[str, Units]],
        sources: Mapping[str, SourceBatch],
        intervention: Intervention | None,
        *,
        measures: Collection[Measure] = (),
    ) -> list[Record]:
        """Records of pairs of which nothing is known yet.

        Args:
            pairs: whose targets are fed.
            units: those of each source of each pair, as the model is fed them, by their names.
            sources: what the model reads, one row for each pair; nothing where it only writes.
            intervention: a change of the attention.
            measures: what is wanted beside the weights.
        """
        model = self._model.for_reading(intervention)
        encoded = model.read(sources, intervention=intervention, trace=True)
        inputs = self._inputs(pairs)
        output = model.decode(encoded, inputs, intervention=intervention, trace=True)
        log_probs = _log_probs(output, pairs)
        lengths = [
            _lengths({name: len(of_source) for name, of_source in read.items()}, pair.target_ids)
            for read, pair in zip(units, pairs, strict=True)
        ]
        looks = looks_of({**encoded.traces, **output.traces})
        measured = _measured(output.traces, measures)
        return [
            self.record(pair, read_units, of_pair, looked)
            for pair, read_units, of_pair, looked in zip(
                pairs, units, log_probs, _looks_of_rows(lengths, looks, measured), strict=True
            )
        ]

    def score(
        self,
        pairs: Sequence[PairToRead],
        sources: Mapping[str, SourceBatch],
        intervention: Intervention | None,
    ) -> list[list[float]]:
        """The log probability of each target id, for those who want nothing of the attention."""
        model = self._model.for_reading(intervention)
        encoded = model.read(sources, intervention=intervention)
        return _log_probs(
            model.decode(encoded, self._inputs(pairs), intervention=intervention), pairs
        )

    def record(
        self,
        pair: PairToRead,
        units: Mapping[str, Units],
        log_probs: Sequence[float],
        looks: Looks,
    ) -> Record:
        """What the model looked at, with its words.

        Args:
            pair: whose target was fed or found.
            units: those of each source, by their names.
            log_probs: of each target id.
            looks: what was looked at.
        """
        return Record(
            axes=axes_of(units, self.target_of(pair)),
            matrices=looks.matrices,
            token_log_probs=tuple(log_probs),
            forced=pair.forced,
            measured=looks.measured,
            taught=self._model.taught,
        )

    def _inputs(self, pairs: Sequence[PairToRead]) -> Tensor:
        """What the decoder is fed to predict the targets."""
        return _inputs_of([pair.target_ids for pair in pairs], self._device)

    def target_of(self, pair: PairToRead) -> TextUnits:
        """The pieces of the target of a pair."""
        return TextUnits(pair.target_text, self._target_tokens(pair))

    def _target_tokens(self, pair: PairToRead) -> tuple[Token, ...]:
        tokens = (
            self._target_tokenizer.tokens(pair.target_text)
            if pair.forced
            else self._target_tokenizer.tokens_of(pair.target_ids[:-1])
        )
        return (*tokens, end_token(pair.target_text))


def look_at_found(
    model: SequenceModel,
    targets: Sequence[Sequence[int]],
    sources: Sequence[Mapping[str, int]],
    encoded: Encoded,
    intervention: Intervention | None,
    *,
    measures: Collection[Measure] = (),
) -> list[Looks]:
    """What a model looks at in what a search found: no source is encoded, no word scored again.

    Args:
        model: that found them.
        targets: ids, ``</s>`` included; one target a row of ``encoded``.
        sources: how many places each source of each row has, by their names.
        encoded: with the trace of the encoder's attention.
        intervention: the one of the search.
        measures: what is wanted beside the weights.
    """
    found: dict[int, Looks] = {}
    device = next(model.parameters()).device
    for rows in rows_to_read_together([len(ids) for ids in targets]):
        part = encoded.select(torch.tensor(rows, device=device))
        inputs = _inputs_of([targets[i] for i in rows], device)
        looks, measured = looks_of(part.traces), {}
        if measures:
            traces = model.decode(part, inputs, intervention=intervention, trace=True).traces
            looks |= looks_of(traces)
            measured = _measured(traces, measures)
        else:
            looks |= model.look(part, inputs, intervention=intervention)
        lengths = [_lengths(sources[i], targets[i]) for i in rows]
        found.update(zip(rows, _looks_of_rows(lengths, looks, measured), strict=True))
    return [found[i] for i in range(len(targets))]


def _inputs_of(targets: Sequence[Sequence[int]], device: torch.device) -> Tensor:
    return pad_ids([(START_ID, *ids[:-1]) for ids in targets], device)


def _lengths(sources: Mapping[str, int], target: Sequence[int]) -> dict[str, int]:
    """How many places each axis of an example has."""
    return {**sources, TARGET: len(target), INPUTS: len(target)}


def _looks_of_rows(
    lengths: Sequence[Mapping[str, int]],
    looks: Mapping[Site, Looked],
    measured: Mapping[Measure, Mapping[Site, Tensor]],
) -> list[Looks]:
    """Those of each row of a batch, without its padding."""
    return [
        Looks(
            {
                site: _matrix_of(look, row, places[site.queries], places[site.keys])
                for site, look in looks.items()
            },
            {measure: _magnitudes(numbers, row, places) for measure, numbers in measured.items()},
        )
        for row, places in enumerate(lengths)
    ]


def _log_probs(output: DecoderOutput, pairs: Sequence[PairToRead]) -> list[list[float]]:
    """Of each target id of each pair, one row of the output a pair."""
    logits = output.logits
    targets = pad_ids([pair.target_ids for pair in pairs], logits.device)
    chosen = [
        # One sentence at a time: a copy of all logits would double what this takes.
        of_one.float().log_softmax(dim=-1).gather(1, ids.unsqueeze(1)).squeeze(1).tolist()
        for of_one, ids in zip(logits, targets, strict=True)
    ]
    return [row[: len(pair.target_ids)] for row, pair in zip(chosen, pairs, strict=True)]


def rows_to_read_together(lengths: Sequence[int]) -> Iterator[list[int]]:
    """All rows in batches of similar length, for little padding."""
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    for start in range(0, len(order), _READ_TOGETHER):
        yield order[start : start + _READ_TOGETHER]


def _measured(
    traces: Traces, measures: Collection[Measure]
) -> dict[Measure, Mapping[Site, Tensor]]:
    """Of each measure that is asked for and not the weights themselves, what there is."""
    ways = {Measure.NORMS: norms_of, Measure.ALTI: contributions_of}
    return {measure: way(traces) for measure, way in ways.items() if measure in measures}


def _matrix_of(look: Looked, row: int, queries: int, keys: int) -> Matrix:
    """Where one sentence of a batch looks, and where it can."""
    weights = _without_padding(look.weights, row, queries, keys)
    if look.reached is None:
        return Matrix(weights)
    reached = look.reached.expand_as(look.weights)[row, :, :, :queries, :keys].cpu().numpy()
    return Matrix(weights, reached=None if reached.all() else reached.copy())


def _magnitudes(
    numbers: Mapping[Site, Tensor], row: int, places: Mapping[str, int]
) -> dict[Site, Matrix]:
    """Another measure of one sentence of a batch."""
    return {
        site: Matrix(
            _without_padding(each, row, places[site.queries], places[site.keys]),
            Meaning.MAGNITUDE,
        )
        for site, each in numbers.items()
    }


def _without_padding(weights: Tensor, row: int, queries: int, keys: int) -> Weights:
    """Of one sentence of a batch, without its padding."""
    found = weights[row, :, :, :queries, :keys].float().cpu().numpy().copy()
    if not np.isfinite(found).all():
        raise scores_are_no_numbers()
    return found
