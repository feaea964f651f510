"""The figures of heads in words, for people who know no machine translation."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.look.wording import decimals
from attnstudio.interpretation.head_figures import HeadFigure


class FigureWords(NamedTuple):
    """A figure in words.

    Attributes:
        name: as it stands in a list.
        told: of one head, with a place for its ``{value}``.
        sentence: what it is, in one plain sentence.
        what: what can be read from it, and how it is reckoned.
    """

    name: str
    told: str
    sentence: str
    what: str


def figure_words(figure: HeadFigure) -> FigureWords:
    """A figure in words."""
    match figure:
        case HeadFigure.SPREAD:
            return FigureWords(
                _tr("Spread"),
                _tr("spread {value}"),
                _tr("The number is the spread: 0 looks at one token only, 1 at all alike."),
                _tr(
                    "How evenly a head looks, from 0 (at one token only) to 1 (at all alike), as "
                    "the entropy of its weights by the largest that there can be. Neither is "
                    "better: a low number points clearly, but perhaps only at the end of the "
                    "sentence."
                ),
            )
        case HeadFigure.COVERAGE:
            return FigureWords(
                _tr("Coverage"),
                _tr("coverage {value}"),
                _tr("The number is the coverage: 1 looks at all tokens in turn, 0 at few."),
                _tr(
                    "How evenly all tokens are looked at over the whole sentence: 1 where each "
                    "gets its even share, near 0 where one gets everything. The weights that a "
                    "token gets are added up, and more than its share does not count (as in Tu et "
                    "al. 2016 and Wu et al. 2016). A head that links words has much of it; so has "
                    "one that looks at all alike, which the spread tells apart."
                ),
            )
        case HeadFigure.MARKS:
            return FigureWords(
                _tr("On </s>"),
                _tr("{value} of its weight on </s> and <s>"),
                _tr(
                    "The number is the weight on the marks of beginning and end, where no word is."
                ),
                _tr(
                    "How much of the weight lies on </s>, <s> and other marks of the model, from 0 "
                    "to 1. Much of it says that the head looks at no word: it rests."
                ),
            )
        case HeadFigure.PUNCTUATION:
            return FigureWords(
                _tr("On punctuation"),
                _tr("{value} of its weight on punctuation"),
                _tr("The number is the weight on commas, full stops and other signs."),
                _tr(
                    "How much of the weight lies on pieces without a letter or digit, from 0 to 1. "
                    "Heads rest on the full stop as they do on </s>."
                ),
            )
        case HeadFigure.DISTANCE:
            return FigureWords(
                _tr("Distance"),
                _tr("looks {value} tokens away"),
                _tr("The number is how many tokens away it looks."),
                _tr(
                    "How far a head looks, in tokens: from where a text looks at itself, or from "
                    "the place as far along in the source. 0 follows the word order, 1 looks at "
                    "neighbours."
                ),
            )
        case HeadFigure.GREATEST:
            return FigureWords(
                _tr("Greatest weight"),
                _tr("greatest weight {value}"),
                _tr("The number is the greatest weight of a row: 1 is sure of one token."),
                _tr(
                    "The greatest weight that a token gives, on average: 1 looks at one token "
                    "only. Voita et al. 2019 call it confidence and found that heads which have "
                    "much of it are the ones that a model needs."
                ),
            )
        case HeadFigure.ZEROS:
            return FigureWords(
                _tr("Left out"),
                _tr("leaves {value} out"),
                _tr("The number is the share of tokens that get exactly 0: they are left out."),
                _tr(
                    "How much of what a head could look at it leaves out entirely, from 0 to 1: "
                    "those tokens get a weight of exactly 0, and what they say cannot reach it. "
                    "Only models have it whose weights are made so (sparsemax, entmax), or that "
                    "look no farther than a window. Correia et al. 2019 say it the other way "
                    "round, as density."
                ),
            )


def figure_text(figure: HeadFigure, value: float | None) -> str:
    """A figure as it is written: the distance in tokens with one decimal, all else with two."""
    return decimals(value, 1 if figure is HeadFigure.DISTANCE else 2)


def _tr(text: str) -> str:
    return QCoreApplication.translate("figures", text)
