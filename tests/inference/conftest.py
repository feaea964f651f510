"""Tiny untrained models with a real tokenizer: their attention is as good as any for tests."""

import pytest
import torch

from attnstudio.config import TokenizerConfig
from attnstudio.config_attention import AttentionKind, CoverageKind, PositionKind
from attnstudio.config_model import Cell, RecurrentConfig, TransformerConfig
from attnstudio.model.builder import build_model
from attnstudio.model.spec import translation_spec
from attnstudio.tokenizer import Tokenizer, train_tokenizer

TRANSFORMER = TransformerConfig(
    encoder_layers=2, decoder_layers=2, model_size=16, heads=4, feedforward_size=24
)
TRANSFORMERS = {"transformer": TRANSFORMER} | {
    f"transformer-{kind.value}": TRANSFORMER.model_copy(update={"positions": kind})
    for kind in PositionKind
    if kind is not PositionKind.SINUSOIDAL
}
CONFIGS = TRANSFORMERS | {
    f"{kind.value}{'' if fed else '-unfed'}": RecurrentConfig(
        attention=kind,
        cell=Cell.LSTM if kind is AttentionKind.DOT else Cell.GRU,
        embedding_size=8,
        hidden_size=12,
        input_feeding=fed,
    )
    for kind in AttentionKind
    for fed in ((True, False) if kind is AttentionKind.GENERAL else (True,))
}
CONFIGS |= {
    f"{name}-heads": CONFIGS[name].model_copy(update={"heads": 4})
    for name in ("additive", "general-unfed", "dot")
}
CONFIGS["additive-fertile"] = CONFIGS["additive"].model_copy(
    update={"coverage": CoverageKind.FERTILITY}
)


@pytest.fixture(scope="session")
def tokenizer(pairs):
    texts = [text for pair in pairs for text in (pair.source, pair.target)]
    return Tokenizer(train_tokenizer(texts, TokenizerConfig(vocabulary_size=330)).model)


@pytest.fixture(params=TRANSFORMERS)
def transformer(request, tokenizer):
    return random_model(
        TRANSFORMERS[request.param], translation_spec(tokenizer.size, tokenizer.size, shared=True)
    )


@pytest.fixture(params=CONFIGS)
def model(request, tokenizer):
    return random_model(
        CONFIGS[request.param], translation_spec(tokenizer.size, tokenizer.size, shared=True)
    )


def random_model(config, sizes):
    """Weights large enough that attention is far from uniform, and that sentences end."""
    torch.manual_seed(11)
    model = build_model(config, sizes).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter), alpha=0.3)
    return model
