"""How a model knows where a word stands, and where its norms are, as cards."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.config_attention import PositionKind, choice_name
from attnstudio.config_model import NormKind
from attnstudio.gui.setup import drawn_places as drawn
from attnstudio.gui.setup.card import Card


def position_cards() -> list[Card]:
    """How a Transformer knows where a word stands."""
    return [
        Card(
            PositionKind.SINUSOIDAL.value,
            choice_name("positions", PositionKind.SINUSOIDAL),
            "sin(p / 10000<sup>2i/d</sup>)",
            _tr("Take this if in doubt: each place has its own pattern of waves."),
            "Vaswani et al. 2017",
            _tr("as quick as any"),
            drawn.sinusoidal,
        ),
        Card(
            PositionKind.LEARNT.value,
            choice_name("positions", PositionKind.LEARNT),
            "x + e<sub>p</sub>",
            _tr("Take this when you want to see what it learns of each place; it knows none beyond "
                "the longest text of its training."),
            "Gehring et al. 2017",
            _tr("as quick as any"),
            drawn.learnt,
        ),
        Card(
            PositionKind.ROTARY.value,
            choice_name("positions", PositionKind.ROTARY),
            "(R<sub>i</sub> q)<sup>⊤</sup> (R<sub>j</sub> k)",
            _tr("Take this when you want what most large models of today have: it counts how far "
                "words are apart, not where they stand."),
            "Su et al. 2021",
            _tr("a little slower"),
            drawn.rotary,
        ),
        Card(
            PositionKind.ALIBI.value,
            choice_name("positions", PositionKind.ALIBI),
            "s − m |i − j|",
            _tr("Take this when near words should count more from the start: what is farther away "
                "counts less, and nothing is learnt of places."),
            "Press et al. 2022",
            _tr("a little slower"),
            drawn.alibi,
        ),
        Card(
            PositionKind.RELATIVE.value,
            choice_name("positions", PositionKind.RELATIVE),
            "q<sup>⊤</sup> (k + a<sub>j−i</sub>) / √d",
            _tr("Take this when the model should learn what each distance means; all beyond 16 "
                "share one."),
            "Shaw et al. 2018",
            _tr("a little slower"),
            drawn.relative,
        ),
        Card(
            PositionKind.TRANSFORMER_XL.value,
            choice_name("positions", PositionKind.TRANSFORMER_XL),
            "q<sup>⊤</sup>k + q<sup>⊤</sup>r + u<sup>⊤</sup>k + v<sup>⊤</sup>r",
            _tr("Take this when you want to take a score apart: four terms say what the word did "
                "and what the distance."),
            "Dai et al. 2019",
            _tr("a little slower"),
            drawn.transformer_xl,
        ),
        Card(
            PositionKind.NONE.value,
            choice_name("positions", PositionKind.NONE),
            "",
            _tr("Take this when you want to see what places are good for: as it reads, words in "
                "any order are the same."),
            "Haviv et al. 2022",
            _tr("as quick as any"),
            drawn.no_places,
        ),
    ]  # fmt: skip


def norm_cards() -> list[Card]:
    """Where the numbers of each layer are brought to one size."""
    return [
        Card(
            NormKind.PRE.value,
            _tr("Norm first"),
            "x + f(norm(x))",
            _tr("Take this if in doubt: it learns surely with the usual few layers."),
            "Xiong et al. 2020",
            _tr("as quick as any"),
            drawn.norm_before,
        ),
        Card(
            NormKind.POST.value,
            _tr("Norm last"),
            "norm(x + f(x))",
            _tr("Take this when you want the Transformer as it was first published; with many "
                "layers it may not learn."),
            "Vaswani et al. 2017",
            _tr("as quick as any"),
            drawn.norm_after,
        ),
        Card(
            NormKind.DEEP.value,
            _tr("DeepNorm"),
            "norm(α x + f(x))",
            _tr("Take this when there are 24 layers or more: it is made for that."),
            "Wang et al. 2022",
            _tr("as quick as any"),
            drawn.deep_norm,
        ),
    ]  # fmt: skip


def _tr(text: str) -> str:
    return QCoreApplication.translate("attention", text)
