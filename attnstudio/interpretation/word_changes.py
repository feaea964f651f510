"""Words of a text that are hidden, replaced or taken out, and where two texts differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from attnstudio.axes import Record, TextUnits
from attnstudio.corpus.alignment import Span
from attnstudio.corpus.text import makes_words
from attnstudio.errors import UsageError
from attnstudio.interpretation.words import word_groups, word_spans
from attnstudio.sites import SOURCE, Site, SiteRole


@dataclass(frozen=True, slots=True)
class TextDifference:
    """Where two texts differ, as spans of words.

    Attributes:
        before: the words of the first text that the second lacks.
        after: the words of the second that the first lacks.
    """

    before: tuple[Span, ...]
    after: tuple[Span, ...]

    @property
    def is_none(self) -> bool:
        """Whether both say the same."""
        return not (self.before or self.after)


def text_difference(before: str, after: str) -> TextDifference:
    """The words that are others in the second text, by the longest runs that both have.

    Words as `words_of` cuts them: in scripts without spaces, characters.
    """
    spans, others = word_spans(before), word_spans(after)
    words = [before[span.start : span.end] for span in spans]
    other_words = [after[span.start : span.end] for span in others]
    matcher = SequenceMatcher(a=words, b=other_words, autojunk=False)
    gone: list[Span] = []
    new: list[Span] = []
    for kind, first, last, other_first, other_last in matcher.get_opcodes():
        if kind != "equal":
            gone += spans[first:last]
            new += others[other_first:other_last]
    return TextDifference(tuple(gone), tuple(new))


@dataclass(frozen=True, slots=True)
class ChangedWords:
    """Which words a text has and another one has not, wherever they stand.

    Attributes:
        gone: words of the first text that the second lacks.
        new: words of the second that the first lacks.
    """

    gone: tuple[str, ...]
    new: tuple[str, ...]


def changed_words(before: str, after: str) -> ChangedWords:
    """The words that differ between two texts; one that only moved is in both and not told."""
    words, others = _words(before), _words(after)
    return ChangedWords(_left_of(words, others), _left_of(others, words))


def _words(text: str) -> list[str]:
    return [text[span.start : span.end] for span in word_spans(text)]


def _left_of(words: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """The words without one for each that is among the others."""
    there = Counter(others)
    left = []
    for word in words:
        if there[word]:
            there[word] -= 1
        else:
            left.append(word)
    return tuple(left)


def text_words(units: TextUnits) -> list[list[int]]:
    """The places of the pieces of each word of a text; ``</s>`` is none.

    A piece that shows no character, such as the first bytes of one that is spelled in bytes,
    belongs to the character after it.
    """
    words: list[list[int]] = []
    waiting: list[int] = []
    for group in word_groups(units):
        if not units.tokens[group[0]].stands_for_text:
            continue
        waiting += group
        start, end = span_of_word(units, waiting)
        if start < end:
            words.append(waiting)
            waiting = []
    return words


def word_numbered(units: TextUnits, number: int) -> list[int]:
    """The places of the pieces of a word, counted from 0.

    Raises:
        UsageError: the text has no such word.
    """
    words = text_words(units)
    if not 0 <= number < len(words):
        raise UsageError(
            "The text has no word {number}.",
            hint="Words are counted from 0, signs among them; the last is {last}.",
            number=number,
            last=len(words) - 1,
        )
    return words[number]


def span_of_word(units: TextUnits, pieces: Sequence[int]) -> Span:
    """Where a word stands in its text, without the spaces around it."""
    start, end = units.tokens[pieces[0]].start, units.tokens[pieces[-1]].end
    shown = units.text[start:end]
    start += len(shown) - len(shown.lstrip())
    return Span(start, max(start, end - (len(shown) - len(shown.rstrip()))))


def with_word(text: str, word: Span, other: str) -> str:
    """A text with another word in the place of one."""
    return f"{text[: word.start]}{other.strip()}{text[word.end :]}"


def without_word(text: str, word: Span) -> str:
    """A text without a word; of the spaces around it one stays, and none at an end."""
    before, after = text[: word.start], text[word.end :]
    if not (after and makes_words(after[0])):  # a space, or a sign such as a comma
        before = before.rstrip()
    return f"{before}{after}".strip()


def hidden(record: Record, pieces: Collection[int]) -> Mapping[Site, frozenset[int]]:
    """What nobody may look at where pieces of the source are hidden, for an `Intervention`.

    A Transformer then knows nothing of them. A recurrent encoder has read them, and what stands
    beside them may remember them.

    Args:
        record: whose sites are asked.
        pieces: of the source.
    """
    return {
        site: frozenset(pieces)
        for site in record.sites
        if site.keys == SOURCE and site.role is not SiteRole.ANALYSIS
    }
