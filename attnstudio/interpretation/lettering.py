"""Text in pictures without a font at hand: how wide, where to cut, which way it runs."""

import unicodedata
from collections.abc import Iterable

ELLIPSIS = "…"

_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_JOINERS = {"\u200d", "\ufe0e", "\ufe0f"}
_NARROW = set("iljtfrI.,:;'!|()[]/\\- `\"")
_BROAD = set("mwMW@%&—▁") | {ELLIPSIS}


def graphemes(text: str) -> list[str]:
    """The characters as a reader counts them: a letter with its marks, an emoji with its parts.

    An approximation of Unicode's extended grapheme clusters (UAX 29) that never parts a
    combining mark from its base.
    """
    clusters: list[str] = []
    for character in text:
        continues = unicodedata.category(character).startswith("M") or character in _JOINERS
        if clusters and (continues or clusters[-1].endswith("\u200d")):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def width_em(text: str) -> float:
    """Width in units of the font size, rather too wide than too narrow for a sans serif."""
    return sum(map(_character_width_em, text))


def elide(text: str, limit_em: float) -> str:
    """The text, or as much of its beginning as fits with an ellipsis."""
    if width_em(text) <= limit_em:
        return text
    return _beginning(graphemes(text), limit_em - width_em(ELLIPSIS)) + ELLIPSIS


def wrap(text: str, limit_em: float, max_lines: int) -> list[str]:
    """Lines no wider than the limit; what does not fit on the last is elided.

    Lines break at spaces and beside wide (Chinese, Japanese) characters, within a word only if
    it is wider than a line.
    """
    lines: list[str] = []
    rest = " ".join(text.split())
    while rest and len(lines) < max_lines - 1 and width_em(rest) > limit_em:
        line = _beginning(graphemes(rest), limit_em)
        if not _may_break(rest, len(line)) and " " in line:
            line = line[: line.rindex(" ")]
        lines.append(line.rstrip())
        rest = rest[len(line) :].lstrip()
    return [*lines, elide(rest, limit_em)]


def is_right_to_left(texts: Iterable[str]) -> bool:
    """Whether the first letter with a direction runs from right to left."""
    for character in "".join(texts):
        match unicodedata.bidirectional(character):
            case "R" | "AL":
                return True
            case "L":
                return False
    return False


def with_minus(number: str) -> str:
    """A number that is written with a minus sign, not with a hyphen."""
    return number.replace("-", "−")


def isolate(text: str) -> str:
    """The text kept from turning round what stands beside it.

    Text without right-to-left letters is returned as it is.
    """
    if any(unicodedata.bidirectional(character) in ("R", "AL") for character in text):
        return f"{_ISOLATE}{text}{_POP_ISOLATE}"
    return text


def _character_width_em(character: str) -> float:
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in _NARROW:
        return 0.4
    if character in _BROAD:
        return 1.0
    return {"Sm": 0.85, "Lu": 0.72}.get(category, 0.62)


def _beginning(clusters: list[str], limit_em: float) -> str:
    """As many clusters as fit, at least one."""
    width, count = 0.0, 0
    for cluster in clusters:
        width += width_em(cluster)
        if count and width > limit_em:
            break
        count += 1
    return "".join(clusters[:count])


def _may_break(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place : place + 1]
    wide = unicodedata.east_asian_width(before) in "WF" or (
        after != "" and unicodedata.east_asian_width(after) in "WF"
    )
    return wide or before == " " or after == " "
