"""What the parts of an attention have learnt that can be said in a number for each head."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from attnstudio.model.attention.normaliser import LearntEntmax
from attnstudio.model.attention.span import LearntSpan
from attnstudio.model.attention.spec import AttentionSpec
from attnstudio.model.input_positions import LearntPositions
from attnstudio.model.multi_head import MultiHeadAttention
from attnstudio.model.source_attention import SourceAttention
from attnstudio.model.transformer import TransformerModel
from attnstudio.sites import Site

_Tables = dict[Site, NDArray[np.float64]]


def learnt_alphas(model: nn.Module) -> _Tables:
    """α of each head, (layers, heads), of each site where it is learnt (see `LearntEntmax`)."""
    return _tables(
        (site, spec.normaliser.alphas())
        for site, spec in _attentions(model)
        if isinstance(spec.normaliser, LearntEntmax)
    )


def learnt_spans(model: nn.Module) -> _Tables:
    """The span of each head in pieces, (layers, heads), of each site where it is learnt."""
    return _tables(
        (site, spec.reach.spans)
        for site, spec in _attentions(model)
        if isinstance(spec.reach, LearntSpan)
    )


def known_places(model: nn.Module) -> tuple[int, int] | None:
    """Of how many places of source and target something was learnt; None where none are learnt."""
    if not isinstance(model, TransformerModel):
        return None
    source, target = model.source_positions, model.target_positions
    if not (isinstance(source, LearntPositions) and isinstance(target, LearntPositions)):
        return None
    return source.known, target.known


def head_count(model: nn.Module) -> int:
    """How many heads a model has, of all layers and sites."""
    attentions = (MultiHeadAttention, SourceAttention)
    return sum(each.heads for each in model.modules() if isinstance(each, attentions))


def _attentions(model: nn.Module) -> Iterator[tuple[Site, AttentionSpec]]:
    """In the order of their layers, as a model holds them."""
    for module in model.modules():
        if isinstance(module, MultiHeadAttention | SourceAttention):
            yield module.site, module.spec


def _tables(of_heads: Iterator[tuple[Site, Tensor]]) -> _Tables:
    rows: dict[Site, list[NDArray[np.float64]]] = {}
    for site, numbers in of_heads:
        rows.setdefault(site, []).append(numbers.detach().double().cpu().numpy())
    return {site: np.stack(layers) for site, layers in rows.items()}
