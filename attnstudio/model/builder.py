"""From a config to a model: the only place that unpacks `ModelConfig`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from attnstudio.config_attention import (
    AttentionConfig,
    CoverageKind,
    PositionKind,
    RecurrentDecoderKind,
    ScoreKind,
    nearest_divisor,
)
from attnstudio.config_model import NormKind, RecurrentConfig, TransformerConfig
from attnstudio.errors import ConfigError
from attnstudio.model.attention.coverage import Coverage
from attnstudio.model.attention_builder import attention_spec
from attnstudio.model.cells import FedCells, SequenceCells
from attnstudio.model.initial_weights import initialise, initialise_deep
from attnstudio.model.input_positions import (
    InputPositions,
    LearntPositions,
    NoInputPositions,
    SinusoidalPositions,
)
from attnstudio.model.multi_head import MultiHeadAttention
from attnstudio.model.recurrent import RecurrentEncoder, RecurrentModel
from attnstudio.model.recurrent_decoders import (
    BahdanauDecoder,
    LuongDecoder,
    LuongFeedingDecoder,
    PlainDecoder,
    RecurrentDecoder,
)
from attnstudio.model.residual import PRE_NORM, Depth, Residual, decoder_depth, encoder_depth
from attnstudio.model.source_attention import SourceAttention
from attnstudio.model.spec import ModelSpec, SourceSpec, TextSpec
from attnstudio.model.transformer import TransformerModel, text_embedding
from attnstudio.model.transformer_layers import DecoderLayer, EncoderLayer, FeedForward
from attnstudio.sites import DECODER_SELF, Site, SiteRole, cross_site, encoder_site
from attnstudio.tokenizer import PADDING_ID

if TYPE_CHECKING:
    from attnstudio.model.interface import SequenceModel


def build_model(config: RecurrentConfig | TransformerConfig, spec: ModelSpec) -> SequenceModel:
    """A freshly initialised model; the caller seeds torch.

    Raises:
        ConfigError: the heads do not divide the model size, or the hidden size.
        ValueError: there is not one source.
    """
    match config:  # `apply` goes to the children first: FedCells overrides its Linears
        case RecurrentConfig():
            return _build_recurrent(config, spec).apply(initialise)
        case TransformerConfig():
            transformer = _build_transformer(config, spec).apply(initialise)
            if config.norm is NormKind.DEEP:
                initialise_deep(transformer, *_depths(config))
            return transformer


def parameter_count(model: nn.Module) -> int:
    """How many numbers are learned; tied parameters count once."""
    return sum(parameter.numel() for parameter in model.parameters())


def _build_transformer(config: TransformerConfig, spec: ModelSpec) -> TransformerModel:
    _check_heads(config.heads, config.model_size)
    size = config.model_size
    name, source = spec.only_source

    def attention(site: Site, layer: int) -> MultiHeadAttention:
        kind = config.attends_with if site.is_cross else config.attends_itself_with
        is_causal = site.role is SiteRole.DECODER_SELF
        return MultiHeadAttention(
            size,
            config.heads,
            attention_spec(kind, size // config.heads, heads=config.heads, is_causal=is_causal),
            site=site,
            layer=layer,
            dropout=config.attention_dropout,
        )

    reading, writing = _depths(config)
    encoder_layers = [
        EncoderLayer(
            size,
            attention=attention(encoder_site(name), layer),
            feedforward=FeedForward(size, config.feedforward_size),
            dropout=config.dropout,
            residual=_residual(config.norm, reading),
            is_last=layer == config.encoder_layers - 1,
        )
        for layer in range(config.encoder_layers)
    ]
    decoder_layers = [
        DecoderLayer(
            size,
            attention=attention(DECODER_SELF, layer),
            cross=attention(cross_site(name), layer),
            feedforward=FeedForward(size, config.feedforward_size),
            dropout=config.dropout,
            residual=_residual(config.norm, writing),
            is_last=layer == config.decoder_layers - 1,
        )
        for layer in range(config.decoder_layers)
    ]
    return TransformerModel(
        size,
        encoder_layers,
        decoder_layers,
        source_embedding=_transformer_embedding(source, size),
        source_positions=_input_positions(config.positions, size),
        target_positions=_input_positions(config.positions, size),
        target_vocabulary=spec.target_vocabulary,
        dropout=config.dropout,
    )


def _depths(config: TransformerConfig) -> tuple[Depth, Depth]:
    """What DeepNorm does about the encoder and the decoder."""
    layers = config.encoder_layers, config.decoder_layers
    return encoder_depth(*layers), decoder_depth(config.decoder_layers)


def _residual(kind: NormKind, depth: Depth) -> Residual:
    """How what a sublayer gives is added to what came."""
    match kind:
        case NormKind.PRE:
            return PRE_NORM
        case NormKind.POST:
            return Residual(norm_first=False)
        case NormKind.DEEP:
            return Residual(norm_first=False, scale=depth.scale)


def _transformer_embedding(source: SourceSpec, size: int) -> nn.Module | None:
    """How a source becomes vectors; None where it has the embedding of the target."""
    match source:
        case TextSpec(is_shared=True):
            return None
        case TextSpec():
            return text_embedding(source.vocabulary, size)


def _input_positions(kind: PositionKind, size: int) -> InputPositions:
    """What is added to pieces before the first layer."""
    match kind:
        case PositionKind.SINUSOIDAL:
            return SinusoidalPositions(size)
        case PositionKind.LEARNT:
            return LearntPositions(size)
        case (
            PositionKind.ROTARY
            | PositionKind.ALIBI
            | PositionKind.RELATIVE
            | PositionKind.TRANSFORMER_XL
            | PositionKind.NONE
        ):
            return NoInputPositions(size)


def _check_heads(heads: int, size: int) -> None:
    """A config that was checked divides; one that was changed behind the checks may not."""
    if size % heads:
        raise ConfigError(
            "{heads} heads do not divide a size of {size}.",
            hint="Choose heads that divide it, such as {fitting}.",
            heads=heads,
            size=size,
            fitting=nearest_divisor(size, heads),
        )


def _build_recurrent(config: RecurrentConfig, spec: ModelSpec) -> RecurrentModel:
    """DOT compares decoder and encoder states as they are, so it gets reduced encoder states."""
    hidden_size = config.hidden_size
    _check_heads(config.heads, hidden_size)
    name, source = spec.only_source
    attention = config.attends_with
    compares_states = attention is not None and attention.score is ScoreKind.DOT
    reduced_size = hidden_size if compares_states else None
    memory_size = reduced_size or 2 * hidden_size
    encoder = RecurrentEncoder(
        config.cell,
        embedding=_recurrent_embedding(source, config.embedding_size),
        embedding_size=config.embedding_size,
        hidden_size=hidden_size,
        layers=config.layers,
        dropout=config.dropout,
        reduced_size=reduced_size,
    )
    if attention is None:
        decoder: RecurrentDecoder = PlainDecoder(_sequence_cells(config))
    else:
        decoder = _build_looking_decoder(config, attention, memory_size, cross_site(name))
    return RecurrentModel(
        config.cell,
        encoder,
        decoder,
        source=name,
        vocabulary_size=spec.target_vocabulary,
        embedding_size=config.embedding_size,
        hidden_size=hidden_size,
        layers=config.layers,
        dropout=config.dropout,
    )


def _recurrent_embedding(source: SourceSpec, size: int) -> nn.Module:
    """How a source becomes vectors; the target has an embedding of its own in any case."""
    match source:
        case TextSpec():
            return nn.Embedding(source.vocabulary, size, padding_idx=PADDING_ID)


def _build_looking_decoder(
    config: RecurrentConfig, attention: AttentionConfig, memory_size: int, site: Site
) -> RecurrentDecoder:
    size = config.hidden_size
    looking = _source_attention(attention, config, memory_size, site)
    match config.decoder:
        case RecurrentDecoderKind.LOOKING_FIRST:
            return BahdanauDecoder(
                _fed_cells(config, memory_size),
                looking,
                memory_size=memory_size,
                embedding_size=config.embedding_size,
            )
        case RecurrentDecoderKind.FED:
            return LuongFeedingDecoder(_fed_cells(config, size), looking, memory_size=memory_size)
        case _:
            return LuongDecoder(_sequence_cells(config), looking, memory_size=memory_size)


def _sequence_cells(config: RecurrentConfig) -> SequenceCells:
    return SequenceCells(
        config.cell,
        input_size=config.embedding_size,
        hidden_size=config.hidden_size,
        layers=config.layers,
        dropout=config.dropout,
    )


def _fed_cells(config: RecurrentConfig, fed_size: int) -> FedCells:
    return FedCells(
        config.cell,
        input_size=config.embedding_size,
        fed_size=fed_size,
        hidden_size=config.hidden_size,
        layers=config.layers,
        dropout=config.dropout,
    )


def _source_attention(
    attention: AttentionConfig, config: RecurrentConfig, memory_size: int, site: Site
) -> SourceAttention:
    """Heads with the projections of their paper."""
    size, heads = config.hidden_size, config.heads
    query: nn.Module
    key: nn.Module
    match attention.score:
        case ScoreKind.ADDITIVE | ScoreKind.CONCAT:  # they differ in who asks: see decoders
            query = nn.Linear(size, size, bias=False)
            key = nn.Linear(memory_size, size, bias=False)
        case ScoreKind.DOT:
            query, key = nn.Identity(), nn.Identity()
        case ScoreKind.GENERAL:
            query, key = nn.Identity(), nn.Linear(memory_size, size, bias=False)
        case ScoreKind.SCALED_DOT:
            query = nn.Linear(size, size)
            key = nn.Linear(memory_size, size)
    spec = attention_spec(attention, size // heads, heads=heads, vectors=heads)
    return SourceAttention(query, key, spec, site, heads, _coverage(config, memory_size))


def _coverage(config: RecurrentConfig, memory_size: int) -> Coverage | None:
    """What additive attention knows of its looks so far."""
    size = config.hidden_size // config.heads
    match config.coverage:
        case CoverageKind.NONE:
            return None
        case CoverageKind.PLAIN:
            return Coverage(size, config.heads, memory_size=None)
        case CoverageKind.FERTILITY:
            return Coverage(size, config.heads, memory_size=memory_size)
