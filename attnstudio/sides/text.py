"""Sources that are texts, cut into pieces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from attnstudio.axes import TextUnits
from attnstudio.config import DecodingConfig
from attnstudio.corpus.text import clean_text
from attnstudio.model.spec import TextSpec
from attnstudio.sides.side import EncodedItem
from attnstudio.tokenizer import END_ID, Tokenizer, end_token

_EXTRA_TARGET_TOKENS = 10
_WATCHED_CHARACTERS = (20, 120)  # neither a single word nor more than a line


class TextSource:
    """A text in pieces, closed by ``</s>``: a `SourceSide`.

    Args:
        tokenizer: cuts it.
        is_shared: whether it cuts the target as well.

    Attributes:
        tokenizer: the same.
    """

    def __init__(self, tokenizer: Tokenizer, *, is_shared: bool = False) -> None:
        self.tokenizer = tokenizer
        self._is_shared = is_shared

    @property
    def spec(self) -> TextSpec:
        """How many pieces there are, and whether they are the target's."""
        return TextSpec(self.tokenizer.size, self._is_shared)

    def clean(self, item: str) -> str:
        """The text as it is stored."""
        return clean_text(item)

    def unknown(self, item: str) -> list[str]:
        """The characters that there is no piece for."""
        return self.tokenizer.unknown(item)

    def encode(
        self, items: Sequence[str], most: int, *, with_units: bool = False
    ) -> list[EncodedItem]:
        """The ids of texts, and their pieces where they are wanted; ``</s>`` is never cut off."""
        if with_units:
            return [self._encode_with_units(item, most) for item in items]
        return [_encoded(ids, most) for ids in self.tokenizer.encode_all(items)]

    def most_target_tokens(self, places: int, config: DecodingConfig) -> int:
        """A translation grows with its text; a little more, since short ones vary most."""
        return int(places * config.max_length_ratio) + _EXTRA_TARGET_TOKENS

    def suits_watching(self, item: str) -> bool:
        """Whether it is a sentence that is read at a glance."""
        fewest, most = _WATCHED_CHARACTERS
        return fewest <= len(item) <= most

    def _encode_with_units(self, text: str, most: int) -> EncodedItem:
        cut = self.tokenizer.cut(text)
        return _encoded(cut.ids, most, TextUnits(text, (*cut.tokens[: most - 1], end_token(text))))


def _encoded(ids: Sequence[int], most: int, units: TextUnits | None = None) -> EncodedItem:
    values = np.array((*ids[: most - 1], END_ID), dtype=np.int64)
    return EncodedItem(values, len(ids) + 1, units)
