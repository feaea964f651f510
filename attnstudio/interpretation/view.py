"""One attention matrix as it is looked at: over subwords or words, of one kind of attention."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from attnstudio.corpus.alignment import Link
from attnstudio.errors import AlignmentError
from attnstudio.inference.record import AttentionRecord
from attnstudio.interpretation.links import Reading, normalised_entropy, select_weights, token_links
from attnstudio.tokenizer import END, PADDING, START, UNKNOWN, Token

_SPECIAL = {PADDING, START, END, UNKNOWN}
_INSIDE_WORDS = "'’-"
# A name of a letter begins with its script; these are written without spaces between words.
_WITHOUT_SPACES = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")


class Site(StrEnum):
    """Which attention of a model."""

    CROSS = "cross"  # of the target over the source
    ENCODER_SELF = "encoder_self"  # of the source over itself
    DECODER_SELF = "decoder_self"  # of the target over what is written so far


@dataclass(frozen=True, slots=True)
class AttentionView:
    """One matrix and what stands at its sides.

    Attributes:
        weights: (target, source); every row sums to 1.
        source_tokens: the columns: what is looked at.
        target_tokens: the rows: who looks.
        source_text: the text that the columns' offsets count in.
        target_text: the text that the rows' offsets count in.
        forced: True when a person gave the target, False when the model chose it.
        links: which column each row looks at most, between tokens that are text.
    """

    weights: NDArray[np.float64]
    source_tokens: tuple[Token, ...]
    target_tokens: tuple[Token, ...]
    source_text: str
    target_text: str
    forced: bool
    links: frozenset[Link]


def sites_of(record: AttentionRecord) -> tuple[Site, ...]:
    """The kinds of attention that a record holds."""
    there = {
        Site.CROSS: record.cross.shape[0] > 0,
        Site.ENCODER_SELF: record.encoder_self is not None,
        Site.DECODER_SELF: record.decoder_self is not None,
    }
    return tuple(site for site, is_there in there.items() if is_there)


def view_of(
    record: AttentionRecord, site: Site, reading: Reading, *, words: bool = False
) -> AttentionView:
    """Any attention of a record.

    Args:
        record: what the model looked at.
        site: which attention.
        reading: which layer and head of it; the method counts for the target over the source.
        words: join the pieces of words, in the target over the source.

    Raises:
        AlignmentError: the model has no such attention, layer or head.
    """
    if site is not Site.CROSS:
        return self_view(record, site, reading.layer, reading.head)
    return (word_view if words else token_view)(record, reading)


def shape_of(record: AttentionRecord, site: Site) -> tuple[int, int]:
    """How many layers and heads of a kind of attention there are; (0, 0) where it is not."""
    weights = {
        Site.CROSS: record.cross,
        Site.ENCODER_SELF: record.encoder_self,
        Site.DECODER_SELF: record.decoder_self,
    }[site]
    return (0, 0) if weights is None else weights.shape[:2]


def spread_of(view: AttentionView, site: Site) -> float:
    """How spread the rows of a matrix are on average: 0 on one token, 1 on all alike.

    A row of the target over itself sees only what is written so far, and is measured by that.
    """
    if site is not Site.DECODER_SELF:
        return float(normalised_entropy(view.weights).mean())
    rows = [normalised_entropy(row[: place + 1]) for place, row in enumerate(view.weights)]
    return float(np.mean(rows))


def token_view(record: AttentionRecord, reading: Reading) -> AttentionView:
    """The target over the source, subword by subword.

    Raises:
        AlignmentError: the model has no attention, or no such layer or head.
    """
    weights = select_weights(record, reading)
    return AttentionView(
        weights,
        record.source_tokens,
        record.target_tokens,
        record.source_text,
        record.target_text,
        record.forced,
        token_links(weights, record.source_tokens, record.target_tokens),
    )


def word_view(record: AttentionRecord, reading: Reading) -> AttentionView:
    """The target over the source, word by word.

    Weights on the pieces of a source word are added up, those of the pieces of a target word are
    averaged, so that rows still sum to 1 (Clark et al. 2019, What Does BERT Look At?, section
    4.1). Two words are linked if any of their pieces are. In scripts without spaces a piece
    stays what it is.

    Raises:
        AlignmentError: the model has no attention, or no such layer or head.
    """
    view = token_view(record, reading)
    sources = word_groups(view.source_tokens, view.source_text)
    targets = word_groups(view.target_tokens, view.target_text)
    summed = np.stack([view.weights[:, word].sum(axis=1) for word in sources], axis=1)
    weights = np.stack([summed[word].mean(axis=0) for word in targets])
    source_of = {piece: index for index, word in enumerate(sources) for piece in word}
    target_of = {piece: index for index, word in enumerate(targets) for piece in word}
    return AttentionView(
        weights,
        _joined(sources, view.source_tokens, view.source_text),
        _joined(targets, view.target_tokens, view.target_text),
        view.source_text,
        view.target_text,
        view.forced,
        frozenset(Link(source_of[link.source], target_of[link.target]) for link in view.links),
    )


def self_view(
    record: AttentionRecord, site: Site, layer: int | None, head: int | None
) -> AttentionView:
    """A sentence over itself; None stands for the average of all layers or heads.

    The columns of the decoder's attention are its inputs: ``<s>``, then each target token but
    the last.

    Raises:
        AlignmentError: the record has no such attention, layer or head.
    """
    own = record.encoder_self if site is Site.ENCODER_SELF else record.decoder_self
    if site is Site.CROSS or own is None:
        raise AlignmentError(
            "This model has no attention of a sentence over itself.",
            hint="Transformers have it; recurrent models do not.",
        )
    for name, index, most in (("layer", layer, own.shape[0]), ("head", head, own.shape[1])):
        if index is not None and not 0 <= index < most:
            raise AlignmentError(
                "{name} {index} does not exist.",
                hint="The last {name} is {last}.",
                name=name,
                index=index,
                last=most - 1,
            )
    chosen = own[_one_or_all(layer), _one_or_all(head)]
    weights: NDArray[np.float64] = chosen.mean(axis=(0, 1), dtype=np.float64)
    if site is Site.ENCODER_SELF:
        rows, text, columns = record.source_tokens, record.source_text, record.source_tokens
    else:
        rows, text = record.target_tokens, record.target_text
        columns = (Token(START, 0, 0), *rows[:-1])
    return AttentionView(weights, columns, rows, text, text, record.forced, frozenset())


def _one_or_all(index: int | None) -> slice:
    return slice(None) if index is None else slice(index, index + 1)


def word_groups(tokens: Sequence[Token], text: str) -> list[list[int]]:
    """The places of the tokens in groups, one a word."""
    word_at = _word_numbers(text)
    keys: list[tuple[str, int]] = []
    for index, token in enumerate(tokens):
        place = _first_shown(token, text)
        if token.text in _SPECIAL or place is None or _is_without_spaces(text[place]):
            keys.append(("alone", index))
        else:
            keys.append(("word", word_at[place]))
    return [[index for index, _ in group] for _, group in groupby(enumerate(keys), lambda k: k[1])]


def _word_numbers(text: str) -> list[int]:
    """For each character the number of its word; a sign that is no letter is a word of its own."""
    numbers: list[int] = []
    number, before = -1, ""
    for place, character in enumerate(text):
        kind = _kind(character)
        after = text[place + 1 : place + 2]
        if character in _INSIDE_WORDS and before == "letter" and after and _kind(after) == before:
            kind = "letter"
        if kind != before or kind == "sign":
            number += 1
        numbers.append(number)
        before = kind
    return numbers


def _kind(character: str) -> str:
    """Letters, digits and the marks that combine with them make words."""
    if character.isspace():
        return "space"
    return "letter" if unicodedata.category(character)[0] in "LNM" else "sign"


def _first_shown(token: Token, text: str) -> int | None:
    """Where the first character of a token that is no space stands; of the next if it has none."""
    shown = text[token.start : token.end].strip()
    rest = text[token.start :]
    start = token.start + len(rest) - len(rest.lstrip())
    return start if (shown or token.text) and start < len(text) else None


def _is_without_spaces(character: str) -> bool:
    return unicodedata.name(character, "").startswith(_WITHOUT_SPACES)


def _joined(
    words: Sequence[Sequence[int]], tokens: Sequence[Token], text: str
) -> tuple[Token, ...]:
    """One token a word; a token that stays alone stays itself."""
    joined = []
    for word in words:
        first, last = tokens[word[0]], tokens[word[-1]]
        shown = text[first.start : last.end].strip()
        is_piece = first.text not in _SPECIAL and shown
        joined.append(Token(shown if is_piece else first.text, first.start, last.end))
    return tuple(joined)
