"""Beam search over a batch; a beam of 1 is greedy search."""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

import torch
from torch import Tensor

from attnstudio.inference.candidates import Candidates, best_candidates, likeliest
from attnstudio.inference.next_tokens import (
    NEVER,
    log_probs_of,
    rows_at_limit,
    rule_out,
    scores_are_no_numbers,
)
from attnstudio.inference.prefixes import Prefixes
from attnstudio.model.interface import DecoderState, Encoded, SequenceModel
from attnstudio.model.intervention import Intervention
from attnstudio.tokenizer import END_ID, START_ID


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """How to search.

    Attributes:
        beam_size: hypotheses kept side by side.
        n_best: finished hypotheses wanted a sentence; at most ``beam_size`` come.
        length_penalty: alpha of Wu et al. 2016, equation 14.
        intervention: a change of the attention while decoding.
    """

    beam_size: int
    n_best: int = 1
    length_penalty: float = 0.0
    intervention: Intervention | None = None


@dataclass(frozen=True, slots=True)
class FoundSequence:
    """One finished hypothesis.

    Attributes:
        ids: target ids, the closing ``</s>`` included.
        score: sum of the log probabilities over the length penalty.
        token_log_probs: natural log probability of each id.
    """

    ids: tuple[int, ...]
    score: float
    token_log_probs: tuple[float, ...]


def length_penalty(length: int, alpha: float) -> float:
    """((5 + length) / 6) ** alpha (Wu et al. 2016, equation 14)."""
    return float(((5 + length) / 6) ** alpha)


@torch.inference_mode()
def search(
    model: SequenceModel,
    encoded: Encoded,
    max_lengths: Sequence[int],
    options: SearchOptions,
    prefixes: Prefixes | None = None,
) -> list[list[FoundSequence]]:
    """The best finished hypotheses of every sentence, best first.

    A sentence is done when its ``n_best``-th finished hypothesis scores at least as high as its
    best unfinished one at the present length. At the longest length ``</s>`` is the only choice,
    so every hypothesis ends.

    Args:
        model: in evaluation mode.
        encoded: the batch.
        max_lengths: most target ids of each sentence, ``</s>`` included; at least 1.
        options: how to search.
        prefixes: what the target of each sentence begins with; shorter than its longest length.

    Raises:
        NotFiniteError: the model's scores are no numbers.
        ValueError: the prefixes are not of these sentences, or leave no room to end.
    """
    if prefixes is not None:
        prefixes.refuse_longer(max_lengths)
    if options.beam_size == 1:
        return [[found] for found in _greedy(model, encoded, max_lengths, options, prefixes)]
    beams = _Beams(model.start(encoded), max_lengths, options, _device_of(model), prefixes)
    while beams.alive:
        beams.advance(model)
    return beams.results


def _greedy(
    model: SequenceModel,
    encoded: Encoded,
    max_lengths: Sequence[int],
    options: SearchOptions,
    prefixes: Prefixes | None,
) -> list[FoundSequence]:
    """What a beam of 1 finds, without what only a wider one needs."""
    state, device = model.start(encoded), _device_of(model)
    limits = torch.tensor(max_lengths, device=device)
    alive = torch.arange(len(max_lengths), device=device)
    tokens = torch.full_like(alive, START_ID)
    steps: list[_GreedyStep] = []
    for length in range(1, max(max_lengths) + 1):
        step = model.step(state, tokens, intervention=options.intervention)
        state = step.state
        log_probs = log_probs_of(step.output)
        rule_out(log_probs, limits <= length if min(max_lengths) <= length else None)
        if prefixes is not None:
            prefixes.force(log_probs, alive.tolist(), length)
        best = likeliest(log_probs)
        if best.log_probs.isnan().any():
            raise scores_are_no_numbers()
        steps.append(_GreedyStep(alive, best.tokens, best.log_probs))
        going = best.tokens != END_ID
        tokens = best.tokens
        if not going.all():
            rows = going.nonzero().flatten()
            if len(rows) == 0:
                break
            alive, limits, tokens = alive[rows], limits[rows], tokens[rows]
            state = state.select_beams(rows, rows)
    return _greedy_sequences(steps, options.length_penalty)


class _GreedyStep(NamedTuple):
    """The next token of each sentence that was not done, each (alive,)."""

    sentences: Tensor
    tokens: Tensor
    log_probs: Tensor


def _greedy_sequences(steps: Sequence[_GreedyStep], alpha: float) -> list[FoundSequence]:
    """What each sentence was given step by step, in the order of the sentences."""
    sentences, ids, log_probs = map(torch.cat, zip(*steps, strict=True))
    order = sentences.argsort(stable=True)
    of_ids, of_log_probs = ids[order].tolist(), log_probs[order].tolist()
    ends = accumulate(sentences.bincount().tolist(), initial=0)
    return [
        FoundSequence(
            tuple(of_ids[start:end]),
            sum(of_log_probs[start:end]) / length_penalty(end - start, alpha),
            tuple(of_log_probs[start:end]),
        )
        for start, end in pairwise(ends)
    ]


