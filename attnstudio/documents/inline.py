"""The tags among the words of a segment: which belong together, and where they stand.

Tags are of three kinds: elements around something (``g``, ``pc``, ``mrk``, ``hi``), two elements
that open and close something (``bpt`` and ``ept``, ``bx`` and ``ex``, ``sc`` and ``ec``), and those
that stand alone (``x``, ``ph``, ``it``). Native code, and what must not be translated, is part of
its tag. Names: TMX 1.4b, "Content Markup"; XLIFF 1.2, section 2.3; XLIFF 2.1, section 4.2.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import accumulate, pairwise

from attnstudio.corpus.alignment import Span
from attnstudio.corpus.line_breaks import Breaks, parts_words
from attnstudio.corpus.text import clean_text
from attnstudio.corpus.xml_safety import DEEPEST
from attnstudio.documents.elements import MarkedText, Tag, Token, escaped
from attnstudio.interpretation.words import word_spans

_ALONE = frozenset({"x", "ph", "it", "ut", "sub", "cp"})
_CLOSED_BY = {"bpt": "ept", "bx": "ex", "sc": "ec", "sm": "em"}
_CLOSES = {closing: opening for opening, closing in _CLOSED_BY.items()}
_KEYS = ("rid", "startRef", "i", "id")  # by the first of these two elements find each other
_JOINED = 64  # characters: more do not become one
_PROTECTED, _DELETED = "protected", "x-sdl-deleted"


@dataclass(slots=True, eq=False)
class Code:
    """A tag as it stands in the source.

    Attributes:
        raw: how it is written, with all native code in it.
        at: how many characters of text stand before it.
        opens: whether it opens something; what it closes may be missing.
        key: what two elements that open and close have alike; empty for other tags.
        partner: what closes it, or what it closes; None for a tag that stands alone.
        crossing: the same where the two lie across others: they are placed one by one then.
        shown_before: the same as ``at`` in the plain text, spaces not counted.
        has_space: whether spaces stand before and after it.
        is_space: whether it parts words as a space does, such as a line break.
    """

    raw: str
    at: int
    opens: bool = False
    key: str = ""
    partner: Code | None = None
    crossing: Code | None = None
    shown_before: int = 0
    has_space: tuple[bool, bool] = (False, False)
    is_space: bool = False


@dataclass(frozen=True, slots=True)
class Inline:
    """The content of a segment.

    Attributes:
        text: its words, as a model reads them.
        words: where these stand in the text, where tags are among them.
        before: what stands before all words, as it is written: tags and spaces.
        after: what stands after them.
        among: the tags that are placed among the words, in their order.
    """

    text: str
    words: tuple[Span, ...]
    before: str
    after: str
    among: tuple[Code, ...]


def read_inline(marked: MarkedText, start: int, end: int, breaks: Breaks = frozenset()) -> Inline:
    """The words and tags of a part of an XML text, which is the content of an element.

    Args:
        marked: the text.
        start: where the content begins.
        end: where it ends.
        breaks: which tags part words, by native code that stands elsewhere.
    """
    return inline_of(list(_items(marked, start, end, breaks)))


def inline_of(items: Sequence[str | Code]) -> Inline:
    """The words and tags of texts and tags in their order; partners of elements are known."""
    codes = [item for item in items if isinstance(item, Code)]
    _find_partners(codes)
    _part_crossing(codes)
    raw_text = "".join(item if isinstance(item, str) else " " * item.is_space for item in items)
    text = plain(raw_text)
    _count_shown(codes, raw_text, _shown(text))
    for code in codes:
        before, after = max(0, code.at - 1), code.at + code.is_space
        code.has_space = (
            raw_text[before : code.at].isspace(),
            raw_text[after : after + 1].isspace(),
        )
    leading, among, trailing = _parted(items)
    words = tuple(word_spans(text)) if among else ()
    return Inline(text, words, _raw(leading), _raw(trailing), tuple(among))


def _count_shown(codes: Sequence[Code], raw_text: str, total: int) -> None:
    """Say of each tag how many characters of the plain text stand before it, without spaces."""
    ends = [*(code.at for code in codes), len(raw_text)]
    parts = (_shown(plain(raw_text[start:end])) for start, end in pairwise((0, *ends)))
    counts = list(accumulate(parts))
    if counts[-1] != total:  # characters on both sides of a tag have become one
        counts = list(accumulate(_shown_more(raw_text, *each) for each in pairwise((0, *ends))))
    for code, count in zip(codes, counts, strict=False):
        code.shown_before = count


def _shown_more(raw_text: str, start: int, end: int) -> int:
    """How many more characters of the plain text there are with a part of the raw one."""
    before = max(0, start - _JOINED)
    return _shown(plain(raw_text[before:end])) - _shown(plain(raw_text[before:start]))


def _shown(text: str) -> int:
    return len("".join(text.split()))


def plain(text: str) -> str:
    """A text on one line, with one space where there are several."""
    return " ".join(clean_text(text).split())


def _items(marked: MarkedText, start: int, end: int, breaks: Breaks) -> Iterator[str | Code]:
    """Texts and tags in their order."""
    tokens = marked.tokens(start, end)
    opened: list[Code] = []
    at = 0
    for token in tokens:
        text = token.text or ""
        if token.tag is not None and _is_whole(token.tag):
            stop = token.end if token.tag.is_empty else _end_of(tokens)
            if token.tag.attributes.get("mtype") != _DELETED:  # of a tracked change nothing stays
                code = _whole_code(marked.text[token.start : stop], token.tag, at, breaks)
                at += code.is_space
                yield code
        elif token.text is None:
            code = Code(marked.text[token.start : token.end], at)
            if token.tag is None:
                code.partner = opened.pop()
                code.partner.partner = code
            elif not token.tag.is_empty:
                code.opens = True
                opened.append(code)
            yield code
        at += len(text)
        if text:
            yield text


def _is_whole(tag: Tag) -> bool:
    """Whether an element is one tag with all that it holds."""
    if tag.name == "mrk":
        kind, translate = map(tag.attributes.get, ("mtype", "translate"))
        return kind in (_PROTECTED, _DELETED) or translate == "no"
    return tag.name in _ALONE or tag.name in _CLOSED_BY or tag.name in _CLOSES


def _whole_code(raw: str, tag: Tag, at: int, breaks: Breaks) -> Code:
    value = next((tag.attributes[name] for name in _KEYS if name in tag.attributes), "")
    if tag.name in _CLOSED_BY:
        return Code(raw, at, opens=True, key=f"{tag.name} {value}")
    key = f"{_CLOSES[tag.name]} {value}" if tag.name in _CLOSES else ""
    native = unescape(raw[tag.end - tag.start : max(0, raw.rfind("</"))])
    return Code(raw, at, key=key, is_space=parts_words(tag.attributes, native, breaks))


def _end_of(tokens: Iterator[Token]) -> int:
    """Where an element ends whose start tag was read."""
    depth = 1
    for token in tokens:
        if token.tag is not None and not token.tag.is_empty:
            depth += 1
        elif token.closed:
            depth -= 1
        if not depth:
            return token.end
    raise AssertionError("expat has seen the end of each element")


def _find_partners(codes: Sequence[Code]) -> None:
    """Join the tags that open and close by two elements; each closes one that stands before it."""
    waiting: dict[str, Code] = {}
    for code in codes:
        if code.key and code.opens:
            waiting[code.key] = code
        elif code.key in waiting:
            code.partner = waiting.pop(code.key)
            code.partner.partner = code


def _part_crossing(codes: Sequence[Code]) -> None:
    """Let two elements stand alone that lie across others, or deeper than XML may be nested."""
    opened: list[Code] = []
    for code in codes:
        if code.partner is None:
            continue
        if code.opens and code.key and len(opened) >= DEEPEST:
            _part(code, code.partner)
        elif code.opens:
            opened.append(code)
        elif code.key and opened[-1] is not code.partner:
            opened.remove(code.partner)
            _part(code.partner, code)
        else:
            while (last := opened.pop()) is not code.partner:
                assert last.partner is not None
                _part(last, last.partner)


def _part(opening: Code, closing: Code) -> None:
    opening.partner = closing.partner = None
    opening.crossing, closing.crossing = closing, opening


def _parted(
    items: Sequence[str | Code],
) -> tuple[list[str | Code], list[Code], list[str | Code]]:
    """What stays before all words, the tags that are placed among them, and what stays after."""
    wordy = [i for i, item in enumerate(items) if isinstance(item, str) and not item.isspace()]
    first, last = (wordy[0], wordy[-1]) if wordy else (len(items), len(items))
    moving = _moving(items, first, last)
    before = [item for i, item in enumerate(items[:first]) if i not in moving]
    after = [item for i, item in enumerate(items) if i > last and i not in moving]
    if wordy:
        lead, trail = str(items[first]), str(items[last])
        before.append(lead[: len(lead) - len(lead.lstrip())])
        after.insert(0, trail[len(trail.rstrip()) :])
    among = [item for i, item in enumerate(items) if i in moving and isinstance(item, Code)]
    return before, among, after


def _moving(items: Sequence[str | Code], first: int, last: int) -> set[int]:
    """The places of what stands among the words, which are those from ``first`` to ``last``.

    A pair with one end among them moves as a whole, with all that stands in it.
    """
    places = {id(item): place for place, item in enumerate(items)}
    moving = set(range(first, last + 1))
    for place, item in enumerate(items):
        if isinstance(item, Code) and item.opens and item.partner is not None:
            end = places[id(item.partner)]
            is_whole = first <= place and end <= last
            is_around_all = place < first and end > last
            if not (is_whole or is_around_all) and (place in moving or end in moving):
                moving |= set(range(place, end + 1))
    return moving


def _raw(items: Sequence[str | Code]) -> str:
    return "".join(item.raw if isinstance(item, Code) else escaped(item) for item in items)
