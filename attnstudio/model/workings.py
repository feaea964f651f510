"""What the numbers of a step were made of: for those who write its formulas out.

All of it is what a forward pass has at hand anyway, kept by reference where a trace is asked for;
what costs something, such as the gates of recurrent cells, is computed when it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor, nn

from attnstudio.model.attention.positions import NO_POSITIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attnstudio.model.attention.normaliser import Normaliser
    from attnstudio.model.attention.positions import PositionScheme
    from attnstudio.model.attention.reach import Reach
    from attnstudio.model.attention.score import ScoreFunction
    from attnstudio.model.cells import CellState
    from attnstudio.model.feature_kind import FeatureKind


@dataclass(frozen=True, slots=True)
class CoverageWorkings:
    """What an additive score knew of the looks before; see `Coverage`.

    Attributes:
        covered: C, (batch, heads, query_len, key_len), as it was for each query.
        vectors: V of each head, (heads, size).
        fertility: Φ, (batch, heads, key_len); None where it is 1.
        expects: U_f of each head, (heads, memory_size); None likewise.
    """

    covered: Tensor
    vectors: Tensor
    fertility: Tensor | None = None
    expects: Tensor | None = None

    def select(self, rows: Tensor) -> CoverageWorkings:
        """Those whose row *i* is this one's row ``rows[i]``."""
        return replace(
            self,
            covered=self.covered.index_select(0, rows),
            fertility=None if self.fertility is None else self.fertility.index_select(0, rows),
        )


@dataclass(frozen=True, slots=True)
class AttentionWorkings:
    """What one layer of an attention was made of, and what it made.

    Attributes:
        asking: (batch, query_len, size), of which the queries are made.
        context: (batch, heads, query_len, value_size), the weighted sums of the values.
        query: makes queries of states; it may leave them as they are.
        key: makes keys.
        value: makes values; None where the states are the values.
        score: how well a key fits a query.
        normaliser: what makes weights of scores.
        reach: how far is looked.
        given: (batch, query_len, model_size), what the output makes of all heads; None where
            the context itself goes on.
        output: makes it.
        norm: made `asking` of the states so far; None where they are taken as they are.
        positions: what places bring, and what turned queries and keys once they were made.
        coverage: what the score knew of the looks before; None where it knows nothing of them.
    """

    asking: Tensor
    context: Tensor
    query: nn.Module
    key: nn.Module
    value: nn.Module | None
    score: ScoreFunction
    normaliser: Normaliser
    reach: Reach
    given: Tensor | None = None
    output: nn.Module | None = None
    norm: nn.Module | None = None
    positions: PositionScheme = NO_POSITIONS
    coverage: CoverageWorkings | None = None

    def select(self, rows: Tensor) -> AttentionWorkings:
        """Those whose row *i* is this one's row ``rows[i]``."""
        return replace(
            self,
            asking=self.asking.index_select(0, rows),
            context=self.context.index_select(0, rows),
            given=None if self.given is None else self.given.index_select(0, rows),
            coverage=None if self.coverage is None else self.coverage.select(rows),
        )


@dataclass(frozen=True, slots=True)
class FeatureWorkings:
    """What the features of a decoder were made of.

    Attributes:
        kind: how.
        inputs: (batch, tgt_len, size).
        layer: a norm, or a linear layer.
        sums: (batch, tgt_len, 2 * feature_size), of which each pair's larger is taken; None where
            that is not done.
    """

    kind: FeatureKind
    inputs: Tensor
    layer: nn.Module
    sums: Tensor | None = None


@dataclass(frozen=True, slots=True)
class CellWeights:
    """What one layer of recurrent cells has learned; the gates are in torch's order.

    Attributes:
        inputs: (gates, input_size), for what is fed.
        input_bias: (gates,).
        hidden: (gates, hidden), for the state before.
        hidden_bias: (gates,).
    """

    inputs: Tensor
    input_bias: Tensor
    hidden: Tensor
    hidden_bias: Tensor


