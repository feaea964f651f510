"""What there is to ask about the attention of a model, and the cards that answer it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.setup.card import Card
from attnstudio.gui.setup.look_cards import normaliser_cards, own_reach_cards, source_reach_cards
from attnstudio.gui.setup.place_cards import norm_cards, position_cards
from attnstudio.gui.setup.score_cards import (
    TRANSFORMER,
    attention_cards,
    coverage_cards,
    head_score_cards,
    model_cards,
)

MODEL_KIND = "model.kind"


@dataclass(frozen=True, slots=True)
class Part:
    """One knob that has cards.

    Attributes:
        path: its name, such as ``model.score``.
        cards: one for each of its values.
        words: what stands above them; empty where the question says it all.
        short: the same in two or three words, before the answer.
    """

    path: str
    cards: Sequence[Card]
    words: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Something that a person may ask.

    Attributes:
        words: the question.
        parts: the knobs that answer it; none where nothing is to be chosen.
        answer: what is so where nothing is to be chosen.
        number: a knob of the form that belongs to it; may be empty.
        note: what is so whichever card is taken; may be empty.
    """

    words: str
    parts: tuple[Part, ...]
    answer: str = ""
    number: str = ""
    note: str = ""


def model_question() -> Question:
    """What comes before all else: each kind has its own further questions."""
    return Question(_tr("Which kind of model?"), (Part(MODEL_KIND, model_cards()),))


def questions_of(model_kind: str) -> tuple[Question, ...]:
    """Those of a kind of model, recurrent or transformer."""
    return _of_transformer() if model_kind == TRANSFORMER else _of_recurrent()


def _of_transformer() -> tuple[Question, ...]:
    own = Part(
        "model.own_reach",
        own_reach_cards(),
        _tr("From word to word of one sentence"),
        _tr("own sentence"),
    )
    return (
        Question(
            _tr("How is a word scored?"),
            (Part("model.score", head_score_cards()),),
            number="model.heads",
        ),
        _weights(),
        Question(
            _tr("How far may a word look?"),
            (own, _source_reach(in_blocks=True)),
            number="model.window",
        ),
        Question(
            _tr("How does it know where a word stands?"),
            (Part("model.positions", position_cards()),),
            note=_tr(
                "Train on long sentences, too: none of them translated well what was longer than "
                "all it was trained on."
            ),
        ),
        Question(
            _tr("How do many layers stay trainable?"),
            (Part("model.norm", norm_cards()),),
            number="model.encoder_layers",
        ),
    )


def _of_recurrent() -> tuple[Question, ...]:
    coverage = Part(
        "model.coverage", coverage_cards(), _tr("Do earlier looks count?"), _tr("earlier looks")
    )
    return (
        Question(
            _tr("How is a word scored?"),
            (Part("model.attention", attention_cards()), coverage),
            number="model.heads",
        ),
        _weights(),
        Question(
            _tr("How far may a word look?"),
            (_source_reach(in_blocks=False),),
            number="model.window",
        ),
        Question(
            _tr("How does it know where a word stands?"),
            (),
            answer=_tr("It reads one piece after another: nothing to choose."),
        ),
    )


def _weights() -> Question:
    return Question(
        _tr("How do scores become weights?"), (Part("model.normaliser", normaliser_cards()),)
    )


def _source_reach(*, in_blocks: bool) -> Part:
    return Part(
        "model.source_reach",
        source_reach_cards(in_blocks=in_blocks),
        _tr("From the translation into the source sentence"),
        _tr("source sentence"),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("attention", text)
