"""What was set up for a project and not started yet, kept from one start to the next."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from attnstudio.config_text import merge_config
from attnstudio.errors import AttentionStudioError
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.studio.studio import RunDraft
from attnstudio.presets import find_preset

_KEY = "setup/drafts"
_MOST = 20  # projects


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