@dataclass(frozen=True, slots=True)
class CellLayer:
    """Every number of one layer of cells.

    Attributes:
        weights: what it has learned.
        inputs: (batch, tgt_len, input_size), what was fed.
        hidden: (batch, tgt_len + 1, hidden), from the state before the first step on.
        memory: the same of an LSTM's memory; None for a GRU.
        gates: (batch, tgt_len, 3 or 4, hidden): reset, update, candidate of a GRU; input, forget,
            candidate, output of an LSTM.
    """

    weights: CellWeights
    inputs: Tensor
    hidden: Tensor
    memory: Tensor | None
    gates: Tensor


class StackOfCells(Protocol):
    """Recurrent cells on top of each other."""

    def layer_weights(self) -> Sequence[CellWeights]:
        """What each layer has learned."""
        ...


@dataclass(frozen=True, slots=True)
class CellWorkings:
    """What a stack of cells was fed.

    Attributes:
        cells: the stack.
        embedded: (batch, tgt_len, embedding), the pieces that the lowest layer was fed.
        fed: (batch, tgt_len, size), what it was fed beside them; None where that is nothing.
        start: where it stood before.
    """

    cells: StackOfCells
    embedded: Tensor
    fed: Tensor | None
    start: CellState

    def replay(self) -> tuple[CellLayer, ...]:
        """Run again, layer by layer and step by step, and keep every number.

        The equations are those of `torch.nn.GRU` and `torch.nn.LSTM`: the reset gate acts on the
        product with the state, after its bias, and not on the state before it.
        """
        layers: list[CellLayer] = []
        inputs = self.embedded
        if self.fed is not None:
            inputs = torch.cat((inputs, self.fed), dim=-1)
        for place, weights in enumerate(self.cells.layer_weights()):
            memory = self.start.memory[place] if self.start.memory else None
            layers.append(_replayed(weights, inputs, self.start.hidden[place], memory))
            inputs = layers[-1].hidden[:, 1:]
        return tuple(layers)


@dataclass(frozen=True, slots=True)
class DecoderWorkings:
    """What a decoder was made of besides its attention.

    Attributes:
        features: how its features were made.
        cells: its recurrent cells; None for a Transformer.
        moves_first: whether the cells move before the source is looked at.
    """

    features: FeatureWorkings
    cells: CellWorkings | None = None
    moves_first: bool = False


def _replayed(
    weights: CellWeights, inputs: Tensor, hidden: Tensor, memory: Tensor | None
) -> CellLayer:
    known = inputs @ weights.inputs.T + weights.input_bias  # (batch, tgt_len, gates)
    hiddens, memories, gates = [hidden], [memory], []
    for step in known.unbind(dim=1):
        recurrent = hiddens[-1] @ weights.hidden.T + weights.hidden_bias
        last = memories[-1]
        if last is None:
            reset, update, candidate = _gru_gates(step, recurrent)
            hiddens.append((1 - update) * candidate + update * hiddens[-1])
            gates.append(torch.stack((reset, update, candidate), dim=1))
        else:
            enter, forget, candidate, show = (step + recurrent).chunk(4, dim=-1)
            opened = enter.sigmoid(), forget.sigmoid(), candidate.tanh(), show.sigmoid()
            last = opened[1] * last + opened[0] * opened[2]
            hiddens.append(opened[3] * last.tanh())
            gates.append(torch.stack(opened, dim=1))
        memories.append(last)
    kept = [each for each in memories if each is not None]
    return CellLayer(
        weights,
        inputs,
        torch.stack(hiddens, dim=1),
        torch.stack(kept, dim=1) if kept else None,
        torch.stack(gates, dim=1),
    )


def _gru_gates(known: Tensor, recurrent: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    (known_reset, known_update, known_candidate) = known.chunk(3, dim=-1)
    (reset, update, candidate) = recurrent.chunk(3, dim=-1)
    reset = (known_reset + reset).sigmoid()
    return reset, (known_update + update).sigmoid(), (known_candidate + reset * candidate).tanh()
