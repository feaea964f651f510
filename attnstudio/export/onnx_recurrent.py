"""A recurrent model as two modules that are traced: what reads, and one step of what writes."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from attnstudio.model.attention.reach import Reach, Window
from attnstudio.model.cells import CellState
from attnstudio.model.interface import SourceBatch
from attnstudio.model.recurrent import RecurrentModel
from attnstudio.model.recurrent_decoders import (
    BahdanauDecoder,
    LuongDecoder,
    LuongFeedingDecoder,
    RecurrentState,
)
from attnstudio.model.source_attention import Memory, SourceAttention
from attnstudio.sites import SOURCE
from attnstudio.tokenizer import PADDING_ID

PLACES = {
    "source_keys": {0: "batch", 2: "source"},
    "source_values": {0: "batch", 2: "source"},
    "source_fertility": {0: "batch", 2: "source"},
    "state_hidden": {1: "batch"},
    "state_memory": {1: "batch"},
    "state_attentional": {0: "batch"},
    "state_covered": {0: "batch", 2: "source"},
    "next_state_hidden": {1: "batch"},
    "next_state_memory": {1: "batch"},
    "next_state_attentional": {0: "batch"},
    "next_state_covered": {0: "batch", 2: "source"},
}


class RecurrentReader(nn.Module):
    """What a recurrent model makes of a source, and where its decoder starts."""

    def __init__(self, model: RecurrentModel) -> None:
        super().__init__()
        self.model = model
        self.outputs = (*_sources_of(model), *_states_of(model))

    def forward(self, source_ids: Tensor) -> tuple[Tensor, ...]:
        """(batch, source) ids; keys and values are (batch, heads, source, size)."""
        batch = SourceBatch(source_ids, source_ids != PADDING_ID)
        state = self.model.start(self.model.read({SOURCE: batch}))
        known = _memory_tensors(state.memory) | _state_tensors(state)
        return tuple(known[name] for name in self.outputs)


class RecurrentWriter(nn.Module):
    """One step of a recurrent model."""

    def __init__(self, model: RecurrentModel) -> None:
        super().__init__()
        self.model = model
        self.states = _states_of(model)
        self.inputs = (*_sources_of(model), *self.states)
        looks = () if _attention_of(model) is None else ("cross_attention",)
        self.outputs = ("logits", *looks, *(f"next_{name}" for name in self.states))

    def forward(self, token: Tensor, source_ids: Tensor, *given: Tensor) -> tuple[Tensor, ...]:
        """Feed (batch,) ids; the attention is (batch, layers, heads, source), of one layer."""
        named = dict(zip(self.inputs, given, strict=True))
        step = self.model.step(_state(named, source_ids != PADDING_ID), token, trace=True)
        after = step.state
        assert isinstance(after, RecurrentState)
        looks = [trace.weights[:, :, :, 0] for trace in step.output.traces.values()]
        known = _state_tensors(after)
        return step.output.logits[:, 0], *looks, *(known[name] for name in self.states)


def _state(named: Mapping[str, Tensor], mask: Tensor) -> RecurrentState:
    memory = None
    if "source_keys" in named:
        memory = Memory(
            named["source_keys"], named["source_values"], mask, named.get("source_fertility")
        )
    cells = named["state_memory"].unbind() if "state_memory" in named else ()
    return RecurrentState(
        memory,
        CellState(named["state_hidden"].unbind(), cells),
        named.get("state_attentional"),
        named.get("state_position", 0),  # type: ignore[arg-type]  # a number that is traced
        named.get("state_covered"),
    )


def _attention_of(model: RecurrentModel) -> SourceAttention | None:
    decoder = model.decoder
    if isinstance(decoder, (BahdanauDecoder, LuongDecoder, LuongFeedingDecoder)):
        return decoder.score
    return None


def _sources_of(model: RecurrentModel) -> tuple[str, ...]:
    """What of a source goes into every step; nothing where it is never looked at."""
    attention = _attention_of(model)
    if attention is None:
        return ()
    coverage = attention.coverage
    expects = coverage is not None and coverage.fertility is not None
    return ("source_keys", "source_values", *(("source_fertility",) if expects else ()))


def _states_of(model: RecurrentModel) -> tuple[str, ...]:
    """What a decoder keeps from step to step: of layers, hidden and memory; what it concluded;
    how much it looked where; and how far it is, where that says where it looks.
    """  # fmt: skip
    attention = _attention_of(model)
    has = {
        "state_memory": model.parts > 1,
        "state_attentional": isinstance(model.decoder, LuongFeedingDecoder),
        "state_covered": attention is not None and attention.coverage is not None,
        "state_position": attention is not None and _knows_places(attention.spec.reach),
    }
    return ("state_hidden", *(name for name, is_there in has.items() if is_there))


def _knows_places(reach: Reach) -> bool:
    return isinstance(reach, Window)


def _memory_tensors(memory: Memory | None) -> dict[str, Tensor]:
    if memory is None:
        return {}
    fertility = {} if memory.fertility is None else {"source_fertility": memory.fertility}
    return {"source_keys": memory.keys, "source_values": memory.values} | fertility


def _state_tensors(state: RecurrentState) -> dict[str, Tensor]:
    cells = state.cells
    found = {
        "state_hidden": torch.stack(cells.hidden),
        "state_memory": torch.stack(cells.memory) if cells.memory else None,
        "state_attentional": state.attentional,
        "state_covered": state.covered,
        "state_position": torch.as_tensor(state.position),
    }
    return {name: tensor for name, tensor in found.items() if tensor is not None}
