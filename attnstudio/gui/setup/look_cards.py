"""How scores become weights and how far a word may look, as cards."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.config_attention import NormaliserKind, OwnReachKind, SourceReachKind, choice_name
from attnstudio.gui.setup import drawn_looks as drawn
from attnstudio.gui.setup.card import Card


def normaliser_cards() -> list[Card]:
    """How scores become weights."""
    return [
        Card(
            NormaliserKind.SOFTMAX.value,
            choice_name("normaliser", NormaliserKind.SOFTMAX),
            "α<sub>j</sub> = exp(s<sub>j</sub>) / Σ exp(s)",
            _tr("Take this if in doubt: every word gets something, the best by far "
                "the most."),
            "Bahdanau et al. 2015",
            _tr("n² · as quick as any"),
            drawn.softmax,
        ),
        Card(
            NormaliserKind.SPARSEMAX.value,
            choice_name("normaliser", NormaliserKind.SPARSEMAX),
            "α = argmin<sub>p</sub> ‖p − s‖²",
            _tr("Take this when as few words as possible should count, and it may learn more "
                "slowly: all others get exactly 0."),
            "Martins and Astudillo 2016",
            _tr("n² · a little slower"),
            drawn.sparsemax,
        ),
        Card(
            NormaliserKind.ENTMAX15.value,
            choice_name("normaliser", NormaliserKind.ENTMAX15),
            "α<sub>j</sub> = [s<sub>j</sub>/2 − τ]<sub>+</sub>²",
            _tr("Take this when you want a clear picture: most words get exactly 0, a few get all, "
                "and it learns sooner than with sparsemax."),
            "Peters et al. 2019",
            _tr("n² · a little slower"),
            drawn.entmax15,
        ),
        Card(
            NormaliserKind.LEARNT_ENTMAX.value,
            choice_name("normaliser", NormaliserKind.LEARNT_ENTMAX),
            "α-entmax, 1 &lt; α &lt; 2",
            _tr("Take this when each head should find out by itself how many words it needs."),
            "Correia et al. 2019",
            _tr("n² · a quarter slower"),
            drawn.learnt_entmax,
        ),
        Card(
            NormaliserKind.LINEAR.value,
            choice_name("normaliser", NormaliserKind.LINEAR),
            "φ(q)<sup>⊤</sup> Σ φ(k) v<sup>⊤</sup> / φ(q)<sup>⊤</sup> Σ φ(k)",
            _tr("Take this when most texts have thousands of words: what is read is summed up "
                "once, and where it looks is no more than vague."),
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
            choice_name("own_reach", OwnReachKind.ALL),
            "",
            _tr("Take this unless most texts have hundreds of words: any word may be looked at."),
            "Vaswani et al. 2017",
            _tr("n² · as quick as any"),
            drawn.everywhere,
        ),
        Card(
            OwnReachKind.WINDOW.value,
            choice_name("own_reach", OwnReachKind.WINDOW),
            "|i − j| ≤ w",
            _tr("Take this when most texts have hundreds of words, and what matters is near: only "
                "a few pieces on each side are looked at."),
            "Beltagy et al. 2020",
            _tr("n·w · pays from about 300 pieces"),
            drawn.window,
        ),
        Card(
            OwnReachKind.SPAN.value,
            choice_name("own_reach", OwnReachKind.SPAN),
            "min(max((R + z − |i − j|) / R, 0), 1)",
            _tr("Take this when each head should learn how far it needs to look."),
            "Sukhbaatar et al. 2019",
            _tr("n² · a little slower"),
            drawn.span,
        ),
    ]  # fmt: skip


def source_reach_cards(*, in_blocks: bool) -> list[Card]:
    """How far what is written may look in the source sentence.

    Args:
        in_blocks: whether only the places of a window are computed, so that it saves time.
    """
    return [
        Card(
            SourceReachKind.ALL.value,
            choice_name("source_reach", SourceReachKind.ALL),
            "",
            _tr("Take this if in doubt: words move far when they are translated."),
            "Bahdanau et al. 2015",
            _tr("n² · as quick as any"),
            drawn.everywhere,
        ),
        Card(
            SourceReachKind.WINDOW.value,
            choice_name("source_reach", SourceReachKind.WINDOW),
            "|i − j| ≤ w",
            _tr("Take this when both languages have nearly the same order of words: it looks at "
                "the same place and a few pieces around it, and nowhere else."),
            "Luong et al. 2015",
            _tr("n·w · pays from about 300 pieces") if in_blocks else _tr("n² · saves no time"),
            drawn.window,
        ),
        Card(
            SourceReachKind.PREDICTED.value,
            choice_name("source_reach", SourceReachKind.PREDICTED),
            "p = S σ(v<sup>⊤</sup> tanh(W q))",
            _tr("Take this when you want to see where it means to look: it predicts one place and "
                "weighs a few pieces around it."),
            "Luong et al. 2015",
            _tr("n² · a little slower"),
            drawn.predicted,
        ),
    ]  # fmt: skip


def _tr(text: str) -> str:
    return QCoreApplication.translate("attention", text)
