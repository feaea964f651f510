"""A Transformer of ours as CTranslate2 has it: the same tensors under its names.

Only what it computes to the last digit that floats allow is written; `ct2_limits` names
what it does not compute, or not in this way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from attnstudio.config_attention import HeadScoreKind, PositionKind
from attnstudio.config_model import NormKind, TransformerConfig
from attnstudio.export.ct2_limits import MOST_PLACES
from attnstudio.model.input_positions import sinusoidal_positions
from attnstudio.reading import Reading

NORM_EPSILON = 1e-5  # of torch's LayerNorm

_Weights = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class GivenAttention:
    """The attention that it gives for each piece: one layer's, of a head or the mean of all.

    Attributes:
        layer: of the decoder, counted from 0.
        head: counted from 0; None for the mean.
        is_shifted: whether a piece is best read from the row after its own.
    """

    layer: int
    head: int | None
    is_shifted: bool = False

    @classmethod
    def nearest(cls, reading: Reading | None, config: TransformerConfig) -> GivenAttention:
        """What comes nearest to a reading, which may be of several layers; None for no reading."""
        last = config.decoder_layers - 1
        if reading is None:
            return cls(last, None)
        layer = last if reading.layer is None else reading.layer
        return cls(layer, reading.head, reading.is_shifted)

    def __str__(self) -> str:
        head = "the mean of all heads" if self.head is None else f"head {self.head}"
        return f"layer {self.layer}, {head}"


def transformer_spec(
    library: ModuleType,
    config: TransformerConfig,
    weights: Mapping[str, Tensor],
    vocabularies: tuple[Sequence[str], Sequence[str]],
    given: GivenAttention,
) -> Any:  # noqa: ANN401 - the library has no types
    """The model, complete and not yet quantised.

    Args:
        library: the module ``ctranslate2``.
        config: that `why_no_ctranslate2` has nothing against.
        weights: by our names, tied ones once.
        vocabularies: the pieces of both sides in the order of their ids.
        given: which attention it gives.
    """
    # copied: what quantises them writes into them
    arrays: _Weights = {
        name: tensor.detach().float().cpu().numpy().copy() for name, tensor in weights.items()
    }
    arrays = _with_head_first(arrays, config, given)
    specs = library.specs
    wished = _wishes(config)
    heads = config.heads if given.head is None else 1
    spec = specs.TransformerSpec(
        specs.TransformerEncoderSpec(config.encoder_layers, config.heads, **wished),
        specs.TransformerDecoderSpec(
            config.decoder_layers, config.heads,
            alignment_layer=given.layer, alignment_heads=heads, **wished,
        ),
    )  # fmt: skip
    target = arrays["target_embedding.weight"]
    source = arrays.get("source_embedding.weight", target)
    spec.encoder.embeddings[0].weight = source
    spec.decoder.embeddings.weight = target
    spec.decoder.projection.weight = target
    for side, part in (("encoder", spec.encoder), ("decoder", spec.decoder)):
        _fill_stack(part, side, config, arrays)
    for register, pieces in zip(
        (spec.register_source_vocabulary, spec.register_target_vocabulary),
        vocabularies,
        strict=True,
    ):
        register(list(pieces))
    spec.config.layer_norm_epsilon = NORM_EPSILON
    spec.validate()
    return spec


def _wishes(config: TransformerConfig) -> dict[str, object]:
    wished: dict[str, object] = {"pre_norm": config.norm is NormKind.PRE}
    match config.positions:
        case PositionKind.ROTARY:
            wished |= {"rotary_dim": config.model_size // config.heads, "rotary_interleave": True}
        case PositionKind.RELATIVE:
            wished |= {"relative_position": True}
    return wished


def _fill_stack(
    part: Any,  # noqa: ANN401 - the library has no types
    side: str,
    config: TransformerConfig,
    weights: _Weights,
) -> None:
    if hasattr(part, "position_encodings"):
        part.position_encodings.encodings = _positions(side, config, weights)
    last = f"{side}_norm"
    if config.norm is NormKind.PRE:
        _fill_norm(part.layer_norm, weights, last)
    for number, layer in enumerate(part.layer):
        name = f"{side}_layers.{number}"
        _fill_attention(layer.self_attention, weights, f"{name}.attention", is_own=True)
        _fill_norm(layer.self_attention.layer_norm, weights, f"{name}.attention_norm")
        if side == "decoder":
            _fill_attention(layer.attention, weights, f"{name}.cross", is_own=False)
            _fill_norm(layer.attention.layer_norm, weights, f"{name}.cross_norm")
        _fill_linear(layer.ffn.linear_0, weights, f"{name}.feedforward.0")
        _fill_linear(layer.ffn.linear_1, weights, f"{name}.feedforward.2")
        # where norms come last, that of the stack is the last one of its last layer
        is_of_stack = config.norm is NormKind.POST and number == len(part.layer) - 1
        norm = last if is_of_stack else f"{name}.feedforward_norm"
        _fill_norm(layer.ffn.layer_norm, weights, norm)
        if config.score is HeadScoreKind.DOT:
            layer.self_attention.queries_scale = 1.0
            if side == "decoder":
                layer.attention.queries_scale = 1.0


def _fill_attention(
    spec: Any,  # noqa: ANN401 - the library has no types
    weights: _Weights,
    name: str,
    *,
    is_own: bool,
) -> None:
    query, key, value = (f"{name}.{part}" for part in ("query", "key", "value"))
    if is_own:
        _fill_linear(spec.linear[0], weights, query, key, value)
    else:
        _fill_linear(spec.linear[0], weights, query)
        _fill_linear(spec.linear[1], weights, key, value)
    _fill_linear(spec.linear[-1], weights, f"{name}.output")
    if hasattr(spec, "relative_position_keys"):
        vectors = weights[f"{name}.positions.vectors"]
        spec.relative_position_keys = vectors
        spec.relative_position_values = np.zeros_like(vectors)  # ours add nothing to the values


def _positions(side: str, config: TransformerConfig, weights: _Weights) -> NDArray[np.float32]:
    """(places, model_size), what is added to pieces."""
    size = config.model_size
    found = np.zeros((MOST_PLACES, size), np.float32)
    match config.positions:
        case PositionKind.SINUSOIDAL:
            found[:] = sinusoidal_positions(0, MOST_PLACES, size, torch.device("cpu")).numpy()
        case PositionKind.LEARNT:
            name = "source_positions" if side == "encoder" else "target_positions"
            learnt = weights[f"{name}.weight"]
            found[: len(learnt)] = learnt * np.float32(np.sqrt(size))
    return found


def _fill_linear(spec: Any, weights: _Weights, *names: str) -> None:  # noqa: ANN401
    spec.weight = np.concatenate([weights[f"{name}.weight"] for name in names])
    spec.bias = np.concatenate([weights[f"{name}.bias"] for name in names])


def _fill_norm(spec: Any, weights: _Weights, name: str) -> None:  # noqa: ANN401
    spec.gamma, spec.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]


def _with_head_first(
    weights: _Weights, config: TransformerConfig, given: GivenAttention
) -> _Weights:
    """The same model whose wanted head is the first of its layer: it gives the first ones only."""
    if not given.head:
        return weights
    order = [given.head, *(head for head in range(config.heads) if head != given.head)]
    name = f"decoder_layers.{given.layer}.cross"
    moved = {
        f"{name}.{part}.{kind}": _reordered(weights[f"{name}.{part}.{kind}"], order)
        for part in ("query", "key", "value")
        for kind in ("weight", "bias")
    }
    output = f"{name}.output.weight"
    return {**weights, **moved, output: _reordered(weights[output].T, order).T.copy()}


def _reordered(rows: NDArray[np.float32], order: Iterable[int]) -> NDArray[np.float32]:
    """The rows of heads side by side in another order of the heads."""
    heads = list(order)
    parts = np.split(rows, len(heads))
    return np.concatenate([parts[head] for head in heads])
