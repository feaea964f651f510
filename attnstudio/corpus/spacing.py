"""Where a text has spaces beside its signs, learnt from texts.

Whoever cuts text into words writes ``dog .``, and a model that has learnt ``dog.`` reads that as
something else. Each language, and each corpus, has habits of its own (``« mot »``, ``well-known``,
``10 %``), so that they are counted and not written down here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from attnstudio.corpus.text import makes_words

_JOINT = re.compile(r"(?=(\S)( ?)(\S))")
_LETTER, _DIGIT = "letter", "digit"
_OPENING, _CLOSING = "opening", "closing"


class Spacing:
    """Which joints between two tokens have a space.

    Args:
        texts: sentences as they are written.
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        spaced: Counter[tuple[str, str]] = Counter()
        for text in texts:
            for joint in _JOINT.finditer(text):
                before, after = joint[1], joint[3]
                if not (makes_words(before) and makes_words(after)):
                    key = _kind(before, text[: joint.start()]), _kind(after, text[: joint.end(2)])
                    spaced[key] += 1 if joint[2] else -1
        self._spaced = spaced

    def separates(self, text: str, token: str) -> bool:
        """Whether a space follows a text before its next token.

        What is not known of a joint is taken from its signs beside a letter. What is not known at
        all has a space, but for the inner side of quotation marks.

        Args:
            text: what is written so far, not empty.
            token: what comes next, not empty.
        """
        if makes_words(text[-1]) and makes_words(token[0]):
            return True
        before, after = _kind(text[-1], text[:-1]), _kind(token[0], text)
        keys = [(before, after)]
        keys += [(_LETTER, after)] if not makes_words(token[0]) else []
        keys += [(before, _LETTER)] if not makes_words(text[-1]) else []
        known = next((self._spaced[key] for key in keys if key in self._spaced), None)
        if known is None:
            return before != _OPENING and after != _CLOSING
        return known > 0


def _kind(character: str, text: str) -> str:
    """A sign, with its turn where one sign opens and closes; letters are alike, and digits."""
    if character == '"':
        return _CLOSING if text.count('"') % 2 else _OPENING
    if makes_words(character):
        return _DIGIT if character.isdecimal() else _LETTER
    return character
