"""The kinds of attention as cards: formula, meaning, paper."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.config_attention import AttentionKind
from attnstudio.gui.setup.choice_cards import Card

MULTI_HEAD = "multi_head"  # the Transformer's, where the others are a recurrent decoder's


def attention_cards() -> list[Card]:
    """Every kind that can be trained."""
    return [
        Card(
            AttentionKind.ADDITIVE.value,
            _tr("Additive"),
            "score(s, h) = v<sup>⊤</sup> tanh(W s + U h)",
            _tr("A small network compares the decoder's state with each source word."),
            "Bahdanau et al. 2015",
        ),
        Card(
            AttentionKind.DOT.value,
            _tr("Dot product"),
            "score(s, h) = s<sup>⊤</sup> h",
            _tr("Words score high when their state points the same way. Nothing is learnt here."),
            "Luong et al. 2015",
        ),
        Card(
            AttentionKind.GENERAL.value,
            _tr("General"),
            "score(s, h) = s<sup>⊤</sup> W h",
            _tr("A dot product after one learnt matrix."),
            "Luong et al. 2015",
        ),
        Card(
            AttentionKind.CONCAT.value,
            _tr("Concat"),
            "score(s, h) = v<sup>⊤</sup> tanh(W [s; h])",
            _tr("As additive, with both states stacked and the newer state of the decoder."),
            "Luong et al. 2015",
        ),
        Card(
            AttentionKind.SCALED_DOT.value,
            _tr("Scaled dot"),
            "score(q, k) = q<sup>⊤</sup> k / √d",
            _tr("A dot product kept small, so that no word takes all. One head."),
            "Vaswani et al. 2017",
        ),
        Card(
            MULTI_HEAD,
            _tr("Multi-head"),
            "score(Q, K) = Q K<sup>⊤</sup> / √d, per head",
            _tr("Many small attentions side by side, in every layer: the Transformer."),
            "Vaswani et al. 2017",
        ),
        Card(
            AttentionKind.NONE.value,
            _tr("None"),
            "c = h<sub>n</sub>",
            _tr("One vector must hold the whole sentence. To see what attention is good for."),
            "Sutskever et al. 2014",
        ),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("attention", text)
