"""The heads with which a recurrent decoder looks at its source; mostly a single one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from attnstudio.model.attention.attend import Attended, attend
from attnstudio.model.attention.coverage import Coverage, CoveredTanh
from attnstudio.model.attention.kernels import may_look_together
from attnstudio.model.attention.request import AttentionRequest
from attnstudio.model.attention.score import Tanh
from attnstudio.model.attention.spec import AttentionSpec
from attnstudio.model.attention.trace import (
    AttentionTrace,
    CarriedValues,
    join_places,
    join_terms,
)
from attnstudio.model.precision import at_least_float32
from attnstudio.model.workings import AttentionWorkings, CoverageWorkings
from attnstudio.sites import Site

_NAMES_IN_CHECKPOINTS = {"score": "score_vector"}


@dataclass(frozen=True, slots=True)
class Memory:
    """A source, ready to be looked at.

    Attributes:
        keys: (batch, heads, src_len, head_size), projected for the score.
        values: (batch, heads, src_len, value_size), the encoder's states, a part for each head.
        mask: (batch, src_len), True where the source is real.
        fertility: (batch, heads, src_len), how many words each place is expected to become; None
            where nobody asks.
    """

    keys: Tensor
    values: Tensor
    mask: Tensor
    fertility: Tensor | None = None

    @property
    def rows(self) -> int:
        """How many sources; unlike ``len``, an exporter sees that their number may vary."""
        return self.mask.size(0)

    @property
    def size(self) -> int:
        """memory_size: of a context, the parts of all heads together."""
        return self.values.size(1) * self.values.size(-1)

    def select(self, rows: Tensor) -> Memory:
        """The memory whose row *i* is this one's row ``rows[i]``."""
        return Memory(
            self.keys.index_select(0, rows),
            self.values.index_select(0, rows),
            self.mask.index_select(0, rows),
            None if self.fertility is None else self.fertility.index_select(0, rows),
        )

    def repeated(self, times: int) -> Memory:
        """The memory with each row so many times, side by side."""
        rows = torch.arange(len(self.mask), device=self.mask.device)
        return self.select(rows.repeat_interleave(times))


@dataclass(frozen=True, slots=True)
class Look:
    """What some states saw of the source.

    Attributes:
        states: (batch, tgt_len, hidden), which looked.
        queries: (batch, tgt_len, hidden), projected; heads divide them.
        attended: of (sources, heads, …).
        covered: (batch, heads, src_len), how much each place was looked at before; None where that
            is not counted.
    """

    states: Tensor
    queries: Tensor
    attended: Attended
    covered: Tensor | None = None

    @property
    def context(self) -> Tensor:
        """(batch, tgt_len, memory_size): those of all heads side by side."""
        side_by_side = _merge(self.attended.context)  # (sources, …, memory_size)
        return side_by_side.view(*self.states.shape[:2], -1)


