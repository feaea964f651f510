"""How far a picture can be trusted, in sentences with their numbers.

The templates are looked up by who translates them, and their values filled in afterwards.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from attnstudio.interpretation.trust import Finding, Verdict

_MOST_PLACES = 6
_POINTED = (
    "Masking {pointed}, which attention points at, changes {target} from {full} to "
    "{without_pointed}"
)
_BOTH = _POINTED + "; masking {other}, which it does not, from {full} to {without_other}: "
SENTENCES = {
    Verdict.TRUSTED: _BOTH + "here the picture can be trusted.",
    Verdict.PARTLY: _BOTH + "the picture shows only a part of what counts.",
    Verdict.MISLEADING: _BOTH + "here the picture misleads.",
    Verdict.UNDECIDED: _BOTH + "no single word counts, and the picture proves nothing.",
    Verdict.IDLE: "{away} % of the attention is on no word. Masking {other} changes {target} from "
    "{full} to {without_other}: here the picture does not say what {target} comes from.",
}
ALONE = {  # where there is no word that it does not point at
    Verdict.TRUSTED: _POINTED + ": here the picture can be trusted.",
    Verdict.UNDECIDED: _POINTED + ": the picture proves nothing.",
    Verdict.IDLE: "All of the attention is on no word: here the picture says nothing.",
}
FIRST = {
    Verdict.TRUSTED: "For {n} of {words} words the picture can be trusted",
    Verdict.PARTLY: "For {n} of {words} words the picture shows only a part of what counts",
    Verdict.MISLEADING: "For {n} of {words} words the picture misleads",
    Verdict.UNDECIDED: "For {n} of {words} words the picture proves nothing",
    Verdict.IDLE: "For {n} of {words} words the picture points at no word",
}
NEXT = {
    Verdict.TRUSTED: "for {n} it can be trusted",
    Verdict.PARTLY: "for {n} it shows only a part of what counts",
    Verdict.MISLEADING: "for {n} it misleads",
    Verdict.UNDECIDED: "for {n} it proves nothing",
    Verdict.IDLE: "for {n} it points at no word",
}
GOES_ON, ENDS, WHOLE = "{before}, {part}", "{before}, and {part}", "{sentence}."
OF_ALL = {
    Verdict.TRUSTED: "For each of the {words} words the picture can be trusted.",
    Verdict.PARTLY: "For each of the {words} words the picture shows only a part of what counts.",
    Verdict.MISLEADING: "For each of the {words} words the picture misleads.",
    Verdict.UNDECIDED: "For each of the {words} words the picture proves nothing.",
    Verdict.IDLE: "For each of the {words} words the picture points at no word.",
}
OF_ONE = {
    Verdict.TRUSTED: "The picture of the only word can be trusted.",
    Verdict.PARTLY: "The picture of the only word shows only a part of what counts.",
    Verdict.MISLEADING: "The picture of the only word misleads.",
    Verdict.UNDECIDED: "The picture of the only word proves nothing.",
    Verdict.IDLE: "The picture of the only word points at no word.",
}
OF_NONE = "There is no word whose picture could be trusted."


def finding_words(
    finding: Finding,
    *,
    translate: Callable[[str], str] = str,
    number: Callable[[float, int], str] = "{:.{}f}".format,
    name: Callable[[str], str] = str,
) -> str:
    """One sentence about one target word.

    Args:
        finding: what is to be said.
        translate: finds the template in another language.
        number: writes a number with so many digits behind the point.
        name: writes a word of either text.
    """
    template = (ALONE if finding.other is None else SENTENCES)[finding.verdict]
    return translate(template).format(
        target=name(finding.target),
        pointed=name(finding.pointed or ""),
        other=name(finding.other or ""),
        full=number(finding.probability, _places(finding.probability)),
        without_pointed=number(finding.without_pointed, _places(finding.without_pointed)),
        without_other=number(finding.without_other, _places(finding.without_other)),
        away=number(100 * finding.away, 0),
    )


def summary_words(findings: Sequence[Finding], *, translate: Callable[[str], str] = str) -> str:
    """One sentence about all words of a translation."""
    counts = Counter(finding.verdict for finding in findings)
    return counted_words(counts, len(findings), translate=translate)


def counted_words(
    counts: Mapping[Verdict, int], words: int, *, translate: Callable[[str], str] = str
) -> str:
    """The same where it was counted how many words have which verdict."""
    kinds = [verdict for verdict in Verdict if counts.get(verdict)]
    if not kinds:
        return translate(OF_NONE)
    if len(kinds) == 1:
        alike = OF_ONE if words == 1 else OF_ALL
        return translate(alike[kinds[0]]).format(words=f"{words:,}")
    sentence = ""
    for verdict in kinds:
        template = NEXT[verdict] if sentence else FIRST[verdict]
        part = translate(template).format(n=f"{counts[verdict]:,}", words=f"{words:,}")
        joint = ENDS if verdict is kinds[-1] else GOES_ON
        sentence = translate(joint).format(before=sentence, part=part) if sentence else part
    return translate(WHOLE).format(sentence=sentence)


def _places(probability: float) -> int:
    """Two digits behind the point, and more where both would be 0."""
    if probability >= 0.01:
        return 2
    smallest = 10.0**-_MOST_PLACES
    return min(_MOST_PLACES, -math.floor(math.log10(max(probability, smallest))))
