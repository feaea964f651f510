"""What was set up for a project and not started yet, kept from one start to the next."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from attnstudio.config_text import merge_config
from attnstudio.errors import AttentionStudioError
from attnstudio.gui.setup.draft_editing import DraftEditor
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.studio.studio import RunDraft
from attnstudio.presets import find_preset

_KEY = "setup/drafts"
_MOST = 20  # projects


class DraftKeeper:
    """Keeps the draft of a project when the person rests, and when another project is opened.

    Not at each letter that is typed, since the drafts of all projects are written.

    Args:
        settings: where it is kept.
        editor: has the draft.
    """

    def __init__(self, settings: Settings, editor: DraftEditor) -> None:
        self._settings, self._editor = settings, editor
        self._folder: Path | None = None
        self._is_kept = True
        editor.changed.connect(self._note_change)

    def is_for(self, folder: Path) -> bool:
        """Whether the draft was made for the project in this folder."""
        return self._folder == folder

    def take_up(self, folder: Path, fresh: RunDraft) -> None:
        """Go on with what was kept for a project, or begin with a fresh draft."""
        self.keep()
        self._folder = folder
        self._editor.restart(kept_draft(self._settings, folder) or fresh)

    def keep(self) -> None:
        """Keep what has changed since the last time."""
        if self._folder is not None and not self._is_kept:
            keep_draft(self._settings, self._folder, self._editor.draft)
        self._is_kept = True

    def _note_change(self) -> None:
        self._is_kept = False


def kept_draft(settings: Settings, folder: Path) -> RunDraft | None:
    """What was set up for the project in this folder; None where it is not known any more."""
    for kept in _all(settings):
        match kept:
            case {
                "folder": str(place),
                "preset": str(preset),
                "reverse": bool(reverse),
                "name": str(name),
                "config": dict(config),
            } if place == str(folder):
                try:
                    found = merge_config(find_preset(preset).config, config)
                except AttentionStudioError:  # another version had other settings
                    return None
                return RunDraft(preset, found, reverse, name)
    return None


def keep_draft(settings: Settings, folder: Path, draft: RunDraft) -> None:
    """Keep it, of the projects that were set up last."""
    others = [kept for kept in _all(settings) if kept.get("folder") != str(folder)]
    kept = {
        "folder": str(folder),
        "preset": draft.preset,
        "reverse": draft.reverse,
        "name": draft.name,
        "config": draft.config.model_dump(mode="json"),
    }
    settings.set_value(_KEY, json.dumps([kept, *others][:_MOST]))


def _all(settings: Settings) -> list[dict[str, Any]]:
    try:
        stored = json.loads(settings.value(_KEY, "[]"))
    except ValueError:
        return []
    return [kept for kept in stored if isinstance(kept, dict)] if isinstance(stored, list) else []
