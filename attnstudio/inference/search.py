"""Beam search over a batch; a beam of 1 is greedy search."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from attnstudio.inference.candidates import Candidates, best_candidates, log_normalisers
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


@torch.inference_mode()
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
    beams = _Beams(model.start(encoded), max_lengths, options)
    while beams.alive.numel():
        beams.advance(model)
    return beams.results()


class _Beams:
    """The unfinished and finished hypotheses of the sentences that are not done.

    Tensors are (alive, width, ...); ``alive`` maps them to the sentences of the batch. There is
    one hypothesis a sentence before the first token and soon ``beam_size``.
    """

    def __init__(self, state: DecoderState, max_lengths: Tensor, options: SearchOptions) -> None:
        sentences, device = len(max_lengths), max_lengths.device
        self.alive = torch.arange(sentences, device=device)
        self._options = options
        self._state = state
        self._max_lengths = max_lengths
        self._shortest_limit = int(max_lengths.min())
        self._tokens = torch.full((sentences, 1), START_ID, device=device)
        self._ids = torch.empty((sentences, 1, 0), dtype=torch.int64, device=device)
        self._log_probs = torch.empty((sentences, 1, 0), device=device)
        self._totals = torch.zeros((sentences, 1), device=device)
        shape = (sentences, options.beam_size)
        longest = int(max_lengths.max())
        self._done_scores = torch.full(shape, _NEVER, device=device)
        self._done_ids = torch.full((*shape, longest), PADDING_ID, device=device)
        self._done_log_probs = torch.zeros((*shape, longest), device=device)
        self._results: list[list[FoundSequence]] = [[] for _ in range(sentences)]

    def results(self) -> list[list[FoundSequence]]:
        return self._results

    def advance(self, model: Seq2SeqModel) -> None:
        """One token more for every hypothesis."""
        beam_size, width = self._options.beam_size, self._totals.shape[1]
        step = model.step(
            self._state, self._tokens.flatten(), intervention=self._options.intervention
        )
        logits = step.output.logits.squeeze(1).float()  # (alive * width, vocabulary)
        normalisers = log_normalisers(logits).view_as(self._totals)
        self._rule_out(logits)
        # A beam's own </s> is one of at most 2 * beam candidates a sentence, so enough go on. In
        # greedy search nothing goes on beside an </s>: it would score less at the same length.
        most = 1 if beam_size == 1 else 2 * beam_size
        best = best_candidates(logits, normalisers, self._totals, most)
        ended = best.tokens == END_ID
        if ended.any():
            self._finish(best, ended)
            order = ended.to(torch.int8).argsort(dim=1, stable=True)
            totals = best.totals.masked_fill(ended, _NEVER)
            best = Candidates(
                *(x.gather(1, order) for x in (totals, best.parents, best.tokens, best.log_probs))
            )
        parents, tokens = best.parents[:, :beam_size], best.tokens[:, :beam_size]
        self._totals, self._tokens = best.totals[:, :beam_size], tokens
        self._ids = _appended(self._ids, parents, tokens)
        self._log_probs = _appended(self._log_probs, parents, best.log_probs[:, :beam_size])
        self._drop_done(step.state, parents, width)

    def _rule_out(self, logits: Tensor) -> None:
        """Only what may come next is possible."""
        logits[:, [PADDING_ID, START_ID]] = _NEVER
        length = self._ids.shape[2] + 1
        if length >= self._shortest_limit:
            at_limit = (self._max_lengths <= length).repeat_interleave(self._totals.shape[1])
            logits[at_limit, :END_ID] = _NEVER
            logits[at_limit, END_ID + 1 :] = _NEVER

    def _finish(self, best: Candidates, ended: Tensor) -> None:
        """Take over hypotheses that ended among the best ``beam_size`` candidates."""
        beam_size = self._options.beam_size
        totals, parents = best.totals[:, :beam_size], best.parents[:, :beam_size]
        ended = ended[:, :beam_size] & totals.isfinite()
        if not ended.any():
            return
        length = self._ids.shape[2] + 1
        penalty = length_penalties(torch.tensor(float(length)), self._options.length_penalty)
        scores = (totals / penalty.to(totals.device)).masked_fill(~ended, _NEVER)
        shape = (*totals.shape, self._done_ids.shape[2])
        ids = self._done_ids.new_full(shape, PADDING_ID)
        ids[:, :, : length - 1] = _gather_beams(self._ids, parents)
        ids[:, :, length - 1] = END_ID
        log_probs = self._done_log_probs.new_zeros(shape)
        log_probs[:, :, : length - 1] = _gather_beams(self._log_probs, parents)
        log_probs[:, :, length - 1] = best.log_probs[:, :beam_size]
        scores, order = torch.cat((self._done_scores, scores), dim=1).topk(beam_size, dim=1)
        self._done_scores = scores
        self._done_ids = _gather_beams(torch.cat((self._done_ids, ids), dim=1), order)
        self._done_log_probs = _gather_beams(
            torch.cat((self._done_log_probs, log_probs), dim=1), order
        )

    def _drop_done(self, state: DecoderState, parents: Tensor, width: int) -> None:
        """Hand out the results of sentences that are done and keep the rows of the others."""
        length = self._ids.shape[2]
        penalty = length_penalties(torch.tensor(float(length)), self._options.length_penalty)
        wanted = min(self._options.n_best, self._options.beam_size)
        worst_wanted = self._done_scores[:, wanted - 1]
        best_unfinished = self._totals.amax(dim=1) / penalty.to(self._totals.device)
        done = worst_wanted >= best_unfinished
        if length >= self._shortest_limit:
            done |= self._max_lengths <= length
        rows = torch.arange(len(self.alive), device=self.alive.device)
        going = None
        if done.any():
            for row in rows[done].tolist():
                self._results[int(self.alive[row])] = self._found(row, wanted)
            going = rows = rows[~done]
            parents = parents[going]
            self.alive, self._max_lengths = self.alive[going], self._max_lengths[going]
            self._tokens, self._totals = self._tokens[going], self._totals[going]
            self._ids, self._log_probs = self._ids[going], self._log_probs[going]
            self._done_scores, self._done_ids = self._done_scores[going], self._done_ids[going]
            self._done_log_probs = self._done_log_probs[going]
        self._state = state
        if self.alive.numel() and (self._options.beam_size > 1 or going is not None):
            flat = rows.unsqueeze(1) * width + parents
            self._state = state.select_beams(flat.flatten(), going)

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


def _appended(values: Tensor, beams: Tensor, last: Tensor) -> Tensor:
    """`_gather_beams` and one column more."""
    return torch.cat((_gather_beams(values, beams), last.unsqueeze(-1)), dim=2)
