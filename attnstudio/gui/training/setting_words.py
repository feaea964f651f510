"""Settings of runs as people call them: what ``--set`` knows by a key has a label here."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache

from PySide6.QtCore import QCoreApplication

from attnstudio.config_attention import choice_name
from attnstudio.config_fields import FieldDescription, FieldKind, describe_fields
from attnstudio.gui.look.wording import count, language_name

_MODELS = ("transformer", "recurrent")
_MISSING = "–"  # what a comparison writes where a run has no such setting
_GROUPED_FROM = 10_000


def setting_label(key: str) -> str:
    """What a setting is called: ``tokenizer.vocabulary_size`` is *Vocabulary size*."""
    field = _fields().get(key)
    return field.label if field is not None else _other_labels().get(key, key)


def setting_value(key: str, value: str) -> str:
    """A value in words, given as a comparison writes it."""
    if key in ("sources.source.language", "target.language"):
        return language_name(value)
    field = _fields().get(key)
    if value == _MISSING or (field is None and key != "model.kind"):
        return value
    if value == "None":
        return _tr("no limit")
    if field is not None and field.kind is FieldKind.SWITCH:
        return {"True": _tr("on"), "False": _tr("off")}.get(value, value)
    number = as_number(value)
    if number is None:
        with suppress(KeyError):  # a part of an attention is called as it is on its card
            return choice_name(key.removeprefix("model."), value)
        return value.replace("_", " ")
    if field is not None and field.zero and not number:
        return field.zero
    return count(int(number)) if value.isdecimal() and number >= _GROUPED_FROM else value


def as_number(value: str) -> float | None:
    """The number that a text is; None for any other."""
    try:
        return float(value)
    except ValueError:
        return None


@lru_cache(maxsize=1)
def _fields() -> dict[str, FieldDescription]:
    """Every knob of any run, by its key."""
    fields = (describe_fields(kind, with_single=True) for kind in _MODELS)
    return {field.path: field for of_kind in fields for field in of_kind}


def _other_labels() -> dict[str, str]:
    """What a run says besides its knobs."""
    return {
        "model.kind": _tr("Kind of model"),
        "sources.source.language": _tr("Source language"),
        "target.language": _tr("Target language"),
        "corpus": _tr("Corpus"),
        "sources.source.tokenizer": _tr("Vocabulary of the source"),
        "target.tokenizer": _tr("Vocabulary of the target"),
        "preset": _tr("Preset"),
        "format": _tr("Format"),
        "task": _tr("Task"),
        "direction": _tr("Direction"),
        "starts_from": _tr("Starts from"),
    }


def _tr(text: str) -> str:
    return QCoreApplication.translate("setting_words", text)
