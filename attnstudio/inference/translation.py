"""What a translation of a line is, whoever found it; torch is not needed to hold one."""

from __future__ import annotations

from dataclasses import dataclass

from attnstudio.axes import Record


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One translation of a sentence.

    Attributes:
        ids: target ids, ``</s>`` included; none for an empty translation of nothing.
        text: the translation.
        score: log probability over the length penalty; higher is better.
        token_log_probs: of each id; none where an engine of others does not say them.
    """

    ids: tuple[int, ...]
    text: str
    score: float
    token_log_probs: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Translation:
    """What became of one line.

    Attributes:
        source: the text that was translated, cleaned.
        hypotheses: best first; at least one.
        truncated: whether the source was longer than allowed and was cut.
        attention: what the model looked at in the best hypothesis, if that was asked for.
    """

    source: str
    hypotheses: tuple[Hypothesis, ...]
    truncated: bool = False
    attention: Record | None = None

    @property
    def text(self) -> str:
        """The best translation."""
        return self.hypotheses[0].text


def of_nothing(attention: Record | None = None) -> Translation:
    """The translation of an empty line."""
    return Translation("", (Hypothesis((), "", 0.0, ()),), attention=attention)
