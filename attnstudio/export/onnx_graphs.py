"""A model as two graphs of ONNX: what reads a source, and one step of what writes.

Both are traced through our own model, so that no formula is written down a second time. What the
reader gives under ``source_…`` stays as it is, what it gives under ``state_…`` is fed to the first
step, and each step gives the next one's under ``next_state_…``: whoever runs them needs to know no
kind of model. The weights of the attention are outputs beside them.

The exporter that traces is taken and not the one that analyses programs (``dynamo``): the graphs of
a Transformer of five layers took 3 s and not 100 s on a busy machine, and it asks for onnx alone.
torch calls it the older one, with a DeprecationWarning, but has it in all of our versions, 2.9 to
2.13; the newer one makes the same graphs of a Transformer once it is needed, in 13 s and not 0.4 s
for a tiny one, and asks for onnxscript as well.
It follows one example, so what depends on lengths or numbers is not seen, such as how many steps
the threshold of an entmax takes: kinds that have any of it are refused by `why_no_graphs`, and each
export is measured by `onnx_parity`.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from attnstudio.axes import CROSS, DECODER_SELF, ENCODER_SELF, SOURCE
from attnstudio.config_attention import (
    AttentionKind,
    CoverageKind,
    HeadScoreKind,
    NormaliserKind,
    OwnReachKind,
    PositionKind,
    SourceReachKind,
)
from attnstudio.config_model import ModelConfig, TransformerConfig
from attnstudio.model.cells import CellState
from attnstudio.model.interface import SequenceModel, SourceBatch
from attnstudio.model.multi_head import KeyValues
from attnstudio.model.recurrent import RecurrentModel
from attnstudio.model.recurrent_decoders import LuongFeedingDecoder, RecurrentState
from attnstudio.model.source_attention import Memory
from attnstudio.model.transformer import TransformerModel, TransformerState
from attnstudio.model.transformer_layers import LayerCache
from attnstudio.tokenizer import END_ID, PADDING_ID, UNKNOWN_ID

READER, WRITER = "encoder.onnx", "step.onnx"
OPSET = 18  # of 2022: whatever runs ONNX today knows it

_EXAMPLE = ((UNKNOWN_ID,) * 4 + (END_ID,), (UNKNOWN_ID, UNKNOWN_ID, END_ID, PADDING_ID, PADDING_ID))
_WRITTEN = 4  # pieces before the step of the example
_PLACES = {
    "source_ids": {0: "batch", 1: "source"},
    "token": {0: "batch"},
    "logits": {0: "batch"},
    "encoder_attention": {0: "batch", 3: "source", 4: "source"},
    "cross_attention": {0: "batch", 3: "source"},
    "self_attention": {0: "batch", 3: "target"},
}
_KEPT, _WRITTEN_SO_FAR = {1: "batch", 3: "source"}, {1: "batch", 3: "written"}
_TRANSFORMER_PLACES = {
    "source_keys": _KEPT,
    "source_values": _KEPT,
    "state_keys": _WRITTEN_SO_FAR,
    "state_values": _WRITTEN_SO_FAR,
    "next_state_keys": {1: "batch", 3: "target"},
    "next_state_values": {1: "batch", 3: "target"},
}
_RECURRENT_PLACES = {
    "source_keys": {0: "batch", 2: "source"},
    "source_values": {0: "batch", 2: "source"},
    "state_hidden": {1: "batch"},
    "state_memory": {1: "batch"},
    "state_attentional": {0: "batch"},
    "next_state_hidden": {1: "batch"},
    "next_state_memory": {1: "batch"},
    "next_state_attentional": {0: "batch"},
}
_POSITIONS = (
    PositionKind.SINUSOIDAL, PositionKind.LEARNT, PositionKind.NONE, PositionKind.RELATIVE,
)  # fmt: skip


def why_no_graphs(config: ModelConfig) -> str:
    """What of a model cannot be traced, such as ``positions = rotary``; empty where all can."""
    refused = {
        "normaliser": config.normaliser is not NormaliserKind.SOFTMAX,
        "source_reach": config.source_reach is not SourceReachKind.ALL,
    }
    if isinstance(config, TransformerConfig):
        refused |= {
            "score": config.score is HeadScoreKind.ADDITIVE,
            "positions": config.positions not in _POSITIONS,
            "own_reach": config.own_reach is not OwnReachKind.ALL,
        }
    else:
        refused |= {
            "attention": config.attention is AttentionKind.NONE,
            "coverage": config.coverage is not CoverageKind.NONE,
        }
    name = next((name for name, is_refused in refused.items() if is_refused), None)
    return "" if name is None else f"{name} = {getattr(config, name)}"


class _TransformerReader(nn.Module):
    """What a Transformer makes of a source, and nothing written yet."""

    outputs = ("source_keys", "source_values", "state_keys", "state_values", "encoder_attention")

    def __init__(self, model: TransformerModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, source_ids: Tensor) -> tuple[Tensor, ...]:
        """(batch, source) ids; keys and values are (layers, batch, heads, length, head_size)."""
        batch = SourceBatch(source_ids, source_ids != PADDING_ID)
        encoded = self.model.read({SOURCE: batch}, trace=True)
        layers = self.model.start(encoded).layers
        keys = torch.stack([layer.source.keys for layer in layers])
        values = torch.stack([layer.source.values for layer in layers])
        weights = encoded.traces[ENCODER_SELF].weights
        return keys, values, keys[:, :, :, :0], values[:, :, :, :0], weights


class _TransformerWriter(nn.Module):
    """One step of a Transformer."""

    inputs = ("source_keys", "source_values", "state_keys", "state_values")
    outputs = (
        "logits", "cross_attention", "self_attention", "next_state_keys", "next_state_values",
    )  # fmt: skip

    def __init__(self, model: TransformerModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, token: Tensor, source_ids: Tensor, *given: Tensor) -> tuple[Tensor, ...]:
        """Feed (batch,) ids; the attention is (batch, layers, heads, length)."""
        layers = tuple(
            LayerCache(KeyValues(keys, values), KeyValues(own_keys, own_values))
            for keys, values, own_keys, own_values in zip(*(g.unbind() for g in given), strict=True)
        )
        state = TransformerState(source_ids != PADDING_ID, layers, given[2].size(3))
        step = self.model.step(state, token, trace=True)
        after = step.state
        assert isinstance(after, TransformerState)
        written = [layer.target for layer in after.layers if layer.target is not None]
        traces = step.output.traces
        return (
            step.output.logits[:, 0],
            traces[CROSS].weights[:, :, :, 0],
            traces[DECODER_SELF].weights[:, :, :, 0],
            torch.stack([each.keys for each in written]),
            torch.stack([each.values for each in written]),
        )


class _RecurrentReader(nn.Module):
    """What a recurrent model makes of a source, and where its decoder starts."""

    def __init__(self, model: RecurrentModel) -> None:
        super().__init__()
        self.model = model
        self.outputs = ("source_keys", "source_values", *_states_of(model))

    def forward(self, source_ids: Tensor) -> tuple[Tensor, ...]:
        """(batch, source) ids; keys and values are (batch, heads, source, size)."""
        batch = SourceBatch(source_ids, source_ids != PADDING_ID)
        state = self.model.start(self.model.read({SOURCE: batch}))
        assert state.memory is not None, "a model that never looks is refused"
        return state.memory.keys, state.memory.values, *_as_tensors(state)


class _RecurrentWriter(nn.Module):
    """One step of a recurrent model."""

    def __init__(self, model: RecurrentModel) -> None:
        super().__init__()
        self.model = model
        self.states = _states_of(model)
        self.inputs = ("source_keys", "source_values", *self.states)
        self.outputs = ("logits", "cross_attention", *(f"next_{name}" for name in self.states))

    def forward(
        self, token: Tensor, source_ids: Tensor, keys: Tensor, values: Tensor, *given: Tensor
    ) -> tuple[Tensor, ...]:
        """Feed (batch,) ids; the attention is (batch, layers, heads, source), of one layer."""
        named = dict(zip(self.states, given, strict=True))
        memory = named["state_memory"].unbind() if "state_memory" in named else ()
        state = RecurrentState(
            Memory(keys, values, source_ids != PADDING_ID),
            CellState(named["state_hidden"].unbind(), memory),
            named.get("state_attentional"),
        )
        step = self.model.step(state, token, trace=True)
        after = step.state
        assert isinstance(after, RecurrentState)
        weights = step.output.traces[CROSS].weights[:, :, :, 0]
        return step.output.logits[:, 0], weights, *_as_tensors(after)


def _states_of(model: RecurrentModel) -> tuple[str, ...]:
    """What a decoder keeps from step to step: of layers, hidden and memory; what it concluded."""
    has = {"state_memory": model.parts > 1, "state_attentional": is_fed(model)}
    return ("state_hidden", *(name for name, is_there in has.items() if is_there))


def is_fed(model: RecurrentModel) -> bool:
    """Whether its cells see what was concluded from the look before."""
    return isinstance(model.decoder, LuongFeedingDecoder)


def _as_tensors(state: RecurrentState) -> tuple[Tensor, ...]:
    cells = state.cells
    stacked = (torch.stack(part) for part in (cells.hidden, cells.memory) if part)
    return (*stacked, *(() if state.attentional is None else (state.attentional,)))


def write_graphs(model: SequenceModel, folder: Path) -> None:
    """Write ``encoder.onnx`` and ``step.onnx`` of a model that `why_no_graphs` lets pass.

    Args:
        model: on the processor, in evaluation mode, without gradients.
        folder: which is there.

    Raises:
        OSError: the disk would not take them.
    """
    reader: _TransformerReader | _RecurrentReader
    writer: _TransformerWriter | _RecurrentWriter
    if isinstance(model, TransformerModel):
        reader, writer = _TransformerReader(model), _TransformerWriter(model)
        places = _PLACES | _TRANSFORMER_PLACES
    else:
        assert isinstance(model, RecurrentModel)
        reader, writer = _RecurrentReader(model), _RecurrentWriter(model)
        places = _PLACES | _RECURRENT_PLACES
    source_ids = torch.tensor(_EXAMPLE)
    token = torch.full((len(_EXAMPLE),), UNKNOWN_ID)
    with torch.no_grad():
        found = dict(zip(reader.outputs, reader(source_ids), strict=True))
    if isinstance(model, TransformerModel):  # a step behind some others
        for name in ("state_keys", "state_values"):
            layers, batch, heads, _, size = found[name].shape
            found[name] = torch.zeros(layers, batch, heads, _WRITTEN, size)
    given = tuple(found[name] for name in writer.inputs)
    _trace(reader, (source_ids,), ("source_ids",), places, folder / READER)
    names = ("token", "source_ids", *writer.inputs)
    _trace(writer, (token, source_ids, *given), names, places, folder / WRITER)


def _trace(
    module: _TransformerReader | _TransformerWriter | _RecurrentReader | _RecurrentWriter,
    example: tuple[Tensor, ...],
    names: tuple[str, ...],
    places: Mapping[str, Mapping[int, str]],
    path: Path,
) -> None:
    with warnings.catch_warnings(), torch.no_grad():
        # That it follows one example, and that it is the older of two exporters: see above.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(),
            example,
            str(path),
            dynamo=False,
            opset_version=OPSET,
            input_names=list(names),
            output_names=list(module.outputs),
            dynamic_axes={
                name: dict(places[name]) for name in (*names, *module.outputs) if name in places
            },
        )
