"""Formula cards in words for people: a name and one sentence each, and what the check found."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication

from attnstudio.gui.look.wording import count
from attnstudio.inference.step_numbers import StepNumbers
from attnstudio.interpretation.formula import TOLERANCE, Card, CardKind, number_text
from attnstudio.interpretation.lettering import isolate
from attnstudio.model.feature_kind import FeatureKind


def step_words(step: StepNumbers) -> str:
    """Which step it is: the piece that is written, and after which."""
    looking = isolate(step.looking)
    if step.outcome is None:
        return _tr("How the encoder reads {piece}").format(piece=looking)
    return _tr("How {piece} is written after {fed}").format(piece=looking, fed=isolate(step.fed))


def place_words(layer: int, head: int) -> str:
    """Which head it is of."""
    return _tr("Layer {layer}, head {head}").format(layer=layer, head=head)


def card_title(card: Card, step: StepNumbers, piece: str) -> str:
    """What a card is called.

    Args:
        card: which one.
        step: whose.
        piece: the one that is looked at, of which cards with several rows show theirs.
    """
    titles = {
        CardKind.BEFORE: _tr("What it asks with"),
        CardKind.FED: _tr("What the cells read"),
        CardKind.RESET: _tr("Reset gate"),
        CardKind.UPDATE: _tr("Update gate"),
        CardKind.CANDIDATE: _tr("Candidate"),
        CardKind.INPUT_GATE: _tr("Input gate"),
        CardKind.FORGET_GATE: _tr("Forget gate"),
        CardKind.OUTPUT_GATE: _tr("Output gate"),
        CardKind.MEMORY_CANDIDATE: _tr("Candidate for the memory"),
        CardKind.MEMORY: _tr("Memory"),
        CardKind.STATE: _tr("State"),
        CardKind.INPUT: _tr("What goes in"),
        CardKind.QUERY: _tr("Query"),
        CardKind.KEYS: _tr("Key of {piece}"),
        CardKind.SCORES: _tr("Scores"),
        CardKind.SCALED: _tr("Scaled scores"),
        CardKind.MASK: _tr("Mask"),
        CardKind.SOFTMAX: _tr("Weights"),
        CardKind.VALUES: _tr("Value of {piece}"),
        CardKind.CONTEXT: _tr("Weighted sum"),
        CardKind.JOINED: _tr("Heads joined"),
        CardKind.RESIDUAL: _tr("Added to what came in"),
        CardKind.SKIPPED: _tr("Not written out"),
        CardKind.SUMS: _tr("State, context and piece"),
        CardKind.FEATURES: _tr("Last vector"),
        CardKind.LOGITS: _tr("Logits"),
        CardKind.PROBABILITIES: _tr("Probabilities"),
    }
    title = titles[card.kind].format(piece=isolate(piece))
    if card.layer is not None and len(step.cells) > 1:
        return _tr("{title} (layer {n})").format(title=title, n=card.layer)
    return title


def card_sentence(card: Card, step: StepNumbers, piece: str) -> str:
    """What a card does, for somebody who knows no formulas; as `card_title`."""
    looking, fed = isolate(step.looking), isolate(step.fed)
    words = _cell_sentence(card, step) or _attention_sentence(card, step) or _outcome(card, step)
    return words.format(piece=isolate(piece), looking=looking, fed=fed)


def check_words(difference: float | None) -> str:
    """What came of recomputing a card.

    Args:
        difference: see `Card.difference`.
    """
    if difference is None:
        return _tr("Taken as it comes: there is nothing to recompute.")
    number = f"{difference:.0e}" if difference else "0"
    if difference < TOLERANCE:
        return _tr("✓ Recomputed from the numbers shown: off by {n}").format(n=number)
    return _tr("✗ Recomputed from the numbers shown: off by {n}").format(n=number)


def moment_words(moment: str, name: str, number: float | None) -> str:
    """One number of a checkpoint; None where it is not among those that are shown."""
    if number is None:
        return _tr("{moment}: {name} is not among these").format(moment=moment, name=isolate(name))
    written = number_text(float(number))
    return _tr("{moment}: {name} = {n}").format(moment=moment, name=isolate(name), n=written)


def later_words(chosen: str, step: StepNumbers) -> str:
    """That the look after one piece, which was chosen, is the look for the next one."""
    words = _tr(
        "After writing {chosen} the model looks most at {most}; this look is used to write "
        "{looking}."
    )
    most = step.looked_at[int(step.head.weights.argmax())]
    return words.format(chosen=isolate(chosen), most=isolate(most), looking=isolate(step.looking))


def rest_words(number: int) -> str:
    """The other summands."""
    return _tr("the other {n}").format(n=count(number))


def _cell_sentence(card: Card, step: StepNumbers) -> str:
    if card.kind is CardKind.FED:
        return _fed(step)
    is_gru = bool(step.cells) and step.cells[0].memory_after is None
    return {
        CardKind.RESET: _tr(
            "How much of the old state the candidate may use: 0 none of it, 1 all."
        ),
        CardKind.UPDATE: _tr(
            "How much of the old state stays: 0 takes the candidate, 1 keeps the old."
        ),
        CardKind.CANDIDATE: _tr("What the new state would be if nothing of the old one stayed."),
        CardKind.INPUT_GATE: _tr(
            "How much of the candidate is written into the memory: 0 none of it, 1 all."
        ),
        CardKind.FORGET_GATE: _tr("How much of the memory stays: 0 forgets it, 1 keeps it."),
        CardKind.MEMORY_CANDIDATE: _tr("What could be written into the memory."),
        CardKind.OUTPUT_GATE: _tr("How much of the memory is shown: 0 none of it, 1 all."),
        CardKind.MEMORY: _tr("What stays of the memory, and what is written into it."),
        CardKind.STATE: (
            _tr("The old state and the candidate, mixed number by number.")
            if is_gru
            else _tr("What the output gate shows of the memory.")
        ),
    }.get(card.kind, "")


def _fed(step: StepNumbers) -> str:
    if not step.moves_first:
        return _tr("The cells read {fed} as a vector e, and beside it what was looked at, c.")
    if len(step.cells[0].inputs) > step.embedding_size:
        return _tr("The cells read {fed} as a vector e, and a, what came of the step before.")
    return _tr("The cells read {fed} as a vector.")


def _attention_sentence(card: Card, step: StepNumbers) -> str:
    if card.kind is CardKind.SKIPPED:
        return _skipped(step)
    is_encoder, hides = step.outcome is None, bool(np.isneginf(card.values).any())
    words = {
        CardKind.BEFORE: _tr(
            "This decoder looks before it moves: its state is still that before {fed}."
        ),
        CardKind.INPUT: (
            _tr("What this layer knows of {looking} so far, brought to one scale.")
            if is_encoder
            else _tr("What this layer knows so far, brought to one scale.")
        ),
        CardKind.QUERY: _tr("The question that is asked of every piece."),
        CardKind.KEYS: _tr(
            "What {piece} answers to. The better it fits the query, the higher its score."
        ),
        CardKind.SCORES: _tr(
            "How well each piece fits the query: the higher, the more it is looked at."
        ),
        CardKind.SCALED: _tr(
            "The same, made smaller, so that long vectors do not decide too sharply."
        ),
        CardKind.MASK: (
            _tr("Pieces that are not written yet must not be looked at: they get −∞.")
            if hides
            else _tr("All pieces may be looked at here: nothing changes.")
        ),
        CardKind.SOFTMAX: _tr("The scores become shares that add up to 1. Most goes to {most}."),
        CardKind.VALUES: _tr("What is taken from {piece} where it is looked at."),
        CardKind.CONTEXT: _tr("What is taken in all: the value of each piece, times its weight."),
        CardKind.JOINED: _tr("What the {n} heads of this layer took, mixed by one matrix."),
        CardKind.RESIDUAL: _tr("What came in is kept, and what was looked at is added to it."),
    }.get(card.kind, "")
    most = isolate(step.looked_at[int(step.head.weights.argmax())])
    return words.replace("{n}", str(step.heads)).replace("{most}", most)


def _skipped(step: StepNumbers) -> str:
    is_last = step.place.layer == step.layers - 1
    if step.outcome is None:
        return _tr(
            "The rest of this layer, the layers after it, and the decoder, which looks at what "
            "comes out of the last one."
        )
    if step.place.site.is_self and is_last:
        return _tr(
            "The attention of this last layer over the source, and its feed-forward part. The next "
            "card begins with what comes out."
        )
    if step.place.site.is_self:
        return _tr(
            "The attention of this layer over the source, its feed-forward part, and the layers "
            "after it. The next card begins with what comes out of the last one."
        )
    if is_last:
        return _tr(
            "The feed-forward part of this last layer. The next card begins with what comes out."
        )
    return _tr(
        "The feed-forward part of this layer, and the layers after it. The next card begins with "
        "what comes out of the last one."
    )


def _outcome(card: Card, step: StepNumbers) -> str:
    outcome = step.outcome
    assert outcome is not None  # an encoder has no such cards
    match card.kind, outcome.kind:
        case CardKind.SUMS, _:
            return _tr("The new state, what was looked at and the piece before, mixed.")
        case CardKind.FEATURES, FeatureKind.NORM:
            return _tr("What comes out of the last layer, brought to one scale.")
        case CardKind.FEATURES, FeatureKind.TANH:
            return _tr("What was looked at and the state, joined to one vector.")
        case CardKind.FEATURES, _:
            return _tr("Of each pair of numbers the larger one.")
        case CardKind.LOGITS, _:
            return _tr("How well pieces fit: {looking} first, then the likeliest beside it.")
    share = f"{card.values[0, 0]:.0%}".replace("%", "\u00a0%")
    pieces = count(len(outcome.pieces) + outcome.other_count)
    words = _tr("The logits of all {n} pieces become probabilities. {looking} gets {share}.")
    return words.replace("{n}", pieces).replace("{share}", share)


def _tr(text: str) -> str:
    return QCoreApplication.translate("formula", text)