class _Beams:
    """The unfinished and finished hypotheses of the sentences that are not done.

    There is one hypothesis a sentence before the first token and soon ``beam_size``, side by side.

    Attributes:
        alive: which sentences of the batch are not done.
        results: the finished hypotheses of each sentence, best first.
    """

    def __init__(
        self,
        state: DecoderState,
        max_lengths: Sequence[int],
        options: SearchOptions,
        device: torch.device,
        prefixes: Prefixes | None,
    ) -> None:
        self.alive = list(range(len(max_lengths)))
        self.results: list[list[FoundSequence]] = [[] for _ in max_lengths]
        self._options = options
        self._state = state
        self._max_lengths = max_lengths
        self._prefixes = prefixes
        self._ids = torch.full((len(max_lengths), 1), START_ID, device=device)  # (rows, 1 + length)
        self._log_probs = torch.empty((len(max_lengths), 0), device=device)  # (rows, length)
        self._totals = torch.zeros((len(max_lengths), 1), device=device)  # (alive, width)

    def advance(self, model: SequenceModel) -> None:
        """One token more for every hypothesis."""
        beam_size, width = self._options.beam_size, self._totals.shape[1]
        step = model.step(self._state, self._ids[:, -1], intervention=self._options.intervention)
        log_probs = log_probs_of(step.output)
        length = self._ids.shape[1]
        at_limit = [self._max_lengths[sentence] <= length for sentence in self.alive]
        rule_out(log_probs, rows_at_limit(at_limit, width, log_probs.device))
        if self._prefixes is not None:
            of_rows = [sentence for sentence in self.alive for _ in range(width)]
            self._prefixes.force(log_probs, of_rows, length)
        # A beam's own </s> is one of at most 2 * beam candidates a sentence, so enough go on.
        best = best_candidates(log_probs, self._totals, 2 * beam_size)
        _refuse_no_numbers(best.totals[:, 0].tolist())  # where one is none, it comes first
        ended = best.tokens == END_ID
        if ended.any():
            self._finish(best, ended[:, :beam_size])
            order = ended.to(torch.int8).argsort(dim=1, stable=True)
            totals = best.totals.masked_fill(ended, NEVER)
            best = Candidates(
                *(x.gather(1, order) for x in (totals, best.parents, best.tokens, best.log_probs))
            )
        going = self._still_going(best.totals[:, 0], at_limit)
        best = Candidates(
            *(
                x[:, :beam_size] if going is None else x[going, :beam_size]
                for x in (best.totals, best.parents, best.tokens, best.log_probs)
            )
        )
        if self.alive:
            self._go_on(step.state, best, going, width)

    def _finish(self, best: Candidates, ended: Tensor) -> None:
        """Take over hypotheses that ended among the best ``beam_size`` candidates."""
        ended = ended & best.totals[:, : ended.shape[1]].isfinite()
        rows, places = ended.nonzero(as_tuple=True)
        width = self._totals.shape[1]
        parents = rows * width + best.parents[rows, places]
        penalty = length_penalty(self._ids.shape[1], self._options.length_penalty)
        for row, total, ids, log_probs, last in zip(
            rows.tolist(),
            best.totals[rows, places].tolist(),
            self._ids[parents, 1:].tolist(),
            self._log_probs[parents].tolist(),
            best.log_probs[rows, places].tolist(),
            strict=True,
        ):
            finished = self.results[self.alive[row]]
            found = FoundSequence((*ids, END_ID), total / penalty, (*log_probs, last))
            insort(finished, found, key=lambda sequence: -sequence.score)
            del finished[self._wanted :]

    @property
    def _wanted(self) -> int:
        return min(self._options.n_best, self._options.beam_size)

    def _still_going(self, best_totals: Tensor, at_limit: Sequence[bool]) -> Tensor | None:
        """Which rows of ``alive`` are not done, None for all; `alive` is shortened to them.

        Args:
            best_totals: (alive,) log probability of the best unfinished hypothesis.
            at_limit: whether it may get no longer.
        """
        penalty = length_penalty(self._ids.shape[1], self._options.length_penalty)
        going = []
        for row, (sentence, total) in enumerate(zip(self.alive, best_totals.tolist(), strict=True)):
            finished = self.results[sentence]
            enough = len(finished) == self._wanted and finished[-1].score >= total / penalty
            if not enough and not at_limit[row]:
                going.append(row)
        if len(going) == len(self.alive):
            return None
        self.alive = [self.alive[row] for row in going]
        return torch.tensor(going, dtype=torch.int64, device=best_totals.device)

    def _go_on(
        self, state: DecoderState, best: Candidates, going: Tensor | None, width: int
    ) -> None:
        """With the best candidates of the sentences that are not done."""
        first = torch.arange(len(best.parents), device=best.parents.device)
        first = first if going is None else going
        rows = (first.unsqueeze(1) * width + best.parents).flatten()
        self._state = state.select_beams(rows, going)
        self._totals = best.totals
        self._ids = _appended(self._ids, rows, best.tokens)
        self._log_probs = _appended(self._log_probs, rows, best.log_probs)


def _device_of(model: SequenceModel) -> torch.device:
    return next(model.parameters()).device


def _refuse_no_numbers(log_probs: Sequence[float]) -> None:
    if any(map(math.isnan, log_probs)):
        raise scores_are_no_numbers()


def _appended(values: Tensor, rows: Tensor, last: Tensor) -> Tensor:
    """These rows of (…, length) and one column more."""
    return torch.cat((values.index_select(0, rows), last.reshape(-1, 1)), dim=1)
