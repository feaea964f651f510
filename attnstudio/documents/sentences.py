"""The sentences of a paragraph, and their translations as one paragraph again.

Models are trained on sentences, and read only the beginning of what is much longer. A paragraph is
cut only where a sentence ends beyond doubt: not after an abbreviation, an initial or a number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from attnstudio.corpus.alignment import Span
from attnstudio.documents.document import Filled
from attnstudio.interpretation.words import word_spans

_CLOSING, _OPENING = "\"'”’»›)]", "\"'“„‘‚«‹([¿¡"
_END = re.compile(
    rf"(?:(?<=[^\W\d_])\.|(?<![!?…؟۔।])[!?…؟۔।]++)[{re.escape(_CLOSING)}]*(?P<space>\s+)"
    rf"(?=[{re.escape(_OPENING)}]*\w)|(?<![。！？])[。！？]++[”’」』）]*(?=\S)"
)
_LAST_WORD = re.compile(r"[^\s.]+(?=\.$)")
_SHORTENED = """
adm al approx art bd bzgl bzw ca cap cf chap col dept dipl dr ed eds eg etc evtl exc fig figs gen
gov hon hr hrsg ie inc inkl jh jr lt ltd max min mr mrs ms mt nr no op pag par pp prof rep rev resp
sen sg sgt sr sra srta st str tel ud vgl vol vs zzgl
"""
_ABBREVIATIONS = frozenset(_SHORTENED.split())
_LOOKED_AT = 40  # characters
_SHORTEST_WORD = 2  # letters; a single one is an initial
_WITHOUT_SPACES = ("CJK", "HIRAGANA", "KATAKANA", "FULLWIDTH", "IDEOGRAPHIC")


def sentence_spans(text: str) -> list[Span]:
    """Where the sentences of a text stand in it, without the spaces between them."""
    cuts = [
        (found.start("space"), found.end("space")) if found["space"] else (found.end(),) * 2
        for found in _END.finditer(text)
        if _ends_sentence(text, found)
    ]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(text)]
    spans = [Span(start, end) for start, end in zip(starts, ends, strict=True)]
    words = sum(len(word_spans(text[start:end])) for start, end in spans)
    return spans if words == len(word_spans(text)) else [Span(0, len(text))]


def _ends_sentence(text: str, found: re.Match[str]) -> bool:
    if not found["space"]:
        return True
    end = found.start("space")
    ended = text[max(0, end - _LOOKED_AT) : end].rstrip(_CLOSING)
    last = _LAST_WORD.search(ended)
    if last is not None:
        word = last[0].lstrip(_OPENING).lower()
        if len(word) < _SHORTEST_WORD or word in _ABBREVIATIONS:
            return False
    follows = text[found.end() : found.end() + _LOOKED_AT].lstrip(_OPENING)[:1]
    return not follows.islower()


def joined_filled(
    text: str, spans: Sequence[Span], fills: Sequence[Filled | None]
) -> Filled | None:
    """The translations of sentences as that of the whole; None where none is translated.

    A sentence that is not translated stays as it is. Where the links of one are not known, its
    words are linked in proportion.

    Args:
        text: the whole.
        spans: where its sentences stand.
        fills: their translations.
    """
    if len(spans) == 1:
        return fills[0]
    if not any(fills):
        return None
    sources = [text[start:end] for start, end in spans]
    targets = [
        source if filled is None else filled.text
        for source, filled in zip(sources, fills, strict=True)
    ]
    links: list[tuple[int, int]] = []
    source_at = target_at = 0
    for source, target, filled in zip(sources, targets, fills, strict=True):
        counts = len(word_spans(source)), len(word_spans(target))
        known = None if filled is None else filled.alignment
        own = _in_proportion(*counts) if known is None else known
        links += [(source_at + one, target_at + other) for one, other in own]
        source_at, target_at = source_at + counts[0], target_at + counts[1]
    whole = _joined(targets)
    is_known = len(word_spans(whole)) == target_at
    return Filled(whole, tuple(links) if is_known else None)


def _in_proportion(sources: int, targets: int) -> list[tuple[int, int]]:
    """Links of two sentences whose links nobody knows: each target word to one of the source."""
    return [(target * sources // targets, target) for target in range(targets if sources else 0)]


def _joined(sentences: Sequence[str]) -> str:
    pieces = [sentences[0]]
    for one, other in pairwise(sentences):
        is_apart = not (_needs_no_space(one[-1:]) or _needs_no_space(other[:1]))
        pieces += [" " if is_apart else "", other]
    return "".join(pieces)


def _needs_no_space(character: str) -> bool:
    return unicodedata.name(character, "").startswith(_WITHOUT_SPACES) if character else True
