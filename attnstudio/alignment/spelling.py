"""What the spelling of words says about their links, before anything is counted."""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

_BITS = 512  # of a word's set of letter pairs
_COMPARED_TOGETHER = 200_000  # pairs of words: some 25 MB


def folded(word: str) -> str:
    """The word in lower case and without accents, as far as they are marks of their own."""
    parts = unicodedata.normalize("NFD", word.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter)) or word


def is_punctuation(word: str) -> bool:
    """Whether no letter and no digit is in it."""
    return not any(letter.isalnum() for letter in word)


def similarity(
    sources: Sequence[str], targets: Sequence[str], pairs: tuple[NDArray[np.int32], ...]
) -> NDArray[np.float32]:
    """How alike words are spelt: twice the shared letter pairs over all of both (Dice 1945).

    The word's begin and end count as letters. Letter pairs are hashed into 512 bits, so unlike
    words may look a little alike.

    Args:
        sources: words.
        targets: words.
        pairs: the indices of sources and of targets to compare.

    Returns:
        From 0 to 1, 1 for words that are spelt alike: (pairs).
    """
    source_bits, target_bits = _letter_pairs(sources), _letter_pairs(targets)
    source_sizes = np.bitwise_count(source_bits).sum(axis=1)
    target_sizes = np.bitwise_count(target_bits).sum(axis=1)
    result = np.empty(len(pairs[0]), np.float32)
    for start in range(0, len(result), _COMPARED_TOGETHER):
        part = slice(start, start + _COMPARED_TOGETHER)
        source, target = pairs[0][part], pairs[1][part]
        shared = np.bitwise_count(source_bits[source] & target_bits[target]).sum(axis=1)
        result[part] = 2.0 * shared / (source_sizes[source] + target_sizes[target])
    return result


def _letter_pairs(words: Sequence[str]) -> NDArray[np.uint64]:
    """The set of each word's letter pairs: (words, 8)."""
    bits = np.zeros((len(words), _BITS), np.uint8)
    for row, word in enumerate(words):
        framed = f"\n{word}\n"
        for first, second in pairwise(framed):
            bits[row, zlib.crc32((first + second).encode("utf-8", "replace")) % _BITS] = 1
    return np.packbits(bits, axis=1).view(np.uint64)
