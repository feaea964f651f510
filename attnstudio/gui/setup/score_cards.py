"""The kinds of models and of scores as cards: how is a place scored?"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.config_attention import AttentionKind, CoverageKind, HeadScoreKind, choice_name
from attnstudio.gui.setup import drawn_scores as drawn
from attnstudio.gui.setup.card import Card

TRANSFORMER, RECURRENT = "transformer", "recurrent"


def model_cards() -> list[Card]:
    """What reads and writes."""
    return [
        Card(
            TRANSFORMER,
            _tr("Transformer"),
            "softmax(Q K<sup>⊤</sup> / √d) V",
            _tr("Take this if in doubt: many heads look at once, in every layer."),
            "Vaswani et al. 2017",
            _tr("all pieces at once"),
            drawn.transformer,
        ),
        Card(
            RECURRENT,
            _tr("Recurrent"),
            "s<sub>i</sub> = f(s<sub>i−1</sub>, y<sub>i−1</sub>, c<sub>i</sub>)",
            _tr(
                "Take this when one map is to be read easily: it reads and writes piece after "
                "piece, as when attention began."
            ),
            "Bahdanau et al. 2015",
            _tr("one piece at a time · several times slower"),
            drawn.recurrent,
        ),
    ]


def head_score_cards() -> list[Card]:
    """How the heads of a Transformer compare."""
    return [
        Card(
            HeadScoreKind.SCALED_DOT.value,
            choice_name("score", HeadScoreKind.SCALED_DOT),
            "q<sup>⊤</sup> k / √d",
            _tr("Take this if in doubt: quick, and kept small, so that no word "
                "takes all from the start."),
            "Vaswani et al. 2017",
            _tr("n² · as quick as any"),
            drawn.scaled_dot,
        ),
        Card(
            HeadScoreKind.DOT.value,
            choice_name("score", HeadScoreKind.DOT),
            "q<sup>⊤</sup> k",
            _tr("Take this when you want to see what the division by √d is good for."),
            "Luong et al. 2015",
            _tr("n² · a little slower"),
            drawn.dot,
        ),
        Card(
            HeadScoreKind.ADDITIVE.value,
            choice_name("score", HeadScoreKind.ADDITIVE),
            "v<sup>⊤</sup> tanh(q + k)",
            _tr("Take this when you want a small network to compare, as in recurrent models, and "
                "time does not matter."),
            "Bahdanau et al. 2015",
            _tr("n² · much slower"),
            drawn.additive,
        ),
    ]  # fmt: skip


def attention_cards() -> list[Card]:
    """How a recurrent decoder compares, where it looks at all."""
    return [
        Card(
            AttentionKind.ADDITIVE.value,
            choice_name("attention", AttentionKind.ADDITIVE),
            "v<sup>⊤</sup> tanh(W s + U h)",
            _tr("Take this if in doubt: a small network compares what was written "
                "with each word."),
            "Bahdanau et al. 2015",
            "n²",
            drawn.additive,
        ),
        Card(
            AttentionKind.DOT.value,
            choice_name("attention", AttentionKind.DOT),
            "s<sup>⊤</sup> h",
            _tr("Take this when you want the plainest: words score high whose state points the "
                "same way; nothing is learnt for it."),
            "Luong et al. 2015",
            "n²",
            drawn.dot,
        ),
        Card(
            AttentionKind.GENERAL.value,
            choice_name("attention", AttentionKind.GENERAL),
            "s<sup>⊤</sup> W h",
            _tr("Take this when a dot product is too plain: one learnt matrix says what fits "
                "what."),
            "Luong et al. 2015",
            "n²",
            drawn.general,
        ),
        Card(
            AttentionKind.CONCAT.value,
            choice_name("attention", AttentionKind.CONCAT),
            "v<sup>⊤</sup> tanh(W [s; h])",
            _tr("Take this when you compare with Luong's paper: as additive, with the newer state "
                "of the decoder."),
            "Luong et al. 2015",
            "n²",
            drawn.concat,
        ),
        Card(
            AttentionKind.SCALED_DOT.value,
            choice_name("attention", AttentionKind.SCALED_DOT),
            "q<sup>⊤</sup> k / √d",
            _tr("Take this when you want a recurrent model that compares as a Transformer does."),
            "Vaswani et al. 2017",
            "n²",
            drawn.scaled_dot,
        ),
        Card(
            AttentionKind.NONE.value,
            choice_name("attention", AttentionKind.NONE),
            "c = h<sub>n</sub>",
            _tr("Take this when you want to see what attention is good for: one vector must hold "
                "the whole sentence."),
            "Sutskever et al. 2014",
            "n",
            drawn.no_attention,
        ),
    ]  # fmt: skip


def coverage_cards() -> list[Card]:
    """Whether earlier looks count in a score."""
    return [
        Card(
            CoverageKind.NONE.value,
            choice_name("coverage", CoverageKind.NONE),
            "",
            _tr("Take this if in doubt: each look is chosen anew."),
            "",
            _tr("as quick as any"),
            drawn.no_coverage,
        ),
        Card(
            CoverageKind.PLAIN.value,
            choice_name("coverage", CoverageKind.PLAIN),
            "v<sup>⊤</sup> tanh(W s + U h + V Σα)",
            _tr("Take this when words are said twice or left out: it knows how much each was "
                "looked at before."),
            "Tu et al. 2016",
            _tr("slower"),
            drawn.coverage,
        ),
        Card(
            CoverageKind.FERTILITY.value,
            choice_name("coverage", CoverageKind.FERTILITY),
            "v<sup>⊤</sup> tanh(W s + U h + V Σα/Φ)",
            _tr("Take this when some words become several: it also learns how many each becomes."),
            "Tu et al. 2016",
            _tr("slower"),
            drawn.fertility,
        ),
    ]  # fmt: skip


def _tr(text: str) -> str:
    return QCoreApplication.translate("attention", text)