class SourceAttention(nn.Module):
    """Keys are projected once a source, queries once a target position.

    Several heads divide both among them, and the encoder's states as well: a head compares its part
    of the queries with its part of the keys and takes of each state its part, and the contexts lie
    side by side, so that a context has the size that it has with one head. Nothing is learned for
    the heads but what one head learns (see `Tanh` for its v).

    Traces show queries and keys as they are after the projection, so that a score follows from them
    (and from what the score learns) alone. Under autocast the projections are rounded, the scores
    are not: queries and keys are float32 beside rounded values, which no kernel but the explicit
    one takes.

    Args:
        query: maps decoder states, (…, hidden), to queries.
        key: maps encoder states, (…, memory_size), to keys of the same size.
        spec: what each head computes.
        site: which attention this is, so that an intervention finds it.
        heads: how many; they divide the size of queries and keys, and memory_size.
        coverage: what an additive score knows of the looks before; None for nothing.
    """

    def __init__(
        self,
        query: nn.Module,
        key: nn.Module,
        spec: AttentionSpec,
        site: Site,
        heads: int = 1,
        coverage: Coverage | None = None,
    ) -> None:
        super().__init__()
        self.query = query
        self.key = key
        self.spec = spec
        self.site = site
        self.heads = heads
        self.coverage = coverage
        for name, part in spec.learnt_parts().items():
            self.add_module(_NAMES_IN_CHECKPOINTS.get(name, name), part)

    def memory_of(self, states: Tensor, mask: Tensor) -> Memory:
        """The encoder's states, (batch, src_len, memory_size), ready to be looked at."""
        keys: Tensor = self.key(states)
        fertility = None if self.coverage is None else self.coverage.fertility_of(states)
        return Memory(self.split(at_least_float32(keys)), self.split(states), mask, fertility)

    def nothing_covered(self, memory: Memory) -> Tensor | None:
        """What was looked at before the first look: (batch, heads, src_len), if that counts."""
        if self.coverage is None:
            return None
        return memory.keys.new_zeros(memory.keys.shape[:3])

    def look(
        self,
        states: Tensor,
        memory: Memory,
        request: AttentionRequest,
        covered: Tensor | None = None,
    ) -> Look:
        """Let the decoder's states, (batch, tgt_len, hidden), look at the source.

        Rows that share a source look at it together, as if they were target positions, where that
        is the same.

        Args:
            states: which look; of one target position where coverage counts.
            memory: what they look at.
            request: what is wanted besides.
            covered: (batch, heads, src_len), what was looked at before, where that counts.
        """
        projected: Tensor = self.query(states)
        queries = at_least_float32(projected)
        if memory.rows != queries.size(0) and not may_look_together(self.spec):
            memory = memory.repeated(queries.size(0) // memory.rows)
        together = queries.reshape(memory.rows, -1, queries.size(-1))
        attended = attend(
            self._spec_of(memory, covered),
            self.split(together),  # (sources, heads, tgt_len, head_size)
            memory.keys,
            memory.values,
            memory.mask[:, None, None, :],
            site=self.site,
            request=request,
        )
        return Look(states, queries, attended, covered)

    def covered_after(self, look: Look, memory: Memory) -> Tensor | None:
        """What was looked at once a look is over, as `nothing_covered`."""
        if look.covered is None:
            return None
        weights = look.attended.weights  # (sources, heads, rows of each, src_len)
        if memory.fertility is not None:
            weights = weights / memory.fertility.unsqueeze(2)
        return look.covered + weights.transpose(1, 2).reshape(look.covered.shape)

    def _spec_of(self, memory: Memory, covered: Tensor | None) -> AttentionSpec:
        """What is computed for one look: the score may know of those before."""
        if self.coverage is None or covered is None:
            return self.spec
        assert isinstance(self.spec.score, Tanh), "coverage is added inside a tanh"
        of_sources = covered.view(memory.rows, -1, *covered.shape[1:]).transpose(1, 2)
        score = CoveredTanh(self.spec.score, self.coverage.vectors(), of_sources)
        return replace(self.spec, score=score)

    def split(self, states: Tensor) -> Tensor:
        """(batch, length, size) to (batch, heads, length, size / heads)."""
        batch, length, _ = states.shape
        return states.reshape(batch, length, self.heads, -1).transpose(1, 2)


def join_looks(
    looks: Sequence[Look],
    memory: Memory,
    attention: SourceAttention,
    output: Tensor | None = None,
) -> AttentionTrace:
    """One trace, with one layer and all heads, of looks that follow each other.

    Args:
        looks: in their order, at least one.
        attention: with which they looked.
        memory: what they looked at.
        output: (output_size, memory_size), which alone makes of a context what goes on; None where
            the context itself does, also where it goes several ways.
    """
    of_heads = None
    if output is not None:
        of_heads = output.detach().T.reshape(attention.heads, -1, output.size(0))
    carried = CarriedValues(memory.values, of_heads)
    workings = AttentionWorkings(
        torch.cat([look.states for look in looks], dim=1),
        torch.cat([look.attended.context for look in looks], dim=2),
        attention.query,
        attention.key,
        None,
        attention.spec.score,
        attention.spec.normaliser,
        attention.spec.reach,
        coverage=_coverage_of(looks, memory, attention),
    )
    steps = [
        look.attended.trace_of(attention.split(look.queries), memory.keys, carried, workings)
        for look in looks
    ]
    return AttentionTrace(
        queries=torch.cat([step.queries for step in steps], dim=3),
        keys=steps[0].keys,
        terms=join_terms([step.terms for step in steps], dim=3),
        scores=torch.cat([step.scores for step in steps], dim=3),
        weights=torch.cat([step.weights for step in steps], dim=3),
        carried=steps[0].carried,
        workings=steps[0].workings,
        places=join_places([step.places for step in steps], dim=3),
    )


def _coverage_of(
    looks: Sequence[Look], memory: Memory, attention: SourceAttention
) -> CoverageWorkings | None:
    if attention.coverage is None:
        return None
    expects = attention.coverage.fertility
    return CoverageWorkings(
        torch.stack([look.covered for look in looks if look.covered is not None], dim=2),
        attention.coverage.vectors(),
        memory.fertility,
        None if expects is None else expects.weight,
    )


def _merge(context: Tensor) -> Tensor:
    """(batch, heads, length, value_size) to (batch, length, heads * value_size)."""
    return context.transpose(1, 2).flatten(2)
