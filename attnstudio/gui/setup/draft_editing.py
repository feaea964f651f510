"""The run that is being set up: always a valid one, with what was typed wrong kept beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from attnstudio.config import RunConfig
from attnstudio.config_fields import changed_fields, describe_fields
from attnstudio.config_text import merge_config
from attnstudio.errors import ConfigError
from attnstudio.gui.studio.studio import RunDraft
from attnstudio.presets import find_preset

_OWN = ("kind", "heads")  # each kind has heads of its own: a recurrent model has one as a rule
_GROUP = re.compile(r"^(tokenizer|model|training|limits): ")  # of what a whole table says


@dataclass(frozen=True, slots=True)
class Mistake:
    """A value that a knob cannot have.

    Attributes:
        typed: the value.
        message: what is wrong with it.
    """

    typed: object
    message: str


class DraftEditor(QObject):
    """Edits a draft through an undo stack.

    Attributes:
        draft: what would be started.
        wrong: by knob, what was typed and is not part of the draft.

    Signals:
        changed: the draft or what is wrong is another.
    """

    changed = Signal()

    def __init__(self, draft: RunDraft, undo_stack: QUndoStack, parent: QObject) -> None:
        super().__init__(parent)
        self.draft = draft
        self.wrong: dict[str, Mistake] = {}
        self._undo_stack = undo_stack

    @property
    def preset_config(self) -> RunConfig:
        """What the knobs are reset to: the preset's, of the chosen kind of model."""
        config = find_preset(self.draft.preset).config
        kind = self.draft.config.model.kind
        return config if config.model.kind == kind else _of_kind(config, kind)

    @property
    def recommended_kind(self) -> str:
        """The kind of model of the preset."""
        return find_preset(self.draft.preset).config.model.kind

    def why_not(self, path: str, value: str) -> str:
        """Why a knob cannot have a value beside what all others have; empty where it can."""
        if path != "model.kind":
            return self.refusal(nested(path, value))
        try:
            self.of_other_kind({"kind": value})
        except ConfigError as error:
            return self._in_words(error)
        return ""

    def refusal(self, changes: Mapping[str, Any]) -> str:
        """Why some knobs cannot be changed together; empty where they can."""
        try:
            merge_config(self.draft.config, changes)
        except ConfigError as error:
            return self._in_words(error)
        return ""

    def restart(self, draft: RunDraft) -> None:
        """Edit another draft; there is no way back to this one."""
        self.draft = draft
        self.wrong.clear()
        self.changed.emit()

    def set_knob(self, path: str, value: object, text: str) -> None:
        """Change one knob; a value that cannot be is kept as what was typed.

        Args:
            path: its name, such as ``training.learning_rate``.
            value: the new value.
            text: what the undo menu says.
        """
        try:
            config = merge_config(self.draft.config, nested(path, value))
        except ConfigError as error:
            self.wrong[path] = Mistake(value, self._in_words(error))
            self.changed.emit()
            return
        self.wrong.pop(path, None)
        self._push(replace(self.draft, config=config), text, path)
        self._try_again()

    def set_model(self, changes: dict[str, Any], text: str) -> None:
        """Change the kind of model, keeping what both kinds have and can have.

        Raises:
            ConfigError: what else was set does not go with it: see `why_not`.
        """
        config = self.of_other_kind(changes)
        self.wrong.clear()
        self._push(replace(self.draft, config=config), text, "model")

    def of_other_kind(self, changes: dict[str, Any]) -> RunConfig:
        """The draft's config with another kind of model, keeping what both can have.

        Raises:
            ConfigError: what else was set does not go with it.
        """
        before = self.draft.config.model.model_dump(mode="json")
        of_kind = self._as_preset(changes["kind"])
        known = of_kind.model.model_dump()
        kept = {key: value for key, value in before.items() if key in known and key not in _OWN}
        try:
            return merge_config(of_kind, {"model": kept | changes})
        except ConfigError:  # such as weights that do not go with how the other kind compares
            return merge_config(of_kind, {"model": changes})

    def _as_preset(self, kind: str) -> RunConfig:
        """The draft with another kind of model: of the preset's sizes where that has this kind."""
        of_preset = find_preset(self.draft.preset).config.model
        if of_preset.kind == kind:
            return merge_config(self.draft.config, {"model": of_preset.model_dump(mode="json")})
        return _of_kind(self.draft.config, kind)

    def set_draft(self, draft: RunDraft, text: str, key: str) -> None:
        """Change preset, direction or name; edits with one key after another are one."""
        self.wrong.clear()
        self._push(draft, text, key)

    def _in_words(self, error: ConfigError) -> str:
        """What is wrong, with the knobs' labels for the names that they have in a file."""
        words = _GROUP.sub("", error.message)
        fields = describe_fields(self.draft.config.model.kind)
        for field in sorted(fields, key=lambda field: -len(field.path)):  # a name may begin another
            words = words.replace(field.path, field.label)
        return words[:1].upper() + words[1:]

    def _try_again(self) -> None:
        """What was wrong may be right beside the new value."""
        for path, mistake in list(self.wrong.items()):
            try:
                config = merge_config(self.draft.config, nested(path, mistake.typed))
            except ConfigError as error:
                self.wrong[path] = Mistake(mistake.typed, self._in_words(error))
                continue
            del self.wrong[path]
            self._push(replace(self.draft, config=config), path, path)
        self.changed.emit()

    def _push(self, draft: RunDraft, text: str, key: str) -> None:
        if draft == self.draft:
            self.changed.emit()
        else:
            self._undo_stack.push(_ChangeDraft(self.draft, draft, text, key, self._take))

    def _take(self, draft: RunDraft) -> None:
        self.draft = draft
        self.changed.emit()


class _ChangeDraft(QUndoCommand):
    """From one draft to the next; edits of one knob in a row are one."""

    def __init__(
        self,
        before: RunDraft,
        after: RunDraft,
        text: str,
        key: str,
        take: Callable[[RunDraft], None],
    ) -> None:
        super().__init__(text)
        self.before, self.after, self.key, self._take = before, after, key, take

    def undo(self) -> None:
        self._take(self.before)

    def redo(self) -> None:
        self._take(self.after)

    def id(self) -> int:
        return 1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _ChangeDraft) or other.key != self.key:
            return False
        self.after = other.after
        return True


def changes_of(draft: RunDraft) -> list[str]:
    """The settings that are not as the preset has them; the kind of model is one with attention."""
    changed = changed_fields(find_preset(draft.preset).config, draft.config)
    return list(dict.fromkeys(path.replace("model.kind", "model.attention") for path in changed))


def nested(path: str, value: object) -> dict[str, Any]:
    """``a.b`` as ``{"a": {"b": value}}``."""
    group, _, name = path.partition(".")
    return {group: {name: value}}


def _of_kind(config: RunConfig, kind: str) -> RunConfig:
    if config.model.kind == kind:
        return config
    return merge_config(config, {"model": {"kind": kind}})
