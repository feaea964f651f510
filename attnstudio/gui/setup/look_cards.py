"""How scores become weights and how far a word may look, as cards."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.config_attention import NormaliserKind, OwnReachKind, SourceReachKind
from attnstudio.gui.setup import drawn_looks as drawn
from attnstudio.gui.setup.card import Card


def normaliser_cards() -> list[Card]:
    """How scores become weights."""
    return [
        Card(
            NormaliserKind.SOFTMAX.value,
            _tr("Softmax"),
            "α<sub>j</sub> = exp(s<sub>j</sub>) / Σ exp(s)",
            _tr("Take this if in doubt: every word gets something, the best by far "
                "the most."),
            "Bahdanau et al. 2015",
            _tr("n² · as quick as any"),
            drawn.softmax,
        ),
        Card(
            NormaliserKind.SPARSEMAX.value,
            _tr("Sparsemax"),
            "α = argmin<sub>p</sub> ‖p − s‖²",
            _tr("Take this when you want to see which few words count: all others get exactly 0."),
            "Martins and Astudillo 2016",
            _tr("n² · translates slower"),
            drawn.sparsemax,
        ),
        Card(
            NormaliserKind.ENTMAX15.value,
            _tr("1.5-entmax"),
            "α<sub>j</sub> = [s<sub>j</sub>/2 − τ]<sub>+</sub>²",
            _tr("Take this when you want exact zeros, but sparsemax leaves too few words."),
            "Peters et al. 2019",
            _tr("n² · translates slower"),
            drawn.entmax15,
        ),
        Card(
            NormaliserKind.LEARNT_ENTMAX.value,
            _tr("Learnt entmax"),
            "α-entmax, 1 &lt; α &lt; 2",
            _tr("Take this when each head should find out by itself how many words it needs."),
            "Correia et al. 2019",
            _tr("n² · slower"),
            drawn.learnt_entmax,
        ),
        Card(
            NormaliserKind.LINEAR.value,
            _tr("Linear attention"),
            "φ(q)<sup>⊤</sup> Σ φ(k) v<sup>⊤</sup> / φ(q)<sup>⊤</sup> Σ φ(k)",
            _tr("Take this when texts are thousands of pieces long: what is read is summed up "
                "once, and looks are vaguer."),
            "Katharopoulos et al. 2020",
            _tr("n · slower on short texts"),
            drawn.linear,
        ),
    ]  # fmt: skip


def own_reach_cards() -> list[Card]:
    """How far a word may look in its own sentence."""
    return [
        Card(
            OwnReachKind.ALL.value,
            _tr("Everywhere"),
            "",
            _tr("Take this unless your texts are very long: any word may be looked at."),
            "Vaswani et al. 2017",
            _tr("n² · as quick as any"),
            drawn.everywhere,
        ),
        Card(
            OwnReachKind.WINDOW.value,
            _tr("Window"),
            "|i − j| ≤ w",
            _tr("Take this when texts are long and what matters is near: only some pieces on each "
                "side are looked at."),
            "Beltagy et al. 2020",
            _tr("n·w · pays on long texts"),
            drawn.window,
        ),
        Card(
            OwnReachKind.SPAN.value,
            _tr("Learnt span"),
            "min(max((R + z − |i − j|) / R, 0), 1)",
            _tr("Take this when each head should learn how far it needs to look."),
            "Sukhbaatar et al. 2019",
            _tr("n² · translates slower"),
            drawn.span,
        ),
    ]  # fmt: skip


def source_reach_cards() -> list[Card]:
    """How far what is written may look in what is read."""
    return [
        Card(
            SourceReachKind.ALL.value,
            _tr("Everywhere"),
            "",
            _tr("Take this if in doubt: words move far when they are translated."),
            "Bahdanau et al. 2015",
            _tr("n² · as quick as any"),
            drawn.everywhere,
        ),
        Card(
            SourceReachKind.WINDOW.value,
            _tr("Window"),
            "|i − j| ≤ w",
            _tr("Take this when both languages have nearly the same order of words: it looks at "
                "the same place and around it."),
            "Luong et al. 2015",
            _tr("n·w · pays on long texts"),
            drawn.window,
        ),
        Card(
            SourceReachKind.PREDICTED.value,
            _tr("Predicted place"),
            "p = S σ(v<sup>⊤</sup> tanh(W q))",
            _tr("Take this when words move, and each needs only some that stand together: it "
                "learns around which place to look."),
            "Luong et al. 2015",
            _tr("n² · translates slower"),
            drawn.predicted,
        ),
    ]  # fmt: skip


def _tr(text: str) -> str:
    return QCoreApplication.translate("attention", text)
