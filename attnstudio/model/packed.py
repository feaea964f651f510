"""A model that is only read, made faster on a processor."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from copy import deepcopy
from typing import cast

import torch
from torch import nn

from attnstudio.model.attention.kernels import Kernel, kernel_for
from attnstudio.model.interface import SequenceModel
from attnstudio.model.multi_head import MultiHeadAttention
from attnstudio.model.packed_linear import PackedLinear
from attnstudio.model.packed_transformer import PackedTransformer
from attnstudio.model.transformer import TiedProjection, TransformerModel
from attnstudio.model.transformer_layers import DecoderLayer, EncoderLayer, FeedForward


def packed(model: SequenceModel) -> SequenceModel:
    """A copy for reading; what is not packed is shared with the model.

    The copy does not see when the model's weights change later. The model itself comes back where
    torch has no such products: on other devices, in other precisions, on other processors.
    """
    if not _can_pack(model):
        return model
    copy = deepcopy(model, {id(parameter): parameter for parameter in model.parameters()})
    for module in list(copy.modules()):
        if isinstance(module, FeedForward):
            entered = module[0]
            assert isinstance(entered, nn.Linear)
            module[0] = PackedLinear(entered.weight, entered.bias, rectify=True)
            module[1] = nn.Identity()
        for name, child in module.named_children():
            match child:
                case nn.Linear() if child.out_features > 1:  # a single one is a vector
                    setattr(module, name, PackedLinear(child.weight, child.bias))
                case TiedProjection():
                    setattr(module, name, PackedLinear(child.weight, None))
    if isinstance(copy, TransformerModel) and _attends_packed(copy):
        return PackedTransformer(copy)
    return copy


def _attends_packed(model: TransformerModel) -> bool:
    """Whether the layers of `packed_layers` compute what all layers of a model say."""
    if not all(layer.residual.norm_first for layer in _layers_of(model)):
        return False
    parameter = next(model.parameters())
    return all(
        kernel_for(module.spec, parameter.device, parameter.dtype, is_packed=True) is Kernel.PACKED
        for module in model.modules()
        if isinstance(module, MultiHeadAttention)
    )


def _layers_of(model: TransformerModel) -> Iterable[EncoderLayer | DecoderLayer]:
    layers = (*model.encoder_layers, *model.decoder_layers)
    return cast("Iterable[EncoderLayer | DecoderLayer]", layers)


def _can_pack(model: SequenceModel) -> bool:
    return (
        platform.machine().lower() in {"x86_64", "amd64"}
        and torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]  # torch's
        and hasattr(torch.ops.mkldnn, "_reorder_linear_weight")  # private: it may go
        and hasattr(torch.ops.mkldnn, "_linear_pointwise")
        and all(p.device.type == "cpu" and p.dtype is torch.float32 for p in model.parameters())
    )
