"""Beam search over a batch; a beam of 1 is greedy search."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from attnstudio.model.interface import DecoderState, Seq2SeqModel, SourceBatch
from attnstudio.model.intervention import Intervention
from attnstudio.tokenizer import END_ID, PADDING_ID, START_ID

_NEVER = -torch.inf


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


def length_penalties(lengths: Tensor, alpha: float) -> Tensor:
    """((5 + length) / 6) ** alpha (Wu et al. 2016, equation 14)."""
    return ((5.0 + lengths) / 6.0) ** alpha


@torch.no_grad()
def search(
    model: Seq2SeqModel, source: SourceBatch, max_lengths: Tensor, options: SearchOptions
) -> list[list[FoundSequence]]:
    """The best finished hypotheses of every sentence, best first.

    A sentence is done when its ``n_best``-th finished hypothesis scores at least as high as its
    best unfinished one at the present length. At the longest length ``</s>`` is the only choice,
    so every hypothesis ends.

    Args:
        model: in evaluation mode.
        source: the batch.
        max_lengths: (batch,) most target ids, ``</s>`` included; at least 1.
        options: how to search.
    """
    encoded = model.encode(source, intervention=options.intervention)
    beams = _Beams.begin(model.start(encoded), max_lengths, options)
    while beams.alive.numel():
        beams.advance(model)
    return beams.results()


class _Beams:
    """The unfinished and finished hypotheses of the sentences that are not done.

    Tensors are (alive, beam, ...); ``alive`` maps them to the sentences of the batch.
    """

    def __init__(
        self, state: DecoderState, alive: Tensor, max_lengths: Tensor, options: SearchOptions
    ) -> None:
        shape = (len(alive), options.beam_size)
        device = alive.device
        self.alive = alive
        self._options = options
        self._state = state
        self._max_lengths = max_lengths
        self._tokens = torch.full(shape, START_ID, device=device)
        self._ids = torch.empty((*shape, 0), dtype=torch.int64, device=device)
        self._log_probs = torch.empty((*shape, 0), device=device)
        self._totals = torch.full(shape, _NEVER, device=device)
        self._totals[:, 0] = 0.0  # all beams begin alike: only one may go on
        longest = int(max_lengths.max())
        self._done_scores = torch.full(shape, _NEVER, device=device)
        self._done_ids = torch.full((*shape, longest), PADDING_ID, device=device)
        self._done_log_probs = torch.zeros((*shape, longest), device=device)
        self._results: list[list[FoundSequence]] = [[] for _ in alive]

    @classmethod
    def begin(cls, state: DecoderState, max_lengths: Tensor, options: SearchOptions) -> _Beams:
        alive = torch.arange(len(max_lengths), device=max_lengths.device)
        rows = alive.repeat_interleave(options.beam_size)
        return cls(state.select(rows), alive, max_lengths, options)

    def results(self) -> list[list[FoundSequence]]:
        return self._results

    def advance(self, model: Seq2SeqModel) -> None:
        """One token more for every hypothesis."""
        beam_size = self._options.beam_size
        step = model.step(
            self._state, self._tokens.flatten(), intervention=self._options.intervention
        )
        log_probs = self._next_log_probs(step.output.logits.squeeze(1))
        vocabulary = log_probs.shape[-1]
        totals = (self._totals.unsqueeze(-1) + log_probs).flatten(1)  # (alive, beam * vocabulary)
        best, places = totals.topk(min(2 * beam_size, totals.shape[1]), dim=1)
        parents, tokens = places // vocabulary, places % vocabulary
        chosen = log_probs.flatten(1).gather(1, places)
        ended = tokens == END_ID
        self._finish(best, parents, chosen, ended)
        # A beam's own </s> is one of at most 2 * beam candidates a sentence, so enough go on.
        order = ended.to(torch.int8).argsort(dim=1, stable=True)[:, :beam_size]
        parents, tokens, chosen = (x.gather(1, order) for x in (parents, tokens, chosen))
        self._totals = best.gather(1, order).masked_fill(ended.gather(1, order), _NEVER)
        self._tokens = tokens
        self._ids = torch.cat((_gather_beams(self._ids, parents), tokens.unsqueeze(-1)), dim=2)
        self._log_probs = torch.cat(
            (_gather_beams(self._log_probs, parents), chosen.unsqueeze(-1)), dim=2
        )
        self._drop_done(step.state, parents)

    def _next_log_probs(self, logits: Tensor) -> Tensor:
        """(alive, beam, vocabulary); only what may come next is possible."""
        log_probs = logits.float().log_softmax(dim=-1)
        log_probs[:, [PADDING_ID, START_ID]] = _NEVER
        log_probs = log_probs.view(*self._tokens.shape, -1)
        at_limit = self._max_lengths <= self._ids.shape[2] + 1
        if at_limit.any():
            log_probs[at_limit, :, :END_ID] = _NEVER
            log_probs[at_limit, :, END_ID + 1 :] = _NEVER
        return log_probs

    def _finish(self, best: Tensor, parents: Tensor, chosen: Tensor, ended: Tensor) -> None:
        """Take over hypotheses that ended among the best ``beam_size`` candidates."""
        beam_size = self._options.beam_size
        ended = ended[:, :beam_size] & best[:, :beam_size].isfinite()
        if not ended.any():
            return
        length = self._ids.shape[2] + 1
        penalty = length_penalties(torch.tensor(float(length)), self._options.length_penalty)
        scores = (best[:, :beam_size] / penalty.to(best.device)).masked_fill(~ended, _NEVER)
        parents = parents[:, :beam_size]
        ids = torch.full_like(self._done_ids, PADDING_ID)
        ids[:, :, : length - 1] = _gather_beams(self._ids, parents)
        ids[:, :, length - 1] = END_ID
        log_probs = torch.zeros_like(self._done_log_probs)
        log_probs[:, :, : length - 1] = _gather_beams(self._log_probs, parents)
        log_probs[:, :, length - 1] = chosen[:, :beam_size]
        scores, order = torch.cat((self._done_scores, scores), dim=1).topk(beam_size, dim=1)
        self._done_scores = scores
        self._done_ids = _gather_beams(torch.cat((self._done_ids, ids), dim=1), order)
        self._done_log_probs = _gather_beams(
            torch.cat((self._done_log_probs, log_probs), dim=1), order
        )

    def _drop_done(self, state: DecoderState, parents: Tensor) -> None:
        """Hand out the results of sentences that are done and keep the rows of the others."""
        length = torch.tensor(float(self._ids.shape[2]), device=self.alive.device)
        penalty = length_penalties(length, self._options.length_penalty)
        wanted = min(self._options.n_best, self._options.beam_size)
        worst_wanted = self._done_scores[:, wanted - 1]
        best_unfinished = self._totals.max(dim=1).values / penalty
        done = (worst_wanted >= best_unfinished) | (self._max_lengths <= self._ids.shape[2])
        rows = torch.arange(len(self.alive), device=self.alive.device)
        if done.any():
            for row in rows[done].tolist():
                self._results[int(self.alive[row])] = self._found(row, wanted)
            going = ~done
            rows, parents = rows[going], parents[going]
            self.alive, self._max_lengths = self.alive[going], self._max_lengths[going]
            self._tokens, self._totals = self._tokens[going], self._totals[going]
            self._ids, self._log_probs = self._ids[going], self._log_probs[going]
            self._done_scores, self._done_ids = self._done_scores[going], self._done_ids[going]
            self._done_log_probs = self._done_log_probs[going]
        if self.alive.numel():
            flat = rows.unsqueeze(1) * self._options.beam_size + parents
            self._state = state.select(flat.flatten())

    def _found(self, row: int, wanted: int) -> list[FoundSequence]:
        found = []
        for score, ids, log_probs in zip(
            self._done_scores[row, :wanted].tolist(),
            self._done_ids[row, :wanted].tolist(),
            self._done_log_probs[row, :wanted].tolist(),
            strict=True,
        ):
            if score != _NEVER:
                length = ids.index(END_ID) + 1
                found.append(FoundSequence(tuple(ids[:length]), score, tuple(log_probs[:length])))
        return found


def _gather_beams(values: Tensor, beams: Tensor) -> Tensor:
    """Row ``beams[i, j]`` of sentence *i* for each *j*: (alive, beams, length)."""
    return values.gather(1, beams.unsqueeze(-1).expand(-1, -1, values.shape[2]))
