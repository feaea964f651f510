"""What is measured of a model, declared once: its name and label, its direction, its meaning.

A validation reports a mapping of named scores. Whatever shows them, curves, tables, sentences and
files, takes words and directions from here. A name that is not declared is shown as well, last, by
its plain name and without a direction: so a validator can report a score that nobody foresaw, and a
log of another version opens with all that it holds. That is why a log names scores and does not
declare them.

The bands of BLEU follow the guide that Google Cloud gives for AutoML Translation. For chrF nobody
has agreed on any; those of AER rest on what statistical aligners reach (Och and Ney 2003). The rest
is a rule of thumb.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

MOST_SCORES = 64  # of one validation
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Better(StrEnum):
    """Which of two values is better, in words."""

    LOWER = "lower is better"
    HIGHER = "higher is better"
    FASTER = "higher is faster"
    NEITHER = "neither high nor low is better"
    UNKNOWN = "nobody has said whether high or low is better"


class Band(NamedTuple):
    """What the values of a stretch mean.

    Attributes:
        below: where the stretch ends.
        words: in words for everybody.
    """

    below: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A number that is measured.

    Attributes:
        name: in logs and tables.
        label: in sentences and headings.
        better: which of two values is.
        decimals: how many are written.
        what: what it is, in words for everybody.
        rests_on: what a verdict about it rests on.
        bands: what its values mean, ascending; none where a value means nothing by itself.
    """

    name: str
    label: str
    better: Better
    decimals: int
    what: str
    rests_on: str
    bands: tuple[Band, ...] = ()

    def verdict(self, value: float | None) -> str:
        """What a value means; empty where it means nothing by itself."""
        if value is None or not math.isfinite(value):
            return ""
        return next((band.words for band in self.bands if value < band.below), "")


_COMPARABLE = "A rule of thumb. Compare only runs with the same corpus, direction and vocabulary."
_FEW = (
    "Measured on some pairs of the validation split, with one reference each. Compare only runs on "
    "the same pairs."
)
_HESITATION = (
    Band(3.0, "rarely in doubt"),
    Band(10.0, "mostly sure"),
    Band(50.0, "on its way"),
    Band(500.0, "knows frequent words"),
    Band(math.inf, "close to guessing"),
)

LOSS = Score(
    name="loss",
    label="loss",
    better=Better.LOWER,
    decimals=3,
    what="How surprised the model is by the right next piece of text. The dashed line with points "
    "is measured on sentences that it never trained on: when that rises while the other falls, "
    "it learns by heart.",
    rests_on=_COMPARABLE,
    bands=tuple(Band(math.log(band.below), band.words) for band in _HESITATION),
)
PERPLEXITY = Score(
    name="perplexity",
    label="perplexity",
    better=Better.LOWER,
    decimals=2,
    what="Among how many pieces of text the model hesitates at each step, on sentences that it "
    "never trained on.",
    rests_on=_COMPARABLE,
    bands=_HESITATION,
)
TOKEN_ACCURACY = Score(
    name="token_accuracy",
    label="token accuracy",
    better=Better.HIGHER,
    decimals=3,
    what="The share of pieces of text that the model would have chosen itself, told all before.",
    rests_on=_COMPARABLE,
)
BLEU = Score(
    name="bleu",
    label="BLEU",
    better=Better.HIGHER,
    decimals=1,
    what="How many words, and rows of two to four words, the translations share with those of "
    "people, from 0 to 100.",
    rests_on=f"The bands are those of Google Cloud's guide to BLEU. {_FEW}",
    bands=(
        Band(10.0, "not usable yet"),
        Band(20.0, "the gist is hard to get"),
        Band(30.0, "the gist is clear, with many mistakes"),
        Band(40.0, "understandable"),
        Band(math.inf, "good"),
    ),
)
CHRF = Score(
    name="chrf",
    label="chrF",
    better=Better.HIGHER,
    decimals=1,
    what="How many rows of letters the translations share with those of people, from 0 to 100. It "
    "is fairer than BLEU to languages with many endings.",
    rests_on=f"There are no agreed bands: these are a rule of thumb. {_FEW}",
    bands=(
        Band(30.0, "not usable yet"),
        Band(45.0, "the gist is hard to get"),
        Band(60.0, "understandable"),
        Band(math.inf, "good"),
    ),
)
AER = Score(
    name="aer",
    label="AER",
    better=Better.LOWER,
    decimals=3,
    what="How many of the links that people drew between words the attention misses or gets wrong, "
    "from 0 to 1. Of all heads the best one is read; where one was taught where to look, that one.",
    rests_on="Good statistical aligners reach 0.1 to 0.3, which the bands rest on.",
    bands=(
        Band(0.25, "as good as word aligners"),
        Band(0.4, "mostly right"),
        Band(0.6, "about half is right"),
        Band(math.inf, "hardly follows the words"),
    ),
)

