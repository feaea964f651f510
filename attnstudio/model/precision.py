"""Which precision the matrix products of a training have."""

from __future__ import annotations

import time
from functools import cache

import torch
from torch import Tensor, nn
from torch.nn import functional

from attnstudio.config_model import RecurrentConfig, TransformerConfig
from attnstudio.config_training import Precision

_ROWS = 1024  # tokens of a small batch
_ROUNDS = 20  # of which the best counts: other programs may be at work
_LONG_S = 0.5  # after so much only what is not plain yet is measured further
_PLAIN = 2.0
_ENOUGH = 1.3  # bf16 must be faster by so much: converting to it and back costs time as well


def resolve_precision(
    precision: Precision, device: torch.device, model: TransformerConfig | RecurrentConfig
) -> Precision:
    """FP32 or BF16: what is meant, or for AUTO what a short probe on this device finds faster.

    The probe times the model's widest product, forward and back, in both precisions by turns. Where
    a processor has no bfloat16 instructions, that product is slower in it, up to a hundredfold:
    the probe ends after half a second where one is twice as fast as the other.
    """
    if precision is not Precision.AUTO:
        return precision
    match model:
        case TransformerConfig():
            sizes = (model.model_size, model.feedforward_size)
        case RecurrentConfig():
            sizes = (model.hidden_size, 3 * model.hidden_size)
    dtypes = (torch.float32, torch.bfloat16)
    seconds = {dtype: float("inf") for dtype in dtypes}
    spent_s, ratio = 0.0, 1.0
    for _ in range(_ROUNDS):
        for dtype in dtypes:
            taken_s = _product_s(*sizes, dtype=dtype, device=device)
            seconds[dtype] = min(seconds[dtype], taken_s)
            spent_s += taken_s
        ratio = seconds[torch.float32] / seconds[torch.bfloat16]
        if spent_s > _LONG_S and not 1 / _PLAIN < ratio < _PLAIN:
            break
    return Precision.BF16 if ratio > _ENOUGH else Precision.FP32


@cache
def has_rounded_lstm() -> bool:
    """Whether this processor runs torch's LSTM in bfloat16: without AVX-512 oneDNN refuses to."""
    with torch.random.fork_rng(devices=[]):  # its weights are drawn, and a training's must not move
        layer = nn.LSTM(1, 1)
    try:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            layer(torch.zeros(1, 1, 1))
    except RuntimeError:
        return False
    return True


def rounded(states: Tensor) -> Tensor:
    """States as autocast rounds them for a product: once, where several products take them."""
    kind = states.device.type
    return states.to(torch.get_autocast_dtype(kind)) if torch.is_autocast_enabled(kind) else states


def at_least_float32(states: Tensor) -> Tensor:
    """States that are not rounded further than to float32; more precise ones stay so."""
    return states.to(torch.promote_types(states.dtype, torch.float32))


def _product_s(inner: int, outer: int, *, dtype: torch.dtype, device: torch.device) -> float:
    """Seconds of x W and of its two gradients; zeros, so that no random number is drawn."""
    states = torch.zeros(_ROWS, inner, dtype=dtype, device=device)
    weight = torch.zeros(outer, inner, dtype=dtype, device=device)
    began = time.perf_counter()
    product = functional.linear(states, weight)
    gradients = (product @ weight, product.T @ states)
    float(gradients[1][0, 0])  # waits for a device that works on its own
    return time.perf_counter() - began
