"""Tiny models of every kind, and a batch with padding, for the tests of this folder."""

from __future__ import annotations

from itertools import product

import torch

from attnstudio.config_attention import (
    AttentionKind,
    CoverageKind,
    HeadScoreKind,
    NormaliserKind,
    OwnReachKind,
    PositionKind,
    SourceReachKind,
)
from attnstudio.config_model import Cell, NormKind, RecurrentConfig, TransformerConfig
from attnstudio.model.builder import build_model
from attnstudio.model.interface import SourceBatch
from attnstudio.model.spec import translation_spec
from attnstudio.sites import SOURCE

VOCABULARY = translation_spec(source=23, target=23, shared=True)


def recurrent(kind, *, cell=Cell.GRU, layers=1, fed=True, heads=1):
    return RecurrentConfig(
        attention=kind,
        heads=heads,
        cell=cell,
        layers=layers,
        embedding_size=6,
        hidden_size=8,
        input_feeding=fed,
        dropout=0.3,
    )


TRANSFORMER = TransformerConfig(
    encoder_layers=2, decoder_layers=3, model_size=16, heads=4, feedforward_size=24, dropout=0.3
)
# What of a Transformer can be chosen, one other part at a time.
PARTS = {
    "transformer-additive": {"score": HeadScoreKind.ADDITIVE},
    "transformer-dot": {"score": HeadScoreKind.DOT},
    "transformer-post": {"norm": NormKind.POST},
    "transformer-deep": {"norm": NormKind.DEEP},
    "transformer-nowhere": {"positions": PositionKind.NONE},
    "transformer-window": {
        "own_reach": OwnReachKind.WINDOW,
        "source_reach": SourceReachKind.WINDOW,
        "window": 1,
    },
    "transformer-learnt": {"positions": PositionKind.LEARNT},
    "transformer-rotary": {"positions": PositionKind.ROTARY},
    "transformer-alibi": {"positions": PositionKind.ALIBI},
    "transformer-linear": {"normaliser": NormaliserKind.LINEAR},
    "transformer-linear-window": {
        "normaliser": NormaliserKind.LINEAR,
        "own_reach": OwnReachKind.WINDOW,
        "source_reach": SourceReachKind.WINDOW,
        "window": 1,
    },
    "transformer-relative": {"positions": PositionKind.RELATIVE},
    "transformer-xl": {"positions": PositionKind.TRANSFORMER_XL},
    "transformer-span": {"own_reach": OwnReachKind.SPAN, "window": 1},
    "transformer-predicted": {"source_reach": SourceReachKind.PREDICTED, "window": 2},
    "transformer-sparsemax": {"normaliser": NormaliserKind.SPARSEMAX},
    "transformer-entmax15": {"normaliser": NormaliserKind.ENTMAX15},
    "transformer-learnt-entmax": {"normaliser": NormaliserKind.LEARNT_ENTMAX},
}
TRANSFORMERS = {"transformer": TRANSFORMER} | {
    name: TRANSFORMER.model_copy(update=parts) for name, parts in PARTS.items()
}
MAKING_ZEROS = [
    kind for kind in NormaliserKind if kind not in (NormaliserKind.SOFTMAX, NormaliserKind.LINEAR)
]
RECURRENT = {
    f"{kind}-{cell}-{'fed' if fed else 'free'}": recurrent(kind, cell=cell, layers=2, fed=fed)
    for kind, cell, fed in product(AttentionKind, Cell, (True, False))
    if kind is not AttentionKind.NONE and (fed or kind is not AttentionKind.ADDITIVE)
} | {
    f"additive-{normaliser}": recurrent(AttentionKind.ADDITIVE).model_copy(
        update={"normaliser": normaliser}
    )
    for normaliser in MAKING_ZEROS
}
RECURRENT["scaled_dot-gru-linear"] = recurrent(AttentionKind.SCALED_DOT).model_copy(
    update={"normaliser": NormaliserKind.LINEAR}
)
RECURRENT |= {
    f"{kind}-gru-{reach}": recurrent(kind).model_copy(
        update={"source_reach": reach, "window": window}
    )
    for kind in (AttentionKind.ADDITIVE, AttentionKind.DOT)
    for reach, window in ((SourceReachKind.WINDOW, 1), (SourceReachKind.PREDICTED, 2))
}
# The same for recurrent models: several heads, of each score that is computed in its own way.
SEVERAL_HEADS = {
    f"{kind}-heads-{'fed' if fed else 'free'}": recurrent(kind, fed=fed, heads=4)
    for kind, fed in (
        (AttentionKind.ADDITIVE, True),
        (AttentionKind.CONCAT, True),
        (AttentionKind.DOT, True),
        (AttentionKind.GENERAL, False),
        (AttentionKind.SCALED_DOT, False),
    )
}
# What additive attention knows of its looks before.
COVERED = {
    "additive-covered": {"coverage": CoverageKind.PLAIN},
    "additive-fertile": {"coverage": CoverageKind.FERTILITY, "cell": Cell.LSTM},
    "additive-fertile-heads": {"coverage": CoverageKind.FERTILITY, "heads": 4},
    "additive-everything": {
        "coverage": CoverageKind.FERTILITY,
        "heads": 2,
        "normaliser": NormaliserKind.LEARNT_ENTMAX,
        "source_reach": SourceReachKind.PREDICTED,
        "window": 2,
    },
}
RECURRENT |= SEVERAL_HEADS | {
    name: recurrent(AttentionKind.ADDITIVE).model_copy(update=parts)
    for name, parts in COVERED.items()
}
ATTENTIVE = TRANSFORMERS | RECURRENT
EVERY = ATTENTIVE | {
    f"none-{cell}": recurrent(AttentionKind.NONE, cell=cell, layers=2) for cell in Cell
}


def build(config, vocabulary=VOCABULARY):
    torch.manual_seed(7)
    model = build_model(config, vocabulary).eval()
    with torch.no_grad():
        for parameter in model.parameters():  # biases start at zero: let them count
            parameter.add_(torch.randn_like(parameter), alpha=0.2)
    return model


def ragged_batch():
    """Sentences of 5, 3 and 4 ids, padded with 0."""
    values = torch.tensor([[7, 9, 4, 11, 2], [5, 8, 2, 0, 0], [13, 6, 10, 2, 0]])
    return SourceBatch(values, values != 0)


def target_inputs():
    """(3, 6) ids that begin with ``<s>``."""
    return torch.tensor([[1, 5, 6, 7, 8, 9], [1, 12, 4, 4, 20, 6], [1, 22, 21, 5, 17, 11]])


def ragged_sources():
    """The same as a model takes it."""
    return {SOURCE: ragged_batch()}