TEXT_AGREEMENT = Score(
    name="text_agreement",
    label="agreement with text",
    better=Better.HIGHER,
    decimals=3,
    what="How far the attention links words as the links do that were found in the text itself, "
    "from 0 to 1. Of all heads the best one is read; where one was taught where to look, that one. "
    "It is measured where people drew no links and the corpus is aligned.",
    rests_on="Links found in a text are mostly right, but not all. Compare only runs on the same "
    "corpus.",
)

ATTENTION_ENTROPY = Score(
    name="attention_entropy",
    label="spread of attention",
    better=Better.NEITHER,
    decimals=3,
    what="How many places of the source the attention is spread over, on average of all heads: 0 "
    "looks at one place alone, 1 at all of them alike.",
    rests_on="It is an entropy as a share of the highest possible one. A head that has nothing to "
    "look at rests on one place, and so low is not better by itself.",
)
SOURCE_SHARE = Score(
    name="source_share",
    label="share of the source",
    better=Better.NEITHER,
    decimals=3,
    what="How much of what the layers give comes of the source, and not of what was written so "
    "far, from 0 to 1 (ALTI). While a model learns, it turns to the source; where that falls to "
    "nothing, it writes without reading.",
    rests_on="It counts within each layer, and says nothing about which words are looked at.",
)

COMPARED = (LOSS, BLEU, CHRF, AER)  # which runs are held against each other by
_DECLARED = {
    score.name: score
    for score in (
        LOSS,
        PERPLEXITY,
        TOKEN_ACCURACY,
        BLEU,
        CHRF,
        AER,
        TEXT_AGREEMENT,
        ATTENTION_ENTROPY,
        SOURCE_SHARE,
    )
}


def score_named(name: str) -> Score:
    """What is declared about a score; by its name alone where nothing is."""
    return _DECLARED.get(name) or Score(
        name=name,
        label=name.replace("_", " "),
        better=Better.UNKNOWN,
        decimals=3,
        what="A score that this version of the program knows by its name alone.",
        rests_on="What its values mean, only they know who measured it.",
    )


def with_unknown(chosen: Sequence[Score], names: Iterable[str]) -> list[Score]:
    """The chosen scores, and after them those of the names of which nothing is declared."""
    unknown = dict.fromkeys(name for name in names if name not in _DECLARED)
    return [*chosen, *map(score_named, unknown)]


def alignment_error(scores: Mapping[str, float]) -> float | None:
    """How far the attention is from the links that it was held against; None where from none.

    From gold links it is the alignment error rate, else one minus the agreement with links of the
    text. A training measures one of the two throughout.
    """
    if AER.name in scores:
        return scores[AER.name]
    agreement = scores.get(TEXT_AGREEMENT.name)
    return None if agreement is None else 1.0 - agreement


def perplexity_of(loss: float) -> float:
    """exp of a loss in nats."""
    return math.exp(loss) if loss < 700 else math.inf


def are_scores(scores: Mapping[str, object]) -> bool:
    """Whether a mapping from a file has names of scores, and not more than anybody measures."""
    return len(scores) <= MOST_SCORES and all(map(_NAME.fullmatch, scores))
