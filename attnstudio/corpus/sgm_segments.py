"""The sentences of WMT's older test sets, which keep each side in an SGML file of its own.

SGML is no XML: an ampersand may stand alone, and the case of a tag means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape

from attnstudio.corpus.text_source import TextSource

SGM_ENDINGS = (".sgm", ".sgml")
_SEGMENT = re.compile(r"<seg\b[^>]*>(.*?)</seg\s*>", re.IGNORECASE | re.DOTALL)
_LONGEST_SEGMENT = 1 << 20
_ENTITY = re.compile(r"&#?\w+;")


def is_sgm(text: TextSource) -> bool:
    """Whether a text has tags around its sentences, as its name says."""
    return text.inner_name.lower().endswith(SGM_ENDINGS)


def segment_batches(batches: Iterable[list[str]], size: int) -> Iterator[list[str]]:
    """What stands in the segments, in lists of as many as asked for; an empty one counts too.

    Args:
        batches: lines with their ends.
        size: how many segments come together.
    """
    found: list[str] = []
    waiting = ""
    for lines in batches:
        waiting += "".join(lines)
        end = 0
        for segment in _SEGMENT.finditer(waiting):
            found.append(_ENTITY.sub(_character, segment[1].replace("\n", " ")))
            end = segment.end()
        opened = waiting.lower().rfind("<seg", end)
        goes_on = opened >= 0 and len(waiting) - opened < _LONGEST_SEGMENT
        waiting = waiting[opened:] if goes_on else ""
        while len(found) >= size:
            yield found[:size]
            found = found[size:]
    if found:
        yield found


def _character(entity: re.Match[str]) -> str:
    return unescape(entity[0])
