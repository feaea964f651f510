"""What can be compared with a draft: each answer of the cards that is not the draft's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication

from attnstudio.config_fields import value_of
from attnstudio.errors import ConfigError
from attnstudio.gui.setup.card import Card
from attnstudio.gui.setup.draft_editing import DraftEditor, nested
from attnstudio.gui.setup.questions import (
    MODEL_KIND,
    Part,
    Question,
    model_question,
    questions_of,
)
from attnstudio.gui.setup.refusal_words import with_card_titles
from attnstudio.project.kind_comparison import ComparedKind


@dataclass(frozen=True, slots=True)
class KindOption:
    """One thing that can be compared.

    Attributes:
        key: the knobs and the value that it sets.
        words: below its question.
        kind: what is trained.
        why_not: why it cannot be trained, in a sentence; empty where it can.
        is_own: whether it is what the draft has already.
    """

    key: str
    words: str
    kind: ComparedKind
    why_not: str = ""
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """The options of one question."""

    question: str
    options: tuple[KindOption, ...]


def offered_options(editor: DraftEditor) -> tuple[OptionGroup, ...]:
    """All that the cards of the draft's kind of model offer, each with one thing changed."""
    kind = editor.draft.config.model.kind
    questions = [question for question in questions_of(kind) if question.parts]
    cards = [card for question in questions for part in question.parts for card in part.cards]
    groups = [
        OptionGroup(question.words, tuple(_options(editor, question, cards)))
        for question in questions
    ]
    return (*groups, _other_models(editor, cards))


def compared_kinds(
    groups: Sequence[OptionGroup], chosen: Sequence[str]
) -> tuple[ComparedKind, ...]:
    """The draft as it is, and the options of these keys.

    Where all chosen ones change the same knob, the draft is called by its own value of it.
    """
    options = [option for group in groups for option in group.options]
    wanted = [option for option in options if option.key in chosen]
    knobs = {_knobs(option) for option in wanted}
    own = [option for option in options if option.is_own and {_knobs(option)} == knobs]
    label = own[0].kind.label if own else _tr("As set up")
    return (ComparedKind(label, {}), *(option.kind for option in wanted))


def _knobs(option: KindOption) -> str:
    return option.key.partition("=")[0]


def _options(
    editor: DraftEditor, question: Question, cards: Sequence[Card]
) -> Iterator[KindOption]:
    for part in question.parts:
        own = str(value_of(editor.draft.config, part.path))
        for card in part.cards:
            label = f"{card.title} ({part.short})" if part.short else card.title
            words = f"{_raised(part.short)}: {card.title}" if part.short else card.title
            kind = ComparedKind(label, nested(part.path, card.value))
            is_own = card.value == own
            why_not = "" if is_own else _why_not(editor, kind.changes, cards)
            yield KindOption(f"{part.path}={card.value}", words, kind, why_not, is_own)
    yield from _of_all_parts(editor, question.parts, cards)


def _of_all_parts(
    editor: DraftEditor, parts: Sequence[Part], cards: Sequence[Card]
) -> Iterator[KindOption]:
    """One answer for all parts of a question: a model that looks through windows only."""
    if len(parts) < 2:
        return
    values = [{card.value for card in part.cards} for part in parts]
    for card in parts[0].cards:
        shared = set.intersection(*values)
        own = [str(value_of(editor.draft.config, part.path)) for part in parts]
        if card.value not in shared or card.value in own:  # else it is one of the single ones
            continue
        changes: dict[str, Any] = {}
        for part in parts:
            for table, knobs in nested(part.path, card.value).items():
                changes.setdefault(table, {}).update(knobs)
        both = _tr(" and ").join(part.short for part in parts)
        yield KindOption(
            f"{'+'.join(part.path for part in parts)}={card.value}",
            f"{_raised(both)}: {card.title}",
            ComparedKind(f"{card.title} ({both})", changes),
            _why_not(editor, changes, cards),
        )


def _other_models(editor: DraftEditor, cards: Sequence[Card]) -> OptionGroup:
    """The other kinds of model, with all that they can have of the draft's own."""
    question = model_question()
    options = []
    for card in question.parts[0].cards:
        key, is_own = f"{MODEL_KIND}={card.value}", editor.draft.config.model.kind == card.value
        changes: Mapping[str, Any] = {}
        why_not = ""
        if not is_own:
            try:
                model = editor.of_other_kind({"kind": card.value}).model
                changes = {"model": model.model_dump(mode="json")}
            except ConfigError:
                why_not = with_card_titles(editor.why_not(MODEL_KIND, card.value), cards)
        kind = ComparedKind(card.title, changes)
        options.append(KindOption(key, card.title, kind, why_not, is_own))
    return OptionGroup(question.words, tuple(options))


def _why_not(editor: DraftEditor, changes: Mapping[str, Any], cards: Sequence[Card]) -> str:
    return with_card_titles(editor.refusal(changes), cards)


def _raised(words: str) -> str:
    return words[:1].upper() + words[1:]


def _tr(text: str) -> str:
    return QCoreApplication.translate("compared_kinds", text)
