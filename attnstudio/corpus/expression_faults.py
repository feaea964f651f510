"""What is wrong with a regular expression, in words for a person who types one."""

from __future__ import annotations

import re

from attnstudio.errors import CorpusError

_HINT = "Mend it, or search for the text as it is: a \\ before a sign makes it a plain sign."
_FAULTS = (  # by the beginning of what Python says
    (
        "missing ), unterminated subpattern",
        "This is not a regular expression: the ( at character {place} has no ) that closes it.",
    ),
    (
        "missing ), unterminated comment",
        "This is not a regular expression: the (?# at character {place} has no ) that closes it.",
    ),
    (
        "unbalanced parenthesis",
        "This is not a regular expression: the ) at character {place} closes no (.",
    ),
    (
        "unterminated character set",
        "This is not a regular expression: the [ at character {place} has no ] that closes it.",
    ),
    (
        "bad character range",
        "This is not a regular expression: the range {text} at character {place} runs backwards.",
    ),
    (
        "nothing to repeat",
        "This is not a regular expression: "
        "the {text} at character {place} has nothing before it to repeat.",
    ),
    (
        "multiple repeat",
        "This is not a regular expression: "
        "the {text} at character {place} repeats what is repeated already.",
    ),
    (
        "min repeat greater than max repeat",
        "This is not a regular expression: the smaller number comes first in {{1,3}}.",
    ),
    (
        "bad escape (end of pattern)",
        "This is not a regular expression: after the \\ at its end a sign is missing.",
    ),
    (
        "bad escape",
        "This is not a regular expression: {text} at character {place} means nothing.",
    ),
    (
        "incomplete escape",
        "This is not a regular expression: {text} at character {place} lacks digits.",
    ),
    (
        "look-behind requires fixed-width pattern",
        "This is not a regular expression: what is looked for behind must have a set length.",
    ),
    (
        "invalid group reference",
        "This is not a regular expression: "
        "{text} at character {place} means a group that is not there.",
    ),
    (
        "unknown group name",
        "This is not a regular expression: there is no group of the name at character {place}.",
    ),
    ("unexpected end of pattern", "This is not a regular expression: its end is missing."),
    ("", "This is not a regular expression: {reason}."),  # rare: better than not at all
)


def expression_error(text: str, error: Exception) -> CorpusError:
    """The error to show for an expression that Python could not read.

    Args:
        text: the expression.
        error: what ``re.compile`` raised.
    """
    if not isinstance(error, re.error):
        return CorpusError("This regular expression is too large to be searched.", hint=_HINT)
    said = str(error.msg)
    place = error.pos if error.pos is not None else 0
    template = next(template for start, template in _FAULTS if said.startswith(start))
    return CorpusError(
        template, hint=_HINT, place=place + 1, text=_meant(said, text, place), reason=str(error)
    )


def _meant(said: str, text: str, place: int) -> str:
    """The signs that a fault is about."""
    if said.startswith(("bad character range", "bad escape", "incomplete escape")):
        return said.rsplit(" ", 1)[-1]
    if said.startswith("invalid group reference"):
        return f"\\{said.rsplit(' ', 1)[-1]}"
    return text[place : place + 1]
