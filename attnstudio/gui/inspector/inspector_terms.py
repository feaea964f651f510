"""The words of the inspector, for people who know no machine translation."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication


class ExplainedTerm(StrEnum):
    """What is explained where it stands."""

    BEAM = "beam"
    SHOW_BEST = "show best"
    SHIFTED = "shifted"
    MEASURE = "measure"
    SCORE = "score"
    TRUST = "trust"


class TermWords(NamedTuple):
    """A term in words.

    Attributes:
        name: as it stands on the page.
        what: what it is, and what is better.
    """

    name: str
    what: str


def term_words(term: ExplainedTerm) -> TermWords:
    """A term in words."""
    match term:
        case ExplainedTerm.BEAM:
            what = _tr(
                "How many half-done translations the model keeps side by side while it writes. "
                "More is slower and often a little better; with 1 it takes the likeliest piece "
                "each time."
            )
            return TermWords(_tr("Beam"), what)
        case ExplainedTerm.SHOW_BEST:
            what = _tr(
                "How many different translations are listed under Translations, the best first. "
                "The beam is at least as wide."
            )
            return TermWords(_tr("Show best"), what)
        case ExplainedTerm.SHIFTED:
            what = _tr(
                "The model looks before it has written a word. Shifted shows, beside each word, "
                "where it looked just after writing it. Its links fit better for some models and "
                "worse for others (Shift-Att, Chen et al. 2020); without it they are read as "
                "computed, which papers call naive. Where a head was taught one step later, it "
                "alone is shown so until you choose for all of them. No step follows the last "
                "piece, which keeps its own row: that row then stands twice."
            )
            return TermWords(_tr("Shifted"), what)
        case ExplainedTerm.MEASURE:
            what = _tr(
                "What is read of the attention. Weights: how much the model looks at each piece. "
                "Norms: how much it takes from there, for what it looks at may hold little: the "
                "length of the vector that is taken (the weight times the value; Kobayashi et al. "
                "2020). Contributions: how much nearer that vector brings the layer to what it "
                "gives (ALTI, Ferrando et al. 2022). Its heads count together, for one may undo "
                "what another does; the rest comes from the text written so far, and the line "
                "beside says how much. Norms and contributions are shown as shares of their row. "
                "No measure is best: each links words better for some models and worse for others."
            )
            return TermWords(_tr("Measure"), what)
        case ExplainedTerm.SCORE:
            what = _tr(
                "What the search ranks by: the logarithms of the probabilities of all pieces, "
                "added up and divided by a measure of their number, so that short translations "
                "do not win by being short. It is below 0, and nearer to 0 is better. Compare it "
                "only between translations of one sentence. The percentage beside it is the "
                "probability of a piece on average: higher is surer, and sure can be wrong."
            )
            return TermWords(_tr("Score"), what)
        case ExplainedTerm.TRUST:
            what = _tr(
                "Attention says where the model looks, not what that does. Erasure tries it out: "
                "each source word is hidden in turn, and words of the translation become less "
                "likely, or do not. A word counts where one is at most half as likely without it."
                "\n\n"
                "The other rows guess at the same. Norms and contributions: see Measure. Value "
                "zeroing: how far a layer's output turns without what one word gives it (Mohebbi "
                "et al. 2023). Gradient, times the input, and integrated gradients (Sundararajan "
                "et al. 2017): how the probability changes with the vector of a word."
                "\n\n"
                "A row's numbers are shares of it; below 0 a word speaks against. For one word, ✓ "
                "says that a method puts the same source word first as erasure does. For all "
                "words, Kendall's τ says how far it orders them alike: 1 is best."
            )
            return TermWords(_tr("Trust"), what)


def _tr(text: str) -> str:
    return QCoreApplication.translate("inspector_terms", text)
