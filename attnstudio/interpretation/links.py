"""From attention weights to links: which source each target token or word was written from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray

from attnstudio.corpus.alignment import Alignment, Link, Span
from attnstudio.errors import AlignmentError
from attnstudio.inference.record import AttentionRecord, Weights
from attnstudio.tokenizer import END, PADDING, START, Token

_NOT_LINKED = {PADDING, START, END}


class ReadingMethod(StrEnum):
    """From which decoding step a target token is read."""

    NAIVE = "naive"  # the step that predicts it
    SHIFTED = "shifted"  # the step that has it as input: "Shift-Att", Chen et al. 2020


@dataclass(frozen=True, slots=True)
class Reading:
    """Which of a model's attention matrices is looked at, and how.

    Attributes:
        layer: counted from 0; None for the average of all.
        head: counted from 0; None for the average of all.
        method: the step that a target token is read from.
    """

    layer: int | None = None
    head: int | None = None
    method: ReadingMethod = ReadingMethod.NAIVE

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> Self:
        """Read what `to_mapping` wrote.

        Raises:
            AlignmentError: the mapping names no reading.
        """
        match mapping:
            case {
                "layer": int() | None as layer,
                "head": int() | None as head,
                "method": "naive" | "shifted" as method,
            }:
                return cls(layer, head, ReadingMethod(method))
        raise AlignmentError(
            "{reading} is not a reading of attention.",
            hint="It has a layer and a head, each a number or null, and a method: naive or "
            "shifted.",
            reading=dict(mapping),
        )

    def to_mapping(self) -> dict[str, int | str | None]:
        """Plain values for JSON and TOML."""
        return {"layer": self.layer, "head": self.head, "method": self.method.value}

    def __str__(self) -> str:
        layer = "all layers" if self.layer is None else f"layer {self.layer}"
        head = "all heads" if self.head is None else f"head {self.head}"
        return f"{layer}, {head}, {self.method}"


def select_weights(record: AttentionRecord, reading: Reading) -> NDArray[np.float64]:
    """The matrix that a reading names: (target, source), row *t* belongs to target token *t*.

    The shifted reading takes row *t* + 1, computed when token *t* was the decoder's input
    ("Shift-Att", Chen et al. 2020, Accurate Word Alignment Induction from Neural Machine
    Translation). No step follows the last token: it keeps its own row.

    Raises:
        AlignmentError: the model has no attention, or no such layer or head.
    """
    layers, heads = record.cross.shape[:2]
    if layers == 0:
        raise AlignmentError(
            "This model has no attention.", hint="Train one with attention to see what it looks at."
        )
    _check_index("layer", reading.layer, layers, record)
    _check_index("head", reading.head, heads, record)
    chosen = record.cross[_one_or_all(reading.layer), _one_or_all(reading.head)]
    weights: NDArray[np.float64] = chosen.mean(axis=(0, 1), dtype=np.float64)
    if reading.method is ReadingMethod.SHIFTED:
        return np.concatenate((weights[1:], weights[-1:]))
    return weights


def linked_tokens(
    weights: Weights, source_tokens: Sequence[Token], target_tokens: Sequence[Token]
) -> NDArray[np.bool_]:
    """True where a target token attends most, for any number of matrices at once.

    Special tokens have no links: neither a target ``</s>`` nor a target token whose maximum lies
    on the source's ``</s>``, which is where models look for words without counterpart. Of equal
    maxima the first counts.

    Args:
        weights: (..., target, source).
        source_tokens: the columns.
        target_tokens: the rows.

    Returns:
        (..., target, source).
    """
    best = np.asarray(weights).argmax(axis=-1)
    linked: NDArray[np.bool_] = best[..., np.newaxis] == np.arange(len(source_tokens))
    return linked & _is_linkable(target_tokens)[:, np.newaxis] & _is_linkable(source_tokens)


def token_links(
    weights: Weights, source_tokens: Sequence[Token], target_tokens: Sequence[Token]
) -> frozenset[Link]:
    """The links of `linked_tokens` in one (target, source) matrix."""
    return _as_links(linked_tokens(weights, source_tokens, target_tokens))


def linked_words(
    weights: Weights,
    record: AttentionRecord,
    source_spans: Sequence[Span],
    target_spans: Sequence[Span],
) -> NDArray[np.bool_]:
    """True where two words are linked, for any number of matrices at once.

    Two words are linked if any subword of one is linked to any subword of the other (Zenkel et
    al. 2019, Adding Interpretable Attention to Neural Translation Models Improves Word Alignment;
    Chen et al. 2020). A subword is part of every word that it shares a character with,
    so that languages without spaces need nothing else. A piece that shows no character (a lone
    ``▁``, or the first bytes of a character spelled in bytes) is part of the character after it.

    Args:
        weights: (..., target, source), over the tokens of the record.
        record: the texts and tokens.
        source_spans: words as characters of ``record.source_text``.
        target_spans: words as characters of ``record.target_text``.

    Returns:
        (..., target words, source words).
    """
    linked = linked_tokens(weights, record.source_tokens, record.target_tokens)
    sources = _shared_characters(record.source_tokens, record.source_text, source_spans)
    targets = _shared_characters(record.target_tokens, record.target_text, target_spans)
    counts = targets.T @ linked.astype(np.float32) @ sources
    return np.asarray(counts > 0)


def word_links(
    record: AttentionRecord,
    reading: Reading,
    source_spans: Sequence[Span],
    target_spans: Sequence[Span],
) -> Alignment:
    """The links between words under one reading, all of them sure; see `linked_words`.

    Raises:
        AlignmentError: the model has no attention, or no such layer or head.
    """
    weights = select_weights(record, reading)
    return Alignment(_as_links(linked_words(weights, record, source_spans, target_spans)))


def normalised_entropy(weights: Weights) -> NDArray[np.float64]:
    """How spread the weights of each row are: 0 on one source token, 1 on all alike.

    Entropy divided by the logarithm of the source length, without which it measures the length;
    0 for a source of one token.

    Args:
        weights: (..., source).
    """
    probabilities = np.asarray(weights, dtype=np.float64)
    source_length = probabilities.shape[-1]
    if source_length < 2:
        return np.zeros(probabilities.shape[:-1])
    logs = np.log(probabilities, where=probabilities > 0, out=np.zeros_like(probabilities))
    entropy = -(probabilities * logs).sum(axis=-1) / np.log(source_length)
    return np.asarray(entropy.clip(0.0, 1.0))  # rounded rows may sum to a little more than 1


def _one_or_all(index: int | None) -> slice:
    return slice(None) if index is None else slice(index, index + 1)


def _check_index(name: str, index: int | None, count: int, record: AttentionRecord) -> None:
    if index is None or 0 <= index < count:
        return
    layers, heads = record.cross.shape[:2]
    raise AlignmentError(
        "This model has a single attention matrix; {name} {index} does not exist."
        if layers == heads == 1
        else "This model has {layers} layers with {heads} heads; {name} {index} does not exist.",
        hint="Layers and heads are counted from 0, so the last {name} is {last}.",
        layers=layers,
        heads=heads,
        name=name,
        index=index,
        last=count - 1,
    )


def _is_linkable(tokens: Sequence[Token]) -> NDArray[np.bool_]:
    return np.array([token.text not in _NOT_LINKED for token in tokens], dtype=np.bool_)


def _as_links(linked: NDArray[np.bool_]) -> frozenset[Link]:
    return frozenset(Link(source, target) for target, source in np.argwhere(linked).tolist())


def _shared_characters(
    tokens: Sequence[Token], text: str, words: Sequence[Span]
) -> NDArray[np.float32]:
    """1 where a token and a word share a character: (tokens, words)."""
    pieces = np.array([_shown(token, text) for token in tokens]).reshape(-1, 2)
    spans = np.array(words).reshape(-1, 2)
    begins_before_end = pieces[:, :1] < spans[:, 1]
    ends_after_begin = pieces[:, 1:] > spans[:, 0]
    return (begins_before_end & ends_after_begin).astype(np.float32)


def _shown(token: Token, text: str) -> Span:
    """The characters that a token stands for, those of the next one if it shows none itself."""
    if text[token.start : token.end].strip():
        return Span(token.start, token.end)
    rest = text[token.start :]
    start = token.start + len(rest) - len(rest.lstrip())
    return Span(start, min(start + 1, len(text)))
