"""From a config to a model: the only place that unpacks `ModelConfig`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from attnstudio.config import AttentionKind, RecurrentConfig, TransformerConfig
from attnstudio.errors import ConfigError
from attnstudio.model.attention import DotScore, ScaledDotScore, ScoreFunction, TanhScore
from attnstudio.model.cells import FedCells, SequenceCells
from attnstudio.model.intervention import AttentionSite
from attnstudio.model.multi_head import MultiHeadAttention
from attnstudio.model.recurrent import RecurrentEncoder, RecurrentModel
from attnstudio.model.recurrent_decoders import (
    BahdanauDecoder,
    LuongDecoder,
    LuongFeedingDecoder,
    PlainDecoder,
    RecurrentDecoder,
)
from attnstudio.model.transformer import (
    DecoderLayer,
    EncoderLayer,
    FeedForward,
    TransformerModel,
)
from attnstudio.tokenizer import PADDING_ID

if TYPE_CHECKING:
    from attnstudio.model.interface import Seq2SeqModel


@dataclass(frozen=True, slots=True)
class VocabularySizes:
    """Number of ids of either side, and whether both sides mean the same by them."""

    source: int
    target: int
    shared: bool


def build_model(
    config: RecurrentConfig | TransformerConfig, vocabulary: VocabularySizes
) -> Seq2SeqModel:
    """A freshly initialised model; the caller seeds torch.

    Raises:
        ConfigError: the heads do not divide the model size.
    """
    model: Seq2SeqModel
    match config:
        case TransformerConfig():
            model = _build_transformer(config, vocabulary)
        case RecurrentConfig():
            model = _build_recurrent(config, vocabulary)
    return model.apply(_initialise)  # children first: FedCells overrides its Linears


def parameter_count(model: nn.Module) -> int:
    """How many numbers are learned; tied parameters count once."""
    return sum(parameter.numel() for parameter in model.parameters())


def _build_transformer(config: TransformerConfig, vocabulary: VocabularySizes) -> TransformerModel:
    if config.model_size % config.heads:
        raise ConfigError(
            "{heads} heads do not divide a model size of {model_size}.",
            hint="Choose heads that divide it, such as {fitting}.",
            heads=config.heads,
            model_size=config.model_size,
            fitting=_nearest_divisor(config.model_size, config.heads),
        )
    size = config.model_size

    def attention(site: AttentionSite, layer: int) -> MultiHeadAttention:
        return MultiHeadAttention(size, config.heads, config.attention_dropout, site, layer)

    encoder_layers = [
        EncoderLayer(
            size,
            attention=attention(AttentionSite.ENCODER_SELF, layer),
            feedforward=FeedForward(size, config.feedforward_size),
            dropout=config.dropout,
        )
        for layer in range(config.encoder_layers)
    ]
    decoder_layers = [
        DecoderLayer(
            size,
            attention=attention(AttentionSite.DECODER_SELF, layer),
            cross=attention(AttentionSite.CROSS, layer),
            feedforward=FeedForward(size, config.feedforward_size),
            dropout=config.dropout,
        )
        for layer in range(config.decoder_layers)
    ]
    return TransformerModel(
        size,
        encoder_layers,
        decoder_layers,
        source_vocabulary=None if vocabulary.shared else vocabulary.source,
        target_vocabulary=vocabulary.target,
        dropout=config.dropout,
    )


def _nearest_divisor(number: int, wanted: int) -> int:
    divisors = [divisor for divisor in range(1, number + 1) if number % divisor == 0]
    return min(divisors, key=lambda divisor: abs(divisor - wanted))


def _build_recurrent(config: RecurrentConfig, vocabulary: VocabularySizes) -> RecurrentModel:
    """DOT compares decoder and encoder states as they are, so it gets reduced encoder states."""
    hidden_size = config.hidden_size
    reduced_size = hidden_size if config.attention is AttentionKind.DOT else None
    encoder = RecurrentEncoder(
        config.cell,
        vocabulary_size=vocabulary.source,
        embedding_size=config.embedding_size,
        hidden_size=hidden_size,
        layers=config.layers,
        dropout=config.dropout,
        reduced_size=reduced_size,
    )
    return RecurrentModel(
        config.cell,
        encoder,
        _build_decoder(config, memory_size=reduced_size or 2 * hidden_size),
        vocabulary_size=vocabulary.target,
        embedding_size=config.embedding_size,
        hidden_size=hidden_size,
        layers=config.layers,
        dropout=config.dropout,
    )


def _build_decoder(config: RecurrentConfig, memory_size: int) -> RecurrentDecoder:
    size = config.hidden_size

    def sequence_cells() -> SequenceCells:
        return SequenceCells(
            config.cell,
            input_size=config.embedding_size,
            hidden_size=size,
            layers=config.layers,
            dropout=config.dropout,
        )

    def fed_cells(fed_size: int) -> FedCells:
        return FedCells(
            config.cell,
            input_size=config.embedding_size,
            fed_size=fed_size,
            hidden_size=size,
            layers=config.layers,
            dropout=config.dropout,
        )

    if config.attention is AttentionKind.NONE:
        return PlainDecoder(sequence_cells())
    score = _build_score(config.attention, size, memory_size)
    match config.attention, config.input_feeding:
        case AttentionKind.ADDITIVE, True:
            return BahdanauDecoder(
                fed_cells(memory_size),
                score,
                memory_size=memory_size,
                embedding_size=config.embedding_size,
            )
        case _, True:
            return LuongFeedingDecoder(fed_cells(size), score, memory_size=memory_size)
        case _:
            return LuongDecoder(sequence_cells(), score, memory_size=memory_size)


def _build_score(kind: AttentionKind, hidden_size: int, memory_size: int) -> ScoreFunction:
    match kind:
        case AttentionKind.ADDITIVE | AttentionKind.CONCAT:  # they differ in who asks: see decoders
            return TanhScore(
                nn.Linear(hidden_size, hidden_size, bias=False),
                nn.Linear(memory_size, hidden_size, bias=False),
            )
        case AttentionKind.DOT:
            return DotScore(nn.Identity(), nn.Identity())
        case AttentionKind.GENERAL:
            return DotScore(nn.Identity(), nn.Linear(memory_size, hidden_size, bias=False))
        case AttentionKind.SCALED_DOT:
            return ScaledDotScore(
                nn.Linear(hidden_size, hidden_size), nn.Linear(memory_size, hidden_size)
            )
        case AttentionKind.NONE:
            raise AssertionError("no attention, no score")


def _initialise(module: nn.Module) -> None:
    """Xavier (Glorot and Bengio 2010), a matrix a gate; see `_initialise_gates`."""
    match module:
        case nn.Linear():
            nn.init.xavier_uniform_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        case nn.Embedding():
            nn.init.normal_(module.weight, std=module.embedding_dim**-0.5)
            nn.init.zeros_(module.weight.data[PADDING_ID])
        case nn.GRU() | nn.LSTM():
            for name, parameter in module.named_parameters():
                _initialise_gates(parameter, module.hidden_size, recurrent="_hh_" in name)
        case FedCells():
            for name, parameter in module.named_parameters():
                _initialise_gates(
                    parameter, module.hidden_size, recurrent=name.startswith("hidden_gates")
                )


def _initialise_gates(parameter: Tensor, hidden_size: int, *, recurrent: bool) -> None:
    """Recurrent products start orthogonal (Bahdanau et al. 2015, B.1).

    An LSTM starts by remembering: the bias of its forget gate is 1 (Jozefowicz et al. 2015).
    """
    gates = torch.split(parameter.data, hidden_size)
    for gate in gates:
        if parameter.dim() == 1:
            nn.init.zeros_(gate)
        elif recurrent:
            nn.init.orthogonal_(gate)
        else:
            nn.init.xavier_uniform_(gate)
    if parameter.dim() == 1 and len(gates) == 4 and not recurrent:
        nn.init.ones_(gates[1])
